/// A run that has nothing to do starts no other program: not `go`, not `git`, none at all.
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct NoOp {
        @Test func startsNoGoAndNoGit() async throws {
            let desk = try await WarmStore.knownExample()
            let recording = try RecordingTools(in: desk.folder)
            desk.write("cmd/greet/unique.go", "package main\n\n// \(desk.folder.path)\n")
            let first = try await desk.run(environment: recording.environment)
            first.expectGreen()
            #expect(first.ran.contains("vet:vet"))
            // These tools are the ones that are used.
            let started = recording.started
            for word in ["go vet", "gofmt -d", "link linux/amd64 example.com/greeter/cmd/greet"] {
                #expect(started.contains { $0.hasPrefix(word) }, "no \(word) in \(started)")
            }

            recording.forget()
            try await desk.run(environment: recording.environment).expectNothingRan()
            #expect(recording.started == [])
        }

        @Test(.enabled(if: RealParts.program("strace") != nil, "no strace: apt-get install strace"))
        func startsNothing() async throws {
            let desk = try await WarmStore.knownExample()
            // A checkout in another folder has its packages listed once.
            try await desk.run().expectNothingRan()
            let log = "\(desk.folder.path)/exec.log"
            let tracing = [RealParts.program("strace")!, "-f", "-qq", "-e", "trace=execve", "-e", "signal=none", "-o", log]
            try await RunEvents(desk.start(["run", "--json"], with: tracing).end()).expectNothingRan()
            #expect(readText(log)?.lines.filter { $0.contains("execve(") }.count == 1, "\(readText(log) ?? "no log")")

            // The same look at a run that does something sees it.
            desk.write("README.md", desk.folder.path)
            try await RunEvents(desk.start(["run", "--json"], with: tracing).end()).expectGreen()
            #expect(readText(log)?.lines.contains { $0.contains("bin/go\"") } == true)
        }
    }
}
