/// The live view on a screen in memory, under a clock that stands until it is moved.
import Action
import Report
import Run
import Synchronization
import Testing

@Suite struct LiveReporterTests {
    private final class Clock: Sendable {
        private let instant = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { instant.withLock { $0 } }
        func advance(_ duration: Duration) { instant.withLock { $0 += duration } }
    }

    private final class Window: Sendable {
        private let current: Mutex<TerminalSize>
        init(_ columns: Int, _ rows: Int) { current = Mutex(TerminalSize(columns: columns, rows: rows)) }
        var size: TerminalSize { current.withLock { $0 } }
        func resize(columns: Int) { current.withLock { $0.columns = columns } }
    }

    private let clock = Clock()

    private func reporter(
        on sink: any OutputSink, in window: Window, verbosity: Verbosity = .normal
    ) -> LiveReporter {
        LiveReporter(
            to: sink, style: TerminalStyle(color: true, redraws: true), verbosity: verbosity, size: { window.size },
            now: { [clock] in clock.now })
    }

    private func action(_ step: String, title: String = "go test ./...") -> ActionReference {
        ActionReference(id: ActionID(step), step: step, kind: .test, title: title)
    }

    private let start = RunEvent.started(
        RunStart(pipeline: "p", file: "pipeline.yaml", toolchain: "go1.27.3 linux/amd64", total: 4, jobs: 2))

    @Test func drawsWhatRunsAndScrollsWhatIsDone() {
        let screen = TerminalScreen(columns: 80)
        var view = reporter(on: screen, in: Window(80, 24))
        view.handle(.preparing("listing the packages of 2 modules"))
        clock.advance(.milliseconds(250))
        view.refresh()
        #expect(screen.lines == ["listing the packages of 2 modules · 250ms"])

        let header = "p · pipeline.yaml · go1.27.3 linux/amd64 · 4 actions, 2 jobs"
        view.handle(start)
        view.handle(.actionStarted(action("test")))
        clock.advance(.milliseconds(1000))
        view.handle(.actionStarted(action("lint", title: "staticcheck ./...")))
        view.handle(.actionOutput(action("test"), ["=== RUN   TestGreet", "\u{1B}[1A50%\rok\tgreet", "  "]))
        clock.advance(.milliseconds(1200))
        view.refresh()
        #expect(
            screen.lines == [
                header,
                "▸ test       2.2s  ok      greet",
                "▸ lint       1.2s  staticcheck ./...",
                "0/4 done · 2.4s",
            ])

        view.handle(.actionFinished(ActionOutcome(action: action("vet"), status: .green, cached: true)))
        view.handle(
            .actionFinished(
                ActionOutcome(
                    action: action("lint", title: "staticcheck ./..."), status: .red, elapsed: .milliseconds(1300),
                    failure: .exit(code: 1), log: ["main.go:1:1: unused"])))
        clock.advance(.seconds(10))
        view.refresh()
        let above = [
            header,
            "✓ vet       go test ./... · cached",
            "✗ lint      staticcheck ./... · exit code 1 · 1.3s",
        ]
        #expect(screen.lines == above + ["▸ test        12s  ok      greet", "2/4 done · 1 cached · 1 failed · 12s"])

