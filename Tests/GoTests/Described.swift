/// A diagnostic as text, with a caret under the place, so that tests can compare all of it.
import Diagnostics

func described(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map(described).joined(separator: "\n")
}

func described(_ diagnostic: Diagnostic) -> String {
    var lines: [String] = []
    var place = diagnostic.file ?? "-"
    if let start = diagnostic.range?.start { place += ":\(start.line):\(start.column)" }
    lines.append("\(place): \(diagnostic.severity): \(diagnostic.message) [\(diagnostic.id)]")
    if let range = diagnostic.range, let excerpt = diagnostic.excerpt {
        lines.append("  " + excerpt.replacing("\t", with: " "))
        let width = range.start.line == range.end.line ? max(1, range.end.column - range.start.column) : 1
        lines.append(
            "  " + String(repeating: " ", count: range.start.column - 1) + String(repeating: "^", count: width))
    }
    for note in diagnostic.notes {
        lines.append("  note: \(note.message)\(note.range.map { " (line \($0.start.line))" } ?? "")")
    }
    if let help = diagnostic.help { lines.append("  help: \(help)") }
    return lines.joined(separator: "\n")
}

/// The text that a range of a source covers.
func covered(_ range: SourceRange, in source: SourceText) -> String {
    precondition(range.start.line == range.end.line)
    let scalars = source.lines[range.start.line - 1].unicodeScalars
    let start = scalars.index(scalars.startIndex, offsetBy: range.start.column - 1)
    let end = scalars.index(scalars.startIndex, offsetBy: range.end.column - 1)
    return String(scalars[start..<end])
}
