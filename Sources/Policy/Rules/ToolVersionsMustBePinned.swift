/// The rule that a tool or module which a command fetches has a version that cannot move.
import Diagnostics
import Go
import Scripts

extension PolicyRule {
    static let toolVersionsMustBePinned = PolicyRule(
        "unpinned-tool", "What `go run`, `go install` and `go get` fetch must be pinned to a release", .error,
        page: RulePage(
            what: """
                `@latest`, a branch, an open version such as `@v1`, or no version at all, in `go run`, `go install` and `go get` of \
                somebody else's package: in scripts, Makefiles, workflows, Dockerfiles, `//go:generate` lines and everything else that \
                runs commands. A package without a version that go.mod requires is pinned there. A commit is as good as a release. \
                What updates dependencies by its name (`make update-deps`) may ask for the latest.
                """,
            why: """
                The command runs code that nobody has looked at, with the rights of whoever runs it, and runs another one tomorrow: \
                the build is not reproducible, and the version drifts without a word.
                """,
            bad: "go run golang.org/x/tools/cmd/stringer@latest -type=State ./internal/fsm",
            good: "go run golang.org/x/tools/cmd/stringer@v0.25.0 -type=State ./internal/fsm", language: "sh",
            fix: "where go.mod or the pipeline file pins the tool, that version is written.")
    ) { world, findings in
        for (file, go) in world.goInvocations where ["run", "install", "get"].contains(go.verb) && !go.isUpdate {
            for word in go.targetWords {
                let reference = PackageReference(word.text, isLiteral: word.isLiteral)
                guard reference.isRemote, !reference.isGoRelease, world.ownModule(of: reference) == nil else { continue }
                let pin = world.pin(of: reference, for: go.command)
                // Which go.mod decides is not always to be seen (`pushd tools`): any that has the module may.
                if reference.version == .missing, world.isRequired(reference) { continue }
                guard let complaint = complaint(about: reference, go, pin) else { continue }
                findings.add(
                    complaint, at: word.range, in: file.source,
                    help: pin.map { "write `\(reference.path)@\($0.version)`, as \($0.file) has it" }
                        ?? "write one released version, as in `\(reference.path)@v1.2.3`",
                    fix: pin.flatMap { pin in
                        world.edit(word, of: file, to: "\(reference.path)@\(pin.version)").map { Fix("pin it to \(pin.version)", [$0]) }
                    })
            }
        }
    }
}

private func complaint(about reference: PackageReference, _ go: GoInvocation, _ pin: PolicyWorld.Pin?) -> String? {
    switch reference.version {
    case .exact, .commit, .unknown: return nil
    case .query(let query):
        return "`\(reference.name)` is fetched at `@\(query)`, which is another version tomorrow"
    case .branch(let name):
        // `go get x@none` removes it.
        return name == "none" ? nil : "`\(reference.name)` is fetched at `@\(name)`, a branch or a tag, which can move"
    case .missing:
        // The go.mod at hand decides where it requires the module; -modfile is another one.
        if pin != nil || go.flag("modfile") != nil { return nil }
        return "`\(reference.name)` is fetched without a version"
    }
}

extension GoInvocation {
    /// Named for what it is there for: to move versions.
    fileprivate var isUpdate: Bool {
        let name: String
        switch command.context {
        case .makeRecipe(let target): name = target
        case .just(let recipe): name = recipe
        case .task(let task): name = task
        case .packageScript(let script): name = script
        case .shellScript: name = fileName(of: command.file)
        case .workflowStep(let job, _): name = "\(fileName(of: command.file)) \(job)"
        default: return false
        }
        let words = name.lowercased().split { !$0.isLetter }
        return words.contains { ["update", "upgrade", "bump", "updates", "upgrades", "outdated", "renovate"].contains($0) }
    }
}
