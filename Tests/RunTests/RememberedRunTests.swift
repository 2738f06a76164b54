/// A remembered run: the same when it is read back, and nothing at all when its bytes are not what was written.
import Action
import Run
import TestSupport
import Testing

@Suite struct RememberedRunTests {
    private let run = RememberedRun(
        fingerprint: String(repeating: "a", count: 64), time: 1_700_000_000,
        watched: [.init(path: "/usr/bin/go", identity: "12 34"), .init(path: "/absent", identity: "absent")],
        start: RunStart(pipeline: "greeter", file: nil, toolchain: "go1.27.3 linux/amd64", total: 2, jobs: 4),
        outcomes: [
            ActionOutcome(
                action: ActionReference(id: "build:server", step: "artifact.server", kind: .build, title: "go build\n./…"),
                status: .green, elapsed: .milliseconds(1234), key: CacheKey("k1"), reason: "a.go changed",
                log: ["printed"],
                outputs: [ProducedArtifact(name: "server", digest: Digest(of: [1]), path: "/store/server")]),
            ActionOutcome(
                action: ActionReference(id: "vet", step: "vet", kind: .vet, title: ""), status: .green, cached: true,
                elapsed: .milliseconds(1), saved: .milliseconds(77)),
        ])

    @Test func isTheSameWhenReadBack() throws {
        let read = try #require(RememberedRun(run.bytes))
        #expect(read.fingerprint == run.fingerprint)
        #expect(read.time == run.time)
        #expect(read.watched == run.watched)
        #expect(read.start == run.start)
        #expect(read.outcomes.map(\.action) == run.outcomes.map(\.action))
        #expect(read.outcomes.map(\.outputs) == run.outcomes.map(\.outputs))
        #expect(read.outcomes.map(\.key) == [CacheKey("k1"), nil])
        // Next time all of it is known, and saves what it took.
        #expect(read.outcomes.map(\.saved) == [.milliseconds(1234), .milliseconds(77)])
        #expect(read.outcomes.allSatisfy { $0.cached && $0.status == .green && $0.log.isEmpty })
        #expect(read.bytes == RememberedRun(read.bytes)?.bytes)
    }

    @Test func aFileOfNoneIsNotOneWithoutName() throws {
        var named = run
        named.start.file = "pipeline.yaml"
        #expect(RememberedRun(named.bytes)?.start.file == "pipeline.yaml")
    }

    @Test func cutBytesAreNoRun() {
        let bytes = run.bytes
        for count in 0..<bytes.count { #expect(RememberedRun(Array(bytes[..<count])) == nil) }
    }

    @Test func damagedBytesDoNotCrash() {
        var numbers = SeededNumbers(seed: 3)
        for _ in 0..<2000 {
            var bytes = run.bytes
            bytes[Int.random(in: 0..<bytes.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
            _ = RememberedRun(bytes)
        }
    }
}
