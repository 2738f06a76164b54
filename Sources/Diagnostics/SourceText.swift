/// A text with a name, and places in it; it knows lines and columns, not what the text means.

/// A place in a text. Lines and columns count from 1; columns count Unicode scalars.
package struct SourcePosition: Hashable, Comparable, Sendable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (a: SourcePosition, b: SourcePosition) -> Bool {
        (a.line, a.column) < (b.line, b.column)
    }
}

/// A stretch of a text, from `start` up to but not including `end`.
package struct SourceRange: Hashable, Sendable {
    package var start: SourcePosition
    package var end: SourcePosition

    package init(_ start: SourcePosition, _ end: SourcePosition) {
        self.start = start
        self.end = end
    }

    /// `length` columns of one line.
    package init(line: Int, column: Int, length: Int = 1) {
        self.init(SourcePosition(line: line, column: column), SourcePosition(line: line, column: column + length))
    }
}

/// A value and the place that says it.
package struct Located<Value> {
    package var value: Value
    package var range: SourceRange

    package init(_ value: Value, at range: SourceRange) {
        self.value = value
        self.range = range
    }

    package func map<T>(_ transform: (Value) -> T) -> Located<T> {
        Located<T>(transform(value), at: range)
    }
}

extension Located: Sendable where Value: Sendable {}
extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}

/// A named text, split into lines once, from which diagnostics quote.
package struct SourceText: Sendable {
    /// The name shown to the user, relative to the repository's root.
    package let file: String
    package let text: String
    package let lines: [Substring]

    package init(file: String, text: String) {
        self.file = file
        self.text = text
        // By scalar, not by character: "\r\n" is one character, and no line may swallow the next.
        self.lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map { Substring($0.last == "\r" ? $0.dropLast() : $0) }
    }

    /// The text of a line (from 1), or nil when the text has no such line.
    package func line(_ number: Int) -> String? {
        lines.indices.contains(number - 1) ? String(lines[number - 1]) : nil
    }

    /// A diagnostic about `range` of this text, with its line quoted.
    package func diagnostic(
        _ id: String, _ severity: Diagnostic.Severity = .error, at range: SourceRange, _ message: String,
        notes: [Diagnostic.Note] = [], help: String? = nil
    ) -> Diagnostic {
        Diagnostic(
            id: id, severity: severity, message: message, file: file, range: range,
            excerpt: line(range.start.line), notes: notes, help: help)
    }
}
