/// Mistakes in the keys of a step.
import Testing

@Suite struct MistakesInStepsTests {
    @Test(arguments: files)
    func oneMistakeIsOneDiagnostic(_ file: BadFile) { file.check() }

    static let files: [BadFile] = [
        BadFile(
            "a step without a kind",
            """
            version: 1
            steps:
              1️⃣lint2️⃣: { timeout: 1m }

            """,
            "pipeline/missing-key", "step `lint` does not say what it does",
            help: "add one of `build`, `vet`, `test`, `tool`, `generate`, `fmt`, `tidy`, `policy`, `run`, `shell`"),
        BadFile(
            "a mistyped kind",
            """
            version: 1
            steps:
              unit: { 1️⃣tset2️⃣: ./... }

            """,
            "pipeline/unknown-key", "unknown key `tset` in step `unit`",
            help: "did you mean `test`?"),
        BadFile(
            "two kinds",
            """
            version: 1
            steps:
              check: { 3️⃣vet4️⃣: ./..., 1️⃣test2️⃣: ./... }

            """,
            "pipeline/several-kinds", "step `check` is a `vet` step and cannot be a `test` step too",
            notes: ["@`vet` makes it one here"],
            help: "make two steps of it; `needs` puts them in order"),
        BadFile(
            "race on vet",
            """
            version: 1
            steps:
              vet: { vet: ./..., 1️⃣race2️⃣: true }

            """,
            "pipeline/misplaced-key", "`race` does not belong in a `vet` step",
            help: "it belongs in `test` steps"),
        BadFile(
            "trimpath on generate",
            """
            version: 1
            steps:
              make: { generate: ./..., 1️⃣trimpath2️⃣: false }

            """,
            "pipeline/misplaced-key", "`trimpath` does not belong in a `generate` step",
            help: "it belongs in `build`, `vet`, `test` steps"),
        BadFile(
            "sandbox of a word that is none",
            """
            version: 1
            steps:
              test: { test: ./..., sandbox: 1️⃣hard2️⃣ }

            """,
            "pipeline/bad-value", "`sandbox` must be `strict` or `auto` or `off`, not `hard`",
            help: "write `sandbox: strict`, `sandbox: auto` or `sandbox: off`"),
        BadFile(
            "network on policy",
            """
            version: 1
            steps:
              review: { policy: check, 1️⃣network2️⃣: true }

            """,
            "pipeline/misplaced-key", "`network` does not belong in a `policy` step",
            help: "it belongs in `build`, `vet`, `test`, `tool`, `generate`, `fmt`, `tidy`, `run`, `shell` steps"),
        BadFile(
            "args on generate",
            """
            version: 1
            steps:
              gen: { generate: ./..., 1️⃣args2️⃣: [-v] }

            """,
            "pipeline/misplaced-key", "`args` does not belong in a `generate` step",
            help: "it belongs in `tool`, `test` steps"),
        BadFile(
            "services on test",
            """
            version: 1
            steps:
              test: { test: ./..., 1️⃣services2️⃣: { db: { run: [./db] } } }

            """,
            "pipeline/misplaced-key", "`services` does not belong in a `test` step",
            help: "it belongs in `run`, `shell` steps"),
        BadFile(
            "a key of another product in a step",
            """
            version: 1
            steps:
              b: { build: ./... }
              test: { test: ./..., 1️⃣depends_on2️⃣: b }

            """,
            "pipeline/unknown-key", "unknown key `depends_on` in step `test`",
            help: "did you mean `needs`?"),
        BadFile(
            "yes as a boolean",
            """
            version: 1
            steps:
              test: { test: ./..., race: 1️⃣yes2️⃣ }

            """,
            "pipeline/wrong-type", "`race` must be true or false, not the string `yes`",
            help: "write `true`"),
        BadFile(
            "a boolean in quotes",
            """
            version: 1
            steps:
              test: { test: ./..., coverage: 1️⃣"true"2️⃣ }

            """,
            "pipeline/wrong-type", "`coverage` must be true or false, not the string `true`",
            help: "write `true`, without quotes"),
        BadFile(
            "too many shards",
            """
            version: 1
            steps:
              test: { test: ./..., shards: 1️⃣652️⃣ }

            """,
            "pipeline/bad-value", "`shards` must be 1 to 64, not 65",
            help: "write a number from 1 to 64"),
        BadFile(
            "a word as a number",
            """
            version: 1
            steps:
              test: { test: ./..., retries: 1️⃣many2️⃣ }

            """,
            "pipeline/wrong-type", "`retries` must be a whole number, not the string `many`",
            help: "for example `retries: 2`"),
        BadFile(
            "a number in quotes",
            """
            version: 1
            steps:
              test: { test: ./..., retries: 1️⃣"2"2️⃣ }

            """,
            "pipeline/wrong-type", "`retries` must be a whole number, not the string `2`",
            help: "remove the quotes"),
        BadFile(
            "a timeout without a unit",
            """
            version: 1
            steps:
              test: { test: ./..., timeout: 1️⃣102️⃣ }

            """,
            "pipeline/wrong-type", "`timeout` must be a length of time, not the number `10`",
            help: "write whole numbers with the units h, m, s, ms: `90s`, `10m`, `1h30m`"),
        BadFile(
            "a timeout in words",
            """
            version: 1
            steps:
              test: { test: ./..., timeout: 1️⃣ten minutes2️⃣ }

            """,
            "pipeline/wrong-type", "`timeout` must be a length of time, not the string `ten minutes`",
            help: "write whole numbers with the units h, m, s, ms: `90s`, `10m`, `1h30m`"),
        BadFile(
            "a timeout of nothing",
            """
            version: 1
            steps:
              test: { test: ./..., timeout: 1️⃣0s2️⃣ }

            """,
            "pipeline/bad-value", "`timeout` must be longer than nothing and at most a week, not `0s`",
            help: "write a length of time such as `10m`"),
        BadFile(
            "a command as a string",
            """
            version: 1
            steps:
              smoke: { run: 1️⃣./scripts/smoke.sh --fast2️⃣ }

            """,
            "pipeline/wrong-type", "`run` must be a list of words, not the string `./scripts/smoke.sh --fast`",
            help: "write it as a list, `run: [./scripts/smoke.sh, --fast]`, or use `shell:` for a line of shell"),
        BadFile(
            "a command without words",
            """
            version: 1
            steps:
              smoke: { run: 1️⃣[]2️⃣ }

            """,
            "pipeline/bad-value", "`run` is an empty list",
            help: "name at least one, as in `run: [./scripts/smoke.sh, --fast]`"),
        BadFile(
            "an empty command",
            """
            version: 1
            steps:
              smoke: { run: [1️⃣""2️⃣] }

            """,
            "pipeline/bad-value", "the command of `run` is empty",
            help: "begin with the program to run"),
        BadFile(
            "an empty shell",
            """
            version: 1
            steps:
              smoke: { shell: 1️⃣""2️⃣ }

            """,
            "pipeline/bad-value", "`shell` is empty",
            help: "write a value, or remove the key"),
        BadFile(
            "fmt that writes",
            """
            version: 1
            steps:
              fmt: { fmt: 1️⃣write2️⃣ }

            """,
            "pipeline/bad-value", "`fmt` must be `check`, not `write`",
            help: "write `fmt: check`; pipeline checks, and leaves the repository's files alone"),
        BadFile(
            "no packages",
            """
            version: 1
            steps:
              vet: { vet: 1️⃣[]2️⃣ }

            """,
            "pipeline/bad-value", "`vet` is an empty list",
            help: "name at least one, as in `vet: ./...`"),
        BadFile(
            "a flag as a package",
            """
            version: 1
            steps:
              vet: { vet: [1️⃣-v2️⃣, ./...] }

            """,
            "pipeline/bad-value", "`-v` is a flag, and a package pattern is expected",
            help: "write a pattern such as `./...`; flags have keys of their own"),
        BadFile(
            "packages in one string",
            """
            version: 1
            steps:
              vet: { vet: 1️⃣./cmd/... ./internal/...2️⃣ }

            """,
            "pipeline/bad-value", "`./cmd/... ./internal/...` is not one package pattern",
            help: "write several patterns as a list, `[./cmd/..., ./internal/...]`"),
        BadFile(
            "a mapping as packages",
            """
            version: 1
            steps:
              vet: { vet: 1️⃣{ a: b }2️⃣ }

            """,
            "pipeline/wrong-type", "`vet` must be a string or a list of strings, not a mapping",
            help: "for example `vet: ./...`"),
        BadFile(
            "an absolute dir",
            """
            version: 1
            steps:
              vet: { vet: ./..., dir: 1️⃣/srv2️⃣ }

            """,
            "pipeline/outside-root", "`dir` must be a path inside the repository, not `/srv`",
            help: "write it relative to the repository's root"),
        BadFile(
            "inputs outside",
            """
            version: 1
            steps:
              vet: { vet: ./..., dir: api, inputs: [../go.mod, 1️⃣../../secrets2️⃣] }

            """,
            "pipeline/outside-root", "`inputs` must be a path inside the repository, not `../../secrets`",
            help: "remove the `..` that lead out of the repository"),
        BadFile(
            "the step's folder as an output",
            """
            version: 1
            steps:
              docs: { run: [make, docs], outputs: [docs.tar, 1️⃣.2️⃣] }

            """,
            "pipeline/bad-value",
            "an output must be a file or a folder below the step's folder, not that folder itself",
            help: "name what the step makes, as in `outputs: [report.html]`"),
        BadFile(
            "PATH as a variable",
            """
            version: 1
            steps:
              vet: { vet: ./..., env: { 1️⃣PATH2️⃣: /bin } }

            """,
            "pipeline/reserved-variable", "`PATH` may not be set here",
            notes: ["it is part of what makes a run the same everywhere, so pipeline sets it"],
            help: "pin tools under `tools:` and call them by `tool:` or `${tool.NAME}`"),
        BadFile(
            "a variable with a dash",
            """
            version: 1
            steps:
              vet: { vet: ./..., env: { 1️⃣LOG-LEVEL2️⃣: debug } }

            """,
            "pipeline/bad-value", "`LOG-LEVEL` is not the name of a variable",
            help: "use letters, digits and `_`, and do not begin with a digit"),
        BadFile(
            "a variable without a value",
            """
            version: 1
            steps:
              vet:
                vet: ./...
                env:
                  1️⃣LEVEL2️⃣:

            """,
            "pipeline/wrong-type", "variable `LEVEL` has no value",
            help: #"write a value; the empty string is """#),
        BadFile(
            "a list as a variable",
            """
            version: 1
            steps:
              vet: { vet: ./..., env: { LEVEL: 1️⃣[a]2️⃣ } }

            """,
            "pipeline/wrong-type", "variable `LEVEL` must be a string, not a list",
            help: "for example `env: { LOG_LEVEL: debug }`"),
        BadFile(
            "a list as args",
            """
            version: 1
            tools: { lint: example.com/lint@v1.0.0 }
            steps:
              lint: { tool: lint, args: 1️⃣./...2️⃣ }

            """,
            "pipeline/wrong-type", "`args` must be a list, not the string `./...`",
            help: "for example `args: [-checks, all, ./...]`"),
        BadFile(
            "an unknown tool",
            """
            version: 1
            tools: { staticcheck: honnef.co/go/tools/cmd/staticcheck@v0.7.0 }
            steps:
              lint: { tool: 1️⃣staticchek2️⃣ }

            """,
            "pipeline/unknown-tool", "no tool is named `staticchek`",
            help: "did you mean `staticcheck`?"),
        BadFile(
            "an unknown tool for PATH",
            """
            version: 1
            tools: { staticcheck: honnef.co/go/tools/cmd/staticcheck@v0.7.0 }
            steps:
              docs: { run: [./docs.sh], tools: [staticcheck, 1️⃣stringer2️⃣] }

            """,
            "pipeline/unknown-tool", "no tool is named `stringer`",
            help: "the tools are `staticcheck`"),
        BadFile(
            "a tool where none are",
            """
            version: 1
            steps:
              lint: { tool: 1️⃣staticcheck2️⃣ }

            """,
            "pipeline/unknown-tool", "no tool is named `staticcheck`",
            help: "pin it under `tools:`, as in `staticcheck: import/path@v1.2.3`"),
        BadFile(
            "a step like an artifact",
            """
            version: 1
            steps:
              1️⃣artifact.x2️⃣: { vet: ./... }

            """,
            "pipeline/bad-value", "the step's name cannot be `artifact.x`",
            help: "in `needs`, `artifact.NAME` is an artifact; use another name"),
        BadFile(
            "a step of nothing",
            """
            version: 1
            steps:
              1️⃣vet2️⃣:

            """,
            "pipeline/wrong-type", "step `vet` has no value",
            help: "for example `steps: { vet: { vet: ./... } }`"),
        BadFile(
            "a step as a string",
            """
            version: 1
            steps:
              vet: 1️⃣go vet ./...2️⃣

            """,
            "pipeline/wrong-type", "step `vet` must be a mapping, not the string `go vet ./...`",
            help: "for example `steps: { vet: { vet: ./... } }`"),
    ]
}
