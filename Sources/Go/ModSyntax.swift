/// The grammar that go.mod and go.work share: lines, blocks, words, strings, comments; it knows no directive's meaning.
///
/// Source of the format: "go.mod files, Lexical elements and Grammar" in the Go Modules Reference, and what the go
/// command does where that is silent.
import Diagnostics

/// A word, a string or a punctuation mark, as written.
struct ModToken {
    var text: String
    var range: SourceRange
}

/// One directive with its arguments: a line of its own, or a line of a block (`verb` is then the block's).
struct ModLine {
    var verb: ModToken
    var arguments: [ModToken]
    /// The comments that belong to it (those above and the one behind it, else those of its block), without slashes.
    var comments: [String]
    /// The comment at its end, without slashes.
    var suffix: String?
    /// From its first token on this line to its last.
    var range: SourceRange
}

/// Which of the two files is read: their names in messages and ids, their words.
struct ModDialect {
    var name: String
    var directives: [String]
    /// The directives that may have a block.
    var blocks: Set<String>

    static let mod = ModDialect(
        name: "mod",
        directives: [
            "module", "go", "toolchain", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore",
        ],
        blocks: ["module", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore"])

    static let work = ModDialect(
        name: "work", directives: ["go", "toolchain", "godebug", "use", "replace"],
        blocks: ["godebug", "use", "replace"])

    func id(_ what: String) -> String { "go/\(name)-\(what)" }
}

/// All lines that can be understood; each that cannot is a diagnostic and left out.
struct ModSyntax {
    private(set) var lines: [ModLine] = []
    private(set) var diagnostics: [Diagnostic] = []
    let source: SourceText
    let dialect: ModDialect

    var file: String { source.file }

    init(_ source: SourceText, _ dialect: ModDialect) {
        self.source = source
        self.dialect = dialect
        read()
    }

    private struct Block {
        var verb: ModToken
        /// False when its lines are to be passed over, as the block itself was reported.
        var isKnown: Bool
        var comments: [String]
        var hasLines = false
    }

    private mutating func read() {
        var block: Block?
        // Comments since the last line; nil stands for a blank line, which parts a comment from what is below it.
        var above: [String?] = []
        for (index, text) in source.lines.enumerated() {
            let scanned: ScannedLine
            do {
                scanned = try scanLine(Array(text.unicodeScalars), number: index + 1)
            } catch {
                report("syntax", at: error.range, error.message)
                above = []
                continue
            }
            guard let first = scanned.tokens.first, let last = scanned.tokens.last else {
                if let comment = scanned.comment {
                    above.append(comment)
                } else if block?.hasLines == true || block != nil && !above.isEmpty {
                    above.append(nil)
                } else {
                    above = []
                }
                continue
            }
            let range = SourceRange(first.range.start, last.range.end)
            defer { above = [] }
            if let open = block {
                if first.text == ")" {
                    if scanned.tokens.count > 1 {
                        report("syntax", at: scanned.tokens[1].range, "a closing parenthesis stands alone on its line")
                    }
                    block = nil
                } else if open.isKnown {
                    block?.hasLines = true
                    let isBare = above.isEmpty && scanned.comment == nil
                    lines.append(
                        ModLine(
                            verb: open.verb, arguments: scanned.tokens,
                            comments: isBare ? open.comments : above.compactMap(\.self) + [scanned.comment].compactMap(\.self),
                            suffix: scanned.comment, range: range))
                }
            } else if last.text == "(", scanned.tokens.count > 1 {
                block = open(scanned.tokens.dropLast(), comments: above.compactMap(\.self))
            } else if last.text == ")", scanned.tokens.count > 2, scanned.tokens[scanned.tokens.count - 2].text == "(" {
                _ = open(scanned.tokens.dropLast(2), comments: [])
            } else {
                lines.append(
                    ModLine(
                        verb: first, arguments: Array(scanned.tokens.dropFirst()),
                        comments: above.compactMap(\.self) + [scanned.comment].compactMap(\.self),
                        suffix: scanned.comment, range: range))
            }
        }
        if let block {
            report("syntax", at: block.verb.range, "the block of \"\(block.verb.text)\" is never closed", help: "end it with a line \")\"")
        }
    }

    private mutating func open(_ head: ArraySlice<ModToken>, comments: [String]) -> Block {
        let verb = head[0]
        let isKnown = head.count == 1 && dialect.blocks.contains(verb.text)
        if head.count > 1 {
            report("syntax", at: head[1].range, "nothing stands between \"\(verb.text)\" and the parenthesis that opens its block")
        } else if !isKnown, dialect.directives.contains(verb.text) {
            report("syntax", at: verb.range, "\"\(verb.text)\" has no block form", help: "write it on a line of its own")
        } else if !isKnown {
            reportUnknown(verb)
        }
        return Block(verb: verb, isKnown: isKnown, comments: comments)
    }

    mutating func reportUnknown(_ verb: ModToken) {
        report(
            "unknown-directive", at: verb.range, "unknown directive \"\(verb.text)\"",
            help: nearestName(to: verb.text, among: dialect.directives).map { "did you mean \"\($0)\"?" })
    }

    mutating func report(
        _ what: String, at range: SourceRange, _ message: String, notes: [Diagnostic.Note] = [], help: String? = nil
    ) {
        diagnostics.append(source.diagnostic(dialect.id(what), at: range, message, notes: notes, help: help))
    }
}

private struct ScannedLine {
    var tokens: [ModToken] = []
    /// Without slashes and the spaces around.
    var comment: String?
}

private struct ScanError: Error {
    var range: SourceRange
    var message: String
}

private func scanLine(_ scalars: [Unicode.Scalar], number: Int) throws(ScanError) -> ScannedLine {
    func range(_ start: Int, _ end: Int) -> SourceRange { SourceRange(line: number, column: start + 1, length: end - start) }
    func text(_ start: Int, _ end: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<end])
        return String(view)
    }
    func starts(_ mark: Unicode.Scalar, at index: Int) -> Bool {
        scalars[index] == "/" && index + 1 < scalars.count && scalars[index + 1] == mark
    }

