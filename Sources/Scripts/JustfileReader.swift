/// A justfile's text to the commands of its recipes. It knows just's lines, strings and settings, not what just does.
///
/// https://just.systems/man/en/grammar.html
import Diagnostics

struct JustfileReader {
    private let sink: ScriptSink
    private let source: SourceBytes
    private let bytes: [UInt8]
    private var position = 0
    /// Set to a string; nil when it is set to something else, or twice.
    private var variables: [String: [UInt8]?] = [:]
    private var exports: [ScriptAssignment] = []
    private var isPOSIX = true
    private var folder: String?
    private var recipes: [Recipe] = []

    private struct Recipe {
        var name: String
        var parameters: [String]
        var lines: [Range<Int>]
        var changesFolder: Bool
    }

    init(_ sink: ScriptSink) {
        self.sink = sink
        source = sink.source
        bytes = sink.source.bytes
        folder = sink.folder
    }

    mutating func read() {
        var attributes: [String] = []
        while position < bytes.count {
            let end = source.lineEnd(position)
            let line = trimmed(position..<end)
            position = end + 1
            guard let first = line.first.map({ bytes[$0] }) else { continue }
            if first == .hash {
                sink.addComment(line, mark: 1)
            } else if first == UInt8(ascii: "[") {
                attributes.append(String(decoding: bytes[line], as: UTF8.self))
            } else if bytes[line.lowerBound..<line.upperBound].starts(with: "set ".utf8) {
                readSetting(line)
            } else if let colon = headingEnd(line), colon + 1 < line.upperBound, bytes[colon + 1] == UInt8(ascii: "=") {
                readAssignment(line, colon)
            } else if let colon = headingEnd(line) {
                readRecipe(line, colon, attributes)
                attributes = []
            }
        }
        for recipe in recipes { read(recipe) }
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, bytes[start].isBlank { start += 1 }
        while end > start, bytes[end - 1].isBlank { end -= 1 }
        return start..<end
    }

    /// The colon that ends what is declared: outside of strings.
    private func headingEnd(_ line: Range<Int>) -> Int? {
        var quote: UInt8?
        for index in line {
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == .singleQuote || byte == .doubleQuote || byte == .backquote {
                quote = byte
            } else if byte == .hash {
                return nil
            } else if byte == UInt8(ascii: ":") {
                return index
            }
        }
        return nil
    }

    // MARK: Declarations

    private mutating func readSetting(_ line: Range<Int>) {
        let text = String(decoding: bytes[line].filter { !$0.isBlank }, as: UTF8.self)
        if text.hasPrefix("setshell:=") {
            var cursor = JSONCursor(ScriptText(source, trimmed(line.lowerBound..<source.lineEnd(line.lowerBound))), at: 0)
            while let byte = cursor.next, byte != UInt8(ascii: "[") { cursor.pass() }
            let program = cursor.strings()?.first?.literal ?? unquoted(text)
            isPOSIX = program.map { ShellState.shells.contains(lastPathElement($0)) } ?? false
        } else if text.hasPrefix("setworking-directory:=") {
            folder = unquoted(text).flatMap { resolvedFolder($0, from: sink.folder) }
        }
    }

    /// The first string between single quotes.
    private func unquoted(_ text: String) -> String? {
        let parts = text.split(separator: text.contains("'") ? "'" : "\"", omittingEmptySubsequences: false)
        return parts.count > 2 ? String(parts[1]) : nil
    }

    private mutating func readAssignment(_ line: Range<Int>, _ colon: Int) {
        var words = bytes[line.lowerBound..<colon].split(whereSeparator: \.isBlank)
        let isExported = words.count == 2 && words[0].elementsEqual("export".utf8)
        if isExported { words.removeFirst() }
        guard words.count == 1, words[0].first?.isNameStart == true else { return }
        let name = String(decoding: words[0], as: UTF8.self)
        let place = trimmed(colon + 2..<line.upperBound)
        guard let quote = place.first.map({ bytes[$0] }), [.singleQuote, .doubleQuote, .backquote].contains(quote) else {
            variables[name] = .some(nil)
            return
        }
        if place.count >= 3, bytes[place.lowerBound + 1] == quote, bytes[place.lowerBound + 2] == quote {
            return readBlockString(name, place.lowerBound + 3, quote)
        }
        let inner = place.lowerBound + 1..<max(place.lowerBound + 1, place.upperBound - 1)
        let isWhole = place.count >= 2 && bytes[place.upperBound - 1] == quote && !bytes[inner].contains(quote)
            && !(quote == .doubleQuote && bytes[inner].contains(.backslash))
        if quote == .backquote {
            variables[name] = .some(nil)
            if isWhole { run(ScriptText(source, inner), "", sink.folder) }
            return
        }
        variables[name] = variables[name] == nil && isWhole ? .some(Array(bytes[inner])) : .some(nil)
        if isExported, isWhole {
            exports.append(
                ScriptAssignment(
                    name, ScriptWord(String(decoding: bytes[inner], as: UTF8.self), at: source.range(place))))
        }
    }

