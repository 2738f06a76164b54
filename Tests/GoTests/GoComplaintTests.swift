/// The go command's own complaints, provoked, and what the project understands of them.
import Go
import TestSupport
import Testing

@Suite(.enabled(if: RealGo.isWanted, RealGo.absence))
struct GoComplaintTests {
    private let files = [
        "go.mod": "module example.com/a\n\ngo 1.24\n\nrequire example.com/dep v1.0.0\n",
        "main.go": "package main\n\nimport \"example.com/dep/x\"\n\nfunc main() { x.X() }\n",
    ]
    private let sum = """
        example.com/dep v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
        example.com/dep v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=

        """

    private func complaint(
        _ desk: GoDesk, _ changes: [String: String] = [:], _ arguments: [String] = ["build", "./..."],
        variables: [String: String] = [:]
    ) async throws -> GoComplaint? {
        desk.write(files.merging(changes) { $1 })
        let output = try await desk.go(arguments, with: variables)
        #expect(!output.exit.isSuccess)
        let understood = explain(output.words)
        #expect(understood != nil, "\(output.words)")
        return understood?.complaint
    }

    @Test(arguments: RealGo.required)
    func aHashIsMissing(executable: String) async throws {
        #expect(try await complaint(GoDesk(executable)) == .missingGoSumEntry)
    }

