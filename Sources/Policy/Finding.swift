/// What a rule has found: a diagnostic, and the edits that mend it where that is mechanical. A value; nobody is told here.
import Diagnostics

package struct Finding: Hashable, Sendable {
    /// Its id is the rule's.
    package var diagnostic: Diagnostic
    package var fix: Fix?

    package init(_ diagnostic: Diagnostic, fix: Fix? = nil) {
        self.diagnostic = diagnostic
        self.fix = fix
    }

    package var rule: String { diagnostic.id }
    package var severity: Diagnostic.Severity { diagnostic.severity }
}

/// Edits that belong together: all of them are made or none.
package struct Fix: Hashable, Sendable {
    /// What it does, as an order: "write `.` instead of `main.go`".
    package var title: String
    package var edits: [TextEdit]

    package init(_ title: String, _ edits: [TextEdit]) {
        self.title = title
        self.edits = edits
    }
}

package struct TextEdit: Hashable, Sendable {
    /// From the repository's root.
    package var file: String
    /// Empty to insert before its place.
    package var range: SourceRange
    package var replacement: String

    package init(file: String, range: SourceRange, replacement: String) {
        self.file = file
        self.range = range
        self.replacement = replacement
    }
}

/// The findings of one rule, while it looks.
struct RuleFindings {
    let rule: PolicyRule
    private(set) var all: [Finding] = []

    init(of rule: PolicyRule) { self.rule = rule }

    /// `message` is one sentence without a final stop, `help` what to do. Without `severity` it is the rule's.
    mutating func add(
        _ message: String, at range: SourceRange, in source: SourceText, severity: Diagnostic.Severity? = nil,
        notes: [Diagnostic.Note] = [], help: String? = nil, fix: Fix? = nil
    ) {
        let diagnostic = source.diagnostic(
            rule.id, severity ?? rule.severity, at: range, message, notes: notes, help: help)
        // The same command is met twice where two ways lead to it.
        guard !all.contains(where: { $0.diagnostic.file == source.file && $0.diagnostic.range == range }) else { return }
        all.append(Finding(diagnostic, fix: fix))
    }
}
