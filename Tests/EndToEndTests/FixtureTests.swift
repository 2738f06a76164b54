/// Repositories as they are, without a pipeline file: one is inferred, said to be, and green; written down it is the same.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct Fixtures {
        /// The actions that are inferred for each.
        private static let inferred: [(name: String, actions: Set<String>)] = [
            ("single", ["build:single", "vet:vet", "test:test"]),
            ("library", ["vet:vet", "test:test"]),
            ("multi-main", ["build:multi", "build:hours", "build:minutes", "vet:vet", "test:test"]),
            (
                "nested",
                ["build:app", "build:gen", "vet:vet", "test:test", "vet:vet-tools-gen", "test:test-tools-gen"]
            ),
            (
                "replaced",
                ["build:shout", "vet:vet", "test:test", "vet:vet-third_party-banner", "test:test-third_party-banner"]
            ),
            ("workspace", ["build:app", "vet:vet", "test:test"]),
            ("vendored", ["build:vendored", "vet:vet", "test:test"]),
        ]

        private static let testedInRoot: Set = ["single", "library", "multi-main", "vendored"]

        @Test(arguments: inferred)
        func areGreenWithoutAFile(_ name: String, _ actions: Set<String>) async throws {
            let desk = try await Desk.fixture(name, store: WarmStore.path)
            let run = try await desk.run()
            run.expectGreen()
            #expect(run.events("run.started").first?["file"] == .null)
            #expect(run.events("run.started").first?["pipeline"].string == name)
            let found = run.finished.filter { $0.kind != "download" }.map { $0.action.dropping(suffix: ":linux/amd64") }
            #expect(Set(found) == actions)
            try await desk.run().expectNothingRan()
        }

        @Test(arguments: inferred)
        func writtenDownAreTheSame(_ name: String, _ actions: Set<String>) async throws {
            let desk = try await Desk.fixture(name, store: WarmStore.path)
            try await desk.run().expectGreen()
            let before = try await desk.plan()
            let printed = try await desk.pipeline("init", "--print")
            #expect(printed.exit == .code(0), "\(printed.transcript)")
            #expect(desk.read("pipeline.yaml") == nil)
            let written = try await desk.pipeline("init")
            #expect(written.exit == .code(0) && written.out == "wrote pipeline.yaml\n", "\(written.transcript)")
            #expect(desk.read("pipeline.yaml") == printed.out)

            let valid = try await desk.pipeline("validate")
            #expect(valid.exit == .code(0), "\(valid.transcript)")
            // The new file lies in the root, where tests of a package may read it: docs/caches.md.
            let rerun = Self.testedInRoot.contains(name) ? ["test:test"] : []
            let after = try await desk.plan()
            #expect(after.keys == before.keys)
            #expect(after.filter { $0.value.key != before[$0.key]?.key }.map(\.key) == rerun)
            let run = try await desk.run()
            run.expectGreen()
            #expect(run.ran == rerun)
            #expect(run.events("run.started").first?["file"].string == "pipeline.yaml")
            try await desk.run().expectNothingRan()
        }

        @Test func inferenceIsSaidToPeople() async throws {
            let desk = try await Desk.fixture("library", store: WarmStore.path)
            let run = try await desk.pipeline("run")
            #expect(run.out.contains("library · inferred, as there is no pipeline file (`pipeline init` writes it down) · go1.27.3"))
            let plan = try await desk.pipeline("plan")
            #expect(plan.err == "no pipeline file: this one is inferred\n", "\(plan.transcript)")
        }

        @Test func initLeavesAFileAlone() async throws {
            let desk = try await Desk.fixture("library", store: WarmStore.path)
            desk.write("pipeline.yaml", "mine\n")
            let ended = try await desk.pipeline("init")
            #expect(ended.exit == .code(2) && ended.err.contains("init/exists"), "\(ended.transcript)")
            #expect(desk.read("pipeline.yaml") == "mine\n")
        }

        @Test func inferringFollowsAFolderUpwards() async throws {
            let desk = try await Desk.fixture("single", store: WarmStore.path)
            try makeFolder("\(desk.root)/docs/deep")
            let ended = try await desk.pipeline("run", "vet", in: "\(desk.root)/docs/deep")
            #expect(ended.exit == .code(0) && ended.out.contains("go vet ./..."), "\(ended.transcript)")
        }

        /// Red once and whole, after everything else.
        @Test func failingIsRed() async throws {
            let desk = try await Desk.fixture("failing", store: WarmStore.path)
            let ended = try await desk.pipeline("run", "--keep-going")
            #expect(ended.exit == .code(1), "\(ended.transcript)")
            let lines = ended.out.lines
            let first = try #require(lines.firstIndex { $0.hasPrefix("── ") }, "\(ended.out)")
            let whole = lines[first...].joined(separator: "\n")
            let vet = "counter/counter.go:20:9: Value passes lock by value: example.com/failing/counter.Counter contains sync.Mutex"
            #expect(whole.components(separatedBy: vet).count == 2, "\(ended.out)")
            for line in ["--- FAIL: TestFahrenheit/freezing", "got  0", "want 32", "--- FAIL: TestFahrenheit/boiling"] {
                #expect(whole.components(separatedBy: line).count == 2, "\(line) in \(ended.out)")
            }
            #expect(whole.contains("2 failed (") && whole.contains("vet") && whole.contains("test"))
            // A red result is not kept.
            let again = try await desk.run("--keep-going")
            #expect(again.status == "red" && again.ran.sorted() == ["test:test", "vet:vet"])
            #expect(again.summary["failed"].int == 2)
        }

        @Test(.enabled(if: RealParts.program("cc") != nil || RealParts.isRequired, "no C compiler"))
        func cgoWorksWhereAskedFor() async throws {
            let desk = try await Desk.fixture("cgo", store: WarmStore.path)
            desk.write(
                "pipeline.yaml",
                """
                version: 1
                go: { version: "1.27.3" }
                artifacts:
                  cgo: { build: ., cgo: true }
                steps:
                  vet: { vet: ./..., cgo: true }
                  test: { test: ./..., cgo: true }
                """)
            let run = try await desk.run()
            run.expectGreen()
            let binary = try #require(try run.finished("build:cgo:linux/amd64").outputs.first?["path"].string)
            #expect(try await desk.shell("'\(binary)' Wikipedia") == "11e60398\n")
            try await desk.run().expectNothingRan()
        }
    }
}

extension String {
    fileprivate func dropping(suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}
