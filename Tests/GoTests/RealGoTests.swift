/// What the project takes for granted of the go command, asked of every Go that the machine has.
import Go
import TestSupport
import Testing

@Suite(.enabled(if: RealGo.isWanted, RealGo.absence))
struct RealGoTests {
    private let program = [
        "go.mod": "module example.com/a\n\ngo 1.24\n\nrequire example.com/dep v1.0.0\n",
        "go.sum": """
        example.com/dep v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
        example.com/dep v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=

        """,
        "cmd/server/main.go":
            "package main\nimport (\n\"fmt\"\n\"example.com/a/lib\"\n\"example.com/dep/x\"\n)\nfunc main() { fmt.Println(lib.V, x.V) }\n",
        "lib/lib.go": "package lib\nimport _ \"embed\"\n//go:embed t.txt\nvar V string\n",
        "lib/t.txt": "hi\n",
        "lib/lib_test.go": "package lib\nimport \"testing\"\nfunc TestX(t *testing.T) {}\n",
        "lib/only_windows.go": "package lib\n",
    ]

    private func vendored() -> [String: String] {
        var files = program
        files["vendor/modules.txt"] = "# example.com/dep v1.0.0\n## explicit; go 1.20\nexample.com/dep/x\n"
        files["vendor/example.com/dep/x/x.go"] = "package x\nvar V = 1\n"
        return files
    }

    @Test(arguments: RealGo.required)
    func aToolchainTellsOfItself(executable: String) async throws {
        let desk = GoDesk(executable)
        let toolchain = try await desk.toolchain()
        let version = try #require(GoVersion(toolchain.version))
        #expect(version >= GoVersion("1.21")!)
        #expect(toolchain.environment["GOVERSION"] == "go\(toolchain.version)")
        #expect(toolchain.environment["GOTOOLCHAIN"] == "local")
        #expect(toolchain.environment["GOGCCFLAGS"] == nil)
        #expect(try #require(toolchain.environment["GOROOT"]) + "/bin/go" == toolchain.executable)
        #expect(try await desk.toolchain() == toolchain, "two answers are the same")
        let candidate = goCandidates(
            path: [String(executable.dropLast("/go".count))], home: nil, version: nil, root: "/nonexistent")
        #expect(candidate.count == 1)
        #expect(candidate[0].claimedVersion.map { $0 == toolchain.version } ?? true)
    }

    @Test(arguments: RealGo.required)
    func aLauncherIsSeenThrough(executable: String) async throws {
        let desk = GoDesk(executable)
        let real = try await desk.toolchain()
        let launcher = desk.folder.write("v/bin/go", "#!/bin/sh\nexec '\(executable)' \"$@\"\n", mode: 0o755)
        let toolchain = try await GoToolchain.ask(executable: launcher, home: "\(desk.folder.path)/home")
        #expect(toolchain == real)
        let candidates = goCandidates(
            path: ["\(desk.folder.path)/v/bin"], home: nil, version: nil, root: "/nonexistent")
        #expect(candidates == [GoCandidate(executable: launcher)])
    }

