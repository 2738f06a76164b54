/// Runs as lists of events, recorded once: every reporter's golden is made from these.
import Action
import Diagnostics
import Run

struct RecordedRun {
    var name: String
    var events: [RunEvent]

    static let all = [green, cached, red, retried, interrupted, inferred]

    static let green = RecordedRun(
        name: "green",
        events: [
            .preparing("listing the packages of 1 module"),
            .started(start(total: 6)),
            .actionStarted(download),
            .actionFinished(ActionOutcome(action: download, status: .green, elapsed: .milliseconds(310), key: key(1), reason: ran)),
            .actionStarted(server), .actionStarted(test),
            .actionOutput(test, ["ok  \texample.com/greeter/internal/greet\t0.004s", "?   \texample.com/greeter/cmd/server\t[no test files]"]),
            .actionFinished(
                ActionOutcome(
                    action: server, status: .green, elapsed: .milliseconds(2140), key: key(2), reason: ran,
                    outputs: [artifact("server", 0xA)])),
            .warning(
                Diagnostic(
                    id: "run/input-changed", severity: .warning,
                    message: "main.go changed while vet ran, so its result is not kept")),
            .actionFinished(
                ActionOutcome(
                    action: test, status: .green, elapsed: .milliseconds(2904), key: key(3), reason: ran,
                    log: ["ok  \texample.com/greeter/internal/greet\t0.004s"])),
            .actionFinished(known(vet, 4, saved: 1800)),
            .actionFinished(known(staticcheck, 5, saved: 38_000, outputs: [artifact("staticcheck", 0xB)])),
            .actionFinished(known(lint, 6, saved: 1200, log: ["0 findings"])),
            .finished(summary(.green, executed: 3, cached: 3, elapsed: 3215, saved: 41_000)),
        ])

    static let cached = RecordedRun(
        name: "cached",
        events: [
            .started(start(total: 4)),
            .actionFinished(known(server, 2, saved: 2140, outputs: [artifact("server", 0xA)])),
            .actionFinished(known(test, 3, saved: 2904, log: ["ok  \texample.com/greeter/internal/greet\t0.004s"])),
            .actionFinished(known(vet, 4, saved: 1800)),
            .actionFinished(known(lint, 6, saved: 45_200, log: ["0 findings"])),
            .finished(summary(.green, executed: 0, cached: 4, elapsed: 38, saved: 52_044)),
        ])

    /// Two red steps with `--keep-going`, one of which colours its output, draws a progress bar and says nothing after.
    static let red = RecordedRun(
        name: "red",
        events: [
            .started(start(total: 6)),
            .actionStarted(test), .actionStarted(lint), .actionStarted(vet),
            .actionOutput(lint, ["checking 10%\rchecking 55%\rchecking 100%"]),
            .actionOutput(test, ["\u{1B}[31m--- FAIL\u{1B}[0m: TestGreet (0.00s)"]),
            .actionOutput(test, ["    greet_test.go:12: got \"Hallo\", want \"Hello\"\u{1B}[2K\u{1B}[1A"]),
            .actionFinished(
                ActionOutcome(
                    action: lint, status: .red, elapsed: .milliseconds(1204), key: key(6), reason: ran,
                    failure: .notSilent, log: ["checking 10%\rchecking 55%\rchecking 100%"])),
            .actionFinished(
                ActionOutcome(
                    action: test, status: .red, elapsed: .milliseconds(2904), key: key(3), reason: ran,
                    failure: .exit(code: 1),
                    log: [
                        "\u{1B}[31m--- FAIL\u{1B}[0m: TestGreet (0.00s)",
                        "    greet_test.go:12: got \"Hallo\", want \"Hello\"\u{1B}[2K\u{1B}[1A",
                    ])),
            .actionFinished(ActionOutcome(action: smoke, status: .skipped, reason: "needs test, which is red")),
            .actionFinished(
                ActionOutcome(
                    action: vet, status: .red, elapsed: .seconds(600), key: key(4), reason: ran,
                    failure: .timeout(.seconds(600)))),
            .actionFinished(known(server, 2, saved: 2140, outputs: [artifact("server", 0xA)])),
            .finished(summary(.red, executed: 3, cached: 1, failed: 3, skipped: 1, elapsed: 600_120, saved: 2140)),
        ])

