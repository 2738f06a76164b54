/// What stands at the end of a run for people: the red steps' output, one line of summary, the artifacts.
import Run

/// The whole output of a red step, framed by its name, lines as the tool wrote them.
func renderFailure(_ outcome: ActionOutcome, style: TerminalStyle) -> [String] {
    let action = outcome.action
    let why = visibleText(outcome.failure?.description ?? "red")
    let head = "── \(action.step) · \(visibleText(action.title)) · \(why) "
    let log = outcome.log.map { harmlessLine($0, color: style.color) }
    let told: [String] = outcome.diagnostics.flatMap { diagnostic in
        renderDiagnostic(diagnostic, style: style).split(separator: "\n").map { String($0) }
    }
    return [style.paint(head + ruler(after: head, style), .bold, .red)]
        + (log.isEmpty ? ["(no output)"] : log)
        + told
        + (outcome.help.map { [style.paint("help: ", .bold, .cyan) + visibleText($0)] } ?? [])
        + [style.paint("── end of \(action.step) " + ruler(after: "── end of \(action.step) ", style), .red)]
}

private func ruler(after head: String, _ style: TerminalStyle) -> String {
    String(repeating: "─", count: max(2, min(80, style.width) - head.displayWidth))
}

/// `green in 3.2s · 12 actions: 4 run, 8 cached (saved 41s)`.
func renderSummary(_ summary: RunSummary, _ tally: RunTally, style: TerminalStyle) -> String {
    let end = renderEnd(summary, tally, style: style)
    return tally.tree.map { "\(end) · \($0.name)" } ?? end
}

extension CommitTree {
    /// `commit 0123456789ab`, `what is staged on 0123456789ab`.
    var name: String {
        let id = commit.map { String($0.prefix(12)) }
        return isStaged ? "what is staged" + (id.map { " on \($0)" } ?? "") : "commit \(id ?? "")"
    }

    /// All of it in one line.
    var words: String {
        let subject = isStaged || summary.isEmpty ? name : "\(name) (\(visibleText(summary)))"
        let modules = submodules.isEmpty ? "" : ", with \(counted(submodules.count, "submodule"))"
        let changes = written + removed == 0 ? "" : "; \(written) written, \(removed) removed"
        return "files of \(subject)\(modules) in \(visibleText(folder))\(changes)"
    }
}

private func renderEnd(_ summary: RunSummary, _ tally: RunTally, style: TerminalStyle) -> String {
    let elapsed = summary.elapsed.shortly
    switch summary.status {
    case .green:
        return style.paint("green", .bold, .green) + " in \(elapsed) · \(greenCounts(summary))"
    case .red:
        var counts: [String] = []
        if summary.failed > 0 { counts.append("\(summary.failed) failed (\(names(tally.failedSteps)))") }
        if summary.skipped > 0 { counts.append("\(summary.skipped) skipped") }
        return style.paint("red", .bold, .red) + " in \(elapsed)"
            + (counts.isEmpty ? "" : " · " + counts.joined(separator: ", "))
    case .interrupted:
        let failed = summary.failed > 0 ? ", \(summary.failed) failed (\(names(tally.failedSteps)))" : ""
        return style.paint("interrupted", .bold, .yellow)
            + " after \(elapsed) · \(tally.done) of \(counted(tally.total, "action")) done\(failed)"
    }
}

private func greenCounts(_ summary: RunSummary) -> String {
    let saved = summary.saved > .zero ? " (saved \(summary.saved.shortly))" : ""
    let total = summary.executed + summary.cached
    if total == 0 { return "nothing to do" }
    if summary.executed == 0 { return "nothing to run, \(summary.cached) cached\(saved)" }
    let cached = summary.cached == 0 ? "" : ", \(summary.cached) cached\(saved)"
    return "\(counted(total, "action")): \(summary.executed) run\(cached)"
}

private func names(_ steps: [String]) -> String {
    let shown = steps.prefix(5).joined(separator: ", ")
    return steps.count > 5 ? "\(shown) and \(steps.count - 5) more" : shown
}

/// A table, one line an artifact: name, platform, digest, path.
func renderArtifacts(_ artifacts: [RunTally.Artifact], style: TerminalStyle) -> [String] {
    let name = artifacts.map(\.name.displayWidth).max() ?? 0
    let platform = artifacts.map { $0.platform?.displayWidth ?? 0 }.max() ?? 0
    return artifacts.map { artifact in
        var columns = [style.paint(artifact.name.padded(to: name), .bold)]
        if platform > 0 { columns.append((artifact.platform ?? "").padded(to: platform)) }
        columns.append("sha256:\(artifact.digest.sha256.prefix(12))")
        columns.append(artifact.path)
        return "  " + columns.joined(separator: "  ")
    }
}

extension Duration {
    /// As `formattedBriefly`, without tenths from ten seconds on.
    var shortly: String {
        (10_000..<60_000).contains(wholeMilliseconds) ? "\(wholeMilliseconds / 1000)s" : formattedBriefly
    }
}