    @Test func whatIsNoGoIsAnError() async throws {
        let folder = TemporaryFolder()
        let failing = folder.write("go", "#!/bin/sh\necho no such thing >&2\nexit 3\n", mode: 0o755)
        await #expect(throws: GoError(operation: "\(failing) env -json", cause: "no such thing")) {
            try await GoToolchain.ask(executable: failing, home: folder.path)
        }
        let chatting = folder.write("other", "#!/bin/sh\necho hello\n", mode: 0o755)
        await #expect(throws: GoError.self) { try await GoToolchain.ask(executable: chatting, home: folder.path) }
    }

    @Test(arguments: RealGo.required)
    func withoutTheModuleCacheLocalPackagesAreStillWhole(executable: String) async throws {
        let desk = GoDesk(executable)
        desk.write(program)
        let packages = try await desk.list("./...")
        #expect(!isComplete(packages))
        let lib = try #require(packages.first { $0.importPath == "example.com/a/lib" })
        #expect(lib.dir == "\(desk.root)/lib")
        #expect(
            lib.files == [
                .go: ["lib.go"], .embed: ["t.txt"], .testGo: ["lib_test.go"], .ignoredGo: ["only_windows.go"],
            ])
        #expect(lib.error == nil)
        let server = try #require(packages.first { $0.importPath == "example.com/a/cmd/server" })
        #expect(server.goFiles == ["main.go"])
        #expect(server.imports == ["example.com/a/lib", "example.com/dep/x", "fmt"])
        #expect(server.depsErrors == ["module lookup disabled by GOPROXY=off"])
        let missing = try #require(packages.first { $0.importPath == "example.com/dep/x" })
        #expect(missing.dir == "")
        #expect(missing.errorPosition == "cmd/server/main.go:5:1")
        #expect(explain(missing.error ?? "")?.complaint == .lookupDisabled)
    }

    @Test(arguments: RealGo.required)
    func aVendoredModuleNeedsNoCache(executable: String) async throws {
        let desk = GoDesk(executable)
        desk.write(vendored())
        let packages = try await desk.list("./...")
        #expect(isComplete(packages))
        let dependency = try #require(packages.first { $0.importPath == "example.com/dep/x" })
        #expect(dependency.dir == "\(desk.root)/vendor/example.com/dep/x")
        #expect(dependency.module?.version == "v1.0.0")
    }

    @Test(arguments: RealGo.required)
    func aWorkspaceIsAskedForEachOfItsModules(executable: String) async throws {
        let desk = GoDesk(executable)
        desk.write([
            "go.work": "go 1.24\nuse ./app\nuse ./lib\n", "app/go.mod": "module example.com/app\ngo 1.24\n",
            "app/main.go": "package main\nimport _ \"example.com/lib\"\nfunc main() {}\n",
            "lib/go.mod": "module example.com/lib\ngo 1.24\n", "lib/lib.go": "package lib\n",
        ])
        let whole = try await desk.list("./app/...", "./lib/...")
        #expect(isComplete(whole))
        #expect(whole.filter { !$0.match.isEmpty }.map(\.importPath) == ["example.com/lib", "example.com/app"])
        // At a root that is no module, ./... is a mistake, told as a package that is not there.
        let root = try await desk.list("./...")
        #expect(!isComplete(root))
        #expect(explain(root.first?.error ?? "")?.complaint == .noMainModule)
    }

    @Test(arguments: RealGo.required)
    func mistakesInSourcesAreNoLack(executable: String) async throws {
        let desk = GoDesk(executable)
        desk.write([
            "go.mod": "module example.com/o\ngo 1.24\n", "syntax/s.go": "package syntax\nfunc (\n",
            "two/a.go": "package a\n", "two/b.go": "package b\n", "tag/t.go": "//go:build windows\n\npackage tag\n",
            "embed/e.go": "package embed\nimport _ \"embed\"\n//go:embed gone\nvar x string\n",
        ])
        let packages = try await desk.list("./...")
        #expect(isComplete(packages))
        #expect(packages.contains { $0.importPath == "example.com/o/two" && $0.error != nil })
        #expect(packages.contains { $0.importPath == "example.com/o/embed" && $0.error != nil })
    }

    /// With tests their variants are packages of their own.
    @Test(arguments: RealGo.required)
    func testsHaveVariantsOfPackages(executable: String) async throws {
        let desk = GoDesk(executable)
        desk.write(vendored())
        desk.write([
            "lib/x_test.go": """
            package lib_test
            import (
            \t_ "example.com/a/lib"
            \t_ "example.com/dep/x"
            )

            """
        ])
        let packages = try await desk.list("./lib", tests: true)
        #expect(isComplete(packages))
        var found: [String: GoPackage] = [:]
        for package in packages { found[package.importPath] = package }
        #expect(
            found.keys.sorted() == [
                "example.com/a/lib", "example.com/a/lib [example.com/a/lib.test]", "example.com/a/lib.test",
                "example.com/a/lib_test [example.com/a/lib.test]", "example.com/dep/x",
            ])
        #expect(
            found.values.filter { $0.forTest == nil }.map(\.importPath).sorted() == [
                "example.com/a/lib", "example.com/dep/x",
            ])
        #expect(found.values.allSatisfy { $0.forTest ?? "example.com/a/lib" == "example.com/a/lib" })
        #expect(found["example.com/a/lib [example.com/a/lib.test]"]?.goFiles == ["lib.go", "lib_test.go"])
        #expect(found["example.com/a/lib.test"]?.files == [:], "its file is made by the go command")
        let external = try #require(found["example.com/a/lib_test [example.com/a/lib.test]"])
        #expect(external.imports == ["example.com/a/lib [example.com/a/lib.test]", "example.com/dep/x"])
        #expect(external.importMap == ["example.com/a/lib": "example.com/a/lib [example.com/a/lib.test]"])
        #expect(found["example.com/a/lib"]?.xTestImports == ["example.com/a/lib", "example.com/dep/x"])
    }

    @Test(arguments: RealGo.required)
    func tagsChooseFiles(executable: String) async throws {
        let desk = GoDesk(executable)
        desk.write([
            "go.mod": "module example.com/t\ngo 1.24\n", "a.go": "package t\n",
            "b.go": "//go:build one && two\n\npackage t\n",
        ])
        let packages = try await askGoList(
            desk.toolchain(),
            GoListQuestion(patterns: ["."], directory: desk.root, tags: ["one", "two"], environment: desk.environment))
        #expect(packages.map(\.goFiles) == [["a.go", "b.go"]])
    }
}
