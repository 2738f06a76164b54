/// Artifacts: one action a platform, and what the steps that need them are given.
import Action
import Testing

@Suite struct ArtifactTests {
    private var world: World {
        var world = World.service
        world.files["cmd/server/os_windows.go"] = "package main"
        world.files["cmd/server/os_linux.go"] = "package main"
        return world
    }
    private let four = "artifacts: { server: { build: ./cmd/server, platforms: [linux/amd64, linux/arm64, windows/amd64] } }\n"

    @Test func onePerPlatform() throws {
        let graph = try world.plan(four)
        let builds = graph.actions.filter { $0.kind == .build }
        #expect(
            builds.map(\.id) == [
                "build:server:linux/amd64", "build:server:linux/arm64", "build:server:windows/amd64",
            ])
        #expect(builds.map { $0.outputs.map(\.path) } == [["server"], ["server"], ["server.exe"]])
        #expect(builds.map { $0.argv[3].description } == ["${output}/server", "${output}/server", "${output}/server.exe"])
        #expect(builds.map { $0.environment["GOOS"] } == ["linux", "linux", "windows"])
        #expect(builds.map { $0.environment["GOARCH"] } == ["amd64", "arm64", "amd64"])
        #expect(Set(builds.map { $0.environment["GOCACHE"] }).count == 3)
        #expect(builds.map { $0.inputs.contains("cmd/server/os_windows.go") } == [false, false, true])
        #expect(builds.map { $0.inputs.contains("cmd/server/os_linux.go") } == [true, true, false])
        #expect(builds.allSatisfy { $0.step == "artifact.server" })
    }

    @Test func withoutPlatformsItIsTheMachinesOwn() throws {
        var world = self.world
        world.toolchain.environment["GOARCH"] = "arm64"
        #expect(try world.plan("artifacts: { server: ./cmd/server }\n").actions.map(\.id.text) == ["download", "build:server:linux/arm64"])
    }

    @Test func aReferenceMeansTheMachinesOwn() throws {
        let graph = try world.plan(four + "steps: { s: { run: ['${artifact.server}'] } }\n")
        #expect(graph["run:s"].argv.map(\.description) == ["${build:server:linux/amd64/server}"])
        #expect(graph["run:s"].environment["PIPELINE_ARTIFACT_SERVER"]?.description == "${build:server:linux/amd64/server}")
        #expect(
            graph["run:s"].dependencies.map { "\($0.action) \($0.role)" } == [
                "download provision", "build:server:linux/amd64 input",
            ])
    }

    /// All platforms have to be green first, but only one of them is given.
    @Test func aNeedMeansAllPlatforms() throws {
        let graph = try world.plan(four + "steps: { s: { run: [x], needs: [artifact.server] } }\n")
        #expect(
            graph["run:s"].dependencies.map { "\($0.action) \($0.role)" } == [
                "download provision", "build:server:linux/amd64 input", "build:server:linux/arm64 order",
                "build:server:windows/amd64 order",
            ])
    }

    @Test func aNeedForAnotherPlatformIsOnlyAnOrder() throws {
        let graph = try world.plan(
            "artifacts: { s: { build: ./cmd/server, platforms: [darwin/arm64] } }\nsteps: { s: { run: [x], needs: [artifact.s] } }\n")
        #expect(graph["run:s"].environment["PIPELINE_ARTIFACT_S"] == nil)
        #expect(graph["run:s"].dependencies.last == Action.Dependency("build:s:darwin/arm64", .order))
    }

    /// Whatever runs programs of the user's is handed the file; what only reads sources comes after it.
    @Test(arguments: [
        ("test: ./...", true), ("generate: ./...", true), ("tool: lint", true), ("shell: x", true),
        ("vet: ./...", false), ("build: ./...", false), ("fmt: check", false), ("tidy: check", false),
    ])
    func stepsThatNeedAnArtifact(kind: String, isGiven: Bool) throws {
        let graph = try world.plan(
            """
            tools: { lint: example.com/lint@v1.0.0 }
            artifacts: { server: ./cmd/server }
            steps: { s: { \(kind), needs: [artifact.server] } }

            """)
        let action = try #require(graph.actions.last { $0.step == "s" })
        #expect((action.environment["PIPELINE_ARTIFACT_SERVER"] != nil) == isGiven)
        #expect(
            action.dependencies.filter { $0.action == "build:server:linux/amd64" }
                == [Action.Dependency("build:server:linux/amd64", isGiven ? .input : .order)])
    }

    @Test func aFolderOfItsOwn() throws {
        var world = self.world
        world.files["api/go.mod"] = "module example.com/api\n"
        world.files["api/cmd/api/main.go"] = "package main"
        let action = try world.plan("artifacts: { api: { build: ./cmd/api, dir: api } }\n")["build:api:linux/amd64"]
        #expect(action.directory == "api")
        #expect(action.argv.last == "./cmd/api")
        #expect(action.inputs == ["api/cmd/api/main.go", "api/go.mod"])
        #expect(action.dependencies == [])
    }

    @Test func theVersionOfTheCommitIsLinkedIn() throws {
        var world = self.world
        world.git = [.describe: "v1.2.0-3-gabc", .dirty: "false"]
        let yaml = "artifacts: { s: { build: ./cmd/server, ldflags: '-X main.v=${git.describe} ${git.dirty}' } }\n"
        let action = try world.plan(yaml)["build:s:linux/amd64"]
        #expect(action.argv.map(\.description).contains("-X main.v=v1.2.0-3-gabc false"))
    }
}
