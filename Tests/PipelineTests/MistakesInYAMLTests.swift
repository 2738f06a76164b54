/// Mistakes in YAML itself, before any key is looked at.
import Testing

@Suite struct MistakesInYAMLTests {
    @Test(arguments: files)
    func oneMistakeIsOneDiagnostic(_ file: BadFile) { file.check() }

    static let files: [BadFile] = [
        BadFile(
            "a tab as indentation",
            """
            version: 1
            steps:
            1️⃣\t2️⃣vet: { vet: ./... }

            """,
            "pipeline/yaml-syntax", "a tab may not indent YAML",
            help: "indent with spaces"),
        BadFile(
            "an unclosed quote",
            """
            version: 1
            name: 1️⃣"2️⃣greeter
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/yaml-syntax", "this quote is never closed",
            help: "close it with the same kind of quote"),
        BadFile(
            "an unclosed bracket",
            """
            version: 1
            steps:
              vet: { vet: 3️⃣[4️⃣./... 1️⃣}2️⃣

            """,
            "pipeline/yaml-syntax", "a `,` or the closing `]` of the list is expected here",
            notes: ["@the list begins here"],
            help: "separate its parts with commas, close it with `]`, and quote values with brackets or commas"),
        BadFile(
            "a reference without quotes in a list",
            """
            version: 1
            artifacts: { server: ./cmd/server }
            steps:
              smoke:
                run: [./smoke.sh, 1️⃣$2️⃣{artifact.server}]

            """,
            "pipeline/yaml-syntax", "between `[` and `]`, a `${…}` must be in quotes",
            help: #"write "${…}" in double quotes"#),
        BadFile(
            "a key without a colon",
            """
            version: 1
            1️⃣s2️⃣teps
            go: { version: "1.27.3" }

            """,
            "pipeline/yaml-syntax", "a `:` is missing after this key",
            help: "write `key: value`, with a space after the colon; a long text goes in quotes or after `|`"),
        BadFile(
            "a colon in a plain value",
            """
            version: 1
            steps:
              x:
                shell: echo a1️⃣:2️⃣ b

            """,
            "pipeline/yaml-syntax", "a `:` is not expected here",
            help: "check the indentation of this line and the one before; put a value that has `: ` in it in quotes"),
        BadFile(
            "a wrong indentation",
            """
            3️⃣v4️⃣ersion: 1
            steps:
                vet: { vet: ./... }
              1️⃣t2️⃣est: { test: ./... }

            """,
            "pipeline/yaml-syntax", "a key of the mapping is expected here",
            notes: ["@the mapping begins here"],
            help: "indent it as the keys before it; close quotes and brackets, and quote a value with text after quotes"
        ),
        BadFile(
            "a value that begins with an at sign",
            """
            version: 1
            name: 1️⃣@2️⃣greeter

            """,
            "pipeline/yaml-syntax", "a value may not begin with `@`",
            help: "put the value in quotes"),
        BadFile(
            "an unknown escape",
            #"""
            version: 1
            name: "a1️⃣\2️⃣q"

            """#,
            "pipeline/yaml-syntax", #"`\` and this character are no escape sequence"#,
            help: #"write `\\` for a backslash, or use single quotes, which have no escapes"#),
        BadFile(
            "two documents",
            """
            version: 1
            steps: { vet: { vet: ./... } }
            1️⃣---2️⃣
            version: 1

            """,
            "pipeline/several-documents", "a second YAML document begins here",
            help: "keep one pipeline in a file; more of them go in `pipelines/NAME.yaml`"),
        BadFile(
            "an empty file",
            """
            1️⃣

            """,
            "pipeline/empty", "the pipeline file is empty",
            help: "start it with `version: 1`, or have `pipeline init` write one"),
        BadFile(
            "only a comment",
            """
            1️⃣# nothing yet

            """,
            "pipeline/empty", "the pipeline file is empty",
            help: "start it with `version: 1`, or have `pipeline init` write one"),
        BadFile(
            "a duplicate top key",
            """
            version: 1
            3️⃣steps4️⃣: { vet: { vet: ./... } }
            1️⃣steps2️⃣: { test: { test: ./... } }

            """,
            "pipeline/duplicate-key", "`steps` is written twice in the same mapping",
            notes: ["@`steps` is first written here"],
            help: "remove one of them, or rename it"),
        BadFile(
            "a duplicate step",
            """
            version: 1
            steps:
              3️⃣vet4️⃣: { vet: ./... }
              1️⃣vet2️⃣: { vet: ./cmd/... }

            """,
            "pipeline/duplicate-key", "`vet` is written twice in the same mapping",
            notes: ["@`vet` is first written here"],
            help: "remove one of them, or rename it"),
        BadFile(
            "an unknown anchor",
            """
            version: 1
            steps:
              vet: { vet: ./..., env: 1️⃣*debgu2️⃣ }

            """,
            "pipeline/unknown-anchor", "no anchor before this is named `&debgu`",
            help: "put `&debgu` before the value that is meant, further up"),
        BadFile(
            "an alias inside its anchor",
            """
            version: 1
            steps:
              vet: { vet: ./..., env: &loop { A: 1️⃣*loop2️⃣ } }

            """,
            "pipeline/unknown-anchor", "`*loop` is inside the very value that it names",
            help: "name a value that ends before this"),
        BadFile(
            "an alias bomb",
            """
            version: 1
            a: &a [x, x, x, x, x, x, x, x, x, x]
            b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
            c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
            d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
            e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
            f: &f [1️⃣*e2️⃣, *e, *e, *e, *e, *e, *e, *e, *e, *e]

            """,
            "pipeline/alias-bomb", "with `*e` the file stands for more than 200,000 values",
            notes: ["an alias counts as all that it stands for"],
            help: "write out what is needed instead of nesting aliases"),
        BadFile(
            "a tag of another language",
            """
            version: 1
            name: 1️⃣!!binary aGVsbG82️⃣
            steps: { vet: { vet: ./... } }

            """,
            "pipeline/yaml-tag", "the tag `!!binary` does not fit this value",
            help: "remove the tag; `!!str` makes a string of a number, and so do quotes"),
        BadFile(
            "a merge of a list",
            """
            version: 1
            steps:
              vet:
                vet: ./...
                env: { <<: [1️⃣x2️⃣] }

            """,
            "pipeline/wrong-type", "`<<` merges mappings, not the string `x`",
            help: "write the alias of a mapping, as in `<<: *name`, or a list of such"),
        BadFile(
            "a mapping as a key",
            """
            version: 1
            steps:
              vet: { vet: ./..., 1️⃣[a, b]2️⃣: c }

            """,
            "pipeline/wrong-type", "a key must be a name, not a list",
            help: "if this is a `${…}` or `{{…}}` in a value, put the value in quotes"),
    ]
}
