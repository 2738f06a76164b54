/// `go generate` as one action, or as one for each package that has directives.
import Action
import Go
import Plan
import Testing

@Suite struct GenerateTests {
    private var world: World {
        var world = World.service
        world.files["nested/go.mod"] = "module example.com/nested\n\ngo 1.24\n"
        return world
    }
    private let folders = [".", "cmd/server", "internal/check/testdata/gen", "internal/hello", "nested/gen", "vendor/x"]

    private func actions(_ step: String, folders: [String]? = nil) throws -> [String: String] {
        let (pipeline, source) = try world.pipeline("steps: { g: { \(step) } }\n")
        var facts = world.facts(for: pipeline)
        facts.generatorFolders = folders ?? self.folders
        let (graph, diagnostics) = plan(pipeline, facts, source: source)
        #expect(diagnostics == [])
        let generating = try #require(graph).actions.filter { $0.kind == .generate }
        #expect(generating.allSatisfy { $0.tree == .scratch(compared: true) && $0.step == "g" && $0.inputs == facts.files })
        return Dictionary(uniqueKeysWithValues: generating.map { ($0.id.text, $0.argv.dropFirst().map(\.description).joined(separator: " ")) })
    }

    @Test func inOrderItIsOne() throws {
        #expect(try actions("generate: ./...") == ["generate:g": "generate ./..."])
    }

    @Test func sideBySideItIsOneAPackage() throws {
        #expect(try actions("generate: ./..., parallel: true, tags: [x]") == [
            "generate:g:.": "generate -tags x .", "generate:g:./cmd/server": "generate -tags x ./cmd/server",
            "generate:g:./internal/hello": "generate -tags x ./internal/hello",
        ])
        #expect(try actions("generate: [./cmd/..., ./internal/hello], parallel: true") == [
            "generate:g:./cmd/server": "generate ./cmd/server", "generate:g:./internal/hello": "generate ./internal/hello",
        ])
        #expect(try actions("generate: ./..., dir: internal, parallel: true", folders: ["internal/hello", "internal/check"]) == [
            "generate:g:./check": "generate ./check", "generate:g:./hello": "generate ./hello",
        ])
    }

    /// One package, none, or a pattern that only the go command understands.
    @Test(arguments: ["./internal/hello", "./nested/...", "[./..., example.com/greeter/internal/...]"])
    func orItStaysWhole(_ pattern: String) throws {
        let patterns = pattern.filter { $0 != "[" && $0 != "]" && $0 != "," }
        #expect(try actions("generate: \(pattern), parallel: true") == ["generate:g": "generate \(patterns)"])
    }
}
