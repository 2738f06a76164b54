/// The pipeline of a repository that has no pipeline file.
import Go
import Pipeline
import Plan
import Testing

@Suite struct InferPipelineTests {
    private func infer(_ world: World) throws -> Pipeline {
        let facts = world.facts()
        var heads: [String: GoHead] = [:]
        for (path, text) in world.files where path.hasSuffix(".go") { heads[path] = scanGoHead(text.utf8) }
        return try #require(inferPipeline(named: "repo", facts, heads: heads))
    }

    private func described(_ pipeline: Pipeline) -> [String] {
        let tools: [String] =
            switch pipeline.tools {
            case .none: []
            case .goMod: ["tools: go.mod"]
            case .modFile(let file): ["tools: \(file.value)"]
            case .pinned: ["tools: pinned"]
            }
        return tools
            + pipeline.artifacts.map { "artifact \($0.name.value): \($0.package.value) in \($0.directory)" }
            + pipeline.steps.map { step in
                let packages: [String] =
                    switch step.kind {
                    case .vet(let packages), .generate(let packages, true): packages
                    case .test(let options): options.packages
                    default: ["?"]
                    }
                return "\(step.name.value): \(step.kind.key) \(packages.joined(separator: " ")) in \(step.directory)"
            }
    }

    private static let checks = ["vet: vet ./... in .", "test: test ./... in ."]

    @Test func aService() throws {
        let pipeline = try infer(.service)
        #expect(pipeline.file == nil && pipeline.name == "repo")
        #expect(described(pipeline) == ["artifact server: ./cmd/server in ."] + Self.checks)
    }

    @Test func aLibrary() throws {
        #expect(try described(infer(World(["go.mod": "module example.com/lib\n", "lib.go": "package lib"]))) == Self.checks)
    }

    /// A program at the root is called as `go build` calls it; two of one name are told apart by their folders.
    @Test func severalMains() throws {
        let world = World([
            "go.mod": "module example.com/greeter/v2\n", "main.go": "package main", "cmd/tool/main.go": "package main",
            "internal/tool/main.go": "package main", "cmd/only/only_test.go": "package main", "lib/lib.go": "package lib",
        ])
        #expect(
            try described(infer(world)) == [
                "artifact greeter: . in .", "artifact tool: ./cmd/tool in .",
                "artifact internal-tool: ./internal/tool in .",
            ] + Self.checks)
    }

    @Test func nestedModules() throws {
        var world = LayoutTests.nested
        world.files["sdk/cmd/sdk/main.go"] = "package main"
        #expect(
            try described(infer(world)) == [
                "artifact sdk: ./cmd/sdk in sdk", "vet: vet ./... in .", "test: test ./... in .",
                "vet-sdk: vet ./... in sdk", "test-sdk: test ./... in sdk",
            ])
    }

    @Test func aWorkspace() throws {
        #expect(
            try described(infer(LayoutTests.workspace)) == [
                "artifact app: ./app/cmd/app in .", "vet: vet ./... in .", "test: test ./... in .",
                "vet-tools: vet ./... in tools", "test-tools: test ./... in tools",
            ])
    }

    private func withDirective(_ directives: String...) -> World {
        World([
            "go.mod": "module example.com/g\n\ngo 1.24\n\ntool (\n\texample.com/g/gen\n\texample.com/x/cmd/stringer/v2\n)\n",
            "gen/main.go": "package main", "g.go": directives.map { "//go:generate \($0)\n" }.joined() + "package g",
        ])
    }

    @Test(arguments: [
        ["stringer -type=T"], ["go tool stringer -type=T", "gen"], ["go tool example.com/g/gen"],
        ["-command s stringer", "stringer x"],
    ])
    func generatingWithItsOwnTools(directives: [String]) throws {
        var world = withDirective()
        world.files["g.go"] = directives.map { "//go:generate \($0)\n" }.joined() + "package g"
        #expect(
            try described(infer(world)) == ["tools: go.mod", "artifact gen: ./gen in .", "generate: generate ./... in ."] + Self.checks)
    }

    /// What else it calls is not pinned, so it may not be there.
    @Test(arguments: [["stringer", "protoc x"], ["go run ./gen"], ["go tool other"], [], ["-command s stringer"]])
    func generatingWithOtherPrograms(directives: [String]) throws {
        var world = withDirective()
        world.files["g.go"] = directives.map { "//go:generate \($0)\n" }.joined() + "package g"
        #expect(try described(infer(world)) == ["tools: go.mod", "artifact gen: ./gen in ."] + Self.checks)
    }

    @Test func aDirectiveOfAnotherModuleIsItsOwnAffair() throws {
        var world = withDirective("gen")
        world.files["sub/go.mod"] = "module example.com/sub\n"
        world.files["sub/sub.go"] = "//go:generate protoc\npackage sub"
        #expect(
            try described(infer(world)).filter { $0.contains("generate") } == ["generate: generate ./... in ."])
    }

    @Test func withoutAListingThereIsNone() {
        var world = World.service
        world.isListed = false
        #expect(inferPipeline(named: "repo", world.facts(), heads: [:]) == nil)
    }

    /// What is inferred can be planned as it is.
    @Test func itCanBePlanned() throws {
        for world in [World.service, LayoutTests.nested, LayoutTests.workspace, LayoutTests.vendored, withDirective("gen")] {
            let pipeline = try infer(world)
            let (graph, diagnostics) = plan(pipeline, world.facts(for: pipeline), source: nil)
            #expect(diagnostics == [])
            #expect(try #require(graph).actions.isEmpty == false)
        }
    }
}
