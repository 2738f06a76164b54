/// The rule that what a directive generates is in the repository.
import Diagnostics
import Scripts

extension PolicyRule {
    static let generatedFilesMustBeCommitted = PolicyRule(
        "generated-not-committed", "Generated files must be committed", .warning,
        page: RulePage(
            what: """
                A `//go:generate` line whose command says which Go file it writes (`-output x.go`, `-o x.go`, `-destination x.go`), and no such \
                file is in the repository.
                """,
            why: "`go build` of a fresh checkout, and of everybody who imports the module, fails: they do not generate.",
            bad: "//go:generate go run ./gen -output tables.go   // and tables.go in .gitignore", good: "git add tables.go", language: "text")
    ) { world, findings in
        guard world.isGit else { return }
        for file in world.files where file.kind == .goSource {
            for command in file.commands where command.context == .goGenerate {
                guard let output = outputWord(of: command), let path = joined(folderPath(of: file.file), output.path), !world.paths.contains(path) else { continue }
                findings.add(
                    "`\(output.path)` is generated, and is not in the repository", at: output.word.range, in: file.source,
                    help: "generate it and commit it; look whether .gitignore names it")
            }
        }
    }
}

/// The Go file that a generator is told to write.
private func outputWord(of command: ScriptCommand) -> (word: ScriptWord, path: String)? {
    let flags = ["-output", "--output", "-o", "-out", "--out", "-destination", "--destination", "-outfile", "--outfile"]
    // Of the go command, -o is where a binary goes.
    if let go = GoInvocation(command), go.verb != "run", go.verb != "tool" { return nil }
    for (index, word) in command.words.enumerated() {
        var found: (ScriptWord, String)?
        if flags.contains(word.text), index + 1 < command.words.count {
            found = (command.words[index + 1], command.words[index + 1].text)
        } else if let sign = word.text.firstIndex(of: "="), flags.contains(String(word.text[..<sign])) {
            found = (word, String(word.text[word.text.index(after: sign)...]))
        }
        if let found, found.0.isLiteral, found.1.hasSuffix(".go"), !found.1.contains("$"), !found.1.hasPrefix("/") { return found }
    }
    return nil
}
