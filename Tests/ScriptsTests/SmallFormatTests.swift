/// justfiles, Taskfiles, package.json, `//go:generate` lines and the pipeline file to their commands.
import Testing

@testable import Scripts

@Suite struct SmallFormatTests {
    private static let justfilesCases: [(String, [String])] = [
        ("build:\n    go build ./x\n", ["go build ./x"]), ("build x='1': dep\n  @go build\n  -go vet\n", ["go build", "go vet"]),
        ("v := \"1.2\"\na:\n  go install x@{{v}} y@{{ v }}\n", ["go install x@1.2 y@1.2"]),
        ("v := '1'\na v:\n  go x {{v}}\n", ["go x ‹{{v}}›"]), ("a p:\n  go run {{p}} {{ os() }}\n", ["go run ‹{{p}}› ‹{{ os() }}›"]),
        ("v := `go env GOOS`\na:\n  go {{v}}\n", ["go env GOOS", "go ‹{{v}}›"]), ("v := 'a' + 'b'\na:\n  go {{v}}\n", ["go ‹{{v}}›"]),
        ("a:\n  #!/usr/bin/env bash\n  cd x\n  V=1\n  go x@$V\n\n  go y\nb:\n  go z\n", ["cd x", "V=1", "go x@1", "go y", "go z"]),
        ("a:\n  #!/usr/bin/env python3\n  go = run\n", []), ("a:\n  go build \\\n    ./x\n  go y", ["go build ./x", "go y"]),
        ("set shell := ['fish', '-c']\na:\n  go x\n", []), ("set shell := [\"bash\", \"-uc\"]\na:\n  go x\n", ["go x"]),
        ("# go run .\n[private]\n@a:\n  go x # y\n", ["go x"]), ("alias b := a\nimport 'x.just'\nmod y\na:\n  go x\n", ["go x"]),
        ("v := '''\n  go run .\n'''\na:\n  go x\n", ["go x"]), ("export V := 'x'\na:\n  go $V\n", ["go x"]),
        ("a: (b 'x')\n  go x\n", ["go x"]), ("a:\n", []), ("a:\n\tgo x\n", ["go x"]), ("a:\n  echo '{{{{x}}' go", ["echo ‹{{{{x}}› go"]),
    ]

    @Test("justfiles", arguments: justfilesCases)
    func justfiles(_ text: String, _ expected: [String]) throws {
        #expect(try listing("justfile", text) == expected)
    }

