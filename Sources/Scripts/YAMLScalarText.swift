/// The text of a YAML scalar with the origin of each of its bytes: what indentation, folding and escapes took away is put
/// back in its place. It knows YAML's scalar styles, not what a text is for.
///
/// https://yaml.org/spec/1.2.2/#chapter-7-flow-style-productions
import Diagnostics
import YAML

/// Where the text is not spelt as expected, as behind an alias, all of it comes from the scalar's whole place.
func spelledText(_ scalar: YAMLScalar, at range: SourceRange, in source: SourceBytes) -> ScriptText {
    let place = source.offsets(range)
    var spelling = ScalarSpelling(text: Array(scalar.text.utf8), source: source.bytes, place: place, style: scalar.style)
    if let text = spelling.read() { return text }
    var text = ScriptText()
    text.append(scalar.text.utf8, from: place)
    return text
}

private struct ScalarSpelling {
    /// As YAML means it.
    let text: [UInt8]
    let source: [UInt8]
    let place: Range<Int>
    let style: YAMLScalar.Style
    private var result = ScriptText()
    private var done = 0
    private var position: Int

    init(text: [UInt8], source: [UInt8], place: Range<Int>, style: YAMLScalar.Style) {
        self.text = text
        self.source = source
        self.place = place
        self.style = style
        position = place.lowerBound
    }

    mutating func read() -> ScriptText? {
        skipProperties()
        let isSpelt: Bool
        switch style {
        case .literal: isSpelt = readLiteral()
        case .folded: isSpelt = skipHeader() && readFolded()
        case .plain: isSpelt = readFlow(quote: nil)
        case .singleQuoted: isSpelt = readFlow(quote: .singleQuote)
        case .doubleQuoted: isSpelt = readFlow(quote: .doubleQuote)
        }
        return isSpelt && done == text.count ? result : nil
    }

    /// Past an anchor and a tag.
    private mutating func skipProperties() {
        while position < place.upperBound, source[position] == UInt8(ascii: "&") || source[position] == UInt8(ascii: "!") {
            while position < place.upperBound, !source[position].isBlank, source[position] != .newline { position += 1 }
            while position < place.upperBound, source[position].isBlank || source[position] == .newline { position += 1 }
        }
    }

    /// Past the line of `|` or `>`.
    private mutating func skipHeader() -> Bool {
        while position < source.count, source[position] != .newline { position += 1 }
        position += 1
        return position <= source.count
    }

    /// Each line of the text is the end of a line of the file.
    private mutating func readLiteral() -> Bool {
        guard skipHeader() || text.isEmpty else { return false }
        while done < text.count {
            let lineEnd = text[done...].firstIndex(of: .newline) ?? text.count
            var sourceEnd = min(position, source.count)
            while sourceEnd < source.count, source[sourceEnd] != .newline { sourceEnd += 1 }
            let next = sourceEnd + 1
            if sourceEnd > position, source[sourceEnd - 1] == .carriageReturn { sourceEnd -= 1 }
            let start = sourceEnd - (lineEnd - done)
            guard start >= min(position, source.count), source[start..<sourceEnd].elementsEqual(text[done..<lineEnd]) else {
                return false
            }
            result.append(text[done..<lineEnd], at: start)
            if lineEnd < text.count { result.append(CollectionOfOne(.newline), from: sourceEnd..<min(sourceEnd + 1, source.count)) }
            done = min(lineEnd + 1, text.count)
            position = next
        }
        return true
    }

    /// White space with a line feed in it has become other white space; all else is as it is written.
    private mutating func readFolded() -> Bool {
        var isFirst = true
        while done < text.count {
            let start = position
            while position < source.count, source[position].isBlank || source[position] == .newline { position += 1 }
            let space = source[start..<position]
            var end = done
            while end < text.count, text[end].isBlank || text[end] == .newline { end += 1 }
            if space.contains(.newline) || isFirst {
                result.append(text[done..<end], from: start..<position)
            } else {
                guard space.elementsEqual(text[done..<end]) else { return false }
                result.append(text[done..<end], at: start)
            }
            done = end
            isFirst = false
            let wordStart = position
            while position < source.count, !source[position].isBlank, source[position] != .newline { position += 1 }
            let length = min(position - wordStart, text.count - done)
            guard source[wordStart..<wordStart + length].elementsEqual(text[done..<done + length]) else { return false }
            // At the text's end the file goes on with something else.
            guard length == position - wordStart || done + length == text.count else { return false }
            result.append(text[done..<done + length], at: wordStart)
            done += length
            if length == 0, done < text.count, position >= source.count { return false }
        }
        return true
    }

    private mutating func readFlow(quote: UInt8?) -> Bool {
        if let quote {
            guard position < place.upperBound, source[position] == quote else { return false }
            position += 1
        }
        while position < place.upperBound, done < text.count {
            let byte = source[position]
            if byte.isBlank || byte == .newline {
                guard readSpace() else { return false }
            } else if byte == .singleQuote, quote == byte {
                guard position + 1 < place.upperBound, source[position + 1] == byte else { return false }
                guard take(1, from: 2, says: byte) else { return false }
            } else if byte == .backslash, quote == .doubleQuote {
                guard readEscape() else { return false }
            } else {
                guard text[done] == byte else { return false }
                result.append(byte, at: position)
                done += 1
                position += 1
            }
        }
        return true
    }

    /// One line feed is a space, and of several the first is dropped.
    private mutating func readSpace() -> Bool {
        let start = position
        var lines = 0
        while position < place.upperBound, source[position].isBlank || source[position] == .newline {
            if source[position] == .newline { lines += 1 }
            position += 1
        }
        if lines == 0 {
            let length = position - start
            guard text[done...].prefix(length).elementsEqual(source[start..<position]) else { return false }
            result.append(source[start..<position], at: start)
            done += length
            return true
        }
        let expected = lines == 1 ? [UInt8.space] : Array(repeating: .newline, count: lines - 1)
        guard text[done...].starts(with: expected) else { return false }
        result.append(expected, from: start..<position)
        done += expected.count
        return true
    }

    private mutating func take(_ count: Int, from length: Int, says byte: UInt8? = nil) -> Bool {
        guard done + count <= text.count, byte == nil || text[done] == byte else { return false }
        result.append(text[done..<done + count], from: position..<min(position + length, place.upperBound))
        done += count
        position = min(position + length, place.upperBound)
        return true
    }

    private mutating func readEscape() -> Bool {
        guard position + 1 < place.upperBound else { return false }
        switch source[position + 1] {
        case .newline, .carriageReturn:
            // The line goes on at the next one's first character.
            position += 1
            while position < place.upperBound, source[position].isBlank || source[position] == .newline { position += 1 }
            return true
        case UInt8(ascii: "x"): return take(scalarLength, from: 4)
        case UInt8(ascii: "u"): return take(scalarLength, from: 6)
        case UInt8(ascii: "U"): return take(scalarLength, from: 10)
        default: return take(scalarLength, from: 2)
        }
    }

    /// Bytes of the scalar that the text has here.
    private var scalarLength: Int {
        let byte = text[done]
        return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    }
}
