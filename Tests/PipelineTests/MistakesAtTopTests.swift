/// Mistakes at the top of the pipeline file.
import Testing

@Suite struct MistakesAtTopTests {
    @Test(arguments: files)
    func oneMistakeIsOneDiagnostic(_ file: BadFile) { file.check() }

    static let files: [BadFile] = [
        BadFile(
            "an unknown key",
            """
            version: 1
            1️⃣artefacts2️⃣: { server: ./cmd/server }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/unknown-key", "unknown key `artefacts` in the pipeline file",
            help: "did you mean `artifacts`?"),
        BadFile(
            "a key of another product",
            """
            version: 1
            1️⃣jobs2️⃣: { vet: { vet: ./... } }

            """,
            "pipeline/unknown-key", "unknown key `jobs` in the pipeline file",
            help: "did you mean `steps`?"),
        BadFile(
            "a strange key",
            """
            version: 1
            steps: { vet: { vet: ./... } }
            1️⃣matrix2️⃣: [TOKEN]

            """,
            "pipeline/unknown-key", "unknown key `matrix` in the pipeline file",
            help: "the keys here are `version`, `name`, `go`, `tools`, `secrets`, `artifacts`, `steps`, `image`, `cache`, `audit`, `sandbox`"),
        BadFile(
            "no version",
            """
            1️⃣s2️⃣teps: { vet: { vet: ./... } }

            """,
            "pipeline/missing-key", "the pipeline file has no `version`",
            help: "add `version: 1`"),
        BadFile(
            "a version to come",
            """
            version: 1️⃣22️⃣
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/bad-value", "version 2 of the pipeline file is not known",
            help: "write `version: 1`, or use a newer pipeline"),
        BadFile(
            "a version in quotes",
            """
            version: 1️⃣"1"2️⃣
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/wrong-type", "`version` must be a whole number, not the string `1`",
            help: "remove the quotes"),
        BadFile(
            "a list as a file",
            """
            1️⃣- vet
            - test2️⃣

            """,
            "pipeline/wrong-type", "the pipeline file must be a mapping, not a list",
            help: "for example `version: 1`"),
        BadFile(
            "neither steps nor artifacts",
            """
            1️⃣v2️⃣ersion: 1
            name: greeter

            """,
            "pipeline/missing-key", "the pipeline file has neither steps nor artifacts",
            help: "add `steps: { vet: { vet: ./... } }`"),
        BadFile(
            "a name with a space",
            """
            version: 1
            name: 1️⃣my service2️⃣
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/bad-value", "`name` cannot be `my service`",
            help: "use letters, digits, `_`, `.` and `-`, and begin with a letter or a digit"),
        BadFile(
            "a number as a name",
            """
            version: 1
            name: 1️⃣20262️⃣
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/wrong-type", "`name` must be a string, not the number `2026`",
            help: #"write it in quotes: "2026""#),
        BadFile(
            "steps without a value",
            """
            version: 1
            1️⃣steps2️⃣:

            """,
            "pipeline/wrong-type", "`steps` has no value",
            help: "for example `steps: { vet: { vet: ./... } }`"),
        BadFile(
            "steps as a list",
            """
            version: 1
            steps:
              1️⃣- vet: ./...
              - test: ./...2️⃣

            """,
            "pipeline/wrong-type", "`steps` must be a mapping with each step under its name, not a list",
            help: "for example `steps: { vet: { vet: ./... } }`"),
        BadFile(
            "a size without a unit",
            """
            version: 1
            cache: { max-size: 1️⃣202️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/wrong-type", "`max-size` must be a size, not the number `20`",
            help: "write a number with the unit KB, MB, GB, KiB, MiB or GiB: `20GB`, `512MiB`"),
        BadFile(
            "a size in small letters",
            """
            version: 1
            cache: { max-size: 1️⃣20gb2️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/wrong-type", "`max-size` must be a size, not the string `20gb`",
            help: "write a number with the unit KB, MB, GB, KiB, MiB or GiB: `20GB`, `512MiB`"),
        BadFile(
            "no size at all",
            """
            version: 1
            cache: { max-size: 1️⃣0GB2️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/bad-value", "`max-size` must be more than nothing, not `0GB`",
            help: "write a number with the unit KB, MB, GB, KiB, MiB or GiB: `20GB`, `512MiB`"),
        BadFile(
            "an age in months",
            """
            version: 1
            cache: { max-age: 1️⃣2 months2️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/wrong-type", "`max-age` must be an age, not the string `2 months`",
            help: "write a number with the unit s, m, h, d or w: `12h`, `30d`"),
        BadFile(
            "an age of another product",
            """
            version: 1
            cache: { 1️⃣ttl2️⃣: 30d }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/unknown-key", "unknown key `ttl` in `cache`",
            help: "did you mean `max-age`?"),
        BadFile(
            "a severity that there is not",
            """
            version: 1
            audit: { fail-on: 1️⃣fatal2️⃣ }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/bad-value", "`fail-on` must be `error` or `warning` or `note`, not `fatal`",
            help: "write the least severity that is red, such as `warning`"),
        BadFile(
            "a rule that is allowed without a path",
            """
            version: 1
            audit: { allow: { policy/unpinned-tool: 1️⃣always2️⃣ } }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/wrong-type", "rule `policy/unpinned-tool` must be a mapping with each path under its name, not the string `always`",
            help: "for example `allow: { policy/image-runs-as-root: { deploy/**: the orchestrator sets the user } }`"),
        BadFile(
            "a finding that is allowed without a reason",
            """
            version: 1
            audit: { allow: { policy/unpinned-tool: { hack/**: 1️⃣""2️⃣ } } }
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/bad-value", "path `hack/**` is empty", help: "write a value, or remove the key"),
        BadFile(
            "a cache that is switched off",
            """
            version: 1
            cache: 1️⃣false2️⃣
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/wrong-type", "`cache` must be a mapping, not the boolean `false`",
            help: "for example `cache: { max-size: 20GB }`"),
    ]
}
