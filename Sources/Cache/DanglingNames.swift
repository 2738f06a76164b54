/// Takes away what names contents that are not there: records of the go command's actions, and results. It reads no
/// content.
import Action
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct DanglingNames {
    /// Records that were looked at, and the bytes of their tables.
    var checked = StoreAmount()
    var records = 0
    var results = 0
    /// What was named and is not there.
    var missing: Set<BuildID> = []
    /// Tables with something in them that is no record.
    var damagedTables: [VerificationReport.Finding] = []
    /// The store cannot be written to, so what was found is still there.
    var isReadOnly = false
}

extension Store {
    /// The caller does not hold the store's lock.
    func dropDangling() -> DanglingNames {
        var dangling = DanglingNames()
        for table in entries(in: buildTables) where table.isFile {
            let check = check(table: table.name)
            dangling.checked += StoreAmount(count: check.records.count + check.dangling.count, bytes: table.size)
            if !check.isClean { mend(table.name, check, &dangling) }
        }
        for shard in entries(in: "\(path)/results") {
            for entry in entries(in: "\(path)/results/\(shard.name)") {
                drop(result: "\(path)/results/\(shard.name)/\(entry.name)", &dangling)
            }
        }
        return dangling
    }

    /// Writes the table anew without what is wrong in it.
    private func mend(_ table: String, _ check: TableCheck, _ dangling: inout DanglingNames) {
        var check = check
        var quarantine: String?
        if let lock = try? lock(.exclusive) {
            defer { lock.release() }
            // Once more, now that nobody appends.
            check = self.check(table: table)
            guard !check.isClean else { return }
            if !check.damage.isEmpty { quarantine = self.quarantine(bytes: check.damage, of: "go/actions/\(table)") }
            if (try? buildTable(table).replaceLocked(with: check.records)) == nil { dangling.isReadOnly = true }
        } else {
            dangling.isReadOnly = true
        }
        dangling.records += check.dangling.count
        dangling.missing.formUnion(check.dangling.map(\.output))
        if !check.damage.isEmpty {
            dangling.damagedTables.append(
                .init(kind: .buildRecords, place: "go/actions/\(table)", problem: .wrongContent, quarantine: quarantine))
        }
    }

    private func drop(result place: String, _ dangling: inout DanglingNames) {
        guard var lost = lostContents(ofResult: place), !lost.isEmpty else { return }
        if let lock = try? lock(.exclusive) {
            defer { lock.release() }
            // A prune removes a result before what it names, and an action that ran again puts what was lost.
            guard let still = lostContents(ofResult: place), !still.isEmpty else { return }
            lost = still
            if unlink(place) != 0 { dangling.isReadOnly = true }
        } else {
            dangling.isReadOnly = true
        }
        dangling.results += 1
        dangling.missing.formUnion(lost)
    }

    /// Contents that it names and that are not there; nil when there is no such result.
    private func lostContents(ofResult place: String) -> [BuildID]? {
        actionCache.result(at: place)?.contents.filter { !blobs.isReachable($0) }
            .compactMap { BuildID(hexadecimal: $0.sha256) }
    }
}
