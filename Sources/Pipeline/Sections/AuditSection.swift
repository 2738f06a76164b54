/// `audit:`: what `pipeline audit` lets pass, where and why.
import Diagnostics

enum AuditKeys {
    static let failOn = Key<Located<String>>(
        "fail-on", .word(["error", "warning", "note"], help: "write the least severity that is red, such as `warning`"),
        example: "warning", "The least severity of findings that is red: error, warning or note. Default warning.",
        synonyms: ["fail_on", "failOn", "severity", "level"])
    static let baseline = Key<Located<String>>(
        "baseline", .path, example: "audit-baseline.txt",
        "A file of findings that were there before, which are not told again; `pipeline audit --write-baseline` writes it.")
    static let allow = Key<[AllowedFindings]>(
        "allow", .allowances, example: "{ policy/image-runs-as-root: { deploy/**: the orchestrator sets the user } }",
        "Findings that are right here: by rule, below it a path with `*` and `**`, and the reason.",
        synonyms: ["ignore", "exclude", "suppress", "disable", "skip"])

    static let all: [any FormatKey] = [failOn, baseline, allow]
}

extension Format where Value == AuditSettings {
    static let auditSettings: Self = Format(schema: mappingSchema(AuditKeys.all)) { node, subject, decoding in
        guard let fields = decoding.fields(of: node, subject, keys: AuditKeys.all) else { return nil }
        return AuditSettings(
            failOn: fields[AuditKeys.failOn].flatMap { Diagnostic.Severity(rawValue: $0.value) },
            baseline: fields[AuditKeys.baseline], allow: fields[AuditKeys.allow] ?? [])
    }
}

extension Format where Value == [AllowedFindings] {
    /// Rule, path, reason.
    fileprivate static let allowances: Self = Format<[(name: Located<String>, value: [(name: Located<String>, value: Located<String>)])]>.map(
        of: .map(of: .string, named: .path, what: "path"), named: .string, what: "rule"
    ).then { rules, _, _ in
        rules.flatMap { rule, paths in
            paths.map { AllowedFindings(rule: rule, path: $0.name, reason: $0.value.value) }
        }
    }
}