    static let retried = RecordedRun(
        name: "retried",
        events: [
            .started(start(total: 1)),
            .actionStarted(smoke),
            .actionOutput(smoke, ["connection refused"]),
            .actionRetried(smoke, attempt: 2, failure: .service("db", "was not ready after 5.0s")),
            .actionOutput(smoke, ["hello, gopher"]),
            .actionFinished(
                ActionOutcome(
                    action: smoke, status: .green, elapsed: .milliseconds(11_480), key: key(7),
                    reason: "the step says `cache: false`", log: ["hello, gopher"])),
            .finished(summary(.green, executed: 1, cached: 0, elapsed: 11_502)),
        ])

    static let interrupted = RecordedRun(
        name: "interrupted",
        events: [
            .started(start(total: 4)),
            .actionFinished(known(server, 2, saved: 2140, outputs: [artifact("server", 0xA)])),
            .actionStarted(test), .actionStarted(vet),
            .actionOutput(test, ["=== RUN   TestGreet"]),
            .actionFinished(
                ActionOutcome(
                    action: test, status: .interrupted, elapsed: .milliseconds(1900), key: key(3), reason: ran,
                    log: ["=== RUN   TestGreet"])),
            .actionFinished(ActionOutcome(action: vet, status: .interrupted, elapsed: .milliseconds(1900), key: key(4), reason: ran)),
            .actionFinished(ActionOutcome(action: smoke, status: .skipped, reason: "the run was interrupted")),
            .finished(summary(.interrupted, executed: 0, cached: 1, skipped: 3, elapsed: 1950, saved: 2140)),
        ])

    static let inferred = RecordedRun(
        name: "inferred",
        events: [
            .started(RunStart(pipeline: "fzf", file: nil, toolchain: "go1.27.3 linux/amd64", total: 1, jobs: 1)),
            .actionStarted(server),
            .actionFinished(
                ActionOutcome(
                    action: server, status: .green, elapsed: .milliseconds(840), key: key(2), reason: ran,
                    outputs: [artifact("server", 0xA)])),
            .finished(summary(.green, executed: 1, cached: 0, elapsed: 851)),
        ])
}

private let ran = "not run before with these inputs"
private let download = ActionReference(id: "download", step: "download", kind: .download, title: "go mod download")
private let server = ActionReference(
    id: "build:server:linux/amd64", step: "artifact.server", kind: .build, title: "go build ./cmd/server")
private let test = ActionReference(id: "test", step: "test", kind: .test, title: "go test ./...")
private let vet = ActionReference(id: "vet", step: "vet", kind: .vet, title: "go vet ./...")
private let staticcheck = ActionReference(
    id: "tool:staticcheck", step: "tool.staticcheck", kind: .toolBuild, title: "go build staticcheck v0.7.0")
private let lint = ActionReference(id: "lint", step: "lint", kind: .tool, title: "staticcheck ./...")
private let smoke = ActionReference(id: "smoke", step: "smoke", kind: .run, title: "./scripts/smoke.sh")

private func start(total: Int) -> RunStart {
    RunStart(pipeline: "greeter", file: "pipeline.yaml", toolchain: "go1.27.3 linux/amd64", total: total, jobs: 2)
}

private func key(_ seed: UInt8) -> CacheKey { CacheKey(Digest(of: [seed]).sha256) }

private func artifact(_ name: String, _ seed: UInt8) -> ProducedArtifact {
    let digest = Digest(of: [UInt8](repeating: seed, count: 4096))
    return ProducedArtifact(name: name, digest: digest, path: "/store/out/\(name)")
}

private func known(
    _ action: ActionReference, _ seed: UInt8, saved: Int, log: [String] = [], outputs: [ProducedArtifact] = []
) -> ActionOutcome {
    ActionOutcome(
        action: action, status: .green, cached: true, elapsed: .milliseconds(1), saved: .milliseconds(saved),
        key: key(seed), reason: "known from an earlier run", log: log, outputs: outputs)
}

private func summary(
    _ status: RunSummary.Status, executed: Int, cached: Int, failed: Int = 0, skipped: Int = 0, elapsed: Int,
    saved: Int = 0
) -> RunSummary {
    RunSummary(
        status: status, executed: executed, cached: cached, failed: failed, skipped: skipped,
        elapsed: .milliseconds(elapsed), saved: .milliseconds(saved))
}
