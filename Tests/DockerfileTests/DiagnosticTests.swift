/// What is said when there can be no Dockerfile: whole messages, with their places.
import Diagnostics
import Pipeline
import Testing

@Suite struct DiagnosticTests {
    /// `file:line:column: id: message`, then its notes and its help; without the warning that most have.
    private func messages(_ repository: Repository) throws -> [String] {
        let (text, diagnostics) = try repository.emitted()
        #expect(text == nil)
        return words(diagnostics.filter { $0.id != "dockerfile/unpinned-builder" })
    }

    private func words(_ diagnostics: [Diagnostic]) -> [String] {
        diagnostics.flatMap { diagnostic in
            let start = diagnostic.range.map { ":\($0.start.line):\($0.start.column)" } ?? ""
            return ["\(diagnostic.file ?? "")\(start): \(diagnostic.id): \(diagnostic.message)"]
                + diagnostic.notes.map { "note: \($0.message)" } + (diagnostic.help.map { ["help: \($0)"] } ?? [])
        }
    }

    private func repository(
        _ pipeline: String, _ files: [String: String] = ["go.mod": goMod("app"), "main.go": ""]
    ) -> Repository {
        Repository(name: "wrong", pipeline: pipeline, files: files)
    }

    @Test func noImage() throws {
        let said = "pipeline.yaml: dockerfile/no-image: the pipeline does not say what its image is made of"
        #expect(
            try messages(repository("artifacts: { app: . }")) == [said, "help: add `image: { artifact: app }`"])
        #expect(
            try messages(repository("artifacts: { app: ., tool: ./tool }"))
                == [said, "help: add `image: { artifact: NAME }`, NAME being one of app, tool"])
        #expect(
            try messages(repository("steps: { vet: { vet: ./... } }"))
                == [said, "help: declare the program under `artifacts:`, and name it with `image: { artifact: NAME }`"])
    }

    @Test func cgo() throws {
        let said =
            "dockerfile/cgo: `app` is built with cgo, and such a binary may need a C library that the image does not have"
        #expect(
            try messages(repository("artifacts: { app: { build: ., cgo: true } }\nimage: { artifact: app }")) == [
                "pipeline.yaml:2:14: \(said)",
                "help: remove `cgo: true` from the artifact, or put the binary that is linked here in the image with --prebuilt",
            ])
        #expect(
            try messages(
                repository("go: { env: { CGO_ENABLED: \"1\" } }\nartifacts: { app: . }\nimage: { artifact: app }")) == [
                    "pipeline.yaml:2:14: \(said)",
                    "help: set CGO_ENABLED to \"0\"; steps that need cgo can say `cgo: true`",
                ])
    }

    @Test func notForLinux() throws {
        #expect(
            try messages(
                repository("artifacts: { app: { build: ., platforms: [darwin/arm64, windows/amd64] } }\nimage: { artifact: app }"))
                == [
                    "pipeline.yaml:3:20: dockerfile/not-for-linux: the image needs `app` for linux, and it is built for darwin/arm64, windows/amd64",
                    "help: give the artifact `platforms: [linux/amd64, linux/arm64]`",
                ])
    }

    @Test func goWithoutAnImage() throws {
        var mine = repository("artifacts: { app: . }\nimage: { artifact: app }")
        mine.goVersion = "1.28-0123abcd"
        #expect(
            try messages(mine) == [
                "pipeline.yaml: dockerfile/no-golang-image: there is no golang image of Go 1.28-0123abcd",
                "help: build with a release of Go, and pin it with `go: { version: \"1.27.3\" }`",
            ])
    }

    @Test func lineFeeds() throws {
        let help = "help: write it on one line; in YAML, `>-` folds lines and leaves none at the end"
        #expect(
            try messages(
                repository(
                    """
                    artifacts:
                      app:
                        build: .
                        ldflags: |
                          -s
                          -w
                        env: { GOX: "a\\nb" }
                    image: { artifact: app, labels: { a: "b\\nc" } }
                    """)) == [
                    "pipeline.yaml:5:14: dockerfile/line-feed: `ldflags` of `app` has a line feed in it, and a Dockerfile cannot say that",
                    help,
                    "pipeline.yaml:8:17: dockerfile/line-feed: `GOX` has a line feed in it, and a Dockerfile cannot say that",
                    help,
                    "pipeline.yaml:9:1: dockerfile/line-feed: the label \"a\" has a line feed in it, and a Dockerfile cannot say that",
                    help,
                ])
    }

    @Test func replacedFromOutside() throws {
        let note = "note: an image is built from the files of the repository alone"
        let help = "help: move the module into the repository, or require a version of it"
        #expect(
            try messages(
                repository(
                    "artifacts: { app: . }\nimage: { artifact: app }",
                    [
                        "go.mod": goMod(
                            "app", "require example.com/a v1.0.0", "replace example.com/a => ../a",
                            "replace example.com/b => /opt/b", "replace example.com/c => ./c"),
                        "main.go": "", "c/go.mod": goMod("c"),
                    ])) == [
                    "go.mod:4:26: dockerfile/outside-repository: example.com/a is replaced by ../a, which is not in this repository",
                    note, help,
                    "go.mod:5:26: dockerfile/outside-repository: example.com/b is replaced by /opt/b, which is not in this repository",
                    note, help,
                ])
    }

    @Test func usedFromOutside() throws {
        #expect(
            try messages(
                repository(
                    "artifacts: { app: { dir: app, build: . } }\nimage: { artifact: app }",
                    ["go.work": "go 1.24.0\nuse ./app\nuse ../lib\n", "app/go.mod": goMod("app"), "app/main.go": ""])) == [
                    "go.work:3:5: dockerfile/outside-repository: go.work uses ../lib, which is not in this repository",
                    "note: an image is built from the files of the repository alone",
                    "help: move the module into the repository, or take the line out of the go.work that is committed",
                ])
    }

    @Test func proxies() throws {
        let files = ["go.mod": goMod("app", "require example.com/a v1.0.0"), "go.sum": "", "main.go": ""]
        let rest = "\nartifacts: { app: . }\nimage: { artifact: app }"
        #expect(
            try messages(repository("go: { proxy: 'file:///opt/proxy,direct' }" + rest, files)) == [
                "pipeline.yaml:2:14: dockerfile/outside-repository: the module proxy file:///opt/proxy is not in this repository",
                "note: an image is built from the files of the repository alone",
                "help: put it in a folder of the repository, `file://${root}/proxy`, or use one with an https:// address",
            ])
        #expect(
            try messages(repository("go: { proxy: 'file://${root}/proxy' }" + rest, files)) == [
                "pipeline.yaml:2:14: dockerfile/no-such-folder: the module proxy `proxy` has no file in this repository",
                "help: commit its files, or name the folder that has them",
            ])
        // Nothing is downloaded, so no proxy is asked.
        let alone = try repository("go: { proxy: 'file:///opt/proxy' }" + rest).emitted()
        #expect(alone.text != nil && !alone.diagnostics.hasErrors)
    }

    @Test func oddPaths() throws {
        #expect(
            try messages(
                repository(
                    "artifacts: { app: { dir: 'a[1]', build: . } }\nimage: { artifact: app }",
                    ["a[1]/go.mod": goMod("app", "require example.com/a v1.0.0"), "a[1]/main.go": ""])) == [
                    "pipeline.yaml: dockerfile/odd-path: the folder \"a[1]\" has a name that a Dockerfile cannot say",
                    "help: rename it, with letters, digits and any of `-_.`",
                ])
    }

    private let digest = String(repeating: "0123456789abcdef", count: 4)

    @Test func unpinnedBuilder() throws {
        let (text, diagnostics) = try repository("artifacts: { app: . }\nimage: { artifact: app }").emitted()
        #expect(text?.contains("golang:1.27.3-bookworm AS build\n") == true)
        #expect(diagnostics.map(\.severity) == [.warning])
        #expect(
            words(diagnostics) == [
                "pipeline.yaml:3:1: dockerfile/unpinned-builder: nothing pins golang:1.27.3-bookworm, which the Dockerfile builds in",
                "note: a tag can be moved to another image",
                "help: `docker buildx imagetools inspect golang:1.27.3-bookworm` prints its digest: write `builder: golang:1.27.3-bookworm@sha256:…`",
            ])
    }

    @Test func builderOfAnotherGo() throws {
        func file(_ builder: String) -> Repository {
            repository(
                "artifacts: { app: . }\nimage: { artifact: app, builder: \"\(builder)@sha256:\(digest)\" }")
        }
        #expect(
            try messages(file("mirror.example:5000/golang:1.26.0-alpine")) == [
                "pipeline.yaml:3:34: dockerfile/other-go: the image is built with Go 1.26.0, and the pipeline with Go 1.27.3",
                "help: name the image of Go 1.27.3, with its digest",
            ])
        for name in ["golang:1.27.3-bookworm", "golang:1.27.3", "golang", "golang:1.27", "mirror.example:5000/go", "go:v7"] {
            let (text, diagnostics) = try file(name).emitted()
            #expect(diagnostics.isEmpty, "\(name)")
            #expect(text?.contains("FROM --platform=$BUILDPLATFORM \(name)@sha256:\(digest) AS build\n") == true)
        }
    }

    @Test func healthcheckOfNoProgram() throws {
        #expect(
            try messages(
                repository("artifacts: { app: . }\nimage: { artifact: app, healthcheck: { run: [curl, localhost] } }")) == [
                    "pipeline.yaml:3:45: dockerfile/no-such-program: `scratch` has no curl that could check the program's health",
                    "help: let the program check itself with `healthcheck: { args: […] }`, or take a base that has it",
                ])
    }

    @Test func testStages() throws {
        let rest = "\nartifacts: { app: . }\nimage: { artifact: app, test: check }"
        #expect(
            try messages(repository("steps: { check: { vet: ./... } }" + rest)) == [
                "pipeline.yaml:4:31: dockerfile/not-a-test: the step `check` does not run `go test`",
                "help: name a step that has `test:`, or leave the stage out",
            ])
        #expect(
            try messages(repository("steps: { check: { test: ./..., needs: artifact.app } }" + rest)) == [
                "pipeline.yaml:4:31: dockerfile/test-needs: the step `check` needs an artifact or a tool, which the stage for its tests does not have",
                "help: name a step of unit tests",
            ])
        var mine = repository("steps: { check: { test: ./... } }" + rest)
        mine.prebuilt = true
        #expect(
            try messages(mine) == [
                "pipeline.yaml:4:31: dockerfile/not-a-test: nothing is built with --prebuilt, so there is no stage for tests",
                "help: remove `test` from the image: `pipeline run` has run the tests of what it linked",
            ])
    }

    /// A binary that is there already may be linked in any way; what it needs is looked up in it.
    @Test func prebuiltWithCgo() throws {
        var mine = repository("artifacts: { app: { build: ., cgo: true } }\nimage: { artifact: app, certificates: false }")
        mine.prebuilt = true
        let (text, diagnostics) = try mine.emitted()
        #expect(text != nil && diagnostics.isEmpty)
    }
}
