/// A rule: its name, its demand, its page and the look it takes at a repository. It knows no single rule.
import Diagnostics

package struct PolicyRule: Sendable {
    /// `policy/…`; stable, and the SARIF rule id.
    package let id: String
    /// What it wants, as a sentence without a final stop.
    package let demand: String
    /// Of most of its findings; one that is less sure may be less severe.
    package let severity: Diagnostic.Severity
    package let page: RulePage
    let check: @Sendable (PolicyWorld, inout RuleFindings) -> Void

    init(
        _ id: String, _ demand: String, _ severity: Diagnostic.Severity, page: RulePage,
        check: @escaping @Sendable (PolicyWorld, inout RuleFindings) -> Void = { _, _ in }
    ) {
        self.id = "policy/\(id)"
        self.demand = demand
        self.severity = severity
        self.page = page
        self.check = check
    }

    /// `unpinned-tool` of `policy/unpinned-tool`.
    package var name: String { String(id.dropFirst("policy/".count)) }
}

/// What `--explain` and docs/rules say of a rule.
package struct RulePage: Sendable {
    package let what: String
    package let why: String
    package let bad: String
    package let good: String
    /// Of the examples, for the reader's colours.
    package let language: String
    /// What `--fix` does; nil where a person has to decide.
    package let fix: String?

    init(what: String, why: String, bad: String, good: String, language: String, fix: String? = nil) {
        self.what = what
        self.why = why
        self.bad = bad
        self.good = good
        self.language = language
        self.fix = fix
    }
}

extension PolicyRule {
    /// The rule's page in Markdown, as docs/rules/NAME.md has it.
    package var manual: String {
        """
        # \(id)

        **\(demand).** Severity: \(severity.rawValue).

        \(page.what)

        ## Why

        \(page.why)

        ## Bad

        ```\(page.language)
        \(page.bad)
        ```

        ## Good

        ```\(page.language)
        \(page.good)
        ```

        ## Fix

        \(page.fix.map { "`pipeline audit --fix` does it: \($0)" } ?? "By hand: there is more than one right way.")

        """
    }
}
