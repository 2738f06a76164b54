/// What the repository allows with a reason: comments beside the place, entries of the pipeline file. It reads them and
/// knows which findings they meet; the audit decides.
import Diagnostics
import Pipeline
import Scripts

/// `# pipeline:allow policy/x: reason`, or `//pipeline:allow …`.
struct SuppressionComment {
    var rules: [String]
    var reason: String
    var source: SourceText
    /// Of the comment, its mark included.
    var range: SourceRange
    /// The lines that it speaks of: its own, and the next that is neither empty nor a comment.
    var lines: Set<Int>
    /// Nothing else stands in its line.
    var isAlone: Bool

    /// Nil for every other comment. `text` is the comment without its mark.
    init?(_ text: String, at range: SourceRange, in source: SourceText) {
        let marker = "pipeline:allow"
        guard text.hasPrefix(marker) else { return nil }
        let body = text.dropFirst(marker.count)
        guard body.isEmpty || body.first == " " || body.first == "\t" || body.first == ":" else { return nil }
        // A rule's name has no colon, so the first one begins the reason.
        let parts = body.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        rules = parts[0].split { $0 == "," || $0 == " " || $0 == "\t" }.map(String.init)
        reason = parts.count > 1 ? parts[1].trimmingSpace : ""
        self.source = source
        self.range = range
        let line = range.start.line
        let before = source.lines[line - 1].unicodeScalars.prefix(range.start.column - 1)
        isAlone = before.allSatisfy { $0 == " " || $0 == "\t" }
        lines = [line]
        guard isAlone else { return }
        var next = line
        while next < source.lines.count {
            next += 1
            let text = source.lines[next - 1].drop { $0 == " " || $0 == "\t" }
            if text.isEmpty || text.hasPrefix("#") || text.hasPrefix("//") && !text.hasPrefix("//go:") { continue }
            lines.insert(next)
            break
        }
    }
}

extension StringProtocol {
    var trimmingSpace: String {
        var text = Substring(self).drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

extension PolicyWorld {
    var suppressionComments: [SuppressionComment] {
        var all: [SuppressionComment] = []
        for file in files {
            if file.kind == .goSource {
                all += lineComments(of: file.source)
            } else {
                all += file.comments.compactMap { SuppressionComment($0.value, at: $0.range, in: file.source) }
            }
        }
        let read = Set(files.map(\.file))
        let others = repository.modules.map(\.goModPath) + paths.filter { fileName(of: $0) == "tools.go" && isOwnPath($0) }
        for path in others.sorted() where !read.contains(path) {
            guard let source = source(path), source.text.contains("pipeline:allow") else { continue }
            all += lineComments(of: source)
        }
        return all
    }

    /// `//` comments of go.mod and Go files, as far as they are suppressions.
    private func lineComments(of source: SourceText) -> [SuppressionComment] {
        source.lines.enumerated().compactMap { index, line in
            guard let start = line.firstRange(of: "//pipeline:allow") ?? line.firstRange(of: "// pipeline:allow") else { return nil }
            let column = line.unicodeScalars.distance(from: line.startIndex, to: start.lowerBound) + 1
            let text = line[start.lowerBound...].dropFirst(2).trimmingSpace
            let range = SourceRange(line: index + 1, column: column, length: line.unicodeScalars.count - column + 1)
            return SuppressionComment(text, at: range, in: source)
        }
    }

    /// The lines at which a comment about a finding may stand: of the finding, of its command, its instruction, its step.
    func anchorLines(of finding: Finding) -> Set<Int> {
        guard let path = finding.diagnostic.file, let range = finding.diagnostic.range else { return [] }
        var lines: Set<Int> = [range.start.line]
        guard let file = file(path) else { return lines }
        func holds(_ outer: SourceRange) -> Bool { outer.start <= range.start && range.start <= outer.end }
        for command in file.commands where holds(command.range) { lines.insert(command.range.start.line) }
        for instruction in file.dockerfile?.instructions ?? [] where holds(instruction.range) { lines.insert(instruction.range.start.line) }
        for step in (file.workflow?.jobs ?? []).flatMap(\.steps) where holds(step.range) { lines.insert(step.range.start.line) }
        return lines
    }
}
