/// Pruning, verifying and clearing while others put and use: nothing that was promised is lost. Each open file has a lock
/// of its own, so threads are to each other what processes are.
import Action
import Files
import Synchronization
import Testing
import TestSupport

@testable import Cache

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct StoreConcurrencyTests {
    let sample: SampleStore
    init() throws { sample = try SampleStore() }

    /// A store for each thread, as each process has one.
    private func store() throws -> SampleStore { try SampleStore(root: sample.store.root) }

    /// Everything that a run put or used while its lease lived is there to its end; of the rest nothing is left.
    @Test(.enabled(if: LockHolder.program != nil, "no flock program"), .timeLimit(.minutes(10)), arguments: [1, 2, 3] as [UInt64])
    func nothingPromisedIsTaken(seed: UInt64) async throws {
        let longAgo = SampleStore.now - 40 * SampleStore.day
        for number in 0..<60 {
            try sample.putResult(
                "old \(number)", output: "old output \(number % 20)", used: longAgo, uses: [SampleStore.id("go \(number)")])
            try sample.putRecord("go \(number)", output: "go output \(number % 30)", used: longAgo)
        }
        // All of that is old to a run that starts so much later.
        let start = SampleStore.now + 1
        while SampleStore.now <= start { usleep(20_000) }
        let holder = try LockHolder(
            sample.folder.write("store/v2/leases/1-x", "1 \(start + Store.hold)\n"))
        defer { holder.kill() }
        #expect(sample.store.heldSince(sample.store.liveRuns, now: .max) == start)

        let isDone = Atomic(false)
        let troubles = Mutex<[String]>([])
        let promised = Mutex(Promises())
        let workers = 4
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                addThread(to: &group) {
                    let own = try self.store()
                    while !isDone.load(ordering: .relaxed) {
                        _ = try own.store.prune(StoreBounds(maxSize: 0, maxAge: 0), now: start + 90 * SampleStore.day)
                        let findings = own.store.verify().findings
                        if let first = findings.first { troubles.withLock { $0.append("\(findings.count): \(first.place)") } }
                    }
                }
            }
            let atWork = Atomic(workers)
            for worker in 0..<workers {
                addThread(to: &group) {
                    defer { if atWork.subtract(1, ordering: .relaxed).newValue == 0 { isDone.store(true, ordering: .relaxed) } }
                    try self.work(self.store(), SeededNumbers(seed: seed * 100 + UInt64(worker)), "\(worker)", promised, troubles)
                }
            }
            await group.waitForAll()
        }
        #expect(troubles.withLock { $0 } == [])
        let kept = promised.withLock { $0 }
        #expect(!kept.results.isEmpty && !kept.records.isEmpty && !kept.contents.isEmpty)
        check(kept)
        // The last prune took all that nobody came back to.
        _ = try sample.store.prune(StoreBounds(maxSize: 0, maxAge: 0), now: start + 90 * SampleStore.day)
        check(kept)
        for number in 0..<60 where !kept.results.keys.contains("old \(number)") { #expect(!sample.hasResult("old \(number)")) }
        #expect(sample.store.verify().isClean)
    }

    private struct Promises: Sendable {
        var results: [String: ActionResult] = [:]
        var records: Set<String> = []
        var contents: Set<String> = []
    }

    /// What a run does: puts outputs and results, comes back to old ones, asks for what go has made.
    private func work(
        _ own: SampleStore, _ seeded: SeededNumbers, _ worker: String, _ promised: borrowing Mutex<Promises>,
        _ troubles: borrowing Mutex<[String]>
    ) throws {
        var numbers = seeded
        let cache = BuildCache(store: own.store, family: "f", usesFile: nil, refuge: Refuge(in: own.folder.path))
        for step in 0..<120 {
            let number = Int.random(in: 0..<60, using: &numbers)
            switch Int.random(in: 0..<5, using: &numbers) {
            case 0:
                let name = "\(worker) \(step)"
                let result = try own.putResult(name, output: "output of \(number % 7)")
                promised.withLock { $0.results[name] = result }
            case 1:
                if let result = own.store.actionCache.result(for: SampleStore.key("old \(number)")) {
                    promised.withLock { $0.results["old \(number)"] = result }
                }
            case 2:
                _ = try own.store.blobs.put(Array("old output \(number % 20)".utf8))
                promised.withLock { _ = $0.contents.insert("old output \(number % 20)") }
            case 3:
                if let entry = cache.get(SampleStore.id("go \(number)")) {
                    promised.withLock { _ = $0.records.insert("go \(number)") }
                    if (try? Digest(ofFile: entry.path))?.size != entry.size {
                        troubles.withLock { $0.append("go \(number) was a hit, and \(entry.path) is not there") }
                    }
                }
            default:
                try own.putRecord("\(worker) go \(step)", output: "go output \(number % 30)")
                promised.withLock { _ = $0.records.insert("\(worker) go \(step)") }
            }
        }
    }

    private func check(_ promised: Promises) {
        for (name, result) in promised.results {
            let isThere = sample.hasResult(name)
            #expect(isThere, "\(name)")
            let lost = result.contents.filter { sample.store.blobs.bytes(of: $0) == nil }
            #expect(lost.isEmpty, "\(name)")
        }
        for text in promised.contents { #expect(sample.hasBlob(text), "\(text)") }
        let table = sample.store.buildTable("f")
        for name in promised.records {
            let record = table[SampleStore.id(name)]
            #expect(record.map { sample.store.blobs.bytes(of: $0.digest) != nil } == true, "\(name)")
        }
    }

    /// Clearing again and again under runs that begin and end: each finds its own things to its end.
    @Test(.timeLimit(.minutes(10)))
    func clearTakesNothingFromALiveRun() async throws {
        let isDone = Atomic(false)
        let troubles = Mutex<[String]>([])
        await withTaskGroup(of: Void.self) { group in
            addThread(to: &group) {
                while !isDone.load(ordering: .relaxed) { _ = try sample.store.clear() }
            }
            let atWork = Atomic(3)
            for worker in 0..<3 {
                addThread(to: &group) {
                    defer { if atWork.subtract(1, ordering: .relaxed).newValue == 0 { isDone.store(true, ordering: .relaxed) } }
                    for turn in 0..<40 {
                        let own = try self.store()
                        let lease = try own.store.lease()
                        try own.putResult("\(worker)", output: "output \(worker) \(turn)")
                        try own.putRecord("\(worker)", output: "go output \(worker) \(turn)")
                        if !own.hasResult("\(worker)") || !own.hasBlob("output \(worker) \(turn)")
                            || !own.hasRecord("\(worker)") || !own.hasBlob("go output \(worker) \(turn)")
                        {
                            troubles.withLock { $0.append("\(worker) \(turn)") }
                        }
                        lease.end()
                    }
                }
            }
            await group.waitForAll()
        }
        #expect(troubles.withLock { $0 } == [])
        #expect(sample.store.verify().isClean)
    }
}

/// A thread of its own: blocking work is not for the task pool.
private func addThread(to group: inout TaskGroup<Void>, _ body: @escaping @Sendable () throws -> Void) {
    group.addTask {
        await withCheckedContinuation { continuation in
            onThread {
                do { try body() } catch { Issue.record(error) }
                continuation.resume()
            }
        }
    }
}

private func onThread(_ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Body(body))
    #if canImport(Glibc)
    var thread = pthread_t()
    #else
    var thread: pthread_t?
    #endif
    pthread_create(&thread, nil, { argument in
        #if canImport(Glibc)
        let pointer = argument!
        #else
        let pointer = argument
        #endif
        Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
        return nil
    }, box.toOpaque())
    #if canImport(Glibc)
    pthread_detach(thread)
    #else
    pthread_detach(thread!)
    #endif
}

private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
