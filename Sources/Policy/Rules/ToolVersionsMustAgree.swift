/// The rule that a tool has one version in the whole repository.
import Diagnostics
import Go
import Scripts

extension PolicyRule {
    static let toolVersionsMustAgree = PolicyRule(
        "tool-version-drift", "A tool must have the same version everywhere", .error,
        page: RulePage(
            what: """
                `go run` or `go install` of a package at another version than its pin (the pipeline file's `tools:`, or a `tool` line with \
                its require), or at two different versions in the repository.
                """,
            why: "The laptop and CI run two programs of one name; what one finds or generates, the other does not.",
            bad: """
                lint:
                	go run honnef.co/go/tools/cmd/staticcheck@v0.5.1 ./...
                generate-lint:
                	go run honnef.co/go/tools/cmd/staticcheck@v0.4.0 ./gen/...
                """,
            good: """
                STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.5.1
                lint:
                	go run $(STATICCHECK) ./...
                generate-lint:
                	go run $(STATICCHECK) ./gen/...
                """,
            language: "make", fix: "the pinned version is written; without a pin a person has to choose.")
    ) { world, findings in
        var first: [String: (use: ToolUse, version: String)] = [:]
        for use in world.toolUses {
            if let pin = world.pin(of: use.reference, for: use.go.command), pin.isTool {
                guard pin.version != use.version else { continue }
                findings.add(
                    "`\(use.reference.name)` runs at \(use.version) here, and its pin is \(pin.version)", at: use.versionRange, in: use.file.source,
                    notes: [Diagnostic.Note("the pin is here", file: pin.file, range: pin.range)], help: "write \(pin.version), or move the pin",
                    fix: world.edit("@\(use.version)", in: use.word, of: use.file, to: "@\(pin.version)").map { Fix("use the pinned \(pin.version)", [$0]) })
            } else if let other = first[use.reference.path] {
                guard other.version != use.version else { continue }
                findings.add(
                    "`\(use.reference.name)` runs at \(use.version) here and at \(other.version) elsewhere", at: use.versionRange, in: use.file.source,
                    notes: [Diagnostic.Note("\(other.version) is here", file: other.use.file.file, range: other.use.versionRange)],
                    help: "choose one, and name it in one place: `tools:` of the pipeline file, a `tool` line, or a variable")
            } else {
                first[use.reference.path] = (use, use.version)
            }
        }
    }
}

/// A package that is run or installed at one exact version.
struct ToolUse {
    var file: ReadFile
    var go: GoInvocation
    var word: ScriptWord
    var reference: PackageReference
    var version: String

    var versionRange: SourceRange { file.source.place(of: "@\(version)", in: word.range) }
}

extension PolicyWorld {
    /// In the order of files and places.
    var toolUses: [ToolUse] {
        goInvocations.flatMap { file, go -> [ToolUse] in
            guard ["run", "install"].contains(go.verb) else { return [] }
            return go.targetWords.compactMap { word in
                let reference = PackageReference(word.text, isLiteral: word.isLiteral)
                guard case .exact(let version) = reference.version, reference.isRemote, ownModule(of: reference) == nil else { return nil }
                return ToolUse(file: file, go: go, word: word, reference: reference, version: version)
            }
        }
    }
}
