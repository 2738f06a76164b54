/// Live runs are known as such for exactly as long as they live.
import Files
import TestSupport
import Testing

@testable import Cache

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct LeaseTests {
    let sample: SampleStore
    init() throws { sample = try SampleStore() }

    private var leases: [String] { names(in: "\(sample.store.path)/leases") ?? [] }

    @Test func aRunIsLiveUntilItEnds() throws {
        #expect(sample.store.liveRuns == [])
        let before = SampleStore.now
        let lease = try sample.store.lease()
        let other = try sample.store.lease()
        #expect(sample.store.liveRuns.count == 2)
        for run in sample.store.liveRuns {
            #expect(run.process == Int(getpid()))
            #expect((before...SampleStore.now).contains(run.start))
        }
        lease.end()
        #expect(sample.store.liveRuns.count == 1)
        // Its descriptor may be another file's by now.
        let file = open("/dev/null", O_RDONLY)
        lease.end()
        #expect(fcntl(file, F_GETFD) >= 0)
        close(file)
        #expect(sample.store.liveRuns.count == 1)
        other.end()
        #expect(sample.store.liveRuns == [] && leases == [])
    }

    @Test(.enabled(if: LockHolder.program != nil, "no flock program"))
    func aRunOfAnotherProcessDiesWithIt() throws {
        let start = SampleStore.now - 500
        let file = sample.folder.write("store/v2/leases/4711-abc", "4711 \(start)\n")
        #expect(sample.store.liveRuns == [])
        let holder = try LockHolder(file)
        #expect(sample.store.liveRuns == [LiveRun(process: 4711, start: start)])
        // Nobody takes a live one's file away, and a dead one's is gone with the next prune.
        _ = try sample.store.prune(.standard)
        #expect(leases == ["4711-abc"])
        holder.kill()
        #expect(sample.store.liveRuns == [])
        _ = try sample.store.prune(.standard, dryRun: true)
        #expect(leases == ["4711-abc"])
        _ = try sample.store.prune(.standard)
        #expect(leases == [])
    }

    @Test(.enabled(if: LockHolder.program != nil, "no flock program"))
    func aLeaseThatCannotBeReadCountsFromItsMaking() throws {
        let file = sample.folder.write("store/v2/leases/x", "who knows")
        setTime(file, 1_700_000_000)
        let holder = try LockHolder(file)
        defer { holder.kill() }
        #expect(sample.store.liveRuns == [LiveRun(process: 0, start: 1_700_000_000)])
    }

    @Test func theHoldReachesBackFromTheOldestRun() {
        let runs = [LiveRun(process: 1, start: 50_000), LiveRun(process: 2, start: 60_000)]
        #expect(sample.store.heldSince(runs, now: 100_000) == 50_000 - 7200)
        #expect(sample.store.heldSince([], now: 100_000) == 100_000 - 7200)
        // A clock that was set back takes nothing from anybody.
        #expect(sample.store.heldSince(runs, now: 40_000) == 40_000 - 7200)
    }

    /// A lease waits for whoever removes things: in between nothing could tell that the run is live.
    @Test func aLeaseBeginsWhileNothingIsRemoved() async throws {
        let lock = try sample.store.lock(.exclusive)
        let begun = OwnThread { [sample] in try sample.store.lease() }
        try await Task.sleep(for: .milliseconds(50))
        #expect(sample.store.liveRuns == [] && leases == [])
        lock.release()
        let lease = try await begun.value
        #expect(sample.store.liveRuns.count == 1)
        lease.end()
    }
}
