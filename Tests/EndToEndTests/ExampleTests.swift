/// The example from a clean checkout and again: everything runs once, and then nothing does.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct Example {
        @Test(.disabled(if: WarmStore.isKept, "the store is kept from an earlier test run"))
        func isGreenFromNothing() async throws {
            let (_, events) = try await WarmStore.exampleRun()
            events.expectGreen()
            #expect(events.finished.allSatisfy { !$0.cached && $0.status == "green" })
            #expect(Set(events.finished.map(\.action)) == [
                "download", "tool:enumer", "build:server:linux/amd64", "build:server:linux/arm64",
                "build:greet:linux/amd64", "generate:generate", "fmt:fmt", "tidy:tidy", "vet:vet", "test:test", "run:smoke",
            ])
            #expect(events.executed == 11)
            #expect(events.events("run.started").first?["total"].int == 11)
            #expect(events.events("run.started").first?["toolchain"].string == "go1.27.3 linux/amd64")
        }

        @Test func runsNothingAgain() async throws {
            let (desk, _) = try await WarmStore.exampleRun()
            let again = try await desk.run()
            again.expectNothingRan()
            #expect(again.summary["cached"].int == 11)
            #expect(again.summary["saved_ms"].int ?? 0 > 0)
        }

        @Test func isKnownInAnotherCheckout() async throws {
            let desk = try await WarmStore.knownExample()
            try await desk.run().expectNothingRan()
        }

        @Test func saysSoToPeople() async throws {
            let desk = try await WarmStore.knownExample()
            let ended = try await desk.pipeline("run")
            #expect(ended.exit == .code(0), "\(ended.transcript)")
            #expect(ended.out.contains("nothing to run, 11 cached (saved "), "\(ended.out)")
        }

        @Test func artifactsAreWhatTheRunSays() async throws {
            let (desk, first) = try await WarmStore.exampleRun()
            for run in [first, try await desk.run()] {
                let outputs = run.finished.filter { $0.kind == "build" }.flatMap(\.outputs)
                #expect(outputs.count == 3)
                for output in outputs {
                    let path = try #require(output["path"].string)
                    let digest = try await desk.shell("sha256sum '\(path)'").prefix(64)
                    #expect(output["digest"].string == "sha256:\(digest)")
                    #expect(try readFile(path).count == output["size"].int)
                    #expect(try await desk.shell("stat -c %a '\(path)'") == "555\n")
                }
            }
        }

        /// ldflags set the version, and the client's own checks counted themselves.
        @Test func smokeTalkedToTheArtifact() async throws {
            // What known results printed is replayed.
            let events = try await WarmStore.knownExample().run("-v")
            let words = events.output(of: "run:smoke")
            #expect(words.contains { $0.hasPrefix("[server] greeter: version 1.0.0 listens on 127.0.0.1:") }, "\(words)")
            #expect(words.contains("10 checks passed, 0 failed"), "\(words)")
        }

        @Test func stepsAreHandedTheVeryFile() async throws {
            let desk = try await WarmStore.knownExample()
            desk.write("pipelines/digests.yaml", """
                version: 1
                go: { version: "1.27.3", proxy: "file://${root}/proxy", sumdb: "off" }
                artifacts:
                  greet: { build: ./cmd/greet, ldflags: -s -w }
                steps:
                  argument: { run: [sha256sum, "${artifact.greet}"] }
                  variable: { needs: artifact.greet, shell: 'sha256sum "$PIPELINE_ARTIFACT_GREET"' }
                  modes: { run: [stat, -c, "%a", "${artifact.greet}"] }
                """)
            let run = try await desk.run("digests", "-v")
            run.expectGreen()
            let build = try run.finished("build:greet:linux/amd64")
            #expect(build.cached, "the same artifact of another pipeline is the same action")
            let digest = try #require(build.outputs.first?["digest"].string).dropFirst(7)
            for step in ["argument", "variable"] {
                #expect(run.output(of: "run:\(step)").map { $0.prefix(64) } == [digest], "\(step)")
            }
            #expect(run.output(of: "run:modes") == ["555"])
        }
    }
}
