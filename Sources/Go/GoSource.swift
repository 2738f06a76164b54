/// The head of a Go source file, and its directives: enough to tell what a folder holds without asking the go command.
///
/// Not a parser: it skips strings and comments rightly, and looks at the tokens outside of all braces.

package struct GoHead: Hashable, Sendable {
    /// A `//go:generate` line.
    package struct GenerateDirective: Hashable, Sendable {
        /// From 1.
        package var line: Int
        /// Unquoted, but with `$GOFILE` and the like as written. A `-command` line defines a shorthand for later ones.
        package var words: [String]

        package init(line: Int, words: [String]) {
            self.line = line
            self.words = words
        }
    }

    /// Nil when there is no package clause.
    package var packageName: String?
    /// Import paths in order, `C` among them when the file uses cgo.
    package var imports: [String] = []
    /// `//go:build` and `// +build` lines above the package clause, whole.
    package var buildConstraints: [String] = []
    package var generateDirectives: [GenerateDirective] = []
    /// Of `//go:embed`; they only count in a file that imports `embed`.
    package var embedPatterns: [String] = []
    /// There is a `func main()` that is no method.
    package var hasMain = false

    package init() {}
}

package func scanGoHead(_ bytes: some Collection<UInt8>) -> GoHead {
    var scanner = GoScanner(Array(bytes))
    scanner.scan()
    scanner.head.generateDirectives = generateDirectives(scanner.bytes)
    if !scanner.head.imports.contains("embed") { scanner.head.embedPatterns = [] }
    return scanner.head
}

private struct GoScanner {
    let bytes: [UInt8]
    var head = GoHead()
    private var position = 0

    init(_ bytes: [UInt8]) {
        // A byte order mark may stand before the first line.
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// Texts are places: few of them are ever looked at.
    private enum Token {
        case word(Range<Int>)
        /// With its quotes.
        case string(Range<Int>)
        case mark(UInt8)
    }

    mutating func scan() {
        var depth = 0
        // Tokens of the declaration at hand outside of braces, as far as they matter: the last one, and that before it.
        var (last, before): (Token?, Token?) = (nil, nil)
        while let token = next() {
            switch token {
            case .mark(UInt8(ascii: "{")): depth += 1
            case .mark(UInt8(ascii: "}")):
                depth = max(0, depth - 1)
                (last, before) = (nil, nil)
                continue
            default: break
            }
            guard depth == 0 else { continue }
            switch token {
            case .word where head.packageName != nil && isWord(token, "import"): readImports()
            case .word(let name) where head.packageName == nil && isWord(last, "package"): head.packageName = text(name)
            case .mark(UInt8(ascii: "(")) where isWord(before, "func") && isWord(last, "main"): head.hasMain = true
            default: break
            }
            (last, before) = (token, last)
        }
    }

    private func isWord(_ token: Token?, _ word: StaticString) -> Bool {
        guard case .word(let place)? = token, place.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { $0.elementsEqual(bytes[place]) }
    }

    /// What follows `import`: one path, or a block of them, each perhaps with a name in front.
    private mutating func readImports() {
        var isBlock = false
        while true {
            let start = position
            guard let token = next() else { return }
            switch token {
            case .string(let literal):
                if let path = unquoteGo(text(literal)) { head.imports.append(path) }
                if !isBlock { return }
            case .mark(UInt8(ascii: "(")): isBlock = true
            case .mark(UInt8(ascii: ")")): return
            case .mark(UInt8(ascii: ".")), .mark(UInt8(ascii: ";")): continue
            case .word(let word) where !["func", "var", "const", "type"].contains(text(word)): continue
            default:
                position = start
                return
            }
        }
    }

    private mutating func next() -> Token? {
        while position < bytes.count {
            let start = position
            let byte = bytes[start]
            switch byte {
            case UInt8(ascii: "/") where peek == UInt8(ascii: "/"):
                position = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
                comment(start..<position)
            case UInt8(ascii: "/") where peek == UInt8(ascii: "*"):
                position += 2
                while position < bytes.count,
                    !(bytes[position - 1] == UInt8(ascii: "*") && bytes[position] == UInt8(ascii: "/")
                        && position > start + 2)
                {
                    position += 1
                }
                position = min(position + 1, bytes.count)
            case UInt8(ascii: "`"):
                position = bytes[(start + 1)...].firstIndex(of: byte).map { $0 + 1 } ?? bytes.count
                return .string(start..<position)
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                position += 1
                while position < bytes.count, bytes[position] != byte, bytes[position] != UInt8(ascii: "\n") {
                    position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                position = min(position + 1, bytes.count)
                return .string(start..<position)
            case _ where isWordByte(byte):
                while position < bytes.count, isWordByte(bytes[position]) { position += 1 }
                return .word(start..<position)
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): position += 1
            default:
                position += 1
                return .mark(byte)
            }
        }
        return nil
    }

    private var peek: UInt8? { position + 1 < bytes.count ? bytes[position + 1] : nil }

    private func text(_ place: Range<Int>) -> String { String(decoding: bytes[place], as: UTF8.self) }

    private mutating func comment(_ place: Range<Int>) {
        // All that counts begins so, but for build constraints of old.
        guard head.packageName == nil || bytes[place].starts(with: "//go:".utf8) else { return }
        var text = text(place)
        if text.utf8.last == UInt8(ascii: "\r") { text = String(text.unicodeScalars.dropLast()) }
        if head.packageName == nil, isBuildConstraint(text) { head.buildConstraints.append(text) }
        if let rest = arguments(of: "//go:embed", in: text), let patterns = embedPatterns(rest) {
            head.embedPatterns += patterns
        }
    }
}

/// Letters outside of ASCII are words too, as any byte above 127 outside of strings and comments is.
private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"), 128...255:
        return true
    default: return false
    }
}

