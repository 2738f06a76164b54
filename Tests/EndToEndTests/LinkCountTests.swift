/// Build once: over build, vet, test, tool and integration steps the linker is called once for each artifact and
/// platform; counted by a linker that notes each call.
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct LinkCount {
        @Test func isOneForEachArtifactAndPlatform() async throws {
            let desk = try await WarmStore.knownExample()
            let recording = try RecordingTools(in: desk.folder)
            // New sources for every main package and every test.
            for folder in ["cmd/server", "cmd/greet", "internal/lang", "internal/tools/enumer"] {
                let name = folder.hasPrefix("cmd/") || folder.hasSuffix("enumer") ? "main" : "lang"
                desk.write("\(folder)/unique.go", "package \(name)\n\nvar Unique = \"\(desk.folder.path)\"\n")
            }
            try desk.edit(
                "pipeline.yaml", "  test:\n", "  help:\n    tool: enumer\n    args: [-help]\n    needs: [artifact.server]\n\n  test:\n")
            try desk.edit(
                "pipeline.yaml", "  smoke:\n",
                "  sums:\n    run: [sha256sum, \"${artifact.server}\", \"${artifact.greet}\"]\n\n  smoke:\n")

            let run = try await desk.run(environment: recording.environment)
            run.expectGreen()
            #expect(Set(run.finished.filter(\.cached).map(\.action)) == ["download"])

            var links = self.links(recording)
            let tests = links.filter { $0.key.hasSuffix(".test") }
            #expect(tests.count == 6 && tests.values.allSatisfy { $0 == 1 }, "\(tests)")
            for test in tests.keys { links[test] = nil }
            // Once by pipeline, and once more by the go command: the example's directive says `go tool enumer`.
            let tool = links.removeValue(forKey: "linux/amd64 example.com/greeter/internal/tools/enumer")
            #expect(tool.map { $0 <= 2 } == true)
            #expect(links == [
                "linux/amd64 example.com/greeter/cmd/server": 1,
                "linux/arm64 example.com/greeter/cmd/server": 1,
                "linux/amd64 example.com/greeter/cmd/greet": 1,
            ])

            recording.forget()
            // Not even where steps run anew.
            desk.write("README.md", desk.folder.path)
            let again = try await desk.run(environment: recording.environment)
            again.expectGreen()
            #expect(again.ran.sorted() == ["generate:generate", "run:smoke", "run:sums", "tool:help:run"])
            // A served build cache keeps no programs: the directive's `go tool enumer` is linked again.
            #expect(Set(self.links(recording).keys).isSubset(of: ["linux/amd64 example.com/greeter/internal/tools/enumer"]))
        }

        private func links(_ recording: RecordingTools) -> [String: Int] {
            var counts: [String: Int] = [:]
            for line in recording.started where line.hasPrefix("link ") { counts[String(line.dropFirst(5)), default: 0] += 1 }
            return counts
        }
    }
}
