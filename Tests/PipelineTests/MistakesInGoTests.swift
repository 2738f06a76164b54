/// Mistakes under `go:` and `tools:`.
import Testing

@Suite struct MistakesInGoTests {
    @Test(arguments: files)
    func oneMistakeIsOneDiagnostic(_ file: BadFile) { file.check() }

    static let files: [BadFile] = [
        BadFile(
            "a Go version as a number",
            """
            version: 1
            go: { version: 1️⃣1.272️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/wrong-type", "`version` must be a string, not the number `1.27`",
            notes: ["a number has no trailing zeros: 1.20 would become 1.2"],
            help: #"write it in quotes, and with its patch release, such as "1.27.3""#),
        BadFile(
            "a language version",
            """
            version: 1
            go: { version: 1️⃣"1.27"2️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/bad-value", "`1.27` is not a release of Go",
            notes: ["since Go 1.21, `1.27` is a version of the language; releases have three numbers"],
            help: #"write an exact release, such as "1.27.3" or "1.25rc1", or `go.mod`"#),
        BadFile(
            "a Go version with its go",
            """
            version: 1
            go: { version: 1️⃣go1.27.32️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/bad-value", "`go1.27.3` is not a release of Go",
            help: #"write it without `go`: "1.27.3""#),
        BadFile(
            "the latest Go",
            """
            version: 1
            go: { version: 1️⃣latest2️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/bad-value", "`latest` is not a release of Go",
            help: #"write an exact release, such as "1.27.3" or "1.25rc1", or `go.mod`"#),
        BadFile(
            "a path as a proxy",
            """
            version: 1
            go: { proxy: 1️⃣./proxy2️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/bad-value", "`./proxy` is not a module proxy",
            help: "write a URL, `direct` or `off`; a folder of the repository is `file://${root}/folder`"),
        BadFile(
            "an artifact in the proxy",
            """
            version: 1
            go: { proxy: "file://1️⃣${artifact.server}2️⃣" }
            artifacts: { server: ./cmd/server }

            """,
            "pipeline/misplaced-reference", "`${artifact.server}` cannot be used in `proxy`",
            help: "here you can write `${root}`"),
        BadFile(
            "cgo as a word",
            """
            version: 1
            go: { env: { CGO_ENABLED: 1️⃣true2️⃣ } }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/bad-value", "`CGO_ENABLED` must be 0 or 1, not `true`",
            help: #"write "0" or "1""#),
        BadFile(
            "a mod flag in GOFLAGS",
            """
            version: 1
            go: { env: { GOFLAGS: -v 1️⃣-mod=mod2️⃣ } }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/bad-value", "`-mod=mod` may not be in GOFLAGS",
            help: "remove it; pipeline chooses `-mod` by the repository, and a step says `trimpath: false`"),
        BadFile(
            "GOPROXY as a variable",
            """
            version: 1
            go: { env: { 1️⃣GOPROXY2️⃣: direct } }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/reserved-variable", "`GOPROXY` may not be set here",
            notes: ["it is part of what makes a run the same everywhere, so pipeline sets it"],
            help: "set `go.proxy`"),
        BadFile(
            "an unknown key of go",
            """
            version: 1
            go: { 1️⃣proxies2️⃣: direct }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/unknown-key", "unknown key `proxies` in `go`",
            help: "the keys here are `version`, `fetch`, `proxy`, `sumdb`, `private`, `env`"),
        BadFile(
            "the latest tool",
            """
            version: 1
            tools: { lint: honnef.co/go/tools/cmd/staticcheck1️⃣@latest2️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/unpinned-tool", "tool `lint` is not pinned: `@latest` is another version tomorrow",
            help: "write one released version, as in `honnef.co/go/tools/cmd/staticcheck@v1.2.3`"),
        BadFile(
            "a tool of a branch",
            """
            version: 1
            tools: { lint: "honnef.co/go/tools/cmd/staticcheck1️⃣@master2️⃣" }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/unpinned-tool",
            "tool `lint` is not pinned: `@master` is a branch, a tag or a commit, which can move",
            help: "write one released version, as in `honnef.co/go/tools/cmd/staticcheck@v1.2.3`"),
        BadFile(
            "a tool without a version",
            """
            version: 1
            tools: { lint: 1️⃣honnef.co/go/tools/cmd/staticcheck2️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/unpinned-tool", "tool `lint` has no version",
            help: "write one released version, as in `honnef.co/go/tools/cmd/staticcheck@v1.2.3`"),
        BadFile(
            "a tool of a version prefix",
            """
            version: 1
            tools: { lint: honnef.co/go/tools/cmd/staticcheck1️⃣@v02️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/unpinned-tool", "tool `lint` is not pinned: `@v0` is any version that begins so",
            help: "write one released version, as in `honnef.co/go/tools/cmd/staticcheck@v1.2.3`"),
        BadFile(
            "a tool of a range",
            """
            version: 1
            tools: { lint: honnef.co/go/tools/cmd/staticcheck1️⃣@>=v0.6.02️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/unpinned-tool", "tool `lint` is not pinned: `@>=v0.6.0` is a range of versions",
            help: "write one released version, as in `honnef.co/go/tools/cmd/staticcheck@v1.2.3`"),
        BadFile(
            "a tool version without v",
            """
            version: 1
            tools: { lint: honnef.co/go/tools/cmd/staticcheck1️⃣@0.7.02️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/unpinned-tool", "tool `lint` has a version without its `v`: `@0.7.0`",
            help: "write one released version, as in `honnef.co/go/tools/cmd/staticcheck@v1.2.3`"),
        BadFile(
            "a tool of this repository",
            """
            version: 1
            tools: { gen: 1️⃣./cmd/gen@v1.0.02️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/bad-value", "`./cmd/gen` is not the import path of a tool",
            help: "a program of this repository is no tool: declare it under `artifacts:`, run `${artifact.NAME}`"),
        BadFile(
            "tools as another word",
            """
            version: 1
            tools: 1️⃣tools.go2️⃣
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/wrong-type", "`tools` must be `go.mod`, another `.mod` file, or a mapping of names, not the string `tools.go`",
            help: "for example `tools: { staticcheck: honnef.co/go/tools/cmd/staticcheck@v0.7.0 }`"),
    ]
}