        view.handle(
            .actionFinished(ActionOutcome(action: action("test"), status: .interrupted, elapsed: .milliseconds(12_200))))
        view.handle(
            .finished(
                RunSummary(
                    status: .interrupted, executed: 1, cached: 1, failed: 1, skipped: 1, elapsed: .milliseconds(12_450),
                    saved: .zero)))
        view.refresh()
        view.close()
        #expect(
            screen.lines == above + [
                "! test      go test ./... · interrupted after 12s",
                "",
                "── lint · staticcheck ./... · exit code 1 ──────────────────────────────────────",
                "main.go:1:1: unused",
                "── end of lint ─────────────────────────────────────────────────────────────────",
                "",
                "interrupted after 12s · 2 of 4 actions done, 1 failed (lint)",
            ])
    }

    @Test func aTryThatFailedStartsItsClockAnew() {
        let screen = TerminalScreen(columns: 80)
        var view = reporter(on: screen, in: Window(80, 24))
        view.handle(start)
        view.handle(.actionStarted(action("test")))
        clock.advance(.seconds(5))
        view.handle(.actionRetried(action("test"), attempt: 2, failure: .exit(code: 2)))
        clock.advance(.seconds(1))
        view.refresh()
        #expect(
            screen.lines.dropFirst() == [
                "↻ test      go test ./... · exit code 2 · try 2",
                "▸ test       1.0s  go test ./...",
                "0/4 done · 6.0s",
            ])
    }

    @Test func linesAreCutToTheWindow() {
        let screen = TerminalScreen(columns: 40)
        var view = reporter(on: screen, in: Window(40, 24))
        view.handle(.actionStarted(action("test", title: String(repeating: "日本", count: 30))))
        view.handle(.actionStarted(action("a-step-with-a-very-long-name")))
        view.refresh()
        #expect(
            screen.lines == [
                "▸ test             0ms  日本日本日本日…",
                "▸ a-step-with-…    0ms  go test ./...",
                "0/0 done · 0ms",
            ])
    }

    @Test func moreThanTheWindowHoldsIsCounted() {
        let screen = TerminalScreen(columns: 80)
        var view = reporter(on: screen, in: Window(80, 6))
        for index in 1...9 { view.handle(.actionStarted(action("step\(index)"))) }
        view.refresh()
        #expect(screen.lines.map { $0.prefix(13) } == ["▸ step1      ", "▸ step2      ", "▸ step3      ", "  and 6 more", "0/0 done · 0m"])
    }

    @Test func aNarrowerWindowLeavesNothingBehind() {
        let screen = TerminalScreen(columns: 80)
        let window = Window(80, 24)
        var view = reporter(on: screen, in: window)
        view.handle(.actionStarted(action("test")))
        view.handle(.actionOutput(action("test"), [String(repeating: "x", count: 100)]))
        view.refresh()
        #expect(screen.lines.first?.count == 79)
        screen.resize(columns: 30)
        window.resize(columns: 30)
        clock.advance(.seconds(1))
        view.refresh()
        #expect(screen.lines == ["▸ test       1.0s  xxxxxxxxx…", "0/0 done · 1.0s"])
        screen.resize(columns: 60)
        window.resize(columns: 60)
        clock.advance(.milliseconds(50))
        view.refresh()
        #expect(screen.lines == ["▸ test       1.0s  \(String(repeating: "x", count: 39))…", "0/0 done · 1.0s"])
    }

    @Test func aRunThatBreaksOffLeavesNoBlock() {
        let screen = TerminalScreen(columns: 80)
        var view = reporter(on: screen, in: Window(80, 24))
        view.handle(start)
        view.handle(.actionStarted(action("test")))
        view.refresh()
        #expect(screen.lines.count == 3)
        view.close()
        #expect(screen.lines == ["p · pipeline.yaml · go1.27.3 linux/amd64 · 4 actions, 2 jobs"])
    }

    @Test func itIsDrawnOnlyWhenThereIsSomethingToSee() {
        let sink = MemorySink()
        var view = reporter(on: sink, in: Window(80, 24))
        view.handle(.actionStarted(action("test")))
        view.refresh()
        clock.advance(.microseconds(60))
        view.refresh()
        #expect(sink.writes.count == 1)
        clock.advance(.milliseconds(100))
        view.refresh()
        #expect(sink.writes.count == 2)
        // Nor more than twenty times a second, however much a step says; a finished action is shown at once.
        view.handle(.actionOutput(action("test"), ["chatty"]))
        clock.advance(.milliseconds(10))
        view.refresh()
        #expect(sink.writes.count == 2)
        view.handle(.actionFinished(ActionOutcome(action: action("vet"), status: .green)))
        view.refresh()
        #expect(sink.writes.count == 3)
        #expect(sink.writes[1].hasPrefix("\r\u{1B}[2A\u{1B}[J"))
    }

    @Test func verboseShowsTheWholeOutputOnceItIsWhole() {
        let screen = TerminalScreen(columns: 100)
        var view = reporter(on: screen, in: Window(100, 24), verbosity: .verbose)
        view.handle(
            .actionFinished(
                ActionOutcome(
                    action: action("test"), status: .green, cached: true, key: CacheKey("0123456789abcdef"),
                    reason: "known from an earlier run", log: ["ok greet", "ok server"])))
        view.close()
        #expect(
            screen.lines == [
                "test     | ok greet", "test     | ok server",
                "✓ test      go test ./... · cached · known from an earlier run · key 0123456789ab",
            ])
    }
}
