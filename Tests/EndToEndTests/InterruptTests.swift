/// Ctrl-C, twice, and kill -9, in the middle of a build: nobody of the tree is left, and the store is whole.
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension EndToEnd {
    @Suite(.needsGo)
    struct Interrupts {
        /// A module whose build takes its time for as long as a file is there: every compiler starts after a pause. Its
        /// own store's path is in each child's environment, and tells them from all else on the machine.
        private final class SlowBuild: Sendable {
            let desk: Desk
            private let script: String

            /// Shared, so that the standard library is compiled once.
            static let shared = Task { try await SlowBuild() }

            init() async throws {
                desk = try await Desk.fixture("single")
                let brake = "\(desk.folder.path)/brake"
                script = desk.folder.write(
                    "slowly", "#!/bin/sh\n[ ! -e '\(brake)' ] || [ \"$2\" = -V=full ] || sleep 3\nexec \"$@\"\n", mode: 0o755)
                desk.write(
                    "pipeline.yaml",
                    """
                    version: 1
                    go: { version: "1.27.3", env: { GOFLAGS: -toolexec=\(script) } }
                    artifacts: { single: . }
                    steps: { test: { test: ./... } }

                    """)
            }

            /// A run that is in the middle of a build: a compiler is about to start.
            func started() async throws -> ChildProgram {
                desk.folder.write("brake", "")
                desk.write("unique.go", "package main\n\nvar Unique = \"\(uniqueName())\"\n")
                let program = try desk.start(["run", "--json"])
                let end = ContinuousClock.now + .seconds(60)
                while !LivingProcesses.naming(desk.store).contains(where: { $0.contains(script) && $0.contains("/compile ") }) {
                    try #require(ContinuousClock.now < end, "no compiler was started: \(program.outSoFar)")
                    try await Task.sleep(for: .milliseconds(20))
                }
                return program
            }

            func expectUsable() async throws {
                removeTree("\(desk.folder.path)/brake")
                let run = try await desk.run()
                run.expectGreen()
                #expect(run.executed == 2)
                try await desk.run().expectNothingRan()
            }
        }

        @Test func firstInterruptEndsTheTree() async throws {
            let build = try await SlowBuild.shared.value
            let program = try await build.started()
            program.signal(SIGINT)
            let run = try await RunEvents(program.end())
            #expect(run.ended.exit == .code(130) && run.status == "interrupted", "\(run.ended.transcript)")
            #expect(run.ended.elapsed < .seconds(30))
            #expect(try await LivingProcesses.remaining(naming: build.desk.store) == [])
            try await build.expectUsable()
        }

        @Test func killLeavesNoChildAndAUsableStore() async throws {
            let build = try await SlowBuild.shared.value
            for _ in 1...5 {
                let program = try await build.started()
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...1500)))
                program.signal(SIGKILL)
                #expect(await program.end().exit == .signal(SIGKILL))
                #expect(try await LivingProcesses.remaining(naming: build.desk.store) == [])
            }
            try await build.expectUsable()
        }

        @Test(arguments: [SIGTERM, SIGHUP])
        func otherWaysToAskAreTheSame(_ signal: Int32) async throws {
            let desk = Desk()
            desk.write("pipeline.yaml", "version: 1\nsteps: { wait: { shell: \"echo here; sleep 600\" } }\n")
            let program = try desk.start(["run", "--json"])
            try await wait(for: "\"here\"", from: program)
            program.signal(signal)
            let run = try await RunEvents(program.end(within: .seconds(60)))
            #expect(run.ended.exit == .code(130) && run.status == "interrupted", "\(run.ended.transcript)")
            #expect(try await LivingProcesses.remaining(naming: desk.store) == [])
        }

        /// A child that takes no notice of TERM is killed, after its grace by the first and at once by the second.
        @Test(arguments: [1, 2])
        func stubbornChildrenAreKilled(_ interrupts: Int) async throws {
            let desk = Desk()
            desk.write(
                "pipeline.yaml",
                "version: 1\nsteps: { wait: { shell: \"trap '' TERM INT; echo here; while :; do sleep 0.1; done\" } }\n")
            let program = try desk.start(["run", "--json"])
            try await wait(for: "\"here\"", from: program)
            let start = ContinuousClock.now
            for _ in 1...interrupts {
                program.signal(SIGINT)
                try await Task.sleep(for: .milliseconds(300))
            }
            let ended = await program.end(within: .seconds(60))
            #expect(ended.exit == .code(130), "\(ended.transcript)")
            // The grace is five seconds.
            let took = ContinuousClock.now - start
            #expect(interrupts == 1 ? took > .seconds(4) : took < .seconds(4), "\(took)")
            #expect(try await LivingProcesses.remaining(naming: desk.store) == [])
        }

        private func wait(for text: String, from program: ChildProgram) async throws {
            let end = ContinuousClock.now + .seconds(60)
            while !program.outSoFar.contains(text) {
                try #require(ContinuousClock.now < end, "no \(text) in \(program.outSoFar)")
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
