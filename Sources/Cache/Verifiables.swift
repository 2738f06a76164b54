/// Every object of a store that can be told right from wrong by itself, found by the layout; it reads none.
import Files

extension Store {
    var verifiables: [Verifiable] {
        var found: [Verifiable] = []
        for top in entries(in: path) {
            switch top.name {
            case "blobs": found += shards(top, .blobs) { .content($0) }
            case "results": found += shards(top, .results) { _ in .result }
            case "facts": found += shards(top, .facts) { _ in .seal }
            case "files": found += copies(top)
            case "stat": found += below(top, .repositories) { Verifiable(kind: .repositories, place: $0, check: .seal) }
            case "snapshots": found += below(top, .snapshots) { Verifiable(kind: .snapshots, place: $0, check: .seal) }
            case "archives": found += below(top, .archives) { Verifiable(kind: .archives, place: $0, check: .archive) }
            case "manifests":
                for folder in below(top, .repositories, { Verifiable(kind: .repositories, place: $0, check: .folder) }) {
                    found.append(folder)
                    found += entries(in: "\(path)/\(folder.place)").map {
                        Verifiable(kind: .repositories, place: "\(folder.place)/\($0.name)", check: .seal)
                    }
                }
            case "go":
                for table in entries(in: buildTables) where !table.isFile {
                    found.append(Verifiable(kind: .buildRecords, place: "go/actions/\(table.name)", check: .foreign))
                }
            default: break
            }
        }
        return found
    }

    /// `TOP/ab/abcdef…`.
    private func shards(
        _ top: WalkedEntry, _ kind: StoreKind, _ check: (String) -> Verifiable.Check
    ) -> [Verifiable] {
        inShards(top, kind) { name, place in
            [Verifiable(kind: kind, place: place, check: BuildID(hexadecimal: name) == nil ? .foreign : check(name))]
        }
    }

    /// `files/ab/DIGEST/NAME`, or `DIGEST-x`.
    private func copies(_ top: WalkedEntry) -> [Verifiable] {
        inShards(top, .files) { name, place in
            let digest = name.hasSuffix("-x") ? String(name.dropLast(2)) : name
            guard BuildID(hexadecimal: digest) != nil else {
                return [Verifiable(kind: .files, place: place, check: .foreign)]
            }
            return [Verifiable(kind: .files, place: place, check: .folder)]
                + entries(in: "\(path)/\(place)").map {
                    Verifiable(kind: .files, place: "\(place)/\($0.name)", check: .content(digest))
                }
        }
    }

    private func inShards(
        _ top: WalkedEntry, _ kind: StoreKind, _ body: (_ name: String, _ place: String) -> [Verifiable]
    ) -> [Verifiable] {
        below(top, kind) { Verifiable(kind: kind, place: $0, check: .folder) }.flatMap { shard in
            let name = baseName(shard.place)
            if name.utf8.count != 2 || BuildID(hexadecimal: String(repeating: name, count: 32)) == nil {
                return [Verifiable(kind: kind, place: shard.place, check: .foreign)]
            }
            return [shard]
                + entries(in: "\(path)/\(shard.place)").flatMap { entry in
                    let place = "\(shard.place)/\(entry.name)"
                    return entry.name.hasPrefix(name)
                        ? body(entry.name, place) : [Verifiable(kind: kind, place: place, check: .foreign)]
                }
        }
    }

    /// What is directly in `top`; `top` itself when it is no folder.
    private func below(_ top: WalkedEntry, _ kind: StoreKind, _ make: (String) -> Verifiable) -> [Verifiable] {
        guard top.kind == .folder else { return [Verifiable(kind: kind, place: top.name, check: .folder)] }
        return entries(in: "\(path)/\(top.name)").map { make("\(top.name)/\($0.name)") }
    }
}
