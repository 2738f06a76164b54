/// The parts of one instruction's text: keyword, flags, list, words, here-documents. It knows spelling, not meaning.
import Diagnostics

struct DockerCursor {
    private let text: ScriptText
    private var bytes: [UInt8] { text.bytes }
    private var position = 0

    init(_ text: ScriptText) { self.text = text }

    /// What follows, without white space around it.
    var rest: ScriptText {
        var start = position
        while start < bytes.count, bytes[start].isBlank { start += 1 }
        return text.slice(start..<max(start, lastByte))
    }

    /// Where the text ends in the file.
    var end: Int { lastByte == 0 ? 0 : text.origin(lastByte - 1..<lastByte).upperBound }

    private var lastByte: Int {
        var end = bytes.count
        while end > 0, bytes[end - 1].isBlank { end -= 1 }
        return end
    }

    /// In capitals, with its place; empty at the end.
    mutating func keyword() -> (text: String, range: Range<Int>?) {
        skipBlanks()
        let start = position
        while position < bytes.count, !bytes[position].isBlank { position += 1 }
        guard position > start else { return ("", nil) }
        return (
            String(decoding: bytes[start..<position], as: UTF8.self).uppercased(), text.origin(start..<position)
        )
    }

    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position].isBlank { position += 1 }
    }

    /// `--name=value` as many as there are; a flag without a value has its own place.
    mutating func flags() -> [(name: String, value: ReadWord)] {
        var flags: [(name: String, value: ReadWord)] = []
        while true {
            skipBlanks()
            guard position + 2 < bytes.count, bytes[position] == UInt8(ascii: "-"), bytes[position + 1] == bytes[position]
            else { return flags }
            let start = position
            while position < bytes.count, !bytes[position].isBlank { position += 1 }
            let equals = bytes[start..<position].firstIndex(of: UInt8(ascii: "="))
            let name = String(decoding: bytes[start + 2..<(equals ?? position)], as: UTF8.self)
            let value = (equals.map { $0 + 1 } ?? position)..<position
            flags.append(
                (
                    name,
                    ReadWord(
                        text: text.slice(value), range: text.origin(equals == nil ? start..<position : value), isPlain: false)
                ))
        }
    }

    /// The strings of a list in brackets; nil when there is none. `HEALTHCHECK` has it after `CMD`.
    func list(after isHealthcheck: Bool) -> [ReadWord]? {
        let text = isHealthcheck ? afterWord("CMD") : rest
        guard let text else { return nil }
        var cursor = JSONCursor(text)
        return cursor.strings()
    }

    /// What follows a keyword that comes next.
    func afterWord(_ word: String) -> ScriptText? {
        var cursor = self
        return cursor.keyword().text == word ? cursor.rest : nil
    }

    /// Words parted by white space, quotes removed; what they enclose belongs together.
    func words() -> [ReadWord] {
        let text = rest
        let bytes = text.bytes
        var words: [ReadWord] = []
        var index = 0
        while index < bytes.count {
            if bytes[index].isBlank {
                index += 1
                continue
            }
            let start = index
            var word = ScriptText()
            var quote: UInt8?
            while index < bytes.count, quote != nil || !bytes[index].isBlank {
                if let open = quote, bytes[index] == open {
                    quote = nil
                } else if quote == nil, bytes[index] == .singleQuote || bytes[index] == .doubleQuote {
                    quote = bytes[index]
                } else {
                    word.append(text, index..<index + 1)
                }
                index += 1
            }
            words.append(ReadWord(text: word, range: text.origin(start..<index), isPlain: false))
        }
        return words
    }

    /// Nothing but the start of one here-document: its text is the script.
    var isHeredocOnly: Bool {
        let text = rest
        return heredocs().count == 1 && text.bytes.starts(with: "<<".utf8) && !text.bytes.contains { $0.isBlank }
    }

    /// The here-documents that the text begins: words of the form `<<NAME`, `<<-NAME`, `<<"NAME"`, `3<<NAME`.
    func heredocs() -> [ShellHeredoc] {
        let bytes = rest.bytes
        var heredocs: [ShellHeredoc] = []
        var index = 0
        var quote: UInt8?
        while index < bytes.count {
            let byte = bytes[index]
            let isStart = index == 0 || bytes[index - 1].isBlank
            if quote == nil, isStart, let (heredoc, end) = heredoc(bytes, index) {
                heredocs.append(heredoc)
                index = end
                continue
            }
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == .singleQuote || byte == .doubleQuote {
                quote = byte
            } else if byte == .backslash {
                index += 1
            }
            index += 1
        }
        return heredocs
    }

    private func heredoc(_ bytes: [UInt8], _ start: Int) -> (ShellHeredoc, Int)? {
        var index = start
        while index < bytes.count, bytes[index].isDigit { index += 1 }
        guard index + 2 < bytes.count, bytes[index] == UInt8(ascii: "<"), bytes[index + 1] == bytes[index] else {
            return nil
        }
        index += 2
        let dropsTabs = bytes[index] == UInt8(ascii: "-")
        if dropsTabs { index += 1 }
        let quote = index < bytes.count && [.singleQuote, .doubleQuote].contains(bytes[index]) ? bytes[index] : nil
        if quote != nil { index += 1 }
        let name = bytes[index...].prefix { !$0.isBlank && !"<>;&|()'\"".utf8.contains($0) }
        guard !name.isEmpty else { return nil }
        if let quote, name.endIndex >= bytes.count || bytes[name.endIndex] != quote { return nil }
        let heredoc = ShellHeredoc(delimiter: Array(name), isQuoted: quote != nil, dropsTabs: dropsTabs)
        return (heredoc, name.endIndex + (quote == nil ? 0 : 1))
    }
}
