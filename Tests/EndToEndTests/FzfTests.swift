/// A whole program that nobody here wrote, without a pipeline file: fzf as Debian has it.
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo, .needsRealPrograms)
    struct Fzf {
        @Test func isInferredAndGreen() async throws {
            guard let programs = RealParts.programs else { throw Missing(description: "scripts/real-programs is needed") }
            // Without a pipeline file nothing names a proxy: the modules are in the store already.
            let seed = try await Desk.copy(of: "\(programs)/fzf", store: WarmStore.path, git: false)
            seed.write(
                "pipeline.yaml",
                """
                version: 1
                go: { version: "1.27.3", proxy: "file://\(programs)/proxy", sumdb: "off" }
                steps: { vet: { vet: . } }

                """)
            try await seed.run("download").expectGreen()

            let desk = try await Desk.copy(of: "\(programs)/fzf", store: WarmStore.path, git: false)
            let run = try await desk.run()
            run.expectGreen()
            #expect(run.events("run.started").first?["file"] == .null)
            #expect(Set(run.finished.map(\.kind)).isSuperset(of: ["build", "vet", "test"]))
            try await desk.run().expectNothingRan()
        }
    }
}
