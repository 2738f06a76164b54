/// Makes files of what a saved cache has of the build cache, ahead of the go command, which asks for one after the other
/// and waits for each.
import Action
import Dispatch
import Files
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension Store {
    /// Beside a run, until `isStopped`; blocks. A store that was not restored since its last run is left at once.
    package func bringBuildCache(until isStopped: @Sendable () -> Bool) {
        guard let saved = archives.all.first else { return }
        for (family, records) in saved.records where lacksMany(of: records) {
            bring(records, buildTable(family), until: isStopped)
        }
    }

    /// By a look at some of them.
    private func lacksMany(of records: [BuildRecord]) -> Bool {
        let looks = 32
        let sample = stride(from: 0, to: records.count, by: max(1, records.count / looks)).map { records[$0] }
        return sample.count { fileStatus(blobs.place($0.digest)) == nil } * 2 > sample.count
    }

    /// Half of the processors are the go command's.
    private func bring(_ records: [BuildRecord], _ table: BuildTable, until isStopped: @Sendable () -> Bool) {
        let batch = 64
        let next = Atomic(0)
        let threads = min(4, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)) / 2))
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            while !isStopped() {
                let start = next.add(batch, ordering: .relaxed).oldValue
                guard start < records.count else { return }
                // A table that cannot be written to means that the files are read once more.
                try? table.append(
                    records[start..<min(start + batch, records.count)].compactMap { brought($0, table) })
            }
        }
    }

    /// The record with its new file's signature; nil when there is no new file.
    private func brought(_ record: BuildRecord, _ table: BuildTable) -> BuildRecord? {
        let place = blobs.place(record.digest)
        guard fileStatus(place) == nil, var current = table[record.action], current.output == record.output,
            blobs.bring(record.digest), let found = fileSignature(place), found.size == record.size
        else { return nil }
        current.signature = found.signature
        return current
    }
}
