/// Generators by every spelling run the pinned program, and another version is refused; and pins move from way to way.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct ToolGeneration {
        private func bench(_ directive: String) async throws -> ToolDesk {
            let bench = try await ToolDesk(
                "tools: { shout: example.com/shout/cmd/shout@VERSION }\nsteps: { gen: { generate: ./... } }\n")
            bench.desk.write("go.mod", "module example.com/app\n\ngo 1.24\n")
            bench.desk.write("app.go", "package app\n\n//go:generate \(directive.replacing("VERSION", with: bench.version))\n")
            return bench
        }

        /// The program of the store itself: `go run` would start one that it has just linked.
        @Test(arguments: [
            "shout where", "go tool shout where", "go tool example.com/shout/cmd/shout where",
            "go run example.com/shout/cmd/shout@VERSION where", "go run -mod=mod example.com/shout/cmd/shout@VERSION where",
        ])
        func everySpellingRunsThePinnedProgram(_ directive: String) async throws {
            let bench = try await bench(directive)
            let run = try await bench.desk.run()
            run.expectGreen()
            let place = try #require(run.output(of: "generate:gen").first)
            #expect(place.hasPrefix("\(bench.desk.store)/") && place.hasSuffix("/shout <nil>"), "\(place)")
        }

        @Test func anotherVersionIsRefused() async throws {
            let bench = try await bench("go run example.com/shout/cmd/shout@v0.1.0 it")
            let run = try await bench.desk.run()
            #expect(run.ended.exit == .code(1))
            #expect(run.output(of: "generate:gen").contains(
                "example.com/shout/cmd/shout@v0.1.0: pinned is \(bench.version), and this asks for another version"), "\(run.ended.transcript)")
        }

        @Test func whatIsNotPinnedIsGosOwn() async throws {
            let bench = try await bench("go version")
            let run = try await bench.desk.run()
            run.expectGreen()
            #expect(run.output(of: "generate:gen").first?.hasPrefix("go version go1.27.3 ") == true)
        }

        // MARK: - Moving

        private let app = "steps: { say: { tool: shout, args: [hi] } }\n"

        @Test func fromWayToWayAndBack() async throws {
            let bench = try await ToolDesk("tools:\n  shout: example.com/shout/cmd/shout@VERSION\n\n" + app)
            let desk = bench.desk
            desk.write("go.mod", "module example.com/app\n\ngo 1.24\n")
            let locked = try await bench.tool("lock")
            #expect(locked.exit == .code(0), "\(locked.transcript)")
            let before = try #require(desk.read("pipeline.yaml"))
            let shown = try await bench.tool("migrate", "--to", "b", "--dry-run")
            #expect(shown.exit == .code(0), "\(shown.transcript)")
            for line in ["+tool example.com/shout/cmd/shout", "+tools: go.mod", "-  shout: example.com/shout/cmd/shout@\(bench.version)", "+++ go.sum"] {
                #expect(shown.out.contains("\(line)\n"), "\(line) in \(shown.transcript)")
            }
            #expect(desk.read("pipeline.yaml") == before && desk.read("go.sum") == nil)
            for (way, value) in [("b", "go.mod"), ("c", "tools.mod")] {
                let moved = try await bench.tool("migrate", "--to", way)
                #expect(moved.exit == .code(0), "\(moved.transcript)")
                #expect(desk.read("pipeline.yaml") == bench.head + "tools: \(value)\n\n" + app)
                #expect((desk.read("pipeline.lock") != nil) == (way == "c"), "\(moved.transcript)")
                #expect(desk.read("go.mod")?.contains("tool example.com") == (way == "b"))
                let run = try await desk.run("--locked")
                run.expectGreen()
                #expect(run.output(of: "tool:say:run") == ["HI"])
            }
            let back = try await bench.tool("migrate", "--to", "a")
            #expect(back.exit == .code(0), "\(back.transcript)")
            #expect(desk.read("tools.mod") == nil && desk.read("pipeline.lock")?.contains("tool example.com/shout") == true)
            try await desk.run("--locked").expectGreen()
            let again = try await bench.tool("migrate", "--to", "a")
            #expect(again.out == "" && again.err == "the tools are pinned so already\n", "\(again.transcript)")
        }

        /// Names of one's own are there in way a alone: steps get the program's, and the whole path where two have that.
        @Test func stepsAreRenamed() async throws {
            let steps = """
                steps:
                  say: { tool: loud, args: [hi] }  # loud
                  more: { shell: "${tool.loud} more; ${tool.theirs}", tools: [loud] }

                """
            let bench = try await ToolDesk("tools:\n  loud: example.com/shout/cmd/shout@VERSION\n  theirs: example.com/other/cmd/shout@VERSION\n\n" + steps)
            let desk = bench.desk
            desk.write("go.mod", "module example.com/app\n\ngo 1.24\n")
            let before = try #require(desk.read("pipeline.yaml"))
            let (loud, theirs) = ("example.com/shout/cmd/shout", "example.com/other/cmd/shout")
            let moved = try await bench.tool("migrate", "--to", "b")
            #expect(moved.exit == .code(0), "\(moved.transcript)")
            let renamed = steps.replacing("tool: loud", with: "tool: \(loud)").replacing("${tool.loud}", with: "${tool.\(loud)}")
                .replacing("${tool.theirs}", with: "${tool.\(theirs)}").replacing("[loud]", with: "[\(loud)]")
            #expect(desk.read("pipeline.yaml") == bench.head + "tools: go.mod\n\n" + renamed, "\(moved.transcript)")
            let run = try await desk.run()
            run.expectGreen()
            #expect(run.output(of: "tool:say:run") == ["HI"] && run.output(of: "run:more") == ["MORE", "other"], "\(run.ended.transcript)")
            // Back: each gets a name of its own.
            let back = try await bench.tool("migrate", "--to", "a")
            #expect(back.exit == .code(0), "\(back.transcript)")
            let named = steps.replacing("loud }", with: "shout }").replacing("tool: loud", with: "tool: shout")
                .replacing("${tool.loud}", with: "${tool.shout}").replacing("${tool.theirs}", with: "${tool.shout-2}").replacing("[loud]", with: "[shout]")
            let other = named.replacing("shout-2", with: "swap").replacing("tool: shout", with: "tool: shout-2")
                .replacing("${tool.shout}", with: "${tool.shout-2}").replacing("[shout]", with: "[shout-2]").replacing("swap", with: "shout")
            let text = try #require(desk.read("pipeline.yaml"))
            // In whichever order go.mod has them.
            #expect(text.hasSuffix(named) || text.hasSuffix(other), "\(text)")
            try await desk.run("--locked").expectGreen()
            #expect(before != text)
        }

        @Test func fromBingoAndToolsFiles() async throws {
            let bench = try await ToolDesk("# What is done.\n" + app.replacing("tool: shout", with: "run: [shout]").replacing(", args: [hi]", with: ""))
            let desk = bench.desk
            desk.write(".bingo/shout.mod", "module _ // Auto generated\n\ngo 1.24\n\nrequire example.com/shout \(bench.version) // cmd/shout\n")
            desk.write(".bingo/go.mod", "module _\n")
            desk.write("go.mod", "module example.com/app\n\ngo 1.24\n\nrequire example.com/broken \(bench.version)\n")
            desk.write("tools.go", "//go:build tools\n\npackage tools\n\nimport _ \"example.com/broken\"\n")
            let moved = try await bench.tool("migrate", "--to", "a")
            #expect(moved.exit == .code(0), "\(moved.transcript)")
            for pin in ["  shout: example.com/shout/cmd/shout@\(bench.version)\n", "  broken: example.com/broken@\(bench.version)\n"] {
                #expect(desk.read("pipeline.yaml")?.contains(pin) == true, "\(moved.transcript)")
            }
            #expect(desk.read(".bingo/shout.mod") == nil && desk.read("tools.go") == nil)
            #expect(desk.read("pipeline.lock")?.contains("tool example.com/broken \(bench.version)\n") == true)
        }
    }
}
