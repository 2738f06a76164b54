/// The rule that the old tools.go does not live on beside `tool` lines.
import Diagnostics
import Go

extension PolicyRule {
    static let toolsFileMustGo = PolicyRule(
        "tools-go-beside-tool-lines", "A tools.go must go when go.mod has tool lines", .warning,
        page: RulePage(
            what: "A `tools.go` with a `tools` build constraint in a module whose go.mod has `tool` lines.",
            why: "Its imports hold modules in go.mod that no tool needs any more, and it is the second place where tools are named.",
            bad: "//go:build tools\n\npackage tools\n\nimport _ \"golang.org/x/tools/cmd/stringer\"",
            good: "// go.mod\ntool golang.org/x/tools/cmd/stringer", language: "go")
    ) { world, findings in
        for path in world.paths.sorted() where fileName(of: path) == "tools.go" && isOwnPath(path) {
            guard let module = world.module(around: path), let tool = module.file.tools.first, let head = world.head(of: path),
                head.buildConstraints.contains(where: { $0.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains("tools") }),
                let source = world.source(path)
            else { continue }
            let line = 1 + (source.lines.firstIndex { $0.hasPrefix("//go:build") || $0.hasPrefix("// +build") } ?? 0)
            let still = head.imports.filter { path in !module.file.tools.contains { $0.value == path } }
            findings.add(
                "a tools.go beside the `tool` lines of \(module.goModPath)",
                at: SourceRange(line: line, column: 1, length: source.lines[line - 1].unicodeScalars.count), in: source,
                notes: [Diagnostic.Note("tools are named here", file: module.goModPath, range: tool.range)],
                help: still.isEmpty
                    ? "remove the file; `go mod tidy` does the rest"
                    : "`go get -tool \(still[0])`\(still.count > 1 ? " and the others" : ""), then remove the file")
        }
    }
}
