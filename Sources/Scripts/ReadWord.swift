/// A word while it is read: its text after quote removal, where it stands, whether it was quoted. It knows no command.
import Diagnostics

struct ReadWord: Sendable {
    var text: ScriptText
    /// In the file, quotes included.
    var range: Range<Int>
    /// Neither quotes nor expansions: only such a word may be a keyword.
    var isPlain: Bool

    /// Its text, if nothing in it is left to be expanded.
    var literal: String? { text.isLiteral ? text.string : nil }

    /// Whether it is plain, and this.
    func says(_ word: StaticString) -> Bool {
        isPlain && text.bytes.count == word.utf8CodeUnitCount
            && word.withUTF8Buffer { $0.elementsEqual(text.bytes) }
    }

    func word(in source: SourceBytes) -> ScriptWord {
        ScriptWord(text.string, isLiteral: text.isLiteral, at: source.range(range))
    }

    /// `NAME=value` and `NAME+=value`, parted. Nil when it is neither.
    var assignment: ShellAssignment? {
        guard let equals = text.bytes.firstIndex(of: UInt8(ascii: "=")), equals > 0 else { return nil }
        let appends = text.bytes[equals - 1] == UInt8(ascii: "+")
        let name = text.bytes[..<(appends ? equals - 1 : equals)]
        guard name.isName, text.holes.first.map({ $0.lowerBound > equals }) ?? true else { return nil }
        let start = min(text.origin(equals..<equals + 1).upperBound, range.upperBound)
        let value = ReadWord(
            text: text.slice(equals + 1..<text.bytes.count), range: max(start, range.lowerBound)..<range.upperBound,
            isPlain: isPlain)
        return ShellAssignment(name: String(decoding: name, as: UTF8.self), value: value, range: range, appends: appends)
    }
}

struct ShellAssignment: Sendable {
    var name: String
    var value: ReadWord
    /// Of the whole word.
    var range: Range<Int>
    var appends: Bool

    func assignment(in source: SourceBytes) -> ScriptAssignment { ScriptAssignment(name, value.word(in: source)) }
}
