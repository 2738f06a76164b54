/// Pinned tools: each compiled once, by its pin or by its `tool` line, and handed to steps as a program.
import Action
import Testing

@Suite struct ToolTests {
    @Test func aPinOfThePipelineFile() throws {
        let graph = try World.service.plan(
            "tools: { check: honnef.co/go/tools/cmd/staticcheck@v0.7.0, gen: example.com/gen/v2@v2.1.0 }\nsteps: { l: { tool: gen } }\n")
        #expect(
            described(graph["tool:check"]) == """
                tool:check (tool-build of tool.check): go install honnef.co/go/tools/cmd/staticcheck@v0.7.0
                  argv: ${toolchain}/go install honnef.co/go/tools/cmd/staticcheck@v0.7.0
                  env: GOBIN=${output} GOFLAGS=-trimpath -buildvcs=false
                  facts: toolchain=go1.27.3 linux/amd64
                  outputs: staticcheck
                  retries: 1
                """)
        // `go install` names the program by the last element that is no major version.
        #expect(graph["tool:gen"].outputs == [Action.Output("gen")])
        #expect(graph["tool:l:run"].argv.map(\.description) == ["${tool:gen/gen}"])
    }

    /// Every step that runs programs finds all tools, so that generators can call each other.
    @Test func allToolsAreInThePath() throws {
        let graph = try World.service.plan(
            "tools: { a: x.example/a@v1.0.0, b: x.example/b@v1.0.0 }\nsteps: { r: { run: [x] }, g: { generate: ./... }, t: { tool: b } }\n")
        for id in ["run:r", "generate:g", "tool:t:run"] as [ActionID] {
            #expect(
                graph[id].environment["PATH"]?.description
                    == "${tool:a/a/..}:${tool:b/b/..}:${toolchain}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
            #expect(Set(graph[id].dependencies.filter { $0.role == .tool }.map(\.action)) == ["tool:a", "tool:b"])
        }
    }

    private var withToolLines: World {
        var world = World.service
        world.files["go.mod"]! += "\ntool (\n\texample.com/greeter/internal/gen\n\texample.com/other/cmd/stringer\n)\n"
        world.files["internal/gen/main.go"] = "package main\nimport \"example.com/greeter/internal/check\""
        return world
    }

    @Test func theToolLinesOfGoMod() throws {
        let graph = try withToolLines.plan("tools: go.mod\nsteps: { s: { run: ['${tool.gen}', x] } }\n")
        #expect(
            described(graph["tool:gen"]) == """
                tool:gen (tool-build of tool.gen): go build example.com/greeter/internal/gen
                  argv: ${toolchain}/go build -o ${output}/gen example.com/greeter/internal/gen
                  inputs: go.mod go.sum internal/check/check.go internal/gen/main.go
                  facts: toolchain=go1.27.3 linux/amd64
                  needs: download(provision)
                  outputs: gen
                """)
        // Of another module: go.mod and go.sum say which.
        #expect(graph["tool:stringer"].inputs == ["go.mod", "go.sum"])
        #expect(graph["run:s"].argv.map(\.description) == ["${tool:gen/gen}", "x"])
        #expect(graph["run:s"].dependencies.contains(Action.Dependency("tool:gen", .tool)))
    }

    @Test func theToolsOfAllModules() throws {
        var world = withToolLines
        world.files["web/go.mod"] = "module example.com/web\n\ngo 1.24\n\ntool example.com/web/pack\n"
        world.files["web/pack/main.go"] = "package main"
        let graph = try world.plan("tools: go.mod\nsteps: { f: { fmt: check } }\n")
        #expect(graph.steps == ["download", "tool.gen", "tool.stringer", "tool.pack", "f"])
        #expect(graph["tool:pack"].directory == "web")
        #expect(graph["tool:pack"].inputs == ["web/go.mod", "web/pack/main.go"])
    }

    @Test func anUnknownToolHasANearestOne() throws {
        #expect(
            try withToolLines.mistakes("tools: go.mod\nsteps:\n  s: { tool: stringr }\n  t: { tool: zzz }\n") == """
                pipeline.yaml:4:14: error: no tool is called `stringr` [plan/unknown-tool]
                    s: { tool: stringr }
                               ^^^^^^^
                  help: did you mean `stringer`?
                pipeline.yaml:5:14: error: no tool is called `zzz` [plan/unknown-tool]
                    t: { tool: zzz }
                               ^^^
                  help: known tools: gen, stringer
                """)
    }

    @Test func twoToolLinesOfOneName() throws {
        var world = withToolLines
        world.files["go.mod"]! += "tool example.com/elsewhere/gen/v3\n"
        #expect(
            try world.mistakes("tools: go.mod\nsteps: { f: { fmt: check } }\n") == """
                pipeline.yaml:2:8: error: two `tool` lines are called gen: example.com/greeter/internal/gen and \
                example.com/elsewhere/gen/v3 [plan/ambiguous-tool]
                  tools: go.mod
                         ^^^^^^
                  help: pin one of them under `tools:` with a name of its own
                """)
    }

    @Test func noToolLines() throws {
        #expect(
            try World.service.mistakes("tools: go.mod\nsteps: { f: { fmt: check } }\n") == """
                pipeline.yaml:2:8: error: `tools: go.mod` finds no `tool` line in any go.mod [plan/no-tool-lines]
                  tools: go.mod
                         ^^^^^^
                  help: add one with `go get -tool PACKAGE@VERSION`, or pin tools here as NAME: PACKAGE@VERSION
                """)
    }
}
