/// What planning finds wrong, in its exact words.
import Testing

@Suite struct MistakeTests {
    private let world = World.service

    @Test func noSuchPackage() throws {
        #expect(
            try world.mistakes("artifacts:\n  s: { build: ./cmd/sever }\n") == """
                pipeline.yaml:3:15: error: there is no Go package in ./cmd/sever [plan/no-such-package]
                    s: { build: ./cmd/sever }
                                ^^^^^^^^^^^
                  help: main packages: ./cmd/server
                """)
    }

    @Test func noMain() throws {
        #expect(
            try world.mistakes("artifacts:\n  s: ./internal/hello\n") == """
                pipeline.yaml:3:6: error: ./internal/hello is package hello, and only a main package makes a binary \
                [plan/not-a-main]
                    s: ./internal/hello
                       ^^^^^^^^^^^^^^^^
                  help: main packages: ./cmd/server
                """)
    }

    @Test func mainsOfTheFolderAlone() throws {
        var world = self.world
        world.files["api/go.mod"] = "module example.com/api\n"
        world.files["api/main.go"] = "package main"
        world.files["api/x/x.go"] = "package x"
        #expect(
            try world.mistakes("artifacts:\n  s: { build: ./x, dir: api }\n").hasSuffix("help: main packages: ."))
    }

    @Test func noModule() throws {
        #expect(
            try LayoutTests.workspace.mistakes("artifacts:\n  s: { build: ./x, dir: docs }\nsteps:\n  t: { test: ./..., dir: docs }\n") == """
                pipeline.yaml:3:15: error: artifact s is in docs, where there is no Go module [plan/no-module]
                    s: { build: ./x, dir: docs }
                                ^^^
                  note: modules: app, lib, tools
                  help: say `dir:` with one of these folders
                pipeline.yaml:5:3: error: step t is in docs, where there is no Go module [plan/no-module]
                    t: { test: ./..., dir: docs }
                    ^
                  note: modules: app, lib, tools
                  help: say `dir:` with one of these folders
                """)
    }

    @Test func noModuleAtAll() throws {
        #expect(
            try World(["a.go": "package a"]).mistakes("steps: { v: { vet: ./... } }\n") == """
                pipeline.yaml:2:10: error: step v is in the root, where there is no Go module [plan/no-module]
                  steps: { v: { vet: ./... } }
                           ^
                  help: begin one with `go mod init`
                """)
    }

    @Test func noPackages() throws {
        var world = self.world
        world.files["api/go.mod"] = "module example.com/api\n"
        world.files["api/x/x.go"] = "package x"
        #expect(
            try world.mistakes("steps:\n  t: { test: [./cmd/..., ./nothing/...] }\n  u: { vet: ./y, dir: api }\n") == """
                pipeline.yaml:3:3: error: step t: ./nothing/... matches no package [plan/no-packages]
                    t: { test: [./cmd/..., ./nothing/...] }
                    ^
                pipeline.yaml:4:3: error: step u: ./y matches no package in api [plan/no-packages]
                    u: { vet: ./y, dir: api }
                    ^
                """)
    }

    @Test func nothingToFormat() throws {
        #expect(
            try world.mistakes("steps:\n  f: { fmt: check, dir: scripts }\n") == """
                pipeline.yaml:3:3: error: step f finds no Go file to check [plan/no-packages]
                    f: { fmt: check, dir: scripts }
                    ^
                """)
    }

    @Test func tidyNeedsGo123() throws {
        var world = self.world
        world.toolchain.version = "1.22.9"
        #expect(
            try world.mistakes("steps:\n  t: { tidy: check }\n") == """
                pipeline.yaml:3:3: error: step t: `tidy: check` needs Go 1.23, and this is Go 1.22.9 [plan/needs-newer-go]
                    t: { tidy: check }
                    ^
                  note: `go mod tidy -diff` came with Go 1.23
                """)
        world.toolchain.version = "1.23"
        #expect(try world.mistakes("steps:\n  t: { tidy: check }\n") == "")
    }

    /// Named by the step, its variables and its service: told once for each place, not once for each reading.
    @Test func anArtifactThatIsNotForThisMachine() throws {
        #expect(
            try world.mistakes(
                """
                artifacts: { s: { build: ./cmd/server, platforms: [windows/arm64] } }
                steps:
                  r:
                    run: ['${artifact.s}']
                    env: { A: 'x ${artifact.s}' }
                    services: { db: { run: [x] } }

                """) == """
                pipeline.yaml:5:12: error: ${artifact.s} is the artifact for this machine, and s is not built for \
                linux/amd64 [plan/no-host-artifact]
                      run: ['${artifact.s}']
                             ^^^^^^^^^^^^^
                  help: add linux/amd64 to its platforms
                pipeline.yaml:6:18: error: ${artifact.s} is the artifact for this machine, and s is not built for \
                linux/amd64 [plan/no-host-artifact]
                      env: { A: 'x ${artifact.s}' }
                                   ^^^^^^^^^^^^^
                  help: add linux/amd64 to its platforms
                """)
    }

    @Test func noCommit() throws {
        #expect(
            try world.mistakes("steps:\n  r: { run: [echo, '${git.commit}'] }\n") == """
                pipeline.yaml:3:21: error: ${git.commit} is not known: this is no git repository with a commit [plan/no-git]
                    r: { run: [echo, '${git.commit}'] }
                                      ^^^^^^^^^^^^^
                """)
    }

    @Test func anUnknownToolInAReference() throws {
        #expect(
            try world.mistakes("tools: go.mod\nsteps:\n  r: { run: ['${tool.lint}'] }\n").contains(
                "error: no tool is called `lint` [plan/unknown-tool]"))
    }

    @Test func allMistakesAreTold() throws {
        let mistakes = try world.mistakes("artifacts: { a: ./x, b: ./y }\nsteps: { t: { test: ./z }, u: { vet: ./w } }\n")
        #expect(mistakes.split(separator: "\n").count { $0.contains(": error: ") } == 4)
    }
}
