/// The rule that a repository pins its tools in one way.
import Diagnostics
import Go
import Pipeline
import Scripts

extension PolicyRule {
    static let toolsMustBePinnedOneWay = PolicyRule(
        "mixed-tool-pins", "A repository must pin its tools in one way", .warning,
        page: RulePage(
            what: """
                `go run tool@version` (pattern A) in a module whose go.mod has `tool` lines (pattern B), and `tools:` with pins of its own \
                in the pipeline file beside `tool` lines.
                """,
            why: """
                A alone keeps go.mod clean, B alone works offline after `go mod download`. Both at once have two places where a version is \
                changed, and one of them is forgotten.
                """,
            bad: "tool golang.org/x/tools/cmd/stringer   // go.mod\ngo run honnef.co/go/tools/cmd/staticcheck@v0.5.1 ./...   # Makefile",
            good: """
                tool (                                   // go.mod
                	golang.org/x/tools/cmd/stringer
                	honnef.co/go/tools/cmd/staticcheck
                )
                go tool staticcheck ./...                # Makefile
                """,
            language: "text")
    ) { world, findings in
        var seen: Set<String> = []
        for use in world.toolUses where use.go.verb == "run" {
            guard let module = world.module(around: use.file.file), let tool = module.file.tools.first,
                seen.insert("\(module.directory) \(use.reference.path)").inserted
            else { continue }
            findings.add(
                "`go run \(use.reference.name)@…` beside the `tool` lines of \(module.goModPath)", at: use.word.range, in: use.file.source,
                notes: [Diagnostic.Note("tools are pinned here", file: module.goModPath, range: tool.range)],
                help: "`go get -tool \(use.reference.path)@\(use.version)`, then `go tool \(use.reference.name)`")
        }
        guard case .pinned(let pins)? = world.pipeline?.tools, let pin = pins.first, let source = world.pipelineSource,
            let module = world.repository.modules.first(where: { $0.directory == "." }), let tool = module.file.tools.first
        else { return }
        findings.add(
            "`tools:` pins tools beside the `tool` lines of go.mod", at: pin.name.range, in: source,
            notes: [Diagnostic.Note("the other pins are here", file: module.goModPath, range: tool.range)],
            help: "write `tools: go.mod`, or take the `tool` lines out of go.mod")
    }
}