    @Test("What runs a recipe, and where")
    func recipes() throws {
        #expect(try contexts("a/justfile", "@x y:\n  cd b; go z\n[no-cd]\nw:\n  go z\n") == [
            "just(recipe: \"x\") in a", "just(recipe: \"x\") in a/b", "just(recipe: \"w\") in ?",
        ])
        #expect(try places("justfile", "v := 'é'\na:\n  @go {{v}} 'x' \\\n    y") == ["3: go | {{v}} | 'x' | y"])
    }

    private static let taskfilesCases: [(String, [String])] = [
        ("tasks:\n  a: go build\n", ["go build"]), ("tasks:\n  a: [go build, go vet]\n", ["go build", "go vet"]),
        ("tasks:\n  a:\n    cmds:\n      - go build\n      - cmd: go vet\n      - task: b\n      - defer: go clean\n", ["go build", "go vet", "go clean"]),
        ("tasks:\n  a: { cmd: go build }\n", ["go build"]), ("tasks:\n  a:\n    cmds: go x\n", ["go x"]),
        ("vars: { V: '1' }\ntasks:\n  a: go install x@{{.V}}\n", ["go install x@1"]),
        ("vars: { V: 1.2, W: 'x{{.V}}' }\ntasks:\n  a:\n    vars: { V: 3 }\n    cmds: [ 'go {{.V}} {{.X}}' ]\n", ["go 3 ‹{{.X}}›"]),
        ("vars:\n  V: { sh: go env GOOS }\ntasks:\n  a: go {{.V}}\n", ["go env GOOS", "go ‹{{.V}}›"]),
        ("tasks:\n  a:\n    desc: go run .\n    status: [test -f x]\n    preconditions:\n      - sh: go version\n        msg: go run .\n      - go x\n", ["test -f x", "go version", "go x"]),
        ("tasks:\n  a:\n    cmds:\n      - |\n        cd x\n        go build\n", ["cd x", "go build"]),
        ("tasks:\n  a:\n    cmds:\n      - go run . {{if .X}}-a b{{end}} c\n", ["go run . ‹{{if .X}}-a› ‹b{{end}}› c"]),
    ]

    @Test("Taskfiles", arguments: taskfilesCases)
    func taskfiles(_ text: String, _ expected: [String]) throws {
        #expect(try listing("Taskfile.yml", text) == expected)
    }

    @Test("What runs a task, and where")
    func tasks() throws {
        let text = "env: { A: b }\ntasks:\n  x:\n    dir: d\n    env: { C: d }\n    cmds: [go 'y']\n"
        #expect(try contexts("t/taskfile.yaml", text) == ["task(name: \"x\") in t/d"])
        let command = try #require(readScripts(path: "Taskfile.dist.yml", text: text)?.commands.first)
        #expect(command.environment.map(\.name) == ["A", "C"])
        #expect(slice(text, command.words[1].range) == "'y'")
    }

    private static let packagesCases: [(String, [String])] = [
        ("{\"scripts\": {\"a\": \"go build && go vet\", \"b\": \"go run .\"}}", ["go build", "go vet", "go run ."]),
        ("{\n\t\"name\": \"x\",\n\t\"x\": [1, {\"scripts\": {\"a\": \"go x\"}}, null],\n\t\"scripts\": {\n\t\t\"a\": \"go \\\"y z\\\"\"\n\t}\n}", ["go \"y z\""]),
        ("{\"scripts\": {\"a\": 1, \"b\": \"go x\"}}", ["go x"]), ("{\"scripts\": []}", []), ("{}", []), ("", []), ("[", []),
        ("{\"a\": {\"scripts\": {\"b\": \"go x\"}}}", []), ("{\"scripts\": {\"a\": \"go \\u0061\"}", ["go a"]),
        ("{\"description\": \"go run .\", \"scripts\": {}}", []),
    ]

    @Test("package.json", arguments: packagesCases)
    func packages(_ text: String, _ expected: [String]) throws {
        #expect(try listing("web/package.json", text) == expected)
    }

    @Test("A script's words are in its string")
    func packagePlaces() throws {
        let text = "{\"scripts\": {\n \"é\": \"go \\\"x\\\" y\"}}"
        #expect(try places("package.json", text) == ["2: go | \\\"x\\\" | y"])
        #expect(try contexts("web/package.json", text) == ["packageScript(name: \"é\") in web"])
    }

    private static let directivesCases: [(String, [String])] = [
        ("package x\n\n//go:generate go run golang.org/x/tools/cmd/stringer@v0.1.0 -type=T\n", ["go run golang.org/x/tools/cmd/stringer@v0.1.0 -type=T"]),
        ("//go:generate stringer -type=T\r\n//go:generate\tmockgen -a\n", ["stringer -type=T", "mockgen -a"]),
        ("//go:generate sh -c \"go run . && x\"\n", ["sh -c \"go run . && x\"", "go run .", "x"]),
        ("//go:generate mockgen -source=$GOFILE $$ ${X}\n", ["mockgen ‹-source=$GOFILE› $ ‹${X}›"]),
        ("//go:generate -command gen go run ./gen\n//go:generate gen -x 'a b'\n", ["go run ./gen -x 'a b'"]),
        ("//go:generate go run . # c | d > e\n", ["go run . # c | d > e"]), (" //go:generate a\n// go:generate b\n//go:generated c\n//go:generate d", ["d"]),
        ("/*\n//go:generate a\n*/\nvar x = `\n//go:generate b\n`", ["a", "b"]), ("//go:generate \"a\n//go:generate b", ["b"]),
    ]

    @Test("Lines of go:generate", arguments: directivesCases)
    func directives(_ text: String, _ expected: [String]) throws {
        #expect(try listing("a/x.go", text).sorted() == expected.sorted())
    }

    @Test("A directive's words have their places, and run in their file's folder")
    func directivePlaces() throws {
        let text = "package x\n//go:generate sh -c \"go \\\"é\\\"\" é\n"
        #expect(try places("x.go", text) == ["2: sh | -c | \"go \\\"é\\\"\" | é", "2: go | \\\"é\\\""])
        #expect(try contexts("a/x.go", text) == ["goGenerate in a", "goGenerate in a"])
    }

    @Test("Steps of the pipeline file")
    func pipeline() throws {
        let text = """
            version: 1
            steps:
              a: { run: [go, run, "./x", "${artifact.y}", $$X], dir: d }
              b:
                shell: |
                  cd y
                  go build ${root} $$Z
                services: { s: { run: [go, run, .] } }
              c: { vet: ./... }
            """
        #expect(
            try listing("pipeline.yaml", text) == [
                "go run ./x ‹${artifact.y}› $X", "cd y", "go build ‹${root}› ‹$Z›", "go run .",
            ])
        #expect(try contexts("pipelines/x.yaml", text).first == "pipelineStep(name: \"a\") in d")
        #expect(try places("pipeline.yml", text)[2] == "7: go | build | ${root} | $$Z")
    }
}
