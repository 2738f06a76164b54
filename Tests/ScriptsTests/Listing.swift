/// Commands as lines that a test can spell: what they say, where they stand, what runs them.
import Diagnostics
import Testing

@testable import Scripts

/// `{wrappers} A=b word ‹$expansion› "two words"`, of each command in the order of their places.
func listing(_ path: String, _ text: String) throws -> [String] {
    let file = try #require(readScripts(path: path, text: text), "\(path) is of no kind")
    return file.commands.map(line)
}

func line(_ command: ScriptCommand) -> String {
    var parts = command.wrappers.isEmpty ? [] : ["{\(command.wrappers.map(spelling).joined(separator: " "))}"]
    parts += command.assignments.map { "\($0.name)=\(spelling($0.value))" }
    return (parts + command.words.map(spelling)).joined(separator: " ")
}

private func spelling(_ word: ScriptWord) -> String {
    let text = word.text.contains(" ") || word.text.contains("\n") || word.text.isEmpty ? "\"\(word.text)\"" : word.text
    return word.isLiteral ? text : "‹\(word.text)›"
}

/// Of each command its words as they are spelt in the file, quotes and all, with the line: `3: go | run | "./x"`.
func places(_ path: String, _ text: String) throws -> [String] {
    let file = try #require(readScripts(path: path, text: text))
    return file.commands.map { command in
        "\(command.range.start.line): "
            + (command.wrappers + command.words).map { slice(text, $0.range) }.joined(separator: " | ")
    }
}

/// What a text has between two places.
func slice(_ text: String, _ range: SourceRange) -> String {
    let source = SourceBytes(text)
    return String(decoding: source.bytes[source.offsets(range)], as: UTF8.self)
}

/// The contexts and folders of the commands: `makeRecipe(target: "x") in cmd`.
func contexts(_ path: String, _ text: String) throws -> [String] {
    let file = try #require(readScripts(path: path, text: text))
    return file.commands.map { "\($0.context) in \($0.folder.map { $0.isEmpty ? "." : $0 } ?? "?")" }
}