private func isBuildConstraint(_ comment: String) -> Bool {
    if arguments(of: "//go:build", in: comment) != nil { return true }
    let words = comment.dropFirst(2).split(whereSeparator: { $0 == " " || $0 == "\t" })
    return words.first == "+build"
}

/// What follows a directive's name and the space behind it; nil when `text` is another directive.
private func arguments(of name: String, in text: String) -> Substring? {
    guard text.hasPrefix(name) else { return nil }
    let rest = text.dropFirst(name.count)
    return rest.first == " " || rest.first == "\t" ? rest : nil
}

/// Words, or Go strings of either kind; nil when malformed, for then the go command passes the whole line over.
private func embedPatterns(_ text: Substring) -> [String]? {
    var rest = text
    var patterns: [String] = []
    while true {
        rest = rest.drop(while: \.isWhitespace)
        guard let first = rest.first else { return patterns }
        guard first == "\"" || first == "`" else {
            let word = rest.prefix { !$0.isWhitespace }
            patterns.append(String(word))
            rest = rest[word.endIndex...]
            continue
        }
        guard let end = endOfString(rest), let pattern = unquoteGo(rest[..<end]),
            end == rest.endIndex || rest[end].isWhitespace
        else { return nil }
        patterns.append(pattern)
        rest = rest[end...]
    }
}

/// Behind the closing quote of the string that `text` begins with.
private func endOfString(_ text: Substring) -> Substring.Index? {
    guard let quote = text.first else { return nil }
    var index = text.index(after: text.startIndex)
    while index < text.endIndex {
        if text[index] == quote { return text.index(after: index) }
        if text[index] == "\\", quote == "\"" { index = text.index(after: index) }
        if index < text.endIndex { index = text.index(after: index) }
    }
    return nil
}

/// As `go generate` finds them: by looking at the start of every line, in comments and raw strings too. Lines it would
/// reject (no words, a bad quotation) are left out.
private func generateDirectives(_ bytes: [UInt8]) -> [GoHead.GenerateDirective] {
    let mark = Array("//go:generate".utf8)
    var directives: [GoHead.GenerateDirective] = []
    var (number, next) = (0, 0)
    while next < bytes.count {
        let start = next
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        (number, next) = (number + 1, end + 1)
        let line = bytes[start..<end]
        guard line.starts(with: mark) else { continue }
        var text = String(decoding: line, as: UTF8.self)
        if text.utf8.last == UInt8(ascii: "\r") { text = String(text.unicodeScalars.dropLast()) }
        guard let rest = arguments(of: "//go:generate", in: text), let words = generateWords(rest), !words.isEmpty
        else {
            continue
        }
        directives.append(GoHead.GenerateDirective(line: number, words: words))
    }
    return directives
}

/// Words parted by spaces and tabs; one that begins with a double quote is a Go string, and ends at its closing quote.
private func generateWords(_ text: Substring) -> [String]? {
    var rest = text
    var words: [String] = []
    while true {
        rest = rest.drop { $0 == " " || $0 == "\t" }
        guard let first = rest.first else { return words }
        guard first == "\"" else {
            let word = rest.prefix { $0 != " " && $0 != "\t" }
            words.append(String(word))
            rest = rest[word.endIndex...]
            continue
        }
        guard let end = endOfString(rest), let word = unquoteGo(rest[..<end]),
            end == rest.endIndex || rest[end] == " " || rest[end] == "\t"
        else { return nil }
        words.append(word)
        rest = rest[end...]
    }
}
