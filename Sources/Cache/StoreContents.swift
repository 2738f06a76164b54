/// Everything that is in a store, with sizes and last uses; it knows the layout, and decides nothing.
import Files

/// The kinds of things that a store has, in the order in which they are told.
package enum StoreKind: String, CaseIterable, Sendable {
    case results, facts, blobs, files
    /// Of the go command's own actions, served by the runner.
    case buildRecords = "build-records"
    /// Plain GOCACHE folders.
    case buildCaches = "build-caches"
    case modules, snapshots, archives
    /// What is remembered of each checkout.
    case repositories
    case trees, home, temporary, quarantine
    /// Of no kind that is known.
    case other
}

/// How many things, and the length of their files in bytes.
package struct StoreAmount: Hashable, Sendable {
    package var count = 0
    package var bytes = 0

    package init(count: Int = 0, bytes: Int = 0) {
        self.count = count
        self.bytes = bytes
    }

    package static func += (a: inout StoreAmount, b: StoreAmount) {
        a.count += b.count
        a.bytes += b.bytes
    }
}

/// What one walk over the store has found.
struct StoreContents {
    /// Something that is kept or removed as one.
    struct Item: Hashable, Sendable {
        /// Relative to the store; of a module, `module@version`.
        var place: String
        var bytes: Int
        /// When it was last known to be of use, in seconds since 1970.
        var used: Int64
    }

    struct Blob: Hashable, Sendable {
        var bytes: Int
        /// When it was put, in seconds since 1970.
        var put: Int64
    }

    struct Copy: Hashable, Sendable {
        var place: String
        var content: BuildID
        var bytes: Int
        var made: Int64
    }

    struct Family: Sendable {
        var name: String
        var logSize: Int
        var records: [BuildRecord]
    }

    var items: [StoreKind: [Item]] = [:]
    var blobs: [BuildID: Blob] = [:]
    var copies: [Copy] = []
    var families: [Family] = []
    /// Places of each module version, relative to the store.
    var modulePlaces: [String: [String]] = [:]
    var amounts: [StoreKind: StoreAmount] = [:]

    var bytes: Int { amounts.values.reduce(0) { $0 + $1.bytes } }

    init(of store: Store) {
        for top in entries(in: store.path) {
            let place = "\(store.path)/\(top.name)"
            switch top.name {
            case "lock", "leases", Store.pruneStamp, Store.saltFile: break
            case "results": add(.results, shards(of: place, "results"))
            case "facts": add(.facts, shards(of: place, "facts"))
            case "blobs": addBlobs(place)
            case "files": addCopies(place)
            case "snapshots": add(.snapshots, trees(in: place, "snapshots"))
            case "archives": add(.archives, trees(in: place, "archives"))
            case "stat", "manifests": add(.repositories, trees(in: place, top.name))
            case "trees": add(.trees, trees(in: place, "trees"))
            case "temporary": add(.temporary, trees(in: place, "temporary", by: \.changed))
            case "quarantine": add(.quarantine, trees(in: place, "quarantine", by: \.changed))
            // What is known of modules goes with them.
            case "modules": amounts[.modules, default: StoreAmount()].bytes += walkTree(place, top).bytes
            case "home":
                let tree = walkTree(place, top)
                amounts[.home] = StoreAmount(count: tree.count, bytes: tree.bytes)
            case "go":
                addRecords(store)
                add(.buildCaches, trees(in: "\(place)/build", "go/build"))
                addModules(store)
            default: add(.other, [item(top, place, top.name)])
            }
        }
    }

    private mutating func add(_ kind: StoreKind, _ new: [Item]) {
        items[kind, default: []] += new
        amounts[kind, default: StoreAmount()] += StoreAmount(count: new.count, bytes: new.reduce(0) { $0 + $1.bytes })
    }

    private mutating func addBlobs(_ folder: String) {
        var amount = StoreAmount()
        for shard in entries(in: folder) {
            for entry in entries(in: "\(folder)/\(shard.name)") {
                amount += StoreAmount(count: 1, bytes: entry.size)
                guard entry.isFile, let id = BuildID(hexadecimal: entry.name) else { continue }
                blobs[id] = Blob(bytes: entry.size, put: entry.changed)
            }
        }
        amounts[.blobs] = amount
    }