    var line = ScannedLine()
    var position = 0
    while position < scalars.count {
        let start = position
        let scalar = scalars[start]
        switch scalar {
        case " ", "\t", "\r": position += 1
        case "/" where starts("/", at: start):
            line.comment = trimmed(scalars[(start + 2)...])
            return line
        case "(", ")", "[", "]", "{", "}", ",":
            position += 1
            line.tokens.append(ModToken(text: text(start, position), range: range(start, position)))
        case "\"", "`":
            position += 1
            while position < scalars.count, scalars[position] != scalar {
                position += scalars[position] == "\\" && scalar == "\"" ? 2 : 1
            }
            guard position < scalars.count else {
                throw ScanError(range: range(start, scalars.count), message: "a string ends on the line it begins on")
            }
            position += 1
            line.tokens.append(ModToken(text: text(start, position), range: range(start, position)))
        default:
            while position < scalars.count, isWordScalar(scalars[position]), !starts("/", at: position) {
                if starts("*", at: position) {
                    throw ScanError(range: range(position, position + 2), message: "comments begin with //, not with /*")
                }
                position += 1
            }
            guard position > start else {
                let hex = String(scalar.value, radix: 16, uppercase: true)
                let code = String(repeating: "0", count: max(0, 4 - hex.count)) + hex
                throw ScanError(range: range(start, start + 1), message: "unexpected character U+\(code)")
            }
            line.tokens.append(ModToken(text: text(start, position), range: range(start, position)))
        }
    }
    return line
}

private func trimmed(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    let body = scalars.drop(while: \.properties.isWhitespace)
    var view = String.UnicodeScalarView()
    view.append(contentsOf: body[..<(body.lastIndex { !$0.properties.isWhitespace }.map { $0 + 1 } ?? body.startIndex)])
    return String(view)
}

/// Printable, not a space, not one of the marks that stand alone.
private func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "(", ")", "[", "]", "{", "}", ",": return false
    case "!"..."~": return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
        .nonspacingMark, .spacingMark, .enclosingMark,
        .decimalNumber, .letterNumber, .otherNumber,
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
        .finalPunctuation, .otherPunctuation,
        .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
        return true
    default: return false
    }
}
