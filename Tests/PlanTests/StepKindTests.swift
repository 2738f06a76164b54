/// Every kind of step, as the whole action that it becomes.
import Action
import Plan
import Testing

@Suite struct StepKindTests {
    private let world = World.service

    /// The action of a step beside the download, whole.
    private func action(_ step: String) throws -> String {
        described(try world.plan("steps:\n  one: \(step)\n").actions.last!)
    }

    private let tools = "tools: { lint: example.com/lint/cmd/lint@v1.0.0 }\n"

    @Test func download() throws {
        #expect(
            described(try world.plan("steps: { v: { vet: ./... } }\n").actions[0]) == """
                download (download of download): go mod download
                  argv: ${toolchain}/go mod download
                  inputs: go.mod go.sum
                  facts: toolchain=go1.27.3 linux/amd64
                  tree: inputs
                  retries: 1
                """)
    }

    @Test func build() throws {
        #expect(
            try action("{ build: ./cmd/..., tags: [netgo, x], timeout: 5s, retries: 2 }") == """
                build:one (build of one): go build -o /dev/null -tags netgo,x ./cmd/...
                  argv: ${toolchain}/go build -o /dev/null -tags netgo,x ./cmd/...
                  inputs: cmd/server/main.go go.mod go.sum internal/hello/hello.go internal/hello/page.html
                  facts: toolchain=go1.27.3 linux/amd64
                  needs: download(provision)
                  timeout: 5.0 seconds
                  retries: 2
                """)
    }

    @Test func vet() throws {
        #expect(
            try action("{ vet: ./internal/hello, cache: false }") == """
                vet:one (vet of one): go vet ./internal/hello
                  argv: ${toolchain}/go vet ./internal/hello
                  inputs: go.mod go.sum internal/check/check.go internal/hello/hello.go internal/hello/hello_test.go \
                internal/hello/hello_x_test.go internal/hello/page.html
                  facts: toolchain=go1.27.3 linux/amd64
                  needs: download(provision)
                  cached: no
                """)
    }

    @Test func test() throws {
        #expect(
            try action("{ test: ./internal/hello, coverage: true, args: [-count=1, -v], env: { LEVEL: x } }") == """
                test:one (test of one): go test ./internal/hello
                  argv: ${toolchain}/go test -coverprofile=${output}/coverage.out -count=1 -v ./internal/hello
                  env: LEVEL=x
                  inputs: go.mod go.sum internal/check/check.go internal/hello/hello.go internal/hello/hello_test.go \
                internal/hello/hello_x_test.go internal/hello/notes.txt internal/hello/page.html \
                internal/hello/testdata/in/1.golden
                  facts: toolchain=go1.27.3 linux/amd64
                  needs: download(provision)
                  outputs: coverage.out
                """)
    }

    /// The race detector is written in C.
    @Test func raceNeedsCgo() throws {
        let action = try #require(try world.plan("steps: { one: { test: ./..., race: true } }\n").actions.last)
        #expect(action.argv.map(\.description) == ["${toolchain}/go", "test", "-race", "./..."])
        #expect(action.environment["CGO_ENABLED"] == "1")
        #expect(action.environment["GOCACHE"] != usualEnvironment["GOCACHE"])
    }

    /// Its build cache is another one: what is in it names this folder.
    @Test(arguments: ["test", "vet", "build"])
    func realPaths(_ kind: String) throws {
        let action = try #require(
            try world.plan("steps: { one: { \(kind): ./..., trimpath: false, env: { GOFLAGS: -v } } }\n").actions.last)
        #expect(action.environment["GOFLAGS"]?.description == "-mod=readonly -buildvcs=false -v")
        #expect(action.environment["GOCACHE"] != usualEnvironment["GOCACHE"])
        let usual = try #require(try world.plan("steps: { one: { \(kind): ./..., trimpath: true } }\n").actions.last)
        #expect(usual.environment["GOCACHE"] == usualEnvironment["GOCACHE"])
    }

    @Test func generate() throws {
        let all = world.files.keys.sorted().joined(separator: " ")
        #expect(
            try action("{ generate: ./... }") == """
                generate:one (generate of one): go generate ./...
                  argv: ${toolchain}/go generate ./...
                  inputs: \(all)
                  facts: toolchain=go1.27.3 linux/amd64
                  needs: download(provision)
                  tree: scratch(compared: true)
                """)
        #expect(try action("{ generate: ./..., fresh: false }").hasSuffix("tree: scratch(compared: false)"))
    }

    @Test func formatCheck() throws {
        #expect(
            try action("{ fmt: check, dir: internal/hello }") == """
                fmt:one (fmt of one): gofmt -d (3 files)
                  argv: ${toolchain}/gofmt -d hello.go hello_test.go hello_x_test.go
                  dir: internal/hello
                  inputs: internal/hello/hello.go internal/hello/hello_test.go internal/hello/hello_x_test.go
                  facts: toolchain=go1.27.3 linux/amd64
                  verdict: silence
                """)
    }

    @Test func tidyCheck() throws {
        #expect(
            try action("{ tidy: check }") == """
                tidy:one (tidy of one): go mod tidy -diff
                  argv: ${toolchain}/go mod tidy -diff
                  env: GOFLAGS=-mod=mod
                  inputs: cmd/server/main.go cmd/server/main_test.go go.mod go.sum internal/check/check.go \
                internal/check/check_test.go internal/hello/hello.go internal/hello/hello_test.go \
                internal/hello/hello_x_test.go
                  facts: toolchain=go1.27.3 linux/amd64
                  needs: download(provision)
                """)
    }

    @Test func policyCheck() throws {
        let (pipeline, _) = try world.pipeline("steps: { one: { policy: check } }\n")
        var facts = world.facts(for: pipeline)
        facts.program = "0.1.0 abc"
        let action = try #require(plan(pipeline, facts, source: nil).graph?.actions.last)
        #expect(action.title == "pipeline audit" && action.argv == ["\(.ownProgram)", "audit"])
        #expect(action.inputs == facts.files && action.dependencies.isEmpty)
        #expect(action.facts == ["pipeline": "0.1.0 abc"] && action.environment == ["HOME": "\(.home)"])
    }

    @Test func tool() throws {
        let graph = try world.plan(tools + "steps: { one: { tool: lint, args: [-c, '${root}/c', ./...], inputs: ['**/*.md'] } }\n")
        #expect(
            described(graph["tool:one:run"]) == """
                tool:one:run (tool of one): lint -c ${root}/c ./...
                  argv: ${tool:lint/lint} -c ${root}/c ./...
                  env: PATH=${tool:lint/lint/..}:${toolchain}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
                  inputs: README.md cmd/server/README.md
                  facts: toolchain=go1.27.3 linux/amd64
                  needs: download(provision) tool:lint(tool)
                """)
    }

    @Test func runWithArtifactAndService() throws {
        let graph = try world.plan(
            """
            artifacts: { my-server: ./cmd/server }
            steps:
              smoke:
                needs: [artifact.my-server]
                run: [./smoke.sh, '${service.db.port}']
                dir: scripts
                inputs: ['*.sh']
                outputs: [report.html]
                env: { LEVEL: debug }
                services:
                  db:
                    run: ['${artifact.my-server}', -p, '${service.db.port}']
                    ready: tcp://127.0.0.1:${service.db.port}
                    timeout: 3s
                    env: { LEVEL: info }
            """)
        let smoke = graph["run:smoke"]
        #expect(
            described(smoke) == """
                run:smoke (run of smoke): ./smoke.sh ${service.db.port}
                  argv: ./smoke.sh ${service.db.port}
                  dir: scripts
                  env: LEVEL=debug PIPELINE_ARTIFACT_MY_SERVER=${build:my-server:linux/amd64/my-server}
                  inputs: scripts/smoke.sh
                  facts: toolchain=go1.27.3 linux/amd64
                  needs: download(provision) build:my-server:linux/amd64(input)
                  outputs: report.html(in tree)
                  service db: ${build:my-server:linux/amd64/my-server} -p ${service.db.port}
                    ready: tcp(tcp://127.0.0.1:${service.db.port})
                """)
        #expect(smoke.services[0].timeout == .seconds(3))
        #expect(smoke.services[0].environment["LEVEL"] == "info")
        #expect(
            smoke.services[0].environment["PIPELINE_ARTIFACT_MY_SERVER"]
                == smoke.environment["PIPELINE_ARTIFACT_MY_SERVER"])
    }

    @Test func shell() throws {
        let all = world.files.keys.sorted().joined(separator: " ")
        #expect(
            try action("{ shell: \"make docs\\nmake more $$HOME\" }") == """
                run:one (run of one): make docs
                  argv: /bin/sh -euc make docs
                make more $$HOME
                  inputs: \(all)
                  facts: toolchain=go1.27.3 linux/amd64
                  needs: download(provision)
                """)
    }

    @Test func artifact() throws {
        let graph = try world.plan(
            """
            artifacts:
              server:
                build: ./cmd/server
                ldflags: -s -X main.root=${root}
                tags: [netgo]
                env: { GOAMD64: v3, NOTE: y }
            """)
        #expect(
            described(graph["build:server:linux/amd64"]).replacingFamily == """
                build:server:linux/amd64 (build of artifact.server): go build ./cmd/server (linux/amd64)
                  argv: ${toolchain}/go build -o ${output}/server -tags netgo -ldflags -s -X main.root=${root} ./cmd/server
                  env: GOAMD64=v3 GOCACHE=FAMILY GOCACHEPROG=FAMILY NOTE=y
                  inputs: cmd/server/main.go go.mod go.sum internal/hello/hello.go internal/hello/page.html
                  facts: platform=linux/amd64 toolchain=go1.27.3 linux/amd64
                  needs: download(provision)
                  outputs: server
                """)
    }
}

extension String {
    /// The digest at a cache family's end is the business of other tests.
    var replacingFamily: String {
        replacing(/\$\{(build-cache|cache-program)\/[^}]*\}/, with: "FAMILY")
    }
}