    @Test(arguments: RealGo.required)
    func aRequirementIsMissing(executable: String) async throws {
        #expect(
            try await complaint(GoDesk(executable), ["go.mod": "module example.com/a\n\ngo 1.24\n"])
                == .noRequiredModule)
    }

    @Test(arguments: RealGo.required)
    func aModuleIsNotInTheCache(executable: String) async throws {
        #expect(try await complaint(GoDesk(executable), ["go.sum": sum]) == .lookupDisabled)
    }

    @Test(arguments: RealGo.required)
    func aModuleIsNotWhatItWas(executable: String) async throws {
        var desk = GoDesk(executable)
        desk.folder.write("proxy/example.com/dep/@v/v1.0.0.mod", "module example.com/dep\n")
        desk.folder.write("proxy/example.com/dep/@v/v1.0.0.info", "{\"Version\":\"v1.0.0\"}")
        desk.proxy = "file://\(desk.folder.path)/proxy"
        #expect(try await complaint(desk, ["go.sum": sum], ["mod", "download"]) == .checksumMismatch)
    }

    @Test(arguments: RealGo.required)
    func theGoIsTooOld(executable: String) async throws {
        let mod = "module example.com/a\n\ngo 1.99\n"
        #expect(try await complaint(GoDesk(executable), ["go.mod": mod]) == .goTooOld)
    }

    @Test(arguments: RealGo.required)
    func theVendorFolderIsStale(executable: String) async throws {
        let modules = "# example.com/dep v0.9.0\n## explicit\nexample.com/dep/x\n"
        #expect(try await complaint(GoDesk(executable), ["vendor/modules.txt": modules]) == .inconsistentVendoring)
        let current = "# example.com/dep v1.0.0\n## explicit; go 1.20\nexample.com/dep/y\n"
        #expect(try await complaint(GoDesk(executable), ["vendor/modules.txt": current]) == .inconsistentVendoring)
    }

    @Test(arguments: RealGo.required)
    func thereIsNoModule(executable: String) async throws {
        let desk = GoDesk(executable)
        desk.write(["empty/x.txt": ""])
        let output = try await desk.go(["list", "./..."], in: "empty")
        #expect(explain(output.words)?.complaint == .noMainModule)
        #expect(
            try await complaint(
                desk, ["go.work": "go 1.24\nuse ./other\n", "other/go.mod": "module example.com/other\ngo 1.24\n"])
                == .noMainModule)
    }

    @Test(arguments: RealGo.required)
    func theProxyDoesNotKnowIt(executable: String) async throws {
        var desk = GoDesk(executable)
        desk.folder.write("proxy/x", "")
        desk.proxy = "file://\(desk.folder.path)/proxy"
        #expect(try await complaint(desk, ["go.sum": sum], ["mod", "download"]) == .unknownModule)
    }

    @Test(arguments: RealGo.required)
    func theProxyIsNotThere(executable: String) async throws {
        var desk = GoDesk(executable)
        // Port 1 of loopback: nothing listens there.
        desk.proxy = "http://127.0.0.1:1"
        #expect(try await complaint(desk, ["go.sum": sum], ["mod", "download"]) == .proxyUnreachable)
    }

    @Test(arguments: RealGo.required)
    func goModIsOutdated(executable: String) async throws {
        let dependency = "module example.com/dep\n\ngo 1.24\n\nrequire example.com/far v1.0.0\n"
        let mod = """
            module example.com/a

            go 1.24

            require (
            \texample.com/dep v1.0.0
            \texample.com/far v0.9.0
            )

            replace example.com/dep => ./dep

            replace example.com/far => ./far

            """
        #expect(
            try await complaint(
                GoDesk(executable),
                [
                    "go.mod": mod, "dep/go.mod": dependency, "dep/x/x.go": "package x\nfunc X() {}\n",
                    "far/go.mod": "module example.com/far\n\ngo 1.24\n",
                ]) == .goModOutdated)
    }

    @Test(arguments: RealGo.required)
    func goWorkIsOutdated(executable: String) async throws {
        #expect(try await complaint(GoDesk(executable), ["go.work": "go 1.23\nuse .\n"]) == .goWorkOutdated)
    }

    @Test(arguments: RealGo.required)
    func cgoIsOff(executable: String) async throws {
        #expect(
            try await complaint(
                GoDesk(executable),
                ["go.mod": "module example.com/a\n\ngo 1.24\n", "main.go": "package main\nfunc main() {}\n"],
                ["build", "-race", "."]) == .cgoUnavailable)
        #expect(
            try await complaint(
                GoDesk(executable),
                [
                    "go.mod": "module example.com/a\n\ngo 1.24\n",
                    "main.go": "package main\nimport \"C\"\nfunc main() {}\n",
                ], ["list", "-compiled", "."], variables: ["CGO_ENABLED": "1", "CC": "no-such-compiler"])
                == .cgoUnavailable)
    }

    @Test(arguments: RealGo.required)
    func gitRefuses(executable: String) async throws {
        let desk = GoDesk(executable)
        // A git that fails as it does for a checkout of somebody else's.
        desk.folder.write("bin/git", "#!/bin/sh\necho 'fatal: detected dubious ownership' >&2\nexit 128\n", mode: 0o755)
        #expect(
            try await complaint(
                desk,
                [
                    "go.mod": "module example.com/a\n\ngo 1.24\n", "main.go": "package main\nfunc main() {}\n",
                    ".git/HEAD": "ref: refs/heads/main\n",
                ], ["build", "-buildvcs=true", "-o", "/dev/null", "."],
                variables: ["PATH": "\(desk.folder.path)/bin:/usr/bin:/bin"]) == .versionControl)
    }

    @Test(arguments: RealGo.required)
    func aRefusalToListIsThrownWithItsHelp(executable: String) async throws {
        let desk = GoDesk(executable)
        desk.write(["go.mod": "module example.com/a\n\ngo 1.99\n"])
        do throws(GoError) {
            _ = try await desk.list("./...")
            Issue.record("go lists the packages of a module that is too new for it")
        } catch {
            #expect(error.operation == "go list -deps ./...")
            #expect(error.cause.hasPrefix("go: go.mod requires go >= 1.99 (running go "))
            #expect(error.complaint == .goTooOld)
            #expect(error.help == GoComplaint.goTooOld.help)
        }
    }

    @Test func unknownWordsStayAsTheyAre() {
        #expect(explain("main.go:3:1: syntax error") == nil)
        let error = GoError(operation: "go build", cause: "main.go:3:1: syntax error")
        #expect(error.complaint == .other)
        #expect(error.help == nil)
        #expect(error.description == "go build: main.go:3:1: syntax error")
    }
}
