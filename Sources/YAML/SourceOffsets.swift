/// Places in a text as scalar offsets and as lines and columns; it knows nothing of YAML.
import Diagnostics

/// libyaml counts Unicode scalars and breaks lines at more characters than SourceText does, so its offsets are kept
/// and its lines are not.
package struct SourceOffsets: Sendable {
    package let scalars: [Unicode.Scalar]
    private let lineStarts: [Int]

    package init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        var starts = [0]
        for (offset, scalar) in scalars.enumerated() where scalar == "\n" { starts.append(offset + 1) }
        lineStarts = starts
    }

    package func position(_ offset: Int) -> SourcePosition {
        var (low, high) = (0, lineStarts.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        return SourcePosition(line: low + 1, column: offset - lineStarts[low] + 1)
    }

    package func range(_ start: Int, _ end: Int) -> SourceRange {
        SourceRange(position(start), position(end))
    }

    package func offset(_ position: SourcePosition) -> Int {
        min(lineStarts[min(position.line, lineStarts.count) - 1] + position.column - 1, scalars.count)
    }

    package func offsets(_ range: SourceRange) -> Range<Int> {
        let start = offset(range.start)
        return start..<max(start, offset(range.end))
    }

    /// The first place of `token` that lies within `bounds`.
    package func find(_ token: [Unicode.Scalar], in bounds: Range<Int>) -> Range<Int>? {
        guard let first = token.first, bounds.count >= token.count else { return nil }
        for start in bounds.lowerBound...(bounds.upperBound - token.count)
        where scalars[start] == first && scalars[start..<start + token.count].elementsEqual(token) {
            return start..<start + token.count
        }
        return nil
    }
}

/// A byte order mark is no part of the text, and editors do not count it as a column.
package func withoutByteOrderMark(_ source: SourceText) -> SourceText {
    guard source.text.unicodeScalars.first == "\u{FEFF}" else { return source }
    return SourceText(file: source.file, text: String(source.text.unicodeScalars.dropFirst()))
}
