/// Every reporter's words for every recorded run, whole.
import Report
import Run
import Testing

@Suite struct ReporterGoldenTests {
    @Test(arguments: [Verbosity.quiet, .normal, .verbose], RecordedRun.all.indices)
    func plain(verbosity: Verbosity, run index: Int) {
        let run = RecordedRun.all[index]
        let sink = MemorySink()
        play(run, on: PlainReporter(to: sink, style: .plain, verbosity: verbosity))
        expectGolden(sink.text, "\(run.name).plain-\(verbosity).txt")
    }

    @Test func plainInColor() {
        let sink = MemorySink()
        play(.red, on: PlainReporter(to: sink, style: TerminalStyle(color: true)))
        expectGolden(sink.text, "red.plain-color.txt")
    }

    @Test(arguments: [Verbosity.normal, .verbose], RecordedRun.all.indices)
    func json(verbosity: Verbosity, run index: Int) {
        let run = RecordedRun.all[index]
        let sink = MemorySink()
        play(run, on: JSONReporter(to: sink, verbosity: verbosity))
        expectGolden(sink.text, "\(run.name).json-\(verbosity).txt")
    }

    /// What is left on the screen, with a drawing after every event.
    @Test(arguments: RecordedRun.all.indices)
    func live(run index: Int) {
        let run = RecordedRun.all[index]
        let screen = TerminalScreen(columns: 100)
        let reporter = LiveReporter(
            to: screen, style: TerminalStyle(color: true, redraws: true, width: 100),
            size: { TerminalSize(columns: 100, rows: 24) })
        play(run, on: reporter)
        expectGolden(screen.lines.joined(separator: "\n") + "\n", "\(run.name).live.txt")
    }
}

func play(_ run: RecordedRun, on reporter: some RunReporter) {
    var reporter = reporter
    for event in run.events {
        reporter.handle(event)
        reporter.refresh()
    }
    reporter.close()
}
