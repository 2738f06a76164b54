/// Findings of the review for people, for programs and for GitHub's log; SARIF has a file of its own. It knows forms, no rule.
import Diagnostics
import Policy

/// Each finding with its line and a caret, and a last line that counts; one line when there are none.
package func renderAudit(_ report: AuditReport, files: Int, style: TerminalStyle = .plain) -> String {
    let passed = report.suppressed.isEmpty ? "" : ", \(report.suppressed.count) allowed"
    guard !report.findings.isEmpty else {
        return "no findings\(passed) · \(counted(files, "file")) with commands read\n"
    }
    var text = renderDiagnostics(report.findings.map(\.diagnostic), style: style)
    if !passed.isEmpty { text = text.dropLast() + "\(passed)\n" }
    let fixable = report.findings.count { $0.fix != nil }
    if fixable > 0 { text += "\(fixable) of them can be mended by `pipeline audit --fix`\n" }
    return text
}

/// `{"findings":[…]}`, one a line, as docs/json.md promises it.
package func renderAuditJSON(_ report: AuditReport) -> String {
    JSON.document(
        "findings",
        report.findings.map { finding in
            let diagnostic = finding.diagnostic
            return .object([
                ("rule", .string(finding.rule)), ("file", JSON(diagnostic.file)),
                ("line", diagnostic.range.map { .number($0.start.line) } ?? .null),
                ("column", diagnostic.range.map { .number($0.start.column) } ?? .null),
                ("severity", .string(finding.severity.rawValue)), ("message", .string(diagnostic.message)),
                ("fix", JSON(finding.fix?.title ?? diagnostic.help)),
            ])
        })
}

/// Workflow commands, one a line: GitHub shows each at its place in the change.
/// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
package func renderAuditAnnotations(_ report: AuditReport) -> String {
    report.findings.map { finding in
        let diagnostic = finding.diagnostic
        let command = finding.severity == .note ? "notice" : finding.severity.rawValue
        var properties: [String] = []
        if let file = diagnostic.file { properties.append("file=\(escapedProperty(file))") }
        if let range = diagnostic.range {
            properties += ["line=\(range.start.line)"]
            // GitHub takes columns only for ranges within a line.
            if range.start.line == range.end.line {
                properties += ["col=\(range.start.column)", "endColumn=\(range.end.column)"]
            } else {
                properties.append("endLine=\(range.end.line)")
            }
        }
        properties.append("title=\(escapedProperty(finding.rule))")
        let help = diagnostic.help.map { "\n\($0)" } ?? ""
        return "::\(command) \(properties.joined(separator: ","))::\(escapedData(diagnostic.message + help))\n"
    }.joined()
}

/// The rules, one a line.
package func renderRules(_ rules: [PolicyRule]) -> String {
    let width = rules.map(\.id.count).max() ?? 0
    return rules.map { rule in
        let gap = String(repeating: " ", count: width - rule.id.count)
        let word = rule.severity.rawValue
        return "\(rule.id)\(gap)  \(word)\(String(repeating: " ", count: 7 - word.count))  \(rule.demand)\n"
    }.joined()
}

private func escapedData(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "%": result += "%25"
        case "\r": result += "%0D"
        case "\n": result += "%0A"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

private func escapedProperty(_ text: String) -> String {
    escapedData(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
}
