/// Edits of a file's text: made where the text says what a rule takes it to say, and applied from the end to the start.
import Diagnostics
import Scripts

extension SourceText {
    /// The text of a range; nil when it goes over the text's end.
    func text(in range: SourceRange) -> String? {
        guard let span = scalarRange(range) else { return nil }
        return String(text.unicodeScalars[span])
    }

    func scalarRange(_ range: SourceRange) -> Range<String.Index>? {
        guard let start = index(of: range.start), let end = index(of: range.end), start <= end else { return nil }
        return start..<end
    }

    private func index(of position: SourcePosition) -> String.Index? {
        guard lines.indices.contains(position.line - 1) else { return nil }
        let line = lines[position.line - 1]
        return line.unicodeScalars.index(line.startIndex, offsetBy: position.column - 1, limitedBy: line.endIndex)
    }

    /// The place of `part` inside a one-line range, nearest to its end; the range itself where it is not written so.
    func place(of part: String, in range: SourceRange) -> SourceRange {
        guard !part.isEmpty, range.start.line == range.end.line, let span = scalarRange(range) else { return range }
        let scalars = Array(text.unicodeScalars[span])
        let wanted = Array(part.unicodeScalars)
        guard scalars.count >= wanted.count,
            let offset = (0...(scalars.count - wanted.count)).last(where: { Array(scalars[$0..<($0 + wanted.count)]) == wanted })
        else { return range }
        return SourceRange(line: range.start.line, column: range.start.column + offset, length: wanted.count)
    }
}

extension PolicyWorld {
    /// Nil where the file does not have the word as it is, for instance because a variable was filled in.
    func edit(_ word: ScriptWord, of file: ReadFile, to replacement: String) -> TextEdit? {
        guard let text = file.source.text(in: word.range) else { return nil }
        if text == word.text { return TextEdit(file: file.file, range: word.range, replacement: replacement) }
        for quote in ["\"", "'"] where text == "\(quote)\(word.text)\(quote)" {
            return TextEdit(file: file.file, range: word.range, replacement: "\(quote)\(replacement)\(quote)")
        }
        return nil
    }

    /// The same for a part of a word.
    func edit(_ part: String, in word: ScriptWord, of file: ReadFile, to replacement: String) -> TextEdit? {
        let place = file.source.place(of: part, in: word.range)
        guard file.source.text(in: place) == part else { return nil }
        return TextEdit(file: file.file, range: place, replacement: replacement)
    }
}

/// Applies as many fixes as do not overlap, first come, first served. Returns the new texts by file and the fixes made.
package func apply(_ fixes: [Fix], read: (String) -> String?) -> (texts: [String: String], applied: [Fix]) {
    var taken: [String: [SourceRange]] = [:]
    var edits: [String: [TextEdit]] = [:]
    var applied: [Fix] = []
    for fix in fixes {
        let isFree = fix.edits.allSatisfy { edit in
            // Insertions at one place stand side by side.
            !(taken[edit.file] ?? []).contains { $0.start < edit.range.end && edit.range.start < $0.end }
        }
        guard isFree else { continue }
        for edit in fix.edits {
            taken[edit.file, default: []].append(edit.range)
            edits[edit.file, default: []].append(edit)
        }
        applied.append(fix)
    }
    var texts: [String: String] = [:]
    for (file, edits) in edits {
        guard let text = read(file) else { continue }
        let source = SourceText(file: file, text: text)
        var result = text
        // From the end, so that what is before keeps its place; of several at one place the last first.
        for (_, edit) in edits.enumerated().sorted(by: { ($1.element.range.start, $1.offset) < ($0.element.range.start, $0.offset) }) {
            guard let span = source.scalarRange(edit.range) else { continue }
            result.unicodeScalars.replaceSubrange(span, with: edit.replacement.unicodeScalars)
        }
        texts[file] = result
    }
    return (texts, applied)
}