    /// `files/ab/DIGEST/NAME`, or `DIGEST-x`.
    private mutating func addCopies(_ folder: String) {
        for shard in entries(in: folder) {
            for content in entries(in: "\(folder)/\(shard.name)") {
                guard let id = BuildID(hexadecimal: content.name.prefix(64)) else { continue }
                for entry in entries(in: "\(folder)/\(shard.name)/\(content.name)") {
                    copies.append(
                        Copy(
                            place: "files/\(shard.name)/\(content.name)/\(entry.name)", content: id, bytes: entry.size,
                            made: entry.changed))
                }
            }
        }
        amounts[.files] = StoreAmount(count: copies.count, bytes: copies.reduce(0) { $0 + $1.bytes })
    }

    private mutating func addRecords(_ store: Store) {
        var amount = StoreAmount()
        for entry in entries(in: store.buildTables) where entry.isFile {
            let records = store.buildTable(entry.name).records
            families.append(Family(name: entry.name, logSize: entry.size, records: records))
            amount += StoreAmount(count: records.count, bytes: entry.size)
        }
        amounts[.buildRecords] = amount
    }

    // MARK: - Modules

    private mutating func addModules(_ store: Store) {
        var found: [String: Item] = [:]
        addModules(store, "go/modules", in: "", &found)
        let stamps = Dictionary(uniqueKeysWithValues: entries(in: store.moduleUses).map { ($0.name, $0.modified) })
        add(
            .modules,
            found.values.map { item in
                var item = item
                item.used = max(item.used, stamps[baseName(store.useStamp(ofModule: item.place))] ?? .min)
                return item
            })
    }

    /// Unpacked versions are folders `PATH@VERSION`; what was downloaded for one is `cache/download/PATH/@v/VERSION.*`.
    private mutating func addModules(_ store: Store, _ root: String, in folder: String, _ found: inout [String: Item]) {
        for entry in entries(in: "\(store.path)/\(root)/\(folder)") {
            let path = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
            let place = "\(root)/\(path)"
            if root == "go/modules", path == "cache" {
                addModules(store, "go/modules/cache/download", in: "", &found)
            } else if entry.name == "@v" {
                for file in entries(in: "\(store.path)/\(place)") {
                    guard let version = versionOfDownload(file.name) else { continue }
                    note("\(folder)@\(version)", "\(place)/\(file.name)", file, &found)
                }
            } else if entry.name.contains("@"), entry.kind == .folder {
                note(path, place, entry, &found, in: store)
            } else if entry.kind == .folder {
                addModules(store, root, in: path, &found)
            }
        }
    }

    private mutating func note(
        _ module: String, _ place: String, _ entry: WalkedEntry, _ found: inout [String: Item], in store: Store? = nil
    ) {
        let tree = store.map { walkTree("\($0.path)/\(place)", entry) }
        var item = found[module] ?? Item(place: module, bytes: 0, used: 0)
        item.bytes += tree?.bytes ?? entry.size
        item.used = max(item.used, entry.changed)
        found[module] = item
        modulePlaces[module, default: []].append(place)
    }

    // MARK: - Folders

    /// Files of `folder/ab/NAME`; anything else there is counted, too.
    private func shards(of folder: String, _ place: String) -> [Item] {
        entries(in: folder).flatMap { shard in
            entries(in: "\(folder)/\(shard.name)").map {
                Item(place: "\(place)/\(shard.name)/\($0.name)", bytes: $0.size, used: $0.modified)
            }
        }
    }

    /// Entries of a folder, each with all that is in it.
    private func trees(
        in folder: String, _ place: String, by time: KeyPath<WalkedEntry, Int64>? = nil
    ) -> [Item] {
        entries(in: folder).map { entry in
            var item = item(entry, "\(folder)/\(entry.name)", "\(place)/\(entry.name)")
            if let time { item.used = entry[keyPath: time] }
            return item
        }
    }

    private func item(_ entry: WalkedEntry, _ path: String, _ place: String) -> Item {
        let tree = walkTree(path, entry)
        return Item(place: place, bytes: tree.bytes, used: tree.modified)
    }
}

/// `v1.2.3` of `v1.2.3.zip`; nil for what belongs to no single version, such as `list`.
private func versionOfDownload(_ name: String) -> String? {
    for ending in [".info", ".mod", ".zip", ".ziphash", ".lock", ".partial"] where name.hasSuffix(ending) {
        return String(name.dropLast(ending.count))
    }
    return nil
}

extension Store {
    /// A table for each family.
    var buildTables: String { "\(path)/go/actions" }
    /// Its time says when the store was last pruned by itself.
    static let pruneStamp = "pruned"
}