    /// Past a string of several lines.
    private mutating func readBlockString(_ name: String, _ start: Int, _ quote: UInt8) {
        variables[name] = .some(nil)
        var end = start
        while end + 3 <= bytes.count, !bytes[end..<end + 3].allSatisfy({ $0 == quote }) { end += 1 }
        guard end + 3 <= bytes.count else { return }
        if quote == .backquote { run(ScriptText(source, start..<end), "", sink.folder) }
        position = source.lineEnd(end + 3) + 1
    }

    private mutating func readRecipe(_ line: Range<Int>, _ colon: Int, _ attributes: [String]) {
        let words = bytes[line.lowerBound..<colon].split(whereSeparator: \.isBlank)
        guard let first = words.first else { return }
        let name = String(decoding: first.drop { $0 == UInt8(ascii: "@") }, as: UTF8.self)
        guard !["import", "mod", "alias"].contains(name) else { return }
        var recipe = Recipe(
            name: name,
            parameters: words.dropFirst().map { word in
                String(decoding: word.drop { "+*$".utf8.contains($0) }.prefix { $0.isNamePart || $0 == 45 }, as: UTF8.self)
            }, lines: [],
            changesFolder: attributes.contains { $0.contains("no-cd") || $0.contains("working-directory") })
        while position < bytes.count {
            let end = source.lineEnd(position)
            guard bytes[position].isBlank || position == end else { break }
            recipe.lines.append(position..<end)
            position = end + 1
        }
        recipes.append(recipe)
    }

    // MARK: Commands

    private func read(_ recipe: Recipe) {
        let lines = recipe.lines.filter { !trimmed($0).isEmpty }
        guard let first = lines.first else { return }
        let opening = trimmed(first)
        if bytes[opening].starts(with: "#!".utf8) {
            guard shellOfFirstLine(bytes[opening]) != nil else { return }
            var script = ScriptText()
            for line in lines.dropFirst() { script.append(text(line.lowerBound..<min(line.upperBound + 1, bytes.count))) }
            return run(expanded(script, recipe), recipe.name, recipe.changesFolder ? nil : folder)
        }
        guard isPOSIX else { return }
        var script = ScriptText()
        for line in lines {
            var content = trimmed(line)
            if script.bytes.isEmpty {
                while let byte = content.first.map({ bytes[$0] }), byte == UInt8(ascii: "@") || byte == UInt8(ascii: "-") {
                    content = content.dropFirst()
                }
            }
            script.append(text(content))
            if let last = content.last, bytes[last] == .backslash {
                script.append(CollectionOfOne(.newline), from: content.upperBound..<content.upperBound)
                continue
            }
            run(expanded(script, recipe), recipe.name, recipe.changesFolder ? nil : folder)
            script = ScriptText()
        }
        run(expanded(script, recipe), recipe.name, recipe.changesFolder ? nil : folder)
    }

    private func text(_ range: Range<Int>) -> ScriptText { ScriptText(source, range) }

    /// A name of a variable is filled in; `{{{{` is two braces, which no command has.
    private func expanded(_ text: ScriptText, _ recipe: Recipe) -> ScriptText {
        text.replacing(from: "{{", to: "}}") { expression in
            guard !recipe.parameters.contains(expression), let value = variables[expression] ?? nil else { return nil }
            return sink.fill(value)
        }
    }

    private func run(_ script: ScriptText, _ recipe: String, _ folder: String?) {
        guard !script.bytes.isEmpty else { return }
        let state = ShellState(sink, .just(recipe: recipe), folder: folder, environment: exports)
        ShellReader(script, state).read()
    }
}
