/// Pipeline files without mistakes, and the values they decode to.
import Diagnostics
import Pipeline
import Testing

@Suite struct GoodFileTests {
    private func decode(_ yaml: String) throws -> Pipeline {
        let (pipeline, diagnostics) = decodePipeline(SourceText(file: "pipeline.yaml", text: yaml))
        #expect(diagnostics == [])
        return try #require(pipeline)
    }

    @Test func theSmallestFile() throws {
        let pipeline = try decode("version: 1\nsteps: { vet: { vet: ./... } }\n")
        #expect(pipeline.file == "pipeline.yaml")
        #expect(pipeline.name == "")
        #expect(pipeline.go.version == nil)
        #expect(pipeline.steps.count == 1)
        let step = pipeline.steps[0]
        #expect(step.name == Located("vet", at: SourceRange(line: 2, column: 10, length: 3)))
        guard case .vet(["./..."]) = step.kind else {
            Issue.record("\(step.kind)")
            return
        }
        #expect(step.directory == "." && step.cached && step.timeout == nil && step.retries == 0 && step.inputs == nil)
    }

    @Test func theHeadOfTheFile() throws {
        let pipeline = try decode(
            """
            version: 1
            name: greeter
            go:
              version: "1.27.3"
              proxy: file://${root}/proxy,https://proxy.example|direct
              sumdb: "off"
              private: corp.example/*,git.example
              env: { CGO_ENABLED: 1, GOFLAGS: -v, DEBUG: true, RATE: 1.50 }
            tools:
              stringer: golang.org/x/tools/cmd/stringer@v0.25.0
              pseudo: example.com/tool@v0.0.0-20240102030405-0123456789ab
              old: example.com/old/v3@v3.0.0+incompatible
            artifacts: { a: . }
            """)
        #expect(pipeline.name == "greeter")
        #expect(pipeline.go.version?.value == .exact("1.27.3"))
        #expect(pipeline.go.proxy?.source == "file://${root}/proxy,https://proxy.example|direct")
        #expect(pipeline.go.proxy?.references.map(\.value) == [.root])
        #expect(pipeline.go.proxy?.references.map(\.range) == [SourceRange(line: 5, column: 17, length: 7)])
        #expect(pipeline.go.sumdb == "off")
        #expect(pipeline.go.private == ["corp.example/*", "git.example"])
        #expect(
            pipeline.go.env.map { "\($0.name.value)=\($0.value.source)" } == [
                "CGO_ENABLED=1", "GOFLAGS=-v", "DEBUG=true", "RATE=1.50",
            ])
        guard case .pinned(let pins) = pipeline.tools else {
            Issue.record("\(pipeline.tools)")
            return
        }
        #expect(pins.map(\.name.value) == ["stringer", "pseudo", "old"])
        #expect(pins.map(\.package) == ["golang.org/x/tools/cmd/stringer", "example.com/tool", "example.com/old/v3"])
        #expect(pins.map(\.version) == ["v0.25.0", "v0.0.0-20240102030405-0123456789ab", "v3.0.0+incompatible"])
        #expect(pins[0].range == SourceRange(line: 10, column: 13, length: 39))
    }

    @Test(arguments: ["1.27.0", "1.27.3", "1.25rc1", "1.21beta1", "1.20", "1.20.14", "go.mod"])
    func releasesOfGo(version: String) throws {
        let pipeline = try decode("version: 1\ngo: { version: \"\(version)\" }\nartifacts: { a: . }\n")
        #expect(pipeline.go.version?.value == (version == "go.mod" ? .goMod : .exact(version)))
    }

    @Test func toolsOfGoModCanHaveAnyName() throws {
        let pipeline = try decode(
            """
            version: 1
            tools: go.mod
            steps:
              lint: { tool: golang.org/x/tools/cmd/stringer, args: ["${tool.stringer}"] }
            """)
        guard case .goMod(SourceRange(line: 2, column: 8, length: 6)) = pipeline.tools else {
            Issue.record("\(pipeline.tools)")
            return
        }
    }

    @Test func artifactsInBothForms() throws {
        let pipeline = try decode(
            """
            version: 1
            artifacts:
              short: ./cmd//short/
              root: { build: ./ }
              long:
                build: ./cmd/long
                dir: ./services/../api
                platforms: linux/arm64
                ldflags: -X main.version=${git.describe} -X main.price=5$$
                tags: [netgo, osusergo]
                cgo: true
                output: ./bin/long
                env: { GOAMD64: v3 }
            """)
        #expect(pipeline.artifacts.map(\.package.value) == ["./cmd/short", ".", "./cmd/long"])
        let long = pipeline.artifacts[2]
        #expect(long.name.value == "long" && long.directory == "api" && long.cgo)
        #expect(long.platforms.map(\.value) == [Platform(os: "linux", architecture: "arm64")])
        #expect(long.ldflags?.parts.count == 3)
        #expect(long.ldflags?.parts.last == .text(" -X main.price=5$"))
        #expect(long.tags == ["netgo", "osusergo"])
        #expect(long.output?.value == "bin/long")
    }

    @Test func stepsOfEveryKind() throws {
        let pipeline = try decode(
            """
            version: 1
            tools: { lint: example.com/lint@v1.2.3 }
            artifacts: { server: ./cmd/server }
            steps:
              build: { build: [./cmd/..., ./internal/...], tags: netgo, cgo: true }
              vet: { vet: ./... }
              test: { test: ./..., race: true, coverage: true, shards: 4, args: [-count, 1], trimpath: false, timeout: 1h30m, retries: 2 }
              lint: { tool: lint, args: ["-config=${root}/lint.yaml", ./...], needs: vet }
              generate: { generate: ./..., fresh: false, parallel: true, env: { GOFLAGS: -v } }
              fmt: { fmt: check, dir: internal, sandbox: off }
              tidy: { tidy: check, cache: false, sandbox: auto, network: true }
              policy: { policy: check }
              run: { run: [./x, "${artifact.server}"], tools: lint, inputs: [], outputs: [out], needs: [artifact.server, test] }
              shell:
                shell: |
                  echo $HOME $$PWD
                  ${artifact.server} --port ${service.db.port}
                services:
                  db:
                    run: [./db, 5]
                    ready: tcp://127.0.0.1:${service.db.port}
                    timeout: 500ms
                    env: { EMPTY: "" }
            """)
        #expect(
            pipeline.steps.map(\.kind.key) == [
                "build", "vet", "test", "tool", "generate", "fmt", "tidy", "policy", "run", "shell",
            ])
        #expect(
            pipeline.steps.map(\.name.value) == [
                "build", "vet", "test", "lint", "generate", "fmt", "tidy", "policy", "run", "shell",
            ])
        guard case .test(let options) = pipeline.steps[2].kind else { return }
        #expect(options.race && options.coverage && options.shards == 4 && options.arguments == ["-count", "1"])
        #expect(pipeline.steps.map(\.trimsPaths) == [true, true, false, true, true, true, true, true, true, true])
        #expect(pipeline.steps[2].timeout == .seconds(5400) && pipeline.steps[2].retries == 2)
        #expect(pipeline.sandbox == .off && pipeline.steps[4].sandbox == nil && !pipeline.steps[4].hasNetwork)
        #expect(pipeline.steps[5].sandbox == .off && pipeline.steps[6].sandbox == .auto && pipeline.steps[6].hasNetwork)
        guard case .tool(let name, let arguments) = pipeline.steps[3].kind else { return }
        #expect(name.value == "lint" && arguments.map(\.source) == ["-config=${root}/lint.yaml", "./..."])
        #expect(pipeline.steps[3].needs.map(\.value) == [.step("vet")])
        guard case .generate(["./..."], fresh: false) = pipeline.steps[4].kind else {
            Issue.record("\(pipeline.steps[4].kind)")
            return
        }
        #expect(pipeline.steps[5].directory == "internal" && !pipeline.steps[6].cached)
        let run = pipeline.steps[8]
        #expect(run.tools?.map(\.value) == ["lint"] && pipeline.steps[9].tools == nil)
        #expect(pipeline.steps.map(\.isParallel) == [false, false, false, false, true, false, false, false, false, false])
        #expect(run.inputs == [] && run.outputs.map(\.value) == ["out"])
        #expect(run.needs.map(\.value) == [.artifact("server"), .step("test")])
        guard case .run(let shell) = pipeline.steps[9].kind, case .shell(let script) = shell.command else {
            Issue.record("\(pipeline.steps[9].kind)")
            return
        }
        #expect(
            script.parts.map { if case .text(let text) = $0 { text } else { "REFERENCE" } }
                == ["echo $HOME $PWD\n", "REFERENCE", " --port ", "REFERENCE", "\n"])
        #expect(script.references.map(\.value) == [.artifact("server"), .servicePort("db")])
        #expect(
            script.references.map(\.range)
                == [SourceRange(line: 17, column: 7, length: 18), SourceRange(line: 17, column: 33, length: 18)])
        let service = try #require(shell.services.first)
        #expect(service.run.map(\.source) == ["./db", "5"] && service.timeout == .milliseconds(500))
        #expect(service.env.map(\.value.parts) == [[]])
        guard case .tcp = service.ready else {
            Issue.record("\(String(describing: service.ready))")
            return
        }
    }

    @Test func theImage() throws {
        let digest = String(repeating: "0a", count: 32)
        let pipeline = try decode(
            """
            version: 1
            artifacts: { server: . }
            image:
              artifact: server
              base: gcr.example/distroless/static:nonroot@sha256:\(digest)
              user: 1000
              ports: [8080, 65535]
              args: [--listen, ":8080"]
              labels: { org.opencontainers.image.title: greeter, version: 1.20 }
            """)
        let image = try #require(pipeline.image)
        #expect(image.base.value == "gcr.example/distroless/static:nonroot@sha256:\(digest)")
        #expect(image.user == "1000:1000")
        #expect(image.ports == [8080, 65535])
        #expect(image.arguments == ["--listen", ":8080"])
        #expect(
            image.labels.map { "\($0.name)=\($0.value.source)" } == ["org.opencontainers.image.title=greeter", "version=1.20"])
    }

    @Test func theImageOfSeveralArtifacts() throws {
        let digest = String(repeating: "0a", count: 32)
        let pipeline = try decode(
            """
            version: 1
            artifacts: { server: ., worker: ./worker }
            steps: { unit: { test: ./... } }
            image:
              artifact: server
              ports: [8080]
              args: [serve]
              tmp: true
              healthcheck: { args: [-healthy], interval: 10s }
              builder: golang:1.27.3-alpine@sha256:\(digest)
              test: unit
              extra:
                final: |
                  ENV PLACE=${PLACE}
                  COPY web /srv/web
              targets:
                worker: { args: [-queue] }
            """)
        let image = try #require(pipeline.image)
        #expect(image.hasCertificates)
        #expect(image.contents == ImageContents(tmp: true))
        #expect(image.builder?.value == "golang:1.27.3-alpine@sha256:\(digest)")
        #expect(image.test?.value == "unit")
        #expect(image.extra.final?.value == "ENV PLACE=${PLACE}\nCOPY web /srv/web\n")
        #expect(image.healthcheck == ImageHealthcheck(command: .artifact(["-healthy"]), interval: .seconds(10)))
        let all = image.all
        #expect(all.map(\.artifact.value) == ["server", "worker"])
        #expect(all.map(\.arguments) == [["serve"], ["-queue"]])
        #expect(all.map(\.ports) == [[8080], []])
        #expect(all[1].healthcheck == nil && all[1].contents.tmp)
    }

    @Test(arguments: [
        ("1B", 1), ("20GB", 20_000_000_000), ("512MiB", 512 << 20), ("1.5KB", 1_500), ("2 TB", 2_000_000_000_000),
        ("3KiB", 3 << 10), ("4GiB", 4 << 30), ("7MB", 7_000_000),
    ])
    func sizesOfTheStore(text: String, bytes: Int) throws {
        let pipeline = try decode("version: 1\ncache: { max-size: \(text) }\nartifacts: { a: . }\n")
        #expect(pipeline.cache == CacheSettings(maxSize: bytes))
    }

    @Test(arguments: [("90s", 90), ("5m", 300), ("12h", 43_200), ("30d", 2_592_000), ("2w", 1_209_600)])
    func agesInTheStore(text: String, seconds: Int) throws {
        let pipeline = try decode("version: 1\ncache: { max-age: \(text) }\nartifacts: { a: . }\n")
        #expect(pipeline.cache == CacheSettings(maxAge: seconds))
    }

    @Test(arguments: [
        "", "GB", "20", "-1GB", "1.25GB", "0.5B", "1e3MB", "20 G B", "9999999999999999B", "999999999999999TB", "1KBs", "٣GB",
    ])
    func whatIsNoSize(text: String) { #expect(byteCount(text) == nil) }

    @Test(arguments: ["", "d", "30", "-1d", "1d12h", "1.25h", "1month", "0.5s", "999999999999999w"])
    func whatIsNoAge(text: String) { #expect(ageInSeconds(text) == nil) }

    @Test func anchorsAndMergeKeys() throws {
        let pipeline = try decode(
            """
            version: 1
            steps:
              a: { test: ./a, env: &base { LEVEL: debug, MODE: a } }
              b: { test: ./b, env: { <<: *base, MODE: b } }
              c: { test: ./c, env: *base }
            """)
        #expect(
            pipeline.steps.map { $0.env.map { "\($0.name.value)=\($0.value.source)" }.sorted() }
                == [["LEVEL=debug", "MODE=a"], ["LEVEL=debug", "MODE=b"], ["LEVEL=debug", "MODE=a"]])
    }

    @Test(arguments: Published.files.map(\.path))
    func publishedFilesHaveNoDiagnostics(path: String) throws {
        let text = try #require(Published.files.first { $0.path == path }).text
        let (pipeline, diagnostics) = decodePipeline(SourceText(file: path, text: text))
        #expect(diagnostics == [])
        #expect(pipeline != nil)
    }

    @Test func everyTemplateIsPublished() {
        #expect(Published.files.map(\.path).prefix(4) == Published.templateNames.map { "pipelines/\($0).yaml" }[...])
    }

    @Test func severalMistakesAreToldAtOnceInFileOrder() {
        let yaml = """
            version: 2
            steps:
              vet: { vet: ./..., race: true, retries: 99 }
              test: { tset: ./... }
            nmae: x
            """
        let (pipeline, diagnostics) = decodePipeline(SourceText(file: "pipeline.yaml", text: yaml))
        #expect(pipeline == nil)
        #expect(
            diagnostics.map { "\($0.id) \($0.range!.start.line):\($0.range!.start.column)" } == [
                "pipeline/bad-value 1:10", "pipeline/misplaced-key 3:22", "pipeline/bad-value 3:43",
                "pipeline/unknown-key 4:11", "pipeline/unknown-key 5:1",
            ])
    }
}
