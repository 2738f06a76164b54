/// The findings that were there when a repository began to be audited, as a text file: no line numbers, so that edits
/// elsewhere do not disturb it.
import Diagnostics

package struct Baseline: Sendable {
    struct Entry: Hashable {
        var rule: String
        var file: String
        /// The line that the finding quotes, white space drawn together.
        var line: String
    }

    let source: SourceText
    private(set) var entries: [(entry: Entry, range: SourceRange)] = []
    /// Lines that are no entries.
    package private(set) var mistakes: [Diagnostic] = []

    /// One entry a line: rule, file and quoted line, with tabs between. A finding that is there twice has two lines.
    package init(_ source: SourceText) {
        self.source = source
        for (index, line) in source.lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
            let range = SourceRange(line: index + 1, column: 1, length: line.unicodeScalars.count)
            let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            if fields.count == 3, PolicyRule.named(fields[0]) != nil {
                entries.append((Entry(rule: fields[0], file: fields[1], line: fields[2]), range))
            } else {
                mistakes.append(
                    source.diagnostic(
                        "audit/baseline-syntax", .warning, at: range, "this is no line of a baseline",
                        help: "`pipeline audit --baseline \(source.file) --write-baseline` writes the file anew"))
            }
        }
    }

    /// The file that allows these findings, with a final line feed.
    package static func text(of findings: [Finding]) -> String {
        let lines = findings.map { finding in
            let entry = Entry(finding)
            return "\(entry.rule)\t\(entry.file)\t\(entry.line)\n"
        }
        return "# Findings that were there before: rule, file, line. Written by `pipeline audit --write-baseline`.\n" + lines.sorted().joined()
    }
}

extension Baseline.Entry {
    init(_ finding: Finding) {
        rule = finding.rule
        file = finding.diagnostic.file ?? ""
        line = (finding.diagnostic.excerpt ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
