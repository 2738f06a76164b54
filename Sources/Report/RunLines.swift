/// The lines that tell of single events, the same whether they scroll by in a file or above a live view.
import Run

struct RunLines: Sendable {
    var style: TerminalStyle
    var verbosity: Verbosity
    /// Cells for a step's name; grows with the longest seen, up to a point.
    private var nameWidth = 8

    init(style: TerminalStyle, verbosity: Verbosity) {
        self.style = style
        self.verbosity = verbosity
    }

    /// `test    `, as wide as those before it.
    mutating func name(_ action: ActionReference) -> String {
        nameWidth = max(nameWidth, min(24, action.step.displayWidth))
        return action.step.padded(to: nameWidth)
    }

    func header(_ run: RunStart) -> String {
        let source = run.file ?? "inferred, as there is no pipeline file (`pipeline init` writes it down)"
        let facts = [
            style.paint(run.pipeline, .bold), source, run.toolchain,
            "\(counted(run.total, "action")), \(counted(run.jobs, "job"))",
        ].joined(separator: " · ")
        return run.tree.map { "\(facts)\n\(style.paint($0.words, .dim))" } ?? facts
    }

    /// `test     | ok  example.com/greeter`.
    mutating func output(_ action: ActionReference, _ line: String) -> String {
        "\(style.paint("\(name(action)) |", .dim)) \(harmlessLine(line, color: style.color))"
    }

    mutating func retried(_ action: ActionReference, attempt: Int, failure: Failure) -> String {
        let mark = style.paint("↻", .bold, .yellow)
        let facts = [visibleText(action.title), visibleText(failure.description), "try \(attempt)"]
        return "\(mark) \(name(action))  \(facts.joined(separator: " · "))"
    }

    /// `rewritten state_string.go`.
    func rewritten(_ file: String) -> String { "\(style.paint("rewritten", .yellow)) \(visibleText(file))" }

    /// `fetched example.com/shout v1.2.0 from https://proxy.example`.
    func fetched(_ fetch: Fetch) -> String {
        let subject = [fetch.name, fetch.version].compactMap(\.self).joined(separator: " ")
        let source = fetch.source.map { " from \($0)" } ?? ""
        return style.paint("fetched \(visibleText(subject + source))", .dim)
    }

    /// `✓ test      go test ./... · 3.2s`; when verbose, why and the key's beginning as well.
    mutating func finished(_ outcome: ActionOutcome) -> String {
        let action = outcome.action
        let elapsed = outcome.elapsed.shortly
        var facts: [String]
        let mark: String
        switch outcome.status {
        case .green:
            mark = style.paint("✓", .bold, .green)
            facts = [outcome.cached ? style.paint("cached", .cyan) : elapsed]
        case .red:
            mark = style.paint("✗", .bold, .red)
            facts = [style.paint(visibleText(outcome.failure?.description ?? "red"), .red), elapsed]
        case .skipped:
            mark = style.paint("-", .dim)
            facts = ["skipped" + (outcome.reason.isEmpty ? "" : ": \(visibleText(outcome.reason))")]
        case .interrupted:
            mark = style.paint("!", .bold, .yellow)
            facts = ["interrupted after \(elapsed)"]
        }
        if verbosity == .verbose {
            if outcome.status != .skipped, !outcome.reason.isEmpty { facts.append(visibleText(outcome.reason)) }
            if let key = outcome.key { facts.append("key \(key.text.prefix(12))") }
        }
        return "\(mark) \(name(action))  \(([visibleText(action.title)] + facts).joined(separator: " · "))"
    }

    /// All that is said after the last action.
    func closing(_ summary: RunSummary, _ tally: RunTally) -> [String] {
        let failures = tally.failures.flatMap { [""] + renderFailure($0, style: style) }
        let artifacts = verbosity == .quiet ? [] : renderArtifacts(tally.artifacts, style: style)
        let isFirst = verbosity == .quiet && failures.isEmpty
        return failures + (isFirst ? [] : [""]) + [renderSummary(summary, tally, style: style)] + artifacts
    }
}
