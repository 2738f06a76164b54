import Diagnostics
import Go
import Testing

@Suite struct GoRepositoryTests {
    private func find(_ files: [String: String]) -> (repository: GoRepository, diagnostics: [Diagnostic]) {
        GoRepository.find(paths: files.keys) { files[$0] }
    }

    private func module(_ path: String) -> String { "module \(path)\n\ngo 1.24\n" }

    @Test func oneModule() {
        let (repository, diagnostics) = find(["go.mod": module("a"), "go.sum": "", "cmd/x/main.go": ""])
        #expect(diagnostics.isEmpty)
        #expect(repository.modules.map(\.directory) == ["."])
        #expect(repository.modules[0].goModPath == "go.mod")
        #expect(repository.modules[0].goSumPath == "go.sum")
        #expect(repository.workspace == nil)
        #expect(repository.module(owning: "cmd/x")?.file.module?.value == "a")
        #expect(repository.scopes == [.init(directory: ".", patterns: ["./..."], isWorkspace: false)])
    }

    @Test func nestedModulesOwnTheirFolders() {
        let (repository, _) = find([
            "go.mod": module("a"), "tools/go.mod": module("a/tools"), "tools/gen/go.mod": module("a/tools/gen"),
            "toolsmith/x.go": "",
        ])
        #expect(repository.modules.map(\.directory) == [".", "tools", "tools/gen"])
        let owners = [".", "toolsmith", "tools", "tools/x", "tools/gen/y", "tools/generate"]
            .map { repository.module(owning: $0)?.directory }
        #expect(owners == [".", ".", "tools", "tools", "tools/gen", "tools"])
        #expect(repository.scopes.map(\.directory) == [".", "tools", "tools/gen"])
    }

    @Test func modulesOfOthersAreNone() {
        let (repository, diagnostics) = find([
            "a/go.mod": module("a"), "a/vendor/modules.txt": "", "a/vendor/x/go.mod": "nonsense",
            "a/testdata/m/go.mod": "nonsense", "_old/go.mod": "nonsense", "b/.cache/go.mod": "nonsense",
        ])
        #expect(diagnostics.isEmpty)
        #expect(repository.modules.map(\.directory) == ["a"])
        #expect(repository.modules[0].isVendored)
        #expect(!repository.modules[0].hasGoSum)
        #expect(repository.module(owning: ".") == nil)
    }

    @Test func aWorkspaceJoinsItsModules() {
        let (repository, diagnostics) = find([
            "go.work": "go 1.24\nuse (\n\t./app/\n\tlib\n)\n", "go.work.sum": "", "vendor/modules.txt": "",
            "app/go.mod": module("app"), "lib/go.mod": module("lib"), "other/go.mod": module("other"),
        ])
        #expect(described(diagnostics) == "")
        #expect(repository.workspace?.moduleDirectories == ["app", "lib"])
        #expect(repository.workspace?.hasGoWorkSum == true)
        #expect(repository.workspace?.isVendored == true)
        #expect(["app/x", "other", "."].map(repository.isInWorkspace) == [true, false, false])
        #expect(
            repository.scopes == [
                .init(directory: ".", patterns: ["./app/...", "./lib/..."], isWorkspace: true),
                .init(directory: "other", patterns: ["./..."], isWorkspace: false),
            ])
    }

    @Test func aWorkspaceMayUseItsRootAndATestModule() {
        let (repository, diagnostics) = find([
            "go.work": "go 1.24\nuse .\nuse ./testdata/m\n", "go.mod": module("a"), "testdata/m/go.mod": module("m"),
            "testdata/n/go.mod": module("n"),
        ])
        #expect(described(diagnostics) == "")
        #expect(repository.modules.map(\.directory) == [".", "testdata/m"])
        #expect(repository.scopes.map(\.patterns) == [["./...", "./testdata/m/..."]])
        #expect(repository.isInWorkspace("."))
    }

    @Test func aModuleIsUsedOnce() {
        let (repository, diagnostics) = find(["go.work": "use ./app\nuse app/\n", "app/go.mod": module("app")])
        #expect(
            described(diagnostics) == """
                go.work:2:5: error: app/ is used a second time [go/work-duplicate-use]
                  use app/
                      ^^^^
                  help: remove the line
                """)
        #expect(repository.workspace?.moduleDirectories == ["app"])
    }

    @Test func mistakesOfEveryFileAreCollected() {
        let (_, diagnostics) = GoRepository.find(paths: ["go.work", "go.mod", "gone/go.mod"]) {
            ["go.work": "go 1.24\nuse (\n\t./app\n\t../next\n\t/abs\n)\n", "go.mod": "modul a\n"][$0]
        }
        #expect(
            described(diagnostics) == """
                go.mod:1:1: error: unknown directive "modul" [go/mod-unknown-directive]
                  modul a
                  ^^^^^
                  help: did you mean "module"?
                go.mod:1:1: error: go.mod does not name its module [go/mod-no-module]
                  modul a
                  ^
                  help: begin it with: module example.com/name
                go.work:3:2: error: there is no go.mod in ./app [go/work-no-module]
                   ./app
                   ^^^^^
                  help: remove the line, or commit the module
                go.work:4:2: warning: ../next is not in this repository [go/work-outside]
                   ../next
                   ^^^^^^^
                  help: keep such a line in a go.work that is not committed
                go.work:5:2: warning: /abs is not in this repository [go/work-outside]
                   /abs
                   ^^^^
                  help: keep such a line in a go.work that is not committed
                gone/go.mod: error: cannot read gone/go.mod [go/unreadable]
                """)
    }
}
