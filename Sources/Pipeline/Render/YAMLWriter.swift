/// Writes YAML line by line, so that any YAML reader, of version 1.1 too, reads what was meant; it knows no key.
import YAML

struct YAMLWriter {
    private(set) var text = ""
    private var indent = ""

    mutating func comment(_ comment: String) {
        for line in comment.split(separator: "\n", omittingEmptySubsequences: false) {
            text += line.isEmpty ? "\(indent)#\n" : "\(indent)# \(line)\n"
        }
    }

    mutating func blankLine() { text += "\n" }

    /// `value` is YAML already.
    mutating func entry(_ key: String, _ value: String) {
        text += "\(indent)\(Self.scalar(key)): \(value)\n"
    }

    mutating func mapping(_ key: String, _ content: (inout YAMLWriter) -> Void) {
        text += "\(indent)\(Self.scalar(key)):\n"
        indent += "  "
        content(&self)
        indent.removeLast(2)
    }

    mutating func string(_ key: String, _ value: String) {
        guard let block = Self.block(value) else { return entry(key, Self.scalar(value)) }
        text += "\(indent)\(Self.scalar(key)): \(block.header)\n"
        for line in block.lines { text += line.isEmpty ? "\n" : "\(indent)  \(line)\n" }
    }

    mutating func list(_ key: String, _ values: [String]) {
        entry(key, "[\(values.map { Self.scalar($0, inFlow: true) }.joined(separator: ", "))]")
    }

    /// One value without brackets.
    mutating func oneOrMany(_ key: String, _ values: [String]) {
        if values.count == 1 { string(key, values[0]) } else { list(key, values) }
    }

    /// Plain where that is safe, else in double quotes.
    static func scalar(_ text: String, inFlow: Bool = false) -> String {
        isPlain(text, inFlow: inFlow) ? text : JSON.quote(text)
    }

    /// Narrower than YAML allows: what begins with a digit could be a number or a date to someone, `no` a boolean.
    private static func isPlain(_ text: String, inFlow: Bool) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, YAMLScalar.Value(plain: text) == .string,
            !["y", "n", "yes", "no", "on", "off"].contains(text.lowercased())
        else { return false }
        let beginsWell =
            first.isLetter || "_/".utf8.contains(first) || text == "." || text.hasPrefix("./") || text.hasPrefix("../")
        let beginsAsFlag = bytes.count > 1 && first == UInt8(ascii: "-") && (bytes[1].isLetter || bytes[1] == first)
        guard beginsWell || beginsAsFlag, last != UInt8(ascii: ":"), last != UInt8(ascii: " ") else { return false }
        let signs = inFlow ? "_./-+@=:~%^*;()" : "_./-+@=:~%^*;()$,{}[]|\"' "
        guard bytes.allSatisfy({ $0.isLetterOrDigit || signs.utf8.contains($0) }) else { return false }
        return !text.contains(": ") && !text.contains("---")
    }

    /// A text of several lines as a literal block; nil where a block would not keep every character.
    private static func block(_ text: String) -> (header: String, lines: [Substring])? {
        let scalars = text.unicodeScalars
        guard scalars.contains("\n"), let first = scalars.first, !first.properties.isWhitespace,
            scalars.allSatisfy({
                $0 == "\n" || $0 == "\t" || (" "..."~").contains($0) || ("\u{A1}"..."\u{1FFF}").contains($0)
            })
        else { return nil }
        var body = text[...]
        let endsLine = body.hasSuffix("\n")
        if endsLine { body = body.dropLast() }
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.last?.allSatisfy({ $0 == " " || $0 == "\t" }) == false,
            lines.allSatisfy({ $0.isEmpty || !$0.allSatisfy { $0 == " " || $0 == "\t" } })
        else { return nil }
        return (endsLine ? "|" : "|-", lines)
    }
}
