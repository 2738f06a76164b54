/// A plan for people: two or three lines an action, the first with what would happen to it.
import Action

/// The verbose form adds the command and the whole key.
func planText(_ entries: [PlanEntry], style: TerminalStyle, verbosity: Verbosity) -> String {
    // Long ids push their own titles only.
    let idWidth = min(32, entries.map(\.action.id.text.displayWidth).max() ?? 0)
    var lines: [String] = []
    for entry in entries {
        let action = entry.action
        let verdict =
            switch entry.decision?.would {
            case .run: style.paint("run", .bold, .yellow)
            case .hit: style.paint("hit", .bold, .green)
            case nil: "?  "
            }
        let hang = "     "
        let id = style.paint(action.id.text.padded(to: idWidth), .bold)
        lines.append("\(verdict)  \(id)  \(visibleText(action.title))")
        if verbosity == .verbose, !action.argv.isEmpty {
            let words = action.argv.map { shellWord($0.description) }
            lines.append(hang + style.paint("$ " + words.joined(separator: " "), .dim))
        }
        let key = entry.decision.map { String($0.key.text.prefix(verbosity == .verbose ? 64 : 12)) }
        let reason = entry.decision.map { visibleText($0.reason) }
        let facts = [key, counted(action.inputs.count, "input"), reason].compactMap { $0 }
        lines.append(hang + style.paint(facts.joined(separator: " · "), .dim))
        if !action.dependencies.isEmpty {
            let needs = action.dependencies.map { "\($0.action) (\($0.role.name))" }
            lines.append(hang + style.paint("needs \(needs.joined(separator: ", "))", .dim))
        }
    }
    return (lines + [countLine(entries)]).joined(separator: "\n") + "\n"
}

/// `12 actions: 4 would run, 8 would not`.
private func countLine(_ entries: [PlanEntry]) -> String {
    let run = entries.count { $0.decision?.would == .run }
    let hit = entries.count { $0.decision?.would == .hit }
    return "\(counted(entries.count, "action"))" + (run + hit > 0 ? ": \(run) would run, \(hit) would not" : "")
}

/// In single quotes where a shell would not take the word as it is.
private func shellWord(_ word: String) -> String {
    let isPlain = !word.isEmpty && word.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || $0.properties.numericType != nil || "-_./:=,@+%${}".unicodeScalars.contains($0)
    }
    if isPlain { return visibleText(word) }
    let parts = word.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + visibleText(parts.joined(separator: "'\\''")) + "'"
}
