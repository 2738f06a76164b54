/// Which runs are at work with the store: a file each, locked for as long as the run lives. It knows no object.
import Files
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Held by a run for its life. What the store had given or was given since shortly before it began is not removed.
package final class Lease: Sendable {
    private let path: String
    private let lock: Mutex<FileLock?>

    fileprivate init(path: String, lock: FileLock) {
        self.path = path
        self.lock = Mutex(lock)
    }

    /// Once is enough, twice does no harm. A run that dies instead lets go of it too: the kernel frees the lock, and the
    /// next prune takes the file away.
    package func end() {
        lock.withLock { lock in
            guard let held = lock else { return }
            unlink(path)
            held.release()
            lock = nil
        }
    }
}

/// A run that is at work now.
package struct LiveRun: Hashable, Sendable {
    package var process: Int
    /// Seconds since 1970.
    package var start: Int64
}

extension Store {
    /// Waits while somebody removes things, which is for moments.
    package func lease() throws(FileError) -> Lease {
        try makeFolder(leases)
        let shared = try lock(.shared)
        defer { shared.release() }
        let path = "\(leases)/\(uniqueName())"
        try createFile(path, Array("\(getpid()) \(time(nil))\n".utf8), mode: 0o644)
        return Lease(path: path, lock: try FileLock.waiting(at: path, .exclusive))
    }

    /// Oldest first.
    package var liveRuns: [LiveRun] {
        (names(in: leases) ?? []).compactMap { liveRun($0) }.sorted { ($0.start, $0.process) < ($1.start, $1.process) }
    }

    /// What was put or used at this time or later is held: in seconds since 1970. Uses are noted hourly, so what a run
    /// has used may carry a time from shortly before it began.
    func heldSince(_ runs: [LiveRun], now: Int64) -> Int64 { min(now, runs.first?.start ?? .max) - Store.hold }

    /// In seconds.
    static let hold: Int64 = 2 * 3600

    /// Takes away what runs that died have left. The caller holds the store's lock exclusively, so no lease is on its
    /// way.
    func removeDeadLeases() {
        for name in names(in: leases) ?? [] where liveRun(name) == nil { unlink("\(leases)/\(name)") }
    }

    private var leases: String { "\(path)/leases" }

    /// Nil when nobody holds it.
    private func liveRun(_ name: String) -> LiveRun? {
        let place = "\(leases)/\(name)"
        let descriptor = open(place, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // Shared: two who look at the same time are not to take each other for its holder.
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
        let words = ((try? readFile(place)) ?? []).split(separator: UInt8(ascii: " "))
        let numbers = words.compactMap { Int(String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)) }
        if numbers.count == 2 { return LiveRun(process: numbers[0], start: Int64(numbers[1])) }
        // It cannot be read; its file was made when the run began.
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        return LiveRun(process: 0, start: FileSignature(status).modified / 1_000_000_000)
    }
}
