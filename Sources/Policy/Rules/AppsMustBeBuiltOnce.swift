/// The rule that CI links a program once and uses that binary.
import Diagnostics
import Scripts

extension PolicyRule {
    static let appsMustBeBuiltOnce = PolicyRule(
        "app-built-again", "CI must build a program once and use that binary", .warning,
        page: RulePage(
            what: """
                In one workflow: `go run` of a program of this repository that is also built there, or run there before; and a second build of \
                the same program for the same platform with the same tags. Builds for other platforms, with other flags, and programs \
                that are tools of the build by their folder (`tools/`, `hack/`, `gen…`) are left alone.
                """,
            why: """
                Each `go run` links the program again, and each job may compile it from nothing. What was tested is then not what is shipped: \
                it only looks like it.
                """,
            bad: """
                - run: go build -o server ./cmd/server
                - run: go run ./cmd/server --self-test
                """,
            good: """
                - run: go build -o server ./cmd/server
                - run: ./server --self-test
                """,
            language: "yaml")
    ) { world, findings in
        for file in world.files where file.kind == .workflow || file.kind == .gitlab {
            var first: [String: GoInvocation] = [:]
            for command in file.commands {
                guard let go = GoInvocation(command), ["run", "build"].contains(go.verb), !go.hasUnknownWords, go.targets.count == 1,
                    let word = go.targetWords.first, word.isLiteral, let folder = world.folder(ofPackage: word.text, from: command.folder),
                    !isToolFolder(folder), world.isProgram(folder)
                else { continue }
                // `go build` without -o in a package's own folder is a check that it compiles, and not an artifact.
                if go.verb == "build", go.flag("o")?.value == "/dev/null" { continue }
                let variant = ["GOOS", "GOARCH", "GOARM", "GOAMD64", "CGO_ENABLED"].map { go.variable($0)?.text ?? "" }
                    + ["tags", "race", "cover", "ldflags", "gcflags", "buildmode", "C"].map { name in go.flag(name).map { $0.value ?? "set" } ?? "" }
                let key = ([folder] + (go.verb == "run" ? Array(variant.prefix(2)) : variant)).joined(separator: "\u{0}")
                let any = "\(folder)\u{0}any"
                let known = first[go.verb == "run" ? any : key] ?? (go.verb == "build" ? first["\(folder)\u{0}run"] : nil)
                if let known {
                    let name = folder == "." ? "the program" : "`\(folder)`"
                    findings.add(
                        go.verb == "run" ? "`go run` links \(name) again" : "\(name) is built again",
                        at: SourceRange(command.words[0].range.start, word.range.end), in: file.source,
                        notes: [Diagnostic.Note("it was \(known.verb == "run" ? "run" : "built") here", file: file.file, range: known.command.range)],
                        help: "build it once, and hand the binary on: within a job by its path, between jobs as an artifact")
                    continue
                }
                first[key] = go
                if first[any] == nil { first[any] = go }
                if go.verb == "run" { first["\(folder)\u{0}run"] = go }
            }
        }
    }
}

private func isToolFolder(_ folder: String) -> Bool {
    folder.split(separator: "/").contains { part in
        ["tools", "tool", "hack", "scripts", "script", "gen", "internal-tools", "dev", "ci", "build", "examples", "example", "_examples", "test", "e2e"].contains(String(part))
            || part.hasPrefix("gen") || part.hasSuffix("gen")
    }
}
