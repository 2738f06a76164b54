/// Repositories as they are: workspaces, nested modules, vendor folders, local replacements, cgo, no go.sum.
import Action
import Plan
import Testing

@Suite struct LayoutTests {
    static let workspace = World([
        "go.work": "go 1.24\n\nuse (\n\t./app\n\t./lib\n)\n", "go.work.sum": "",
        "app/go.mod": "module example.com/app\n\ngo 1.24\n\nrequire example.com/far v1.0.0\n", "app/go.sum": "",
        "app/cmd/app/main.go": "package main\nimport \"example.com/lib/text\"", "app/cmd/app/main_test.go": "package main",
        "lib/go.mod": "module example.com/lib\n", "lib/text/text.go": "package text", "lib/text/text_test.go": "package text",
        "tools/go.mod": "module example.com/tools\n", "tools/x.go": "package tools",
        "docs/readme.md": "",
    ])

    @Test func aWorkspaceIsOneScopeWhoseModulesAreNamed() throws {
        let graph = try Self.workspace.plan(
            """
            artifacts: { app: ./app/cmd/app }
            steps:
              test: { test: ./... }
              lib: { test: ./..., dir: lib }
              text: { test: ./lib/text }
              outside: { test: ./..., dir: tools }

            """)
        #expect(
            described(graph["test:test"]) == """
                test:test (test of test): go test ./app/... ./lib/...
                  argv: ${toolchain}/go test ./app/... ./lib/...
                  env: GOWORK=${root}/go.work
                  inputs: app/cmd/app/main.go app/cmd/app/main_test.go app/go.mod app/go.sum go.work go.work.sum \
                lib/go.mod lib/text/text.go lib/text/text_test.go
                  facts: toolchain=go1.27.3 linux/amd64
                  needs: download(provision)
                """)
        #expect(graph["test:lib"].argv.last == "./...")
        #expect(graph["test:lib"].directory == "lib")
        #expect(graph["test:lib"].inputs.contains("app/cmd/app/main.go") == false)
        #expect(graph["test:text"].argv.last == "./lib/text")
        #expect(graph["build:app:linux/amd64"].inputs.contains("lib/text/text.go"))
        #expect(graph["build:app:linux/amd64"].environment["GOWORK"]?.description == "${root}/go.work")
        // A module that the go.work leaves out is on its own.
        #expect(graph["test:outside"].environment["GOWORK"] == "off")
        #expect(graph["test:outside"].inputs == ["tools/go.mod", "tools/x.go"])
        #expect(graph["test:outside"].dependencies == [])
        #expect(graph["download"].directory == ".")
        #expect(graph["download"].environment["GOWORK"]?.description == "${root}/go.work")
    }

    /// The go command tidies one module at a time, and none of them sees the go.work.
    @Test func aWorkspaceIsTidiedModuleByModule() throws {
        let graph = try Self.workspace.plan("steps: { tidy: { tidy: check }, lib: { tidy: check, dir: lib } }\n")
        let tidies = graph.actions.filter { $0.kind == .tidy }
        #expect(tidies.map(\.id.text) == ["tidy:tidy:app", "tidy:tidy:lib", "tidy:lib:lib"])
        #expect(tidies.map(\.directory) == ["app", "lib", "lib"])
    }

    @Test func aWorkspaceThatRequiresOnlyItselfDownloadsNothing() throws {
        var world = Self.workspace
        world.files["app/go.mod"] = "module example.com/app\n\nrequire example.com/lib v0.0.0\n"
        #expect(try world.plan("steps: { t: { test: ./... } }\n").actions.map(\.id) == ["test:t"])
    }

    static let nested = World([
        "go.mod": "module example.com/root\n", "root.go": "package root",
        "sdk/go.mod": "module example.com/root/sdk\n\nrequire example.com/far v1.0.0\n", "sdk/go.sum": "",
        "sdk/sdk.go": "package sdk", "sdk/sdk_test.go": "package sdk", "sdk/deep/deep.go": "package deep",
    ])

    @Test func aNestedModuleIsAWorldOfItsOwn() throws {
        let graph = try Self.nested.plan(
            "steps: { root: { test: ./... }, sdk: { test: ./..., dir: sdk }, deep: { vet: ., dir: sdk/deep } }\n")
        #expect(graph["test:root"].inputs == ["go.mod", "root.go"])
        #expect(
            described(graph["test:sdk"]) == """
                test:sdk (test of sdk): go test ./...
                  argv: ${toolchain}/go test ./...
                  dir: sdk
                  inputs: sdk/deep/deep.go sdk/go.mod sdk/go.sum sdk/sdk.go sdk/sdk_test.go
                  facts: toolchain=go1.27.3 linux/amd64
                  needs: download:sdk(provision)
                """)
        #expect(graph["download:sdk"].title == "go mod download (sdk)")
        #expect(graph["download:sdk"].directory == "sdk")
        #expect(graph["vet:deep"].directory == "sdk/deep")
        #expect(graph["vet:deep"].inputs == ["sdk/deep/deep.go", "sdk/go.mod", "sdk/go.sum"])
        #expect(!graph.contains("download"))
    }

    static let vendored = World([
        "go.mod": "module example.com/v\n\nrequire example.com/far v1.0.0\n", "go.sum": "",
        "main.go": "package main\nimport \"example.com/far/x\"", "vendor/modules.txt": "",
        "vendor/example.com/far/x/x.go": "package x\nimport \"example.com/far/y\"",
        "vendor/example.com/far/x/x_test.go": "package x", "vendor/example.com/far/y/y.go": "package y",
        "vendor/example.com/far/z/z.go": "package z",
    ])

    /// modules.txt says with which version of the language each module is compiled.
    @Test func aVendorFolderIsBuiltFromAndNothingIsDownloaded() throws {
        let graph = try Self.vendored.plan("artifacts: { v: . }\nsteps: { vet: { vet: ./... }, fmt: { fmt: check } }\n")
        #expect(graph.actions.map(\.id) == ["build:v:linux/amd64", "vet:vet", "fmt:fmt"])
        #expect(
            graph["build:v:linux/amd64"].inputs == [
                "go.mod", "go.sum", "main.go", "vendor/example.com/far/x/x.go", "vendor/example.com/far/y/y.go",
                "vendor/modules.txt",
            ])
        #expect(graph["vet:vet"].environment["GOFLAGS"]?.description == "-mod=vendor -trimpath -buildvcs=false")
        #expect(graph["fmt:fmt"].inputs == ["main.go"])
    }

    static let replaced = World([
        "go.mod": "module example.com/r\n\nrequire example.com/words v1.0.0\n\nreplace example.com/words => ./third/words\n",
        "main.go": "package main\nimport \"example.com/words\"",
        "third/words/go.mod": "module example.com/words\n\ngo 1.20\n", "third/words/words.go": "package words",
        "third/words/words_test.go": "package words", "third/words/unused/unused.go": "package unused",
    ])

    /// The go line of the replacement's go.mod decides how it is compiled.
    @Test func aLocalReplacementIsAnInput() throws {
        let graph = try Self.replaced.plan("artifacts: { r: . }\nsteps: { t: { test: ./... }, tidy: { tidy: check } }\n")
        #expect(graph["build:r:linux/amd64"].inputs == ["go.mod", "main.go", "third/words/go.mod", "third/words/words.go"])
        // Its tests are its own module's.
        #expect(graph["test:t"].inputs == ["go.mod", "main.go", "third/words/go.mod", "third/words/words.go"])
        #expect(
            graph["tidy:tidy"].inputs == [
                "go.mod", "main.go", "third/words/go.mod", "third/words/unused/unused.go", "third/words/words.go",
                "third/words/words_test.go",
            ])
        #expect(graph["download"].inputs == ["go.mod", "third/words/go.mod"])
    }

    @Test func withoutAListingTheReplacementIsAllInput() throws {
        var world = Self.replaced
        world.isListed = false
        let inputs = try world.plan("artifacts: { r: . }\n")["build:r:linux/amd64"].inputs
        #expect(inputs == world.files.keys.sorted())
    }

    /// A copy of the module files alone would miss what lies outside.
    @Test func aReplacementOutsideIsDownloadedForInPlace() throws {
        var world = Self.replaced
        world.files["go.mod"] = "module example.com/r\n\nrequire example.com/words v1.0.0\n\nreplace example.com/words => ../words\n"
        #expect(try world.plan("steps: { t: { vet: . } }\n")["download"].tree == .repository)
        #expect(try Self.replaced.plan("steps: { t: { vet: . } }\n")["download"].tree == .inputs)
    }

    static let cgo = World([
        "go.mod": "module example.com/c\n", "c/c.go": "package c\nimport \"C\"", "c/plain.go": "package c",
        "main.go": "package main\nimport \"example.com/c/c\"",
    ])

    @Test func cgoIsForThoseWhoAsk() throws {
        let graph = try Self.cgo.plan(
            "artifacts: { with: { build: ., cgo: true }, without: . }\nsteps: { v: { vet: ./..., cgo: true } }\n")
        #expect(graph["build:with:linux/amd64"].inputs == ["c/c.go", "c/plain.go", "go.mod", "main.go"])
        #expect(graph["build:with:linux/amd64"].environment["CGO_ENABLED"] == "1")
        #expect(graph["build:without:linux/amd64"].inputs == ["c/plain.go", "go.mod", "main.go"])
        #expect(graph["build:without:linux/amd64"].environment["CGO_ENABLED"] == "0")
        #expect(graph["vet:v"].inputs.contains("c/c.go"))
        let everywhere = try Self.cgo.plan("go: { env: { CGO_ENABLED: 1 } }\nartifacts: { a: . }\n")
        #expect(everywhere["build:a:linux/amd64"].inputs.contains("c/c.go"))
    }

    /// The go command says what is missing when it gets there; until then there is only no file to name.
    @Test func withoutGoSumItIsNoInput() throws {
        var world = World.service
        world.files["go.sum"] = nil
        let graph = try world.plan("artifacts: { server: ./cmd/server }\n")
        #expect(graph["build:server:linux/amd64"].inputs.contains("go.mod"))
        #expect(!graph["build:server:linux/amd64"].inputs.contains("go.sum"))
        #expect(graph["download"].inputs == ["go.mod"])
    }

    @Test func stepsOutsideOfAnyModuleMayRunPrograms() throws {
        var world = Self.nested
        world.files["go.mod"] = nil
        let graph = try world.plan("steps: { r: { run: [x], dir: docs }, f: { fmt: check } }\n")
        #expect(graph["run:r"].directory == "docs")
        #expect(graph["fmt:f"].inputs.count == 4)
    }
}
