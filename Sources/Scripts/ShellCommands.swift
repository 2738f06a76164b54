/// What a simple command does to what is known, and which other commands it runs. It knows programs that run programs.
import Diagnostics

extension ShellState {
    /// Takes down a command, and whatever it runs. Whether it is a shell that reads a script from its standard input.
    @discardableResult
    func run(_ words: [ReadWord], _ assignments: [ShellAssignment] = []) -> Bool {
        let wrapping = ShellWrapping(words)
        let rest = Array(words[wrapping.count...])
        add(Array(words[..<wrapping.count]), rest, assignments + wrapping.assignments, changesFolder: wrapping.changesFolder)
        guard let program = rest.first?.literal.map(lastPathElement) else {
            if rest.isEmpty { assignments.forEach(assign) }
            return false
        }
        return act(program, rest)
    }

    /// A text as a script of its own, in a shell of its own unless it is read by this one.
    func readScript(_ text: ScriptText, isIsolated: Bool = true) {
        guard !text.bytes.isEmpty else { return }
        _ = sink.nested {
            let count = scopeCount
            if isIsolated { open(.isolated) }
            ShellReader(text, self).read()
            close(to: count)
        }
    }

    private func add(
        _ wrappers: [ReadWord], _ words: [ReadWord], _ assignments: [ShellAssignment], changesFolder: Bool
    ) {
        let ranges = wrappers.map(\.range) + words.map(\.range) + assignments.map(\.range)
        guard let first = ranges.map(\.lowerBound).min(), let last = ranges.map(\.upperBound).max() else { return }
        sink.add(
            ScriptCommand(
                words: words.map { $0.word(in: sink.source) },
                assignments: assignments.map { $0.assignment(in: sink.source) }, environment: environment,
                wrappers: wrappers.map { $0.word(in: sink.source) }, folder: changesFolder ? nil : folder,
                context: context, file: sink.file, range: sink.source.range(first..<last)))
    }

    private func assign(_ assignment: ShellAssignment) {
        let text = assignment.value.text
        var value = text.isLiteral ? text.bytes : defaultValue(text.bytes, of: assignment.name)
        if assignment.appends {
            let before = self.value(of: assignment.name)
            value = value.flatMap { more in before.map { $0 + more } }
        }
        set(assignment.name, to: value)
    }

    /// `go` of `GO=${GO:-go}`, a script's way to name what it takes unless it is told otherwise.
    private func defaultValue(_ text: [UInt8], of name: String) -> [UInt8]? {
        for opening in ["${\(name):-", "${\(name)-"] where text.starts(with: opening.utf8) && text.last == UInt8(ascii: "}") {
            let value = text[opening.utf8.count..<text.count - 1]
            return value.contains { "$`\"'\\}".utf8.contains($0) } ? nil : Array(value)
        }
        return nil
    }

    private func act(_ program: String, _ words: [ReadWord]) -> Bool {
        switch program {
        case "cd": enter(operand(words).map { $0.word(in: sink.source) })
        case "pushd": push(operand(words).map { $0.word(in: sink.source) })
        case "popd": popFolder()
        case "export", "declare", "typeset", "local", "readonly":
            for word in words.dropFirst() { declare(word, exports: program == "export") }
        case "unset":
            for word in words.dropFirst() {
                set(word.text.string, to: nil)
                unexport(word.text.string)
            }
        case "read", "mapfile", "readarray":
            for word in words.dropFirst() where word.text.bytes.isName { set(word.text.string, to: nil) }
        case "getopts": if words.count > 2 { set(words[2].text.string, to: nil) }
        case "printf" where words.count > 2 && words[1].literal == "-v": set(words[2].text.string, to: nil)
        case "source", ".": forgetVariables()
        case "eval":
            if words.count == 2 { readScript(words[1].text, isIsolated: false) }
            forgetVariables()
        case "trap": if let action = operand(words) { readScript(action.text) }
        case "su": if let script = option("c", of: words) { readScript(script.text) }
        case "find": runFound(words)
        default:
            guard ShellState.shells.contains(program) else { return false }
            return runShell(words)
        }
        return false
    }

    static let shells: Set<String> = ["sh", "bash", "dash", "ash", "ksh", "zsh"]

    private func declare(_ word: ReadWord, exports: Bool) {
        if let assignment = word.assignment {
            assign(assignment)
            if exports { export(assignment.assignment(in: sink.source)) }
        } else if exports, let name = word.literal, let value = value(of: name) {
            let text = String(decoding: value, as: UTF8.self)
            export(ScriptAssignment(name, ScriptWord(text, at: sink.source.range(word.range))))
        }
    }

    /// The first word after the program that is no option.
    private func operand(_ words: [ReadWord]) -> ReadWord? {
        var rest = words.dropFirst()
        while let word = rest.first, word.text.bytes.first == UInt8(ascii: "-"), word.text.bytes.count > 1 {
            rest = rest.dropFirst()
            if word.literal == "--" { break }
        }
        return rest.first
    }

    private func option(_ letter: Character, of words: [ReadWord]) -> ReadWord? {
        words.firstIndex { $0.literal == "-\(letter)" }.flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
    }

    /// `sh -c '…'`, with its options in any of their spellings. Without operand it reads its standard input.
    private func runShell(_ words: [ReadWord]) -> Bool {
        var index = 1
        var takesText = false
        while index < words.count, let option = words[index].literal, option.count > 1,
            option.hasPrefix("-") || option.hasPrefix("+")
        {
            index += 1
            if option == "--" { break }
            if option.hasPrefix("--") {
                if option == "--rcfile" || option == "--init-file" { index += 1 }
                continue
            }
            if option.contains("c") { takesText = true }
            if option.contains("s"), !takesText { return true }
            if option.hasSuffix("o") || option.hasSuffix("O") { index += 1 }
        }
        guard index < words.count else { return !takesText }
        if takesText { readScript(words[index].text) }
        return !takesText && words[index].literal == "-"
    }

    /// `find … -exec command {} \;`
    private func runFound(_ words: [ReadWord]) {
        var rest = words[...]
        while let start = rest.firstIndex(where: { ["-exec", "-execdir", "-ok", "-okdir"].contains($0.literal) }) {
            let command = rest[(start + 1)...].prefix { $0.literal != ";" && $0.literal != "+" }
            if !command.isEmpty { _ = sink.nested { run(Array(command)) } }
            rest = rest[command.endIndex...]
        }
    }
}
