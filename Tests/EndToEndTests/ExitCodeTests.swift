/// What a command ends with when it cannot do its work, and what it says; exit codes are for programs to rely on.
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct ExitCodes {
        private let desk = Desk()

        private func expect(
            _ ended: Ended, _ code: Int32, err: String, sourceLocation: SourceLocation = #_sourceLocation
        ) {
            #expect(ended.exit == .code(code), "\(ended.transcript)", sourceLocation: sourceLocation)
            #expect(ended.err == err, sourceLocation: sourceLocation)
            #expect(ended.out == "", sourceLocation: sourceLocation)
        }

        private let badFile = """
            version: 1
            steps:
              first: { shell: "touch ran" }
              second: { rn: [touch, ran] }
              third: { run: [touch, ran], needs: [frist] }

            """
        private let whatIsBad = """
            error[pipeline/unknown-key]: unknown key `rn` in step `second`
             --> pipeline.yaml:4:13
              |
            4 |   second: { rn: [touch, ran] }
              |             ^^
              = help: did you mean `run`?

            error[pipeline/unknown-step]: no step is named `frist`
             --> pipeline.yaml:5:39
              |
            5 |   third: { run: [touch, ran], needs: [frist] }
              |                                       ^^^^^
              = help: did you mean `first`?

            2 errors

            """

        @Test(arguments: [["run"], ["run", "first"], ["run", "--json"], ["plan"], ["validate"]])
        func badFileIsTwo(_ arguments: [String]) async throws {
            desk.write("pipeline.yaml", badFile)
            expect(try await desk.start(arguments).end(), 2, err: whatIsBad)
            #expect(desk.read("ran") == nil, "nothing runs")
        }

        @Test func badFileIsTwoForPrograms() async throws {
            desk.write("pipeline.yaml", badFile)
            let ended = try await desk.pipeline("validate", "--json")
            #expect(ended.exit == .code(2) && ended.err == "", "\(ended.transcript)")
            let diagnostics = try #require(JSONValue(ended.out)["diagnostics"].list)
            #expect(diagnostics.map { $0["id"].string } == ["pipeline/unknown-key", "pipeline/unknown-step"])
            #expect(diagnostics.map { $0["line"].int } == [4, 5] && diagnostics.map { $0["column"].int } == [13, 39])
        }

        @Test func unknownStepIsTwo() async throws {
            desk.write("pipeline.yaml", "version: 1\nsteps: { unit: { shell: touch ran }, lint: { run: [touch, ran] } }\n")
            let ended = try await desk.pipeline("run", "limt")
            #expect(ended.exit == .code(2), "\(ended.transcript)")
            #expect(
                ended.err == """
                    error[arguments/unknown-step]: there is no step `limt`
                      = help: did you mean `lint`?

                    1 error

                    """)
            #expect(desk.read("ran") == nil)
        }

        @Test(arguments: [["run", "--jobs", "0"], ["run", "--jobs", "many"], ["run", "--nope"], ["rnu"], ["plan", "--format", "png"]])
        func badArgumentsAreTwo(_ arguments: [String]) async throws {
            desk.write("pipeline.yaml", "version: 1\nsteps: { unit: { shell: touch ran } }\n")
            let ended = try await desk.start(arguments).end()
            #expect(ended.exit == .code(2) && ended.out == "", "\(ended.transcript)")
            #expect(ended.err.hasPrefix("Error: ") && ended.err.contains("Usage: pipeline"), "\(ended.transcript)")
            #expect(desk.read("ran") == nil)
        }

        @Test func noModuleIsTwo() async throws {
            expect(
                try await desk.pipeline("run"), 2,
                err: """
                    error[pipeline/nothing-here]: there is neither a pipeline file nor a Go module in \(desk.root)
                      = help: go to a Go module, or begin one with `go mod init`

                    1 error

                    """)
        }

        @Test func wrongGoIsFive() async throws {
            desk.write("pipeline.yaml", "version: 1\ngo:\n  version: \"1.99.1\"\nsteps: { unit: { shell: touch ran } }\n")
            let ended = try await desk.pipeline("run")
            #expect(ended.exit == .code(5) && ended.out == "", "\(ended.transcript)")
            #expect(ended.err.hasPrefix("error[go/wrong-version]: this pipeline wants Go 1.99.1, and this machine has Go 1.27.3 ("))
            #expect(ended.err.contains(" --> pipeline.yaml:3:12\n  |\n3 |   version: \"1.99.1\"\n  |            ^^^^^^^^\n"), "\(ended.err)")
            #expect(ended.err.contains("  = help: get it with `go install golang.org/dl/go1.99.1@latest && go1.99.1 download`"))
            #expect(desk.read("ran") == nil)
        }

        @Test func moduleThatWantsAnotherGoIsFive() async throws {
            desk.write("go.mod", "module example.com/future\n\ngo 1.99\n")
            desk.write("main.go", "package main\n\nfunc main() {}\n")
            let ended = try await desk.pipeline("run")
            #expect(ended.exit == .code(5), "\(ended.transcript)")
            #expect(ended.err.contains("this pipeline wants Go 1.99 or later") && ended.err.contains("--> go.mod:3:4"), "\(ended.err)")
        }

        @Test(.disabled(if: RealParts.hasSystemGo, "there is a Go in the system's own folders"))
        func noGoIsFive() async throws {
            let bare = Desk(goRoot: nil)
            bare.write("pipeline.yaml", "version: 1\nsteps: { unit: { shell: touch ran } }\n")
            let ended = try await bare.pipeline("run")
            #expect(ended.exit == .code(5) && ended.out == "", "\(ended.transcript)")
            #expect(ended.err.contains("error[go/absent]: this pipeline wants Go, and there is no Go on PATH"), "\(ended.err)")
            #expect(bare.read("ran") == nil)
        }
    }
}
