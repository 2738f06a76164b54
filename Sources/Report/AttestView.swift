/// What was attested, and what came of checking it, for people and for programs; it knows no signature.
import Diagnostics

package struct AttestReport: Sendable {
    package struct Subject: Sendable {
        package var name: String
        /// `sha256:…`
        package var digest: String
        package var files: [(kind: String, path: String)]

        package init(name: String, digest: String, files: [(kind: String, path: String)]) {
            self.name = name
            self.digest = digest
            self.files = files
        }
    }

    package var subjects: [Subject]
    /// Of the keys that signed.
    package var keys: [String]

    package init(subjects: [Subject], keys: [String]) {
        self.subjects = subjects
        self.keys = keys
    }
}

package func renderAttest(_ report: AttestReport) -> String {
    var lines: [String] = []
    for subject in report.subjects {
        lines.append("\(subject.name) \(subject.digest)")
        lines += subject.files.map { "  wrote \($0.path)" }
    }
    lines += report.keys.isEmpty ? ["not signed: no --key"] : report.keys.map { "signed by \($0)" }
    return lines.joined(separator: "\n") + "\n"
}

package func renderAttestJSON(_ report: AttestReport) -> String {
    let subjects = report.subjects.map { subject in
        JSON.object([
            ("name", .string(subject.name)), ("digest", .string(subject.digest)),
            ("files", .array(subject.files.map { JSON.object([("kind", .string($0.kind)), ("path", .string($0.path))]) })),
        ])
    }
    return JSON.object([
        ("version", .number(1)), ("subjects", .array(subjects)), ("keys", .array(report.keys.map { JSON.string($0) })),
    ]).text + "\n"
}

package struct CheckReport: Sendable {
    package struct Statement: Sendable {
        package var file: String
        package var predicateType: String
        package var subjects: [(name: String, digest: String)]
        package var isSigned: Bool
        /// Of the keys given, those whose signature holds.
        package var signers: [String]

        package init(
            file: String, predicateType: String, subjects: [(name: String, digest: String)], isSigned: Bool, signers: [String]
        ) {
            self.file = file
            self.predicateType = predicateType
            self.subjects = subjects
            self.isSigned = isSigned
            self.signers = signers
        }
    }

    package var statements: [Statement]
    package var findings: [Diagnostic]

    package init(statements: [Statement], findings: [Diagnostic]) {
        self.statements = statements
        self.findings = findings
    }
}

package func renderCheck(_ report: CheckReport) -> String {
    var lines: [String] = []
    for statement in report.statements {
        let isRight = !report.findings.contains { $0.severity == .error && $0.file == statement.file }
        lines.append("\(statement.file): \(isRight ? "holds" : "does not hold")")
        lines.append("  \(statement.predicateType)")
        lines += statement.subjects.map { "  of \($0.name) \($0.digest)" }
        lines += statement.isSigned ? statement.signers.map { "  signed by \($0)" } : ["  not signed"]
    }
    return lines.joined(separator: "\n") + "\n"
}

package func renderCheckJSON(_ report: CheckReport) -> String {
    let statements = report.statements.map { statement in
        JSON.object([
            ("file", .string(statement.file)), ("predicate_type", .string(statement.predicateType)),
            (
                "subjects",
                .array(statement.subjects.map { JSON.object([("name", .string($0.name)), ("digest", .string($0.digest))]) })
            ), ("signed", .boolean(statement.isSigned)), ("signers", .array(statement.signers.map { JSON.string($0) })),
        ])
    }
    return JSON.object([
        ("version", .number(1)), ("status", report.findings.hasErrors ? "different" : "equal"), ("statements", .array(statements)),
        ("diagnostics", .array(report.findings.map { JSON($0) })),
    ]).text + "\n"
}
