/// The rule that no build changes go.mod behind one's back.
import Diagnostics
import Scripts

extension PolicyRule {
    static let modulesMustBeReadOnly = PolicyRule(
        "writable-modules", "A build must leave go.mod and go.sum as they are", .warning,
        page: RulePage(
            what: "`-mod=mod` in a command that builds, tests or runs, or in GOFLAGS.",
            why: """
                The go command then adds what go.mod and go.sum lack, at the versions of that moment, without a word: what is built is not \
                what was reviewed. Without the flag (since Go 1.16 `-mod=readonly`) it stops and says what is missing.
                """,
            bad: "go build -mod=mod ./...", good: "go build ./...", language: "sh", fix: "the flag is taken out of the command.")
    ) { world, findings in
        for (file, go) in world.goInvocations where ["build", "run", "test", "install", "vet", "generate"].contains(go.verb) {
            guard let flag = go.flag("mod"), flag.value == "mod" else { continue }
            // Outside of any module, as `go run tool@version` is, nothing is written.
            if go.targetWords.contains(where: { $0.text.contains("@") }) { continue }
            let words = go.words[flag.words]
            let place = SourceRange(words.first!.range.start, words.last!.range.end)
            let before = go.words[flag.words.lowerBound - 1].range.end
            let isPlain = file.source.text(in: SourceRange(before, place.end)).map { $0 == " -mod=mod" } ?? false
            findings.add(
                "`-mod=mod` lets this command change go.mod and go.sum", at: place, in: file.source,
                help: "leave it out; `go mod tidy` is the command that changes go.mod",
                fix: isPlain
                    ? Fix("leave out -mod=mod", [TextEdit(file: file.file, range: SourceRange(before, place.end), replacement: "")]) : nil)
        }
        for setting in world.goSettings(named: "GOFLAGS") where setting.words.contains("-mod=mod") {
            findings.add(
                "GOFLAGS=-mod=mod lets every command change go.mod and go.sum", at: setting.value.range, in: setting.source,
                help: "leave it out; `go mod tidy` is the command that changes go.mod")
        }
    }
}
