/// The grammar that go.mod and go.work share: lines, blocks, words, strings, comments; it knows no directive's meaning.
///
/// Source of the format: "go.mod files, Lexical elements and Grammar" in the Go Modules Reference, and what the go
/// command does where that is silent.
import Diagnostics

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
        // Comments since the last line; in a block a blank line counts, as nil: behind it the block's own say nothing.
        var above: [String?] = []
        for (index, text) in source.lines.enumerated() {
            guard !isConflictMark(text) else {
                let whole = SourceRange(line: index + 1, column: 1, length: text.unicodeScalars.count)
                report("syntax", at: whole, "an unresolved merge conflict", help: "keep what is right of both sides")
                continue
            }
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
            let comments = (above + [scanned.comment]).compactMap(\.self)
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
                            comments: isBare ? open.comments : comments, suffix: scanned.comment, range: range))
                }
            } else if last.text == "(", scanned.tokens.count > 1 {
                block = open(scanned.tokens.dropLast(), comments: above.compactMap(\.self))
            } else if last.text == ")", scanned.tokens.count > 2, scanned.tokens[scanned.tokens.count - 2].text == "(" {
                _ = open(scanned.tokens.dropLast(2), comments: [])
            } else {
                lines.append(
                    ModLine(
                        verb: first, arguments: Array(scanned.tokens.dropFirst()),
                        comments: comments, suffix: scanned.comment, range: range))
            }
        }
        if let block {
            report(
                "syntax", at: block.verb.range, "the block of \"\(block.verb.text)\" is never closed",
                help: "end it with a line \")\"")
        }
    }

    private mutating func open(_ head: ArraySlice<ModToken>, comments: [String]) -> Block {
        let verb = head[0]
        let isKnown = head.count == 1 && dialect.blocks.contains(verb.text)
        if head.count > 1 {
            report(
                "syntax", at: head[1].range,
                "nothing stands between \"\(verb.text)\" and the parenthesis that opens its block")
        } else if !isKnown, dialect.directives.contains(verb.text) {
            report(
                "syntax", at: verb.range, "\"\(verb.text)\" has no block form", help: "write it on a line of its own")
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
