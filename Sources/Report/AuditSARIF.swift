/// Findings of the review as a SARIF log, for code scanning. It knows the format, no rule.
///
/// Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
import Diagnostics
import Policy

/// One run with every rule, findings and what was suppressed; one line.
package func renderAuditSARIF(_ report: AuditReport, rules: [PolicyRule], version: String) -> String {
    let indices = Dictionary(rules.enumerated().map { ($1.id, $0) }) { first, _ in first }
    let results =
        report.findings.map { result($0, indices, suppression: nil) }
        + report.suppressed.map { result($0.finding, indices, suppression: $0) }
    let driver = JSON.object([
        ("name", "pipeline"), ("semanticVersion", .string(version)), ("rules", .array(rules.map(descriptor))),
    ])
    let run = JSON.object([
        ("tool", .object([("driver", driver)])), ("columnKind", "unicodeCodePoints"), ("results", .array(results)),
    ])
    return JSON.object([
        ("$schema", "https://json.schemastore.org/sarif-2.1.0.json"), ("version", "2.1.0"), ("runs", .array([run])),
    ]).text + "\n"
}

private func descriptor(_ rule: PolicyRule) -> JSON {
    .object([
        ("id", .string(rule.id)), ("name", .string(pascalCase(rule.name))),
        ("shortDescription", text("\(rule.demand).")), ("fullDescription", text(rule.page.what)),
        ("help", .object([("text", .string(rule.page.why)), ("markdown", .string(rule.manual))])),
        ("defaultConfiguration", .object([("level", .string(rule.severity.rawValue))])),
    ])
}

private func result(_ finding: Finding, _ indices: [String: Int], suppression: AuditReport.Suppressed?) -> JSON {
    let diagnostic = finding.diagnostic
    let help = diagnostic.help.map { ". \($0)" } ?? ""
    var members: [(name: String, value: JSON)] = [
        ("ruleId", .string(finding.rule)), ("level", .string(finding.severity.rawValue)),
        ("message", text(diagnostic.message + help)),
    ]
    if let index = indices[finding.rule] { members.insert(("ruleIndex", .number(index)), at: 1) }
    if let file = diagnostic.file {
        members.append(("locations", .array([.object([("physicalLocation", place(file, diagnostic.range))])])))
    }
    let related = diagnostic.notes.filter { $0.file != nil }
    if !related.isEmpty {
        members.append(
            (
                "relatedLocations",
                .array(
                    related.map { note in
                        .object([("physicalLocation", place(note.file ?? "", note.range)), ("message", text(note.message))])
                    })
            ))
    }
    if let fix = finding.fix { members.append(("fixes", .array([change(fix)]))) }
    if let suppression {
        let kind: JSON = suppression.origin == .comment ? "inSource" : "external"
        let reason: [(name: String, value: JSON)] = suppression.reason.isEmpty ? [] : [("justification", .string(suppression.reason))]
        members.append(("suppressions", .array([.object([("kind", kind)] + reason)])))
    }
    return .object(members)
}

private func change(_ fix: Fix) -> JSON {
    var files: [String] = []
    for edit in fix.edits where !files.contains(edit.file) { files.append(edit.file) }
    let changes = files.map { file in
        JSON.object([
            ("artifactLocation", artifact(file)),
            (
                "replacements",
                .array(
                    fix.edits.filter { $0.file == file }.map { edit in
                        .object([("deletedRegion", region(edit.range)), ("insertedContent", text(edit.replacement))])
                    })
            ),
        ])
    }
    return .object([("description", text(fix.title)), ("artifactChanges", .array(changes))])
}

private func place(_ file: String, _ range: SourceRange?) -> JSON {
    .object([("artifactLocation", artifact(file))] + (range.map { [("region", region($0))] } ?? []))
}

private func artifact(_ file: String) -> JSON {
    .object([("uri", .string(uriPath(file))), ("uriBaseId", "%SRCROOT%")])
}

private func region(_ range: SourceRange) -> JSON {
    .object([
        ("startLine", .number(range.start.line)), ("startColumn", .number(range.start.column)),
        ("endLine", .number(range.end.line)), ("endColumn", .number(range.end.column)),
    ])
}

private func text(_ text: String) -> JSON { .object([("text", .string(text))]) }

/// `UnpinnedTool` of `unpinned-tool`.
private func pascalCase(_ name: String) -> String {
    name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
}

/// A relative reference of RFC 3986: what a path may not hold is percent-encoded.
private func uriPath(_ path: String) -> String {
    var result = ""
    for byte in path.utf8 {
        let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || "-._~/+@,".utf8.contains(byte)
        if isPlain {
            result.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            let digits = String(byte, radix: 16, uppercase: true)
            result += "%" + (digits.count == 1 ? "0" : "") + digits
        }
    }
    return result
}
