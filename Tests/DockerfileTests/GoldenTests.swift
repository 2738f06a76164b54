/// Whole Dockerfiles of repositories of every shape, and what hadolint thinks of them.
import Pipeline
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct GoldenTests {
    static let repositories = [
        Repository(
            name: "single",
            pipeline: """
                go: { version: "1.24.11" }
                artifacts: { tally: { build: ., output: bin/tally } }
                image:
                  artifact: tally
                  user: "1000"
                  ports: [8080, 9090]
                  args: [--greeting, "\\"hello\\", it's $HOME", 'C:\\']
                  labels: { org.opencontainers.image.title: 'Tally "$5"', org.opencontainers.image.licenses: MIT }
                """,
            files: ["go.mod": goMod("tally"), "main.go": ""]),
        Repository(
            name: "workspace",
            pipeline: """
                artifacts:
                  app: { dir: app, build: ./cmd/app, platforms: [darwin/arm64, linux/arm64, linux/amd64] }
                image: { artifact: app }
                """,
            files: [
                "go.work": "go 1.24.0\nuse (\n\t./app\n\t./lib\n)\n", "go.work.sum": "",
                "app/go.mod": goMod("app", "require example.com/words v1.2.0"), "app/go.sum": "", "app/cmd/app/main.go": "",
                "lib/go.mod": goMod("lib"), "lib/lib.go": "", "other/go.mod": goMod("other"),
            ]),
        Repository(
            name: "vendored",
            pipeline: "artifacts: { app: . }\nimage: { artifact: app }",
            files: [
                "go.mod": goMod("app", "require example.com/words v1.2.0"), "go.sum": "", "main.go": "",
                "vendor/modules.txt": "", "vendor/example.com/words/words.go": "",
            ]),
        Repository(
            name: "replaced",
            pipeline: """
                go:
                  proxy: https://proxy.example,direct
                  private: [corp.example/*, git.example/team]
                  env: { GOFLAGS: -buildmode=pie -ldflags=-w, GOINSECURE: corp.example }
                artifacts: { app: { dir: services/app, build: . } }
                image: { artifact: app }
                """,
            files: [
                "services/app/go.mod": goMod(
                    "app", "require (", "example.com/words v1.2.0", "example.com/banner v0.0.0", "example.com/near v0.0.0",
                    ")", "replace example.com/banner => \"../../third party/banner\"", "replace example.com/near => ./near"),
                "services/app/go.sum": "", "services/app/main.go": "", "services/app/near/go.mod": goMod("near"),
                "third party/banner/go.mod": goMod("banner"), "third party/banner/banner.go": "",
            ]),
        Repository(
            name: "greeter",
            pipeline: greeterFile("pipeline.yaml").replacing("version: 1\n", with: ""),
            files: [
                "go.mod": greeterFile("go.mod"), "go.sum": "", "cmd/server/main.go": "", "cmd/greet/main.go": "",
                "internal/tools/enumer/main.go": "", "proxy/example.com/wordlist/@v/list": "",
            ]),
        Repository(
            name: "multi",
            pipeline: """
                artifacts:
                  hours: ./cmd/hours
                  minutes: { build: ./cmd/minutes, tags: [netgo, fast], env: { GOAMD64: v3, GOEXPERIMENT: jsonv2, CC: "a b" } }
                image: { artifact: minutes }
                """,
            files: ["go.mod": goMod("clock"), "cmd/hours/main.go": "", "cmd/minutes/main.go": ""]),
        Repository(
            name: "stamped",
            pipeline: """
                artifacts:
                  server:
                    build: ./cmd/server
                    ldflags: -s -w -X "main.version=${git.describe}" -X main.built=${git.commit.time} -X main.price=$$5
                    env: { GIT_COMMIT: "${git.commit}" }
                image: { artifact: server }
                """,
            files: ["go.mod": goMod("server", "require example.com/words v1.2.0"), "go.sum": "", "cmd/server/main.go": ""],
            git: [.describe: "v1.4.0-2-gabc1234", .commit: "abc1234", .commitTime: "1767225600", .dirty: "false"]),
        Repository(
            name: "distroless",
            pipeline: """
                artifacts: { server: { build: ., ldflags: "-X 'main.title=A \\"good\\" `name`'" } }
                image:
                  artifact: server
                  base: distroless.example/static-debian12@sha256:\(String(repeating: "0123456789abcdef", count: 4))
                  args: [serve]
                """,
            files: ["go.mod": goMod("server"), "main.go": ""]),
        Repository(
            name: "several",
            pipeline: """
                artifacts: { Server: ./cmd/server, worker: ./cmd/worker, build: { dir: tools, build: . } }
                steps: { unit: { test: [./cmd/...], coverage: true, shards: 2, cgo: true, tags: [slow] } }
                image:
                  artifact: Server
                  ports: [8080]
                  builder: golang:1.27.3-bookworm@sha256:\(digest)
                  test: unit
                  targets:
                    worker: { args: [-queue, jobs] }
                    build: {}
                """,
            files: [
                "go.mod": goMod("several", "require example.com/words v1.2.0"), "go.sum": "", "cmd/server/main.go": "",
                "cmd/worker/main.go": "", "tools/go.mod": goMod("tools"), "tools/main.go": "",
            ]),
        Repository(name: "everything", pipeline: everything, files: ["go.mod": goMod("app"), "main.go": ""]),
        Repository(
            name: "prebuilt", pipeline: everything, files: ["go.mod": goMod("app"), "main.go": ""], prebuilt: true),
        Repository(
            name: "prebuilt-several",
            pipeline: """
                artifacts: { app: ., tool: ./tool }
                image: { artifact: app, certificates: false, targets: { tool: {} } }
                """,
            files: ["go.mod": goMod("app"), "main.go": "", "tool/main.go": ""], prebuilt: true),
    ]

    private static let digest = String(repeating: "0123456789abcdef", count: 4)

    private static let everything = """
        artifacts: { app: { build: ., platforms: [linux/amd64, linux/arm] } }
        image:
          artifact: app
          builder: mirror.example/golang:1.27.3-alpine@sha256:\(digest)
          user: 1000:2000
          timezones: true
          passwd: true
          tmp: true
          healthcheck: { args: [-healthy, "a b"], interval: 1m30s, timeout: 1s500ms, start-period: 10s, retries: 2 }
          extra:
            build: |
              ARG EXTRA=none
              RUN echo "$EXTRA" >/extra
            final: |
              COPY web /srv/web
        """

    /// What the README points to is what is emitted for the example.
    @Test func theExampleIsUpToDate() throws {
        let example = try #require(Self.repositories.first { $0.name == "greeter" })
        let tests = String("\(#filePath)".dropLast("/DockerfileTests/GoldenTests.swift".count))
        expectText(try example.dockerfile(), "\(tests)/../Dockerfile.example")
    }

    @Test(arguments: repositories) func emits(_ repository: Repository) throws {
        expectGolden(try repository.dockerfile(), "\(repository.name).Dockerfile")
    }

    /// At hadolint's default settings.
    @Test(.enabled(if: hasHadolint || isRealRequired, "hadolint is not on PATH"), arguments: repositories)
    func hadolintFindsNothing(_ repository: Repository) throws {
        let folder = TemporaryFolder()
        let file = folder.write("Dockerfile", try repository.dockerfile())
        let (output, status) = shell("cd / && hadolint --no-color \(file) 2>&1")
        #expect(output == "" && status == 0)
    }

    /// A linter that finds nothing in any file proves nothing.
    @Test(.enabled(if: hasHadolint || isRealRequired, "hadolint is not on PATH"))
    func hadolintFindsMistakes() throws {
        let folder = TemporaryFolder()
        let file = folder.write("Dockerfile", "FROM golang:latest\nRUN cd /src && go build $FLAGS\n")
        let (output, status) = shell("cd / && hadolint --no-color \(file) 2>&1")
        #expect(status != 0)
        #expect(output.contains("DL3007"))
        #expect(output.contains("SC2086"))
    }
}

private let hasHadolint = shell("command -v hadolint").status == 0
private let isRealRequired = environmentValue("PIPELINE_REQUIRE_REAL") == "1"

private func greeterFile(_ name: String) -> String {
    let tests = String("\(#filePath)".dropLast("/DockerfileTests/GoldenTests.swift".count))
    return readText("\(tests)/../examples/greeter/\(name)")!
}

/// `UPDATE_GOLDEN=1` rewrites the file instead.
private func expectGolden(_ actual: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
    expectText(actual, "\(String("\(#filePath)".dropLast("/GoldenTests.swift".count)))/Goldens/\(name)", sourceLocation)
}

private func expectText(_ actual: String, _ path: String, _ sourceLocation: SourceLocation = #_sourceLocation) {
    if environmentValue("UPDATE_GOLDEN") == "1" {
        let file = fopen(path, "w")!
        fputs(actual, file)
        fclose(file)
        return
    }
    guard let expected = readText(path) else {
        Issue.record("there is no \(path); UPDATE_GOLDEN=1 writes it", sourceLocation: sourceLocation)
        return
    }
    #expect(actual == expected, sourceLocation: sourceLocation)
}
