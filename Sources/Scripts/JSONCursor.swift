/// JSON read from left to right, strings with the origin of their bytes. It knows the format, not what it says.
///
/// https://www.rfc-editor.org/rfc/rfc8259

struct JSONCursor {
    let text: ScriptText
    private(set) var position: Int

    init(_ text: ScriptText, at position: Int = 0) {
        self.text = text
        self.position = position
    }

    var next: UInt8? { position < text.bytes.count ? text.bytes[position] : nil }

    mutating func skipSpace() {
        while let byte = next, byte.isBlank || byte == .newline { position += 1 }
    }

    /// Past whatever byte is next.
    mutating func pass() { position = min(position + 1, text.bytes.count) }

    /// Past a mark, if it is next after white space.
    mutating func skip(_ mark: Character) -> Bool {
        skipSpace()
        guard let byte = next, byte == mark.asciiValue else { return false }
        position += 1
        return true
    }

    /// The string that is next after white space; nil when there is none, or it is not closed.
    mutating func string() -> ReadWord? {
        guard skip("\"") else { return nil }
        let start = position - 1
        var value = ScriptText()
        while let byte = next {
            if byte == .doubleQuote {
                position += 1
                return ReadWord(text: value, range: text.origin(start..<position), isPlain: false)
            }
            if byte == .newline { return nil }
            guard byte == .backslash else {
                let run = position
                while let byte = next, byte != .doubleQuote, byte != .backslash, byte != .newline { position += 1 }
                value.append(text, run..<position)
                continue
            }
            guard let (scalar, length) = escape() else { return nil }
            value.append(String(scalar).utf8, from: text.origin(position..<position + length))
            position += length
        }
        return nil
    }

    /// An escape sequence's scalar and its length.
    private func escape() -> (Unicode.Scalar, Int)? {
        guard position + 1 < text.bytes.count else { return nil }
        switch text.bytes[position + 1] {
        case UInt8(ascii: "n"): return ("\n", 2)
        case UInt8(ascii: "t"): return ("\t", 2)
        case UInt8(ascii: "r"): return ("\r", 2)
        case UInt8(ascii: "b"): return ("\u{8}", 2)
        case UInt8(ascii: "f"): return ("\u{C}", 2)
        case .doubleQuote: return ("\"", 2)
        case .backslash: return ("\\", 2)
        case UInt8(ascii: "/"): return ("/", 2)
        case UInt8(ascii: "u"):
            guard let first = hexadecimal(position + 2) else { return nil }
            if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
            guard (0xD800..<0xDC00).contains(first), position + 7 < text.bytes.count,
                text.bytes[position + 6] == .backslash, text.bytes[position + 7] == UInt8(ascii: "u"),
                let second = hexadecimal(position + 8), (0xDC00..<0xE000).contains(second)
            else { return ("\u{FFFD}", 6) }
            let code = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
            return Unicode.Scalar(code).map { ($0, 12) }
        default: return nil
        }
    }

    private func hexadecimal(_ start: Int) -> UInt16? {
        guard start + 4 <= text.bytes.count, text.bytes[start..<start + 4].allSatisfy({ $0 != UInt8(ascii: "+") }) else {
            return nil
        }
        return UInt16(String(decoding: text.bytes[start..<start + 4], as: UTF8.self), radix: 16)
    }

    /// Past the value that is next, whatever it is. Brackets are counted, so that no depth is too deep.
    mutating func skipValue() -> Bool {
        var depth = 0
        repeat {
            skipSpace()
            guard let byte = next else { return false }
            switch byte {
            case .doubleQuote: guard string() != nil else { return false }
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                position += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                guard depth > 0 else { return false }
                depth -= 1
                position += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { return false }
                position += 1
            default:
                while let byte = next, !byte.isBlank, byte != .newline, !",:[]{}\"".utf8.contains(byte) { position += 1 }
            }
        } while depth > 0
        return true
    }

    /// A list of strings and nothing else, to the text's end.
    mutating func strings() -> [ReadWord]? {
        guard skip("[") else { return nil }
        var strings: [ReadWord] = []
        if !skip("]") {
            repeat {
                guard let string = string() else { return nil }
                strings.append(string)
            } while skip(",")
            guard skip("]") else { return nil }
        }
        skipSpace()
        return next == nil ? strings : nil
    }
}
