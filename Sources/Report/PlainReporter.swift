/// A run as plain lines, for files, pipes and CI logs: nothing is ever redrawn, and no line is broken by another's.
import Run

package struct PlainReporter: RunReporter {
    private let sink: any OutputSink
    private let verbosity: Verbosity
    private var lines: RunLines
    private var tally = RunTally()
    /// Whole lines, not yet written: one call for a batch of events.
    private var pending = ""

    package init(to sink: any OutputSink, style: TerminalStyle, verbosity: Verbosity = .normal) {
        self.sink = sink
        self.verbosity = verbosity
        lines = RunLines(style: style, verbosity: verbosity)
    }

    package mutating func handle(_ event: RunEvent) {
        switch event {
        case .started(let run):
            tally.start(run)
            say(lines.header(run))
        case .preparing(let what): say(lines.style.paint(what, .dim))
        case .actionStarted: break
        case .actionOutput(let action, let output):
            for line in output { say(lines.output(action, line)) }
        case .actionRetried(let action, let attempt, let failure):
            say(lines.retried(action, attempt: attempt, failure: failure))
        case .actionFinished(let outcome):
            tally.add(outcome)
            if verbosity == .verbose, outcome.cached {
                for line in outcome.log { say(lines.output(outcome.action, line)) }
            }
            say(lines.finished(outcome), evenWhenQuiet: outcome.status == .red)
        case .rewritten(let files): for file in files { say(lines.rewritten(file)) }
        case .fetched(let fetch, _): if verbosity == .verbose { say(lines.fetched(fetch)) }
        case .warning(let diagnostic):
            if verbosity > .quiet || diagnostic.severity == .error {
                pending += renderDiagnostic(diagnostic, style: lines.style)
            }
        case .finished(let summary):
            for line in lines.closing(summary, tally) { say(line, evenWhenQuiet: true) }
        }
    }

    package mutating func refresh() {
        guard !pending.isEmpty else { return }
        sink.write(pending)
        pending = ""
    }

    package mutating func close() { refresh() }

    private mutating func say(_ line: String, evenWhenQuiet: Bool = false) {
        if verbosity > .quiet || evenWhenQuiet { pending += line + "\n" }
    }
}
