/// Which keys a changed file changes: no more, or too much is done again; no less, or a wrong result is believed.
import Action
import Plan
import Testing

@Suite struct InputTests {
    static let pipeline = """
        tools: { lint: example.com/lint/cmd/lint@v1.0.0 }
        artifacts: { server: ./cmd/server }
        steps:
          build: { build: ./... }
          vet: { vet: ./... }
          test: { test: ./... }
          hello: { test: ./internal/hello }
          fmt: { fmt: check }
          tidy: { tidy: check }
          generate: { generate: ./... }
          lint: { tool: lint }
          lint-docs: { tool: lint, inputs: ['*.md'] }
          smoke: { run: [./scripts/smoke.sh] }
          declared: { run: [./scripts/smoke.sh], inputs: [scripts/] }
          with-artifact: { run: [x], inputs: [], needs: [artifact.server] }
          vet-more: { vet: ./cmd/server, inputs: [README.md] }

        """

    /// Steps with an action whose key is another one when `file` is.
    private func stepsChanged(by file: String) throws -> Set<String> {
        let graph = try World.service.plan(Self.pipeline)
        func keys(_ content: (String) -> String) -> [ActionID: CacheKey] {
            var keys: [ActionID: CacheKey] = [:]
            for action in graph.actions {
                keys[action.id] = Manifest(of: action, digest: content, key: { keys[$0] }).key
            }
            return keys
        }
        let (before, after) = (keys { _ in "1" }, keys { $0 == file ? "2" : "1" })
        return Set(graph.actions.filter { before[$0.id] != after[$0.id] }.map(\.step))
    }

    static let everything: Set<String> = ["generate", "lint", "smoke"]
    static let compiled: Set<String> = ["build", "vet", "test"]
    static let table: [(file: String, steps: Set<String>)] = [
        ("README.md", everything.union(["lint-docs", "vet-more"])),
        ("pipeline.yaml", everything),
        // A test may read what lies beside it.
        ("cmd/server/README.md", everything.union(["test"])),
        ("internal/hello/notes.txt", everything.union(["test", "hello"])),
        ("internal/hello/testdata/in/1.golden", everything.union(["test", "hello"])),
        ("internal/check/testdata/unused", everything.union(["test"])),
        ("internal/hello/hello_test.go", everything.union(["vet", "test", "hello", "fmt", "tidy"])),
        ("internal/hello/hello_x_test.go", everything.union(["vet", "test", "hello", "fmt", "tidy"])),
        // Imported by tests alone.
        (
            "internal/check/check.go",
            everything.union(compiled).union(["hello", "fmt", "tidy", "vet-more"])
        ),
        ("internal/check/check_test.go", everything.union(["vet", "test", "fmt", "tidy"])),
        (
            "internal/hello/hello.go",
            everything.union(compiled)
                .union(["artifact.server", "with-artifact", "hello", "fmt", "tidy", "vet-more"])
        ),
        (
            "internal/hello/page.html",
            everything.union(compiled).union(["artifact.server", "with-artifact", "hello", "vet-more"])
        ),
        ("cmd/server/main_test.go", everything.union(["vet", "test", "fmt", "tidy", "vet-more"])),
        ("scripts/smoke.sh", everything.union(["declared"])),
        (
            "go.sum",
            everything.union(compiled)
                .union(["download", "artifact.server", "with-artifact", "hello", "tidy", "vet-more"])
        ),
    ]

    @Test(arguments: table)
    func aFileChanges(file: String, steps: Set<String>) throws {
        #expect(World.service.files[file] != nil)
        #expect(try stepsChanged(by: file) == steps)
    }

    /// Before the modules are there nothing is known of packages: every file of the module may be one of theirs.
    @Test func withoutAListingEveryFileOfTheModuleCounts() throws {
        var world = World.service
        world.files["other/go.mod"] = "module example.com/other\n"
        world.files["other/x.go"] = "package x"
        world.isListed = false
        let graph = try world.plan("artifacts: { server: ./cmd/server }\nsteps: { t: { test: ./..., dir: other } }\n")
        #expect(graph["build:server:linux/amd64"].inputs == world.files.keys.sorted())
        #expect(graph["test:t"].inputs == ["other/go.mod", "other/x.go"])
    }
}
