/// A run on a terminal: finished actions scroll up, and below them a block is redrawn in place. It knows what is shown
/// when; how the block looks is LiveBlock's, the lines above are RunLines'.
import Diagnostics
import Run

package struct LiveReporter: RunReporter {
    private let sink: any OutputSink
    private let size: @Sendable () -> TerminalSize
    private let now: @Sendable () -> ContinuousClock.Instant
    private let began: ContinuousClock.Instant
    private let verbosity: Verbosity
    private var lines: RunLines
    private var tally = RunTally()
    private var running: [LiveBlock.Row] = []
    private var preparation: String?
    /// Whole lines that go above the block with the next drawing.
    private var scroll = ""
    /// The block as it stands on the screen, cursor on the line below it.
    private var drawn: [String] = []
    private var lastDrawn: ContinuousClock.Instant?
    private var isOver = false

    package let refreshInterval: Duration? = .milliseconds(100)

    /// `size` is asked before each drawing, for the window may change at any time.
    package init(
        to sink: any OutputSink, style: TerminalStyle, verbosity: Verbosity = .normal,
        size: @escaping @Sendable () -> TerminalSize,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.sink = sink
        self.size = size
        self.now = now
        began = now()
        self.verbosity = verbosity
        lines = RunLines(style: style, verbosity: verbosity)
    }

    package mutating func handle(_ event: RunEvent) {
        switch event {
        case .started(let run):
            tally.start(run)
            preparation = nil
            say(lines.header(run))
        case .preparing(let what): preparation = what
        case .actionStarted(let action):
            preparation = nil
            running.append(LiveBlock.Row(action: action, began: now()))
        case .actionOutput(let action, let output):
            // Only the last line with something in it is ever seen.
            guard let index = row(of: action) else { break }
            let last = output.reversed().lazy.map { harmlessLine($0, color: false) }
                .first { !$0.allSatisfy(\.isWhitespace) }
            if let last { running[index].lastLine = String(last.prefix(400)) }
        case .actionRetried(let action, let attempt, let failure):
            say(lines.retried(action, attempt: attempt, failure: failure))
            if let index = row(of: action) { running[index] = LiveBlock.Row(action: action, began: now()) }
        case .actionFinished(let outcome):
            tally.add(outcome)
            if let index = row(of: outcome.action) { running.remove(at: index) }
            if verbosity == .verbose, outcome.status != .red {
                for line in outcome.log { say(lines.output(outcome.action, line)) }
            }
            say(lines.finished(outcome), evenWhenQuiet: outcome.status == .red)
        case .rewritten(let files): for file in files { say(lines.rewritten(file)) }
        case .fetched(let fetch, _): if verbosity == .verbose { say(lines.fetched(fetch)) }
        case .warning(let diagnostic):
            if verbosity > .quiet || diagnostic.severity == .error {
                scroll += renderDiagnostic(diagnostic, style: lines.style)
            }
        case .finished(let summary):
            isOver = true
            for line in lines.closing(summary, tally) { say(line, evenWhenQuiet: true) }
        }
    }

    package mutating func refresh() {
        // A chatty step must not make the terminal the slowest part of the build.
        if scroll.isEmpty, !isOver, let lastDrawn, now() - lastDrawn < .milliseconds(50) { return }
        let size = size()
        let block =
            isOver
            ? []
            : LiveBlock(
                running: running, tally: tally, preparation: preparation, began: began, now: now()
            ).lines(in: size, style: lines.style)
        guard !scroll.isEmpty || block != drawn else { return }
        var output = Self.erasing(drawn, columns: size.columns) + scroll
        for line in block { output += line + "\n" }
        sink.write(output)
        scroll = ""
        drawn = block
        lastDrawn = now()
    }

    package mutating func close() {
        isOver = true
        refresh()
    }

    private mutating func say(_ line: String, evenWhenQuiet: Bool = false) {
        if verbosity > .quiet || evenWhenQuiet { scroll += line + "\n" }
    }

    private func row(of action: ActionReference) -> Int? {
        running.firstIndex { $0.action.id == action.id }
    }

    /// Back to the block's first cell, and everything from there on blank. In a window that became narrower, terminals
    /// have folded the lines into several rows each.
    private static func erasing(_ block: [String], columns: Int) -> String {
        guard !block.isEmpty else { return "" }
        let rows = block.reduce(0) { rows, line in
            rows + max(1, (harmlessLine(line, color: false).displayWidth + columns - 1) / max(1, columns))
        }
        return "\r\u{1B}[\(rows)A\u{1B}[J"
    }
}
