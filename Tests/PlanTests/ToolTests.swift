/// Pinned tools: each compiled once, by its pin or by its `tool` line, and handed to steps as a program.
import Action
import Go
import Pipeline
import Plan
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
            let shims = "${go-shims/a,x.example/a=x.example/a@v1.0.0=tool:a/a;b,x.example/b=x.example/b@v1.0.0=tool:b/b}"
            #expect(
                graph[id].environment["PATH"]?.description
                    == (id == "generate:g" ? "\(shims)/bin:" : "") + "${tool:a/a/..}:${tool:b/b/..}:${toolchain}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
            #expect(Set(graph[id].dependencies.filter { $0.role == .tool }.map(\.action)) == ["tool:a", "tool:b"])
        }
    }

    /// What a step does not name is neither built for it nor part of its key.
    @Test func aStepMayNameItsTools() throws {
        let tools = "tools: { a: x.example/a@v1.0.0, b: x.example/b@v1.0.0, c: y.example/b@v1.0.0 }\n"
        let graph = try World.service.plan(
            tools + "steps: { r: { run: [x], tools: b }, s: { shell: x, tools: [] }, t: { tool: b, tools: [a, a] }, u: { run: [x, '${tool.c}'], tools: a } }\n")
        func of(_ id: ActionID) -> Set<ActionID> { Set(graph[id].dependencies.filter { $0.role == .tool }.map(\.action)) }
        #expect(of("run:r") == ["tool:b"] && of("run:s") == [] && of("tool:t:run") == ["tool:a", "tool:b"])
        #expect(of("run:u") == ["tool:a", "tool:c"])
        #expect(graph["run:r"].environment["PATH"]?.description.hasPrefix("${tool:b/b/..}:${toolchain}:") == true)
        #expect(graph["run:s"].environment["PATH"]?.description.hasPrefix("${toolchain}:") == true)
        #expect(
            try World.service.mistakes(tools + "steps:\n  r: { run: [x], tools: [b, c] }\n") == """
                pipeline.yaml:4:29: error: `b` on PATH would be x.example/b@v1.0.0 or y.example/b@v1.0.0 [plan/ambiguous-tool]
                    r: { run: [x], tools: [b, c] }
                                              ^
                  help: name one of them here, and run the other by `${tool.NAME}`
                """)
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

    /// Two lines of one name harm nobody until the name is said.
    @Test func twoToolLinesOfOneName() throws {
        var world = withToolLines
        world.files["go.mod"]! += "tool example.com/elsewhere/gen/v3\nrequire example.com/elsewhere/gen/v3 v3.1.0\n"
        #expect(
            try world.mistakes("tools: go.mod\nsteps:\n  s: { tool: gen }\n") == """
                pipeline.yaml:4:14: error: `gen` may be example.com/greeter/internal/gen (go.mod) or \
                example.com/elsewhere/gen/v3@v3.1.0 (go.mod) [plan/ambiguous-tool]
                    s: { tool: gen }
                               ^^^
                  help: say the whole path, or pin one of them under `tools:` with a name of its own
                """)
        let graph = try world.plan("tools: go.mod\nsteps: { s: { tool: example.com/elsewhere/gen/v3 }, r: { run: [x] } }\n")
        #expect(graph["tool:s:run"].argv.map(\.description) == ["${tool:example.com/elsewhere/gen/v3/gen}"])
        // Nobody finds the wrong one by its name.
        #expect(graph["run:r"].environment["PATH"]?.description.hasPrefix("${tool:stringer/stringer/..}:${toolchain}:") == true)
    }

    /// In a workspace each module has its own set.
    @Test func theModulesOwnToolComesFirst() throws {
        var world = withToolLines
        world.files["web/go.mod"] = "module example.com/web\n\ngo 1.24\n\ntool example.com/other/cmd/gen\n\nrequire example.com/other v1.0.0\n"
        world.files["web/main.go"] = "package web"
        let graph = try world.plan("tools: go.mod\nsteps: { a: { tool: gen }, b: { tool: gen, dir: web } }\n")
        #expect(graph["tool:a:run"].argv.map(\.description) == ["${tool:gen/gen}"])
        #expect(graph["tool:b:run"].argv.map(\.description) == ["${tool:web:example.com/other/cmd/gen/gen}"])
    }

    @Test(arguments: [
        ("lint", ToolChoice.found("lint")), ("x.org/b/cmd/gen", .found("second")), ("staticcheck", .found("lint")),
        ("gen", .ambiguous(["first", "second"])), ("first", .found("first")), ("cmd/gen", .unknown), ("", .unknown),
    ])
    func aNameMeansATool(_ name: String, _ choice: ToolChoice) throws {
        let (pipeline, _) = try World.service.pipeline(
            "tools: { first: x.org/a/cmd/gen@v1.0.0, second: x.org/b/cmd/gen@v1.0.0, lint: honnef.co/go/tools/cmd/staticcheck@v0.7.0 }\nsteps: { f: { fmt: check } }\n")
        let tools = pipeline.pinnedTools(World.service.facts())
        #expect(tools.named(name).names == choice.names)
    }

    /// What the lock has of a tool is part of its key.
    @Test func aLockedPin() throws {
        let text = "tools: { check: honnef.co/go/tools/cmd/staticcheck@v0.7.0 }\nsteps: { l: { tool: check } }\n"
        let (pipeline, _) = try World.service.pipeline(text)
        var facts = World.service.facts(for: pipeline)
        let module = ToolModule(goMod: "module pinned\n", goSum: "honnef.co/go/tools v0.7.0 h1:A=\n", hash: "h1:A=")
        facts.toolModules["honnef.co/go/tools/cmd/staticcheck@v0.7.0"] = module
        let graph = try #require(plan(pipeline, facts, source: nil).graph)
        #expect(
            described(graph["tool:check"]) == """
                tool:check (tool-build of tool.check): go build honnef.co/go/tools/cmd/staticcheck@v0.7.0
                  argv: ${toolchain}/go build -C ${tool-module/\(module.name)} -o ${output}/staticcheck honnef.co/go/tools/cmd/staticcheck
                  env: GOFLAGS=-trimpath -buildvcs=false
                  facts: module hash=h1:A= toolchain=go1.27.3 linux/amd64
                  outputs: staticcheck
                  retries: 1
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

extension ToolChoice {
    fileprivate static func found(_ name: String) -> ToolChoice { .found(PinnedTool(named: name)) }
    fileprivate static func ambiguous(_ names: [String]) -> ToolChoice { .ambiguous(names.map { PinnedTool(named: $0) }) }

    fileprivate var names: [String] {
        switch self {
        case .found(let tool): [tool.name]
        case .ambiguous(let tools): ["ambiguous"] + tools.map(\.name)
        case .unknown: []
        }
    }
}

extension PinnedTool {
    fileprivate init(named name: String) {
        self.init(name: name, package: "", version: nil, owner: nil, action: "", file: "")
    }
}

extension ToolTests {
    private var withBinary: String {
        "tools:\n  protoc:\n    linux/amd64: { url: https://x.org/protoc.zip, sha256: \(String(repeating: "ab", count: 32)), path: bin/protoc }\n"
    }

    @Test func aProgramThatIsNoGoModule() throws {
        let graph = try World.service.plan(withBinary + "steps: { p: { tool: protoc } }\n")
        let action = graph["tool:protoc"]
        #expect(action.argv.dropFirst(3).map(\.description) == [
            "fetch", "https://x.org/protoc.zip", String(repeating: "ab", count: 32), "bin/protoc", "${output}/protoc",
            "https://x.org/protoc.zip",
        ])
        #expect(action.download?.url == "https://x.org/protoc.zip" && action.download?.sha256 == String(repeating: "ab", count: 32))
        #expect(graph["tool:p:run"].argv.map(\.description) == ["${tool:protoc/protoc}"])
    }

    /// Who fetches needs the password, and nobody else.
    @Test func whatIsShownHasNoSecret() throws {
        let graph = try World.service.plan(withBinary.replacing("https://x.org", with: "https://me:secret@x.org") + "steps: { p: { tool: protoc } }\n")
        let action = graph["tool:protoc"]
        #expect(action.title == "fetch https://***@x.org/protoc.zip" && action.argv.last?.description == "https://***@x.org/protoc.zip")
        #expect(action.download?.url == "https://me:secret@x.org/protoc.zip")
        #expect(graph["tool:p:run"].download == nil)
    }

    @Test func aProgramForOtherMachines() throws {
        var world = World.service
        world.toolchain.environment["GOARCH"] = "arm64"
        #expect(
            try world.mistakes(withBinary + "steps:\n  p: { tool: protoc }\n") == """
                pipeline.yaml:6:14: error: the tool `protoc` is not pinned for this machine, which is linux/arm64 [plan/no-host-tool]
                    p: { tool: protoc }
                               ^^^^^^
                  help: add linux/arm64 to its platforms
                """)
        #expect(try world.plan(withBinary + "steps: { f: { fmt: check } }\n")["fmt:f"].dependencies.isEmpty)
    }
}
