/// The JSON Schema: a real validator accepts every good file and refuses the bad ones that a schema can tell.
import Diagnostics
import Testing

@testable import Pipeline

@Suite struct PipelineSchemaTests {
    private static let validator = SchemaValidator()
    private static let missing: Comment = "python3 has no jsonschema or no yaml"

    @Test func aValidatorIsThereWhereItIsRequired() {
        if SchemaValidator.isRequired { #expect(Self.validator != nil, Self.missing) }
    }

    @Test(.enabled(if: validator != nil, missing))
    func goodFilesAreValid() throws {
        let validator = try #require(Self.validator)
        let files = Published.files.map { ($0.path, $0.text) } + [("every key", everyKey)]
        for (file, verdict) in zip(files, validator.judge(files.map(\.1), schema: pipelineSchema())) {
            #expect(verdict == nil, "\(file.0)")
        }
    }

    @Test(.enabled(if: validator != nil, missing))
    func badFilesAreNot() throws {
        let validator = try #require(Self.validator)
        let lists = [
            MistakesAtTopTests.files, MistakesInGoTests.files, MistakesInArtifactsTests.files,
            MistakesInImageTests.files, MistakesInStepsTests.files, MistakesInSecretsTests.files, MistakesInReferencesTests.files,
        ]
        let files = lists.joined().filter { Self.ofTheSchema.contains($0.id) }
        #expect(files.count >= 40)
        for (file, verdict) in zip(files, validator.judge(files.map(\.source.text), schema: pipelineSchema())) {
            #expect(verdict != nil, "\(file.name)")
        }
    }

    /// What needs no knowledge beyond one value and its key.
    private static let ofTheSchema: Set<String> = [
        "pipeline/unknown-key", "pipeline/missing-key", "pipeline/wrong-type", "pipeline/several-kinds",
        "pipeline/misplaced-key",
        "pipeline/unpinned-tool", "pipeline/unpinned-image", "pipeline/unknown-platform",
    ]

    @Test func everyKeyIsDescribed() {
        for key in everyTable.joined() {
            #expect(key.summary.hasSuffix("."), "\(key.name)")
            #expect(pipelineSchema().contains(JSON.quote(key.summary)), "\(key.name)")
        }
    }

    /// Examples stand in diagnostics and in the reference: each must decode where its key is.
    @Test func everyExampleIsRight() {
        for key in everyTable.joined() {
            // Names that examples mention are declared.
            var head = "version: 1\ntools: { staticcheck: example.com/a@v1.2.3 }\nartifacts: { server: ., x: . }\n"
                + "secrets: { deploy-token: { env: A }, db-password: { env: B } }\n"
            var steps = "steps:\n  generate: { vet: . }\n"
            switch key {
            case _ where PipelineKeys.all.contains { $0.line == key.line }:
                head =
                    head.split(separator: "\n").filter { !$0.hasPrefix("\(key.name):") }.map { "\($0)\n" }.joined()
                    + "\(key.line)\n"
                if key.name == "steps" { steps = "" }
            case _ where GoKeys.all.contains { $0.line == key.line }: head += "go: { \(key.line) }\n"
            case _ where HealthcheckKeys.all.contains { $0.line == key.line }:
                let command = ["args", "run"].contains(key.name) ? "" : ", args: [-x]"
                head += "image: { artifact: server, healthcheck: { \(key.line)\(command) } }\n"
            case _ where ImageExtraKeys.all.contains { $0.line == key.line }:
                head += "image: { artifact: server, extra: { \(key.line) } }\n"
            case _ where ImageKeys.test.line == key.line:
                head += "image: { artifact: server, \(key.line) }\n"
                steps += "  test: { test: . }\n"
            case _ where ImageKeys.all.contains { $0.line == key.line }:
                head +=
                    key.name == "artifact" ? "image: { \(key.line) }\n" : "image: { artifact: server, \(key.line) }\n"
            case _ where CacheKeys.all.contains { $0.line == key.line }: head += "cache: { \(key.line) }\n"
            case _ where AuditKeys.all.contains { $0.line == key.line }: head += "audit: { \(key.line) }\n"
            case _ where ServiceKeys.all.contains { $0.line == key.line }:
                steps +=
                    "  a:\n    run: [x]\n    services:\n      db:\n        \(key.line)\n"
                    + (key.name == "run" ? "" : "        run: [x]\n")
            case _ where SecretKeys.all.contains { $0.line == key.line }:
                head = "version: 1\nsecrets:\n  a:\n    \(key.line)\n"
            case _ where StepKeys.all.contains { $0.line == key.line }:
                let kind = key.kinds?.first ?? .vet
                let line = StepKeys.all.first { $0.name == kind.rawValue }!.line
                steps += "  a:\n    \(key.line)\n" + (kind.rawValue == key.name ? "" : "    \(line)\n")
            default:
                head = "version: 1\nartifacts:\n  a:\n    \(key.line)\n" + (key.name == "build" ? "" : "    build: .\n")
            }
            let (_, diagnostics) = decodePipeline(SourceText(file: "pipeline.yaml", text: head + steps))
            #expect(diagnostics == [], "\(head + steps)")
        }
    }

    private let everyTable = [
        PipelineKeys.all, GoKeys.all, ArtifactKeys.all, ImageKeys.all, HealthcheckKeys.all, ImageExtraKeys.all, CacheKeys.all, AuditKeys.all, StepKeys.all,
        ServiceKeys.all, SecretKeys.all,
    ]
}

/// Every key of the format in use.
let everyKey = """
    version: 1
    name: everything
    sandbox: strict
    go:
      version: go.mod
      fetch: true
      proxy: https://proxy.example,direct
      sumdb: "off"
      private: [a.example/*, b.example]
      env: { CGO_ENABLED: "0", GOFLAGS: -v, RATE: 1.50, DEBUG: true }
    tools: { lint: example.com/lint@v1.2.3, old: example.com/old@v0.0.0-20240102030405-0123456789ab }
    secrets: { token: { env: TOKEN }, netrc: { file: ~/.netrc, env: NETRC }, key: { file: /run/key } }
    artifacts:
      a: { build: ./a, dir: x, platforms: [linux/arm64], ldflags: -s, tags: [t], cgo: true, output: bin/a, env: { A: b } }
      b: ./b
    steps:
      build: { build: ./..., tags: [t, u], cgo: true, dir: x, inputs: ["**"], cache: false, timeout: 1h2m3s4ms, retries: 3 }
      vet: { vet: ./..., trimpath: false, sandbox: auto, network: true }
      test: { test: ./..., race: true, coverage: true, shards: 3, args: [-v], env: { A: "${root}" }, secrets: token }
      tool: { tool: lint, args: ["${root}", 5], needs: [vet, artifact.a] }
      generate: { generate: [./a, ./b], fresh: false, parallel: true }
      fmt: { fmt: check }
      tidy: { tidy: check }
      policy: { policy: check }
      run:
        run: [./x]
        tools: [lint, old]
        inputs: []
        outputs: [y]
        services:
          s: { run: [./s, "${service.s.port}"], ready: "http://localhost:${service.s.port}/", timeout: 1s, env: { B: c }, secrets: [netrc, key] }
          t: { run: [./t], ready: "tcp://localhost:1" }
      shell: { shell: "echo ${git.commit.time} $$" }
    image:
      artifact: a
      base: x@sha256:\(String(repeating: "ab", count: 32))
      user: 1:2
      ports: [1, 2]
      args: [x]
      labels: { a.b/c: d }
      certificates: false
      timezones: true
      passwd: true
      tmp: true
      libc: true
      healthcheck: { run: [/check, -x], interval: 1m, timeout: 3s, start-period: 10s, retries: 2 }
      builder: golang:1.27.3-bookworm@sha256:\(String(repeating: "cd", count: 32))
      test: test
      extra: { build: RUN true, final: "COPY web /srv/${WEB}\nENV A=b" }
      targets: { b: { ports: [3], args: [y], healthcheck: { args: [-healthy] } } }
    cache: { max-size: 512MiB, max-age: 36h }
    audit:
      fail-on: error
      baseline: audit/baseline.txt
      allow: { policy/unpinned-tool: { hack/**: for a desk, "*.sh": "no: release" }, policy/image-runs-as-root: { a/b: it must } }
    """
