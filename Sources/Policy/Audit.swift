/// The review: every rule looks, then comments, the pipeline file and the baseline take out what they allow, and those
/// that allow nothing are findings themselves.
import Diagnostics
import Pipeline

package struct AuditReport: Sendable {
    package struct Suppressed: Sendable {
        package enum Origin: Sendable { case comment, pipelineFile, baseline }

        package var finding: Finding
        package var origin: Origin
        /// Empty for the baseline.
        package var reason: String

        package init(finding: Finding, origin: Origin, reason: String) {
            self.finding = finding
            self.origin = origin
            self.reason = reason
        }
    }

    /// In the order of files and places.
    package var findings: [Finding]
    package var suppressed: [Suppressed]

    package init(findings: [Finding], suppressed: [Suppressed] = []) {
        self.findings = findings
        self.suppressed = suppressed
    }

    /// Whether something is at least as severe.
    package func fails(on severity: Diagnostic.Severity) -> Bool { findings.contains { $0.severity >= severity } }
}

package func audit(_ world: PolicyWorld, baseline: Baseline? = nil, rules: [PolicyRule] = PolicyRule.all) -> AuditReport {
    var found: [Finding] = []
    for rule in rules {
        var findings = RuleFindings(of: rule)
        rule.check(world, &findings)
        found += findings.all
    }
    var filter = SuppressionFilter(world, baseline)
    filter.take(inSourceOrder(found))
    return AuditReport(findings: inSourceOrder(filter.findings + filter.complaints), suppressed: filter.suppressed)
}

private func inSourceOrder(_ findings: [Finding]) -> [Finding] {
    findings.enumerated().sorted { a, b in
        let (x, y) = (a.element.diagnostic, b.element.diagnostic)
        if x.file != y.file { return (x.file ?? "") < (y.file ?? "") }
        if let left = x.range?.start, let right = y.range?.start, left != right { return left < right }
        return a.offset < b.offset
    }.map(\.element)
}

private struct SuppressionFilter {
    let world: PolicyWorld
    let comments: [SuppressionComment]
    let baseline: Baseline?
    private var commentUses: Set<String> = []
    private var entryUses: Set<Int> = []
    private var unusedBaseline: [Baseline.Entry: [SourceRange]] = [:]
    private(set) var findings: [Finding] = []
    private(set) var suppressed: [AuditReport.Suppressed] = []

    init(_ world: PolicyWorld, _ baseline: Baseline?) {
        self.world = world
        self.baseline = baseline
        comments = world.suppressionComments
        for (entry, range) in baseline?.entries ?? [] { unusedBaseline[entry, default: []].append(range) }
    }

    private var allowances: [AllowedFindings] { world.pipeline?.audit.allow ?? [] }

    mutating func take(_ found: [Finding]) {
        for finding in found {
            if let (index, comment) = comment(about: finding) {
                commentUses.insert("\(index) \(finding.rule)")
                suppressed.append(.init(finding: finding, origin: .comment, reason: comment.reason))
            } else if let index = allowances.firstIndex(where: { $0.allows(finding) }) {
                entryUses.insert(index)
                suppressed.append(.init(finding: finding, origin: .pipelineFile, reason: allowances[index].reason))
            } else if unusedBaseline[.init(finding)]?.popLast() != nil {
                suppressed.append(.init(finding: finding, origin: .baseline, reason: ""))
            } else {
                findings.append(finding)
            }
        }
    }

    private func comment(about finding: Finding) -> (Int, SuppressionComment)? {
        let lines = world.anchorLines(of: finding)
        let index = comments.firstIndex { comment in
            comment.source.file == finding.diagnostic.file && comment.rules.contains(finding.rule) && !comment.reason.isEmpty
                && !comment.lines.isDisjoint(with: lines)
        }
        return index.map { ($0, comments[$0]) }
    }

    /// What is wrong with the suppressions themselves.
    var complaints: [Finding] {
        var unusable = RuleFindings(of: .suppressionsMustBeUsable)
        var stale = RuleFindings(of: .suppressionsMustBeUsed)
        for (index, comment) in comments.enumerated() {
            if comment.rules.isEmpty {
                unusable.add("this suppression names no rule", at: comment.range, in: comment.source, help: "write `pipeline:allow policy/NAME: reason`")
                continue
            }
            if let unknown = comment.rules.first(where: { rule in !PolicyRule.all.contains { $0.id == rule } }) {
                unusable.addUnknown(unknown, at: comment.range, in: comment.source)
                continue
            }
            if comment.reason.isEmpty {
                unusable.add(
                    "this suppression gives no reason", at: comment.range, in: comment.source,
                    help: "write it behind a colon: `pipeline:allow \(comment.rules[0]): why this is right here`")
                continue
            }
            let unused = comment.rules.filter { !commentUses.contains("\(index) \($0)") }
            guard let rule = unused.first else { continue }
            let line = comment.range.start.line
            let isRemovable = comment.isAlone && unused.count == comment.rules.count && line < comment.source.lines.count
            stale.add(
                "nothing here is against \(rule) any more", at: comment.range, in: comment.source, help: "remove the comment",
                fix: isRemovable
                    ? Fix(
                        "remove the comment",
                        [
                            TextEdit(
                                file: comment.source.file,
                                range: SourceRange(SourcePosition(line: line, column: 1), SourcePosition(line: line + 1, column: 1)), replacement: "")
                        ]) : nil)
        }
        if let source = world.pipelineSource {
            for (index, entry) in allowances.enumerated() {
                if !PolicyRule.all.contains(where: { $0.id == entry.rule.value }) {
                    unusable.addUnknown(entry.rule.value, at: entry.rule.range, in: source)
                } else if !entryUses.contains(index) {
                    stale.add("no finding of \(entry.rule.value) in `\(entry.path.value)` needs this", at: entry.path.range, in: source, help: "remove the entry")
                }
            }
        }
        if let baseline {
            for (entry, ranges) in unusedBaseline {
                for range in ranges {
                    stale.add(
                        "\(entry.file) has no such finding of \(entry.rule) any more", at: range, in: baseline.source, severity: .note,
                        help: "`pipeline audit --baseline \(baseline.source.file) --write-baseline` takes it out")
                }
            }
        }
        return unusable.all + stale.all
    }
}

extension RuleFindings {
    fileprivate mutating func addUnknown(_ name: String, at range: SourceRange, in source: SourceText) {
        let near = nearestName(to: name, among: PolicyRule.all.map(\.id)) ?? PolicyRule.named(name)?.id
        add(
            "there is no rule `\(name)`", at: range, in: source,
            help: near.map { "did you mean `\($0)`?" } ?? "`pipeline audit --explain` lists the rules")
    }
}

extension AllowedFindings {
    fileprivate func allows(_ finding: Finding) -> Bool {
        rule.value == finding.rule && finding.diagnostic.file.map(Glob(path.value).matches) ?? false
    }
}
