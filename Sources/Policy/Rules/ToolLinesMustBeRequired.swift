/// The rule that a `tool` line has a version: the require of its module.
import Diagnostics
import Go

extension PolicyRule {
    static let toolLinesMustBeRequired = PolicyRule(
        "tool-without-require", "Every tool line must have the require of its module", .error,
        page: RulePage(
            what: """
                A `tool` line of go.mod whose package is in no module that go.mod requires. Tools of the module itself, of a module of the \
                same workspace, and of one that a folder replaces need none.
                """,
            why: "The line names no version: the tool is not pinned, and `go tool` fails until somebody adds whatever is newest.",
            bad: "tool golang.org/x/tools/cmd/stringer",
            good: "tool golang.org/x/tools/cmd/stringer\n\nrequire golang.org/x/tools v0.25.0", language: "go.mod")
    ) { world, findings in
        for module in world.repository.modules {
            for tool in module.file.tools {
                let reference = PackageReference(tool.value)
                let isKnown = module.file.requires.contains { reference.isIn(module: $0.path) } || world.ownModule(of: reference) != nil
                guard !isKnown, !tool.value.hasPrefix("cmd/"), let source = world.source(module.goModPath) else { continue }
                // Not a path of a module at all: a program of the standard library.
                guard reference.isRemote else { continue }
                findings.add(
                    "no module that is required has the tool `\(tool.value)`", at: tool.range, in: source,
                    help: "`go get -tool \(tool.value)@v1.2.3`, with the version that you want")
            }
        }
    }
}
