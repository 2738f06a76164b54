/// What a store has, in figures; it changes nothing.
import Files

package struct StoreStatus: Sendable {
    /// The build cache of one family, whoever serves it.
    package struct Family: Hashable, Sendable {
        package var name: String
        /// Records of the go command's actions; files of a plain cache.
        package var count: Int
        /// Of the outputs, each once; of the files of a plain cache.
        package var bytes: Int
        /// Seconds since 1970.
        package var used: Int64
    }

    /// A store of another format beside this one, which is left alone.
    package struct OtherFormat: Hashable, Sendable {
        package var path: String
        package var bytes: Int
    }

    package var path: String
    package var format: Int
    package var amounts: [StoreKind: StoreAmount]
    package var records: [Family]
    package var plainCaches: [Family]
    /// Of anything that notes its uses, in seconds since 1970; nil in an empty store.
    package var oldestUse: Int64?
    package var newestUse: Int64?
    package var liveRuns: [LiveRun]
    package var otherFormats: [OtherFormat]

    package var bytes: Int { amounts.values.reduce(0) { $0 + $1.bytes } }
}

extension Store {
    package var status: StoreStatus {
        let contents = StoreContents(of: self)
        let noting: [StoreKind] = [.results, .facts, .snapshots, .buildCaches]
        let uses = noting.flatMap { contents.items[$0] ?? [] }.map(\.used)
            + contents.families.flatMap { $0.records.map(\.used) }
        return StoreStatus(
            path: path, format: Store.format, amounts: contents.amounts,
            records: contents.families.map(StoreStatus.Family.init).sorted { $0.name < $1.name },
            plainCaches: (contents.items[.buildCaches] ?? []).map { item in
                let name = baseName(item.place)
                let tree = walkTree("\(path)/\(item.place)", entry(at: "\(path)/\(item.place)"))
                return StoreStatus.Family(name: name, count: tree.count, bytes: item.bytes, used: item.used)
            }.sorted { $0.name < $1.name },
            oldestUse: uses.min(), newestUse: uses.max(), liveRuns: liveRuns, otherFormats: otherFormats)
    }

    private var otherFormats: [StoreStatus.OtherFormat] {
        entries(in: root).filter { entry in
            entry.kind == .folder && entry.name != "v\(Store.format)" && entry.name.first == "v"
                && entry.name.count > 1 && entry.name.dropFirst().allSatisfy(\.isNumber)
        }.map { entry in
            let place = "\(root)/\(entry.name)"
            return StoreStatus.OtherFormat(path: place, bytes: walkTree(place, entry).bytes)
        }.sorted { $0.path < $1.path }
    }
}

extension StoreStatus.Family {
    fileprivate init(_ family: StoreContents.Family) {
        var outputs: [BuildID: Int] = [:]
        for record in family.records { outputs[record.output] = record.size }
        self.init(
            name: family.name, count: family.records.count, bytes: outputs.values.reduce(0, +),
            used: family.records.map(\.used).max() ?? 0)
    }
}
