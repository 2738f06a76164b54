/// A source line and the carets under it, both in terminal cells; it knows columns and widths, not diagnostics.
import Diagnostics

struct QuotedLine {
    /// The line with its tabs expanded, cut around the marked part when it is wider than allowed.
    private(set) var text = ""
    /// The spaces before the carets.
    private(set) var indentation = ""
    private(set) var carets = ""
    /// ` to line 17`, for a range that goes on.
    private(set) var remark = ""

    private struct Glyph {
        var text: String
        var start: Int
        var width: Int
        var end: Int { start + width }
    }

    init(_ line: String, marking range: SourceRange, width: Int) {
        let (glyphs, glyphOfScalar) = Self.layOut(line)
        let lineEnd = glyphs.last?.end ?? 0
        let lastLine = range.end.column <= 1 ? range.end.line - 1 : range.end.line
        let goesOn = lastLine > range.start.line
        // Columns past the end of the line mean the place just behind it.
        let first = min(max(0, range.start.column - 1), glyphOfScalar.count)
        let isOneLine = range.end.line == range.start.line
        let last = isOneLine ? min(range.end.column - 1, glyphOfScalar.count) : glyphOfScalar.count
        let start = first < glyphOfScalar.count ? glyphs[glyphOfScalar[first]].start : lineEnd
        let end = max(start + 1, last > first ? glyphs[glyphOfScalar[last - 1]].end : start)

        let window = Self.window(start: start, end: end, lineEnd: lineEnd, width: width)
        let isCutBefore = window.lowerBound > 0
        let isCutAfter = window.upperBound < lineEnd
        let shown = (window.lowerBound + (isCutBefore ? 1 : 0))..<(window.upperBound - (isCutAfter ? 1 : 0))
        text = isCutBefore ? "…" : ""
        for glyph in glyphs where glyph.start < shown.upperBound && glyph.end > shown.lowerBound {
            let isWhole = glyph.start >= shown.lowerBound && glyph.end <= shown.upperBound
            let visible = min(glyph.end, shown.upperBound) - max(glyph.start, shown.lowerBound)
            text += isWhole ? glyph.text : String(repeating: " ", count: visible)
        }
        text += isCutAfter ? "…" : ""
        indentation = String(repeating: " ", count: start - window.lowerBound)
        carets = String(repeating: "^", count: max(1, min(end, max(window.upperBound, start + 1)) - start))
        remark = goesOn ? " to line \(lastLine)" : ""
    }

    /// Tabs stand at every fourth cell. The second value says which glyph each scalar, a column, belongs to.
    private static func layOut(_ line: String) -> ([Glyph], [Int]) {
        var glyphs: [Glyph] = []
        var glyphOfScalar: [Int] = []
        var cell = 0
        for character in visibleText(line) {
            let width = character == "\t" ? 4 - cell % 4 : character.cells
            let text = character == "\t" ? String(repeating: " ", count: width) : String(character)
            glyphOfScalar += Array(repeating: glyphs.count, count: character.unicodeScalars.count)
            glyphs.append(Glyph(text: text, start: cell, width: width))
            cell += width
        }
        return (glyphs, glyphOfScalar)
    }

    /// The cells to show: all of a line that fits, else `width` of them with the marked part in the middle, or its
    /// beginning when it is too wide itself.
    private static func window(start: Int, end: Int, lineEnd: Int, width: Int) -> Range<Int> {
        let needed = max(lineEnd, start + 1)
        guard needed > width else { return 0..<needed }
        let marked = end - start
        let before = marked <= width - 8 ? (width - marked) / 2 : 4
        let from = min(max(0, start - before), needed - width)
        return from..<(from + width)
    }
}
