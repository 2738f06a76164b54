/// Reads which contents a store's results and snapshots name, so that these are kept with them; it removes nothing.
import Action
import Files

/// What results and snapshots refer to.
struct StoreReferences {
    /// Outputs, logs and lists of uses, by the place of the file that names them.
    var contents: [String: [BuildID]] = [:]
    /// When a kept result that names this action of the go command was last of use: by family, then by action.
    var buildUses: [String: [BuildID: Int64]] = [:]

    init() {}

    /// Reads every result and snapshot. One that cannot be read is of no use to anybody, and names nothing.
    init(of store: Store, _ contents: StoreContents) {
        var lists: [String: [Digest: Int64]] = [:]
        for item in contents.items[.results] ?? [] {
            guard let result = store.actionCache.result(at: "\(store.path)/\(item.place)") else { continue }
            self.contents[item.place] = result.contents.compactMap { BuildID(hexadecimal: $0.sha256) }
            for (family, list) in result.buildUses {
                lists[family, default: [:]][list] = max(lists[family]?[list] ?? .min, item.used)
            }
        }
        for item in contents.items[.snapshots] ?? [] {
            guard let snapshot = store.sealedBytes(at: "\(store.path)/\(item.place)").flatMap(Snapshot.init) else { continue }
            // Results that it names are kept for themselves. Lists of red actions have no result.
            let named = snapshot.actions.values.flatMap(\.buildUses)
            self.contents[item.place] = named.compactMap { BuildID(hexadecimal: $0.value.sha256) }
            for (family, list) in named {
                lists[family, default: [:]][list] = max(lists[family]?[list] ?? .min, item.used)
            }
        }
        for (family, lists) in lists {
            var uses: [BuildID: Int64] = [:]
            for (list, used) in lists {
                for action in store.actions(inList: list) { uses[action] = max(uses[action] ?? .min, used) }
            }
            buildUses[family] = uses
        }
    }
}

extension ActionResult {
    /// Every content of the store that it names.
    var contents: [Digest] { outputs.map(\.digest) + [log] + buildUses.values }
}

extension Store {
    /// Actions of the go command that a list of uses names; none when it is lost. Nothing is taken out of an archive.
    func actions(inList list: Digest) -> [BuildID] {
        let here = (try? readFile(blobs.place(list))).flatMap { Digest(of: $0) == list ? $0 : nil }
        let bytes = here ?? archives.all.lazy.compactMap { $0.archive.bytes(of: list) }.first ?? []
        return stride(from: 0, to: bytes.count / BuildID.size * BuildID.size, by: BuildID.size).compactMap {
            BuildID(bytes[$0..<($0 + BuildID.size)])
        }
    }
}
