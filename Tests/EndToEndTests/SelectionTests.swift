/// What runs when something is red, and when only some of the steps are asked for.
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct Selection {
        private let desk = Desk()

        init() {
            // One after the other with one job, in this order.
            desk.write(
                "pipeline.yaml",
                """
                version: 1
                go: { version: "1.27.3" }
                steps:
                  prepare: { run: [echo, prepared] }
                  broken: { needs: prepare, shell: "echo before; echo after >&2; exit 3" }
                  after: { needs: broken, run: [echo, never] }
                  later: { needs: after, run: [echo, never] }
                  apart: { run: [echo, apart] }
                  last: { needs: apart, run: [echo, last] }
                """)
        }

        private func skipped(_ run: RunEvents) -> [String?] { run.events("action.skipped").map { $0["step"].string }.sorted { $0! < $1! } }

        @Test func redSkipsWhatNeedsItAndEndsTheRest() async throws {
            let run = try await desk.run("--jobs", "1")
            #expect(run.ended.exit == .code(1) && run.status == "red")
            #expect(run.summary["failed"].int == 1)
            #expect(Set(skipped(run)).isSuperset(of: ["after", "later"]))
            #expect(run.finished.count + skipped(run).count == 6)
            let broken = try run.finished("run:broken")
            #expect(broken.failure["kind"].string == "exit" && broken.failure["code"].int == 3)
            #expect(run.output(of: "run:broken") == ["before", "after"])
        }

        @Test func keepGoingRunsAllThatMayRun() async throws {
            let run = try await desk.run("--keep-going")
            #expect(run.ended.exit == .code(1))
            #expect(run.ran.sorted() == ["run:apart", "run:broken", "run:last", "run:prepare"])
            #expect(skipped(run) == ["after", "later"])
            let reasons = run.events("action.skipped").compactMap { $0["reason"].string }
            #expect(reasons == ["needs broken, which is red", "needs after, which was skipped"], "\(reasons)")
            // Green results are kept, red ones are not.
            let again = try await desk.run("--keep-going")
            #expect(again.ran == ["run:broken"])
        }

        @Test func namedStepsRunWithTheirNeeds() async throws {
            let run = try await desk.run("last")
            run.expectGreen()
            #expect(run.ran == ["run:apart", "run:last"])
            let two = try await desk.run("last", "prepare")
            two.expectGreen()
            #expect(two.ran == ["run:prepare"] && two.summary["cached"].int == 2)
        }

        @Test func oneJobRunsOneAtATime() async throws {
            desk.write(
                "pipeline.yaml",
                """
                version: 1
                steps:
                  a: { shell: "[ ! -e busy ]; touch busy; sleep 0.1; rm busy" , inputs: [] }
                  b: { shell: "[ ! -e busy ]; touch busy; sleep 0.1; rm busy" , inputs: [], env: { X: b } }
                  c: { shell: "[ ! -e busy ]; touch busy; sleep 0.1; rm busy" , inputs: [], env: { X: c } }
                """)
            let run = try await desk.run("--jobs", "1")
            run.expectGreen()
            #expect(run.events("run.started").first?["jobs"].int == 1)
            #expect(run.executed == 3)
        }

        @Test func severalJobsRunTogether() async throws {
            // Each waits for the other: one at a time they would be out of time.
            let wait = { (mine: String, other: String) in
                "touch \(mine); until [ -e \(other) ]; do sleep 0.05; done"
            }
            desk.write(
                "pipeline.yaml",
                """
                version: 1
                steps:
                  a: { shell: "\(wait("a.here", "b.here"))", inputs: [], timeout: 20s }
                  b: { shell: "\(wait("b.here", "a.here"))", inputs: [], timeout: 20s }
                """)
            try await desk.run("--jobs", "2").expectGreen()
        }

        @Test func firstWordMayNameAPipeline() async throws {
            desk.write("pipelines/nightly.yaml", "version: 1\nsteps: { long: { run: [echo, long] }, more: { run: [echo, more] } }\n")
            let run = try await desk.run("nightly", "more")
            run.expectGreen()
            #expect(run.ran == ["run:more"])
            #expect(run.events("run.started").first?["file"].string == "pipelines/nightly.yaml")
        }
    }
}
