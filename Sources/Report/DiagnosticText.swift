/// Diagnostics for people: the mistake, the place, the line with a caret under it, what else belongs to it and what to
/// do. It knows how a diagnostic looks, not what it is about.
import Diagnostics

/// Every diagnostic in the order given, blank lines between, and a last line that counts them; empty for none.
package func renderDiagnostics(_ diagnostics: [Diagnostic], style: TerminalStyle = .plain) -> String {
    guard !diagnostics.isEmpty else { return "" }
    let blocks = diagnostics.map { renderDiagnostic($0, style: style) }
    return blocks.joined(separator: "\n") + "\n" + countLine(diagnostics) + "\n"
}

/// One diagnostic, with a final line feed.
package func renderDiagnostic(_ diagnostic: Diagnostic, style: TerminalStyle = .plain) -> String {
    let ink = diagnostic.severity.ink
    var lines = [
        style.paint("\(diagnostic.severity.rawValue)[\(diagnostic.id)]", .bold, ink)
            + style.paint(": \(visibleLines(diagnostic.message).joined(separator: "\n  "))", .bold)
    ]
    let number = diagnostic.range.map { "\($0.start.line)" } ?? ""
    let hasExcerpt = diagnostic.range != nil && diagnostic.excerpt != nil
    let gutter = String(repeating: " ", count: hasExcerpt ? number.count : 1)
    if let file = diagnostic.file {
        lines.append(gutter + style.paint("--> ", .blue) + place(file, diagnostic.range))
    }
    if let range = diagnostic.range, let excerpt = diagnostic.excerpt {
        let bar = style.paint("|", .blue)
        let quote = QuotedLine(excerpt, marking: range, width: max(40, style.width - gutter.count - 3))
        lines.append("\(gutter) \(bar)")
        lines.append("\(style.paint(number, .blue)) \(bar)\(quote.text.isEmpty ? "" : " ")\(quote.text)")
        lines.append(
            "\(gutter) \(bar) \(quote.indentation)\(style.paint(quote.carets, .bold, ink))\(quote.remark)")
    }
    for note in diagnostic.notes {
        lines += remark("note", note.message, gutter: gutter, style)
        if let file = note.file ?? (note.range == nil ? nil : diagnostic.file) {
            lines.append("\(gutter)   \(style.paint("--> ", .blue))\(place(file, note.range))")
        }
    }
    if let help = diagnostic.help { lines += remark("help", help, gutter: gutter, style) }
    return lines.joined(separator: "\n") + "\n"
}

private func place(_ file: String, _ range: SourceRange?) -> String {
    let file = visibleText(file)
    guard let start = range?.start else { return file }
    return "\(file):\(start.line):\(start.column)"
}

/// `   = note: …`, later lines of the message under the first.
private func remark(_ word: String, _ message: String, gutter: String, _ style: TerminalStyle) -> [String] {
    let head = "\(gutter) \(style.paint("=", .blue)) \(style.paint("\(word):", .bold)) "
    let hang = String(repeating: " ", count: gutter.count + word.count + 5)
    return visibleLines(message).enumerated().map { index, line in
        index == 0 ? head + line : line.isEmpty ? "" : hang + line
    }
}

private func visibleLines(_ message: String) -> [String] {
    message.split(separator: "\n", omittingEmptySubsequences: false).map { visibleText(String($0)) }
}

/// `2 errors, 1 warning`.
private func countLine(_ diagnostics: [Diagnostic]) -> String {
    [Diagnostic.Severity.error, .warning, .note].compactMap { severity in
        let count = diagnostics.count { $0.severity == severity }
        return count == 0 ? nil : counted(count, severity.rawValue)
    }.joined(separator: ", ")
}

/// `1 warning`, `2 warnings`.
package func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}

extension Diagnostic.Severity {
    fileprivate var ink: Ink {
        switch self {
        case .error: .red
        case .warning: .yellow
        case .note: .cyan
        }
    }
}
