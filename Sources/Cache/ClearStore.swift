/// Empties a store, as far as no live run holds what is in it; it knows no kind of object.
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension Store {
    /// With a live run, only what it cannot be using goes. Without one, everything goes at once for all who look, so that
    /// a run which begins meanwhile finds an empty store, not half of one.
    package func clear() throws(FileError) -> PruneReport {
        let contents = StoreContents(of: self)
        let lock = try lock(.exclusive)
        removeDeadLeases()
        let runs = liveRuns
        guard runs.isEmpty else {
            lock.release()
            return try prune(StoreBounds(maxSize: 0, maxAge: 0), contents, runs, dryRun: false, now: Int64(time(nil)))
        }
        var aside: [String] = []
        defer {
            lock.release()
            aside.forEach(removeTree)
        }
        for folder in [temporary, path] {
            for entry in entries(in: folder) where !["lock", "leases", "temporary"].contains(entry.name) {
                guard let moved = moveAside("\(folder)/\(entry.name)") else {
                    throw FileError(operation: "move", path: "\(folder)/\(entry.name)")
                }
                aside.append(moved)
            }
        }
        _ = try Store(root: root)
        return PruneReport(removed: contents.amounts.filter { $0.value.count > 0 }, before: contents.bytes, after: 0)
    }
}
