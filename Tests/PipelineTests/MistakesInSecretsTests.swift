/// Mistakes under `secrets:` and in the lists that name them; and what is right.
import Testing

@testable import Pipeline

@Suite struct MistakesInSecretsTests {
    @Test(arguments: files)
    func oneMistakeIsOneDiagnostic(_ file: BadFile) { file.check() }

    @Test func variablesOfSecrets() throws {
        let (pipeline, diagnostics) = decodePipeline(
            .init(
                file: "pipeline.yaml",
                text: """
                    version: 1
                    secrets: { a: { env: A }, deploy-key: { file: ~/key }, netrc: { file: /etc/netrc, env: NETRC } }
                    steps:
                      s: { run: [x], secrets: [a, netrc], services: { db: { run: [y], secrets: a } } }

                    """))
        #expect(diagnostics == [])
        let secrets = try #require(pipeline).secrets
        #expect(secrets.map(\.variable) == ["A", "PIPELINE_SECRET_DEPLOY_KEY", "NETRC"])
        #expect(secrets.map(\.source) == [.variable, .file("~/key"), .file("/etc/netrc")])
        let step = try #require(pipeline?.steps.first)
        #expect(step.secrets.map(\.value) == ["a", "netrc"])
        guard case .run(let options) = step.kind else { return #expect(Bool(false)) }
        #expect(options.services[0].secrets.map(\.value) == ["a"])
    }

    static let files: [BadFile] = [
        BadFile(
            "a secret that is not declared",
            """
            version: 1
            secrets: { deploy-token: { env: DEPLOY_TOKEN } }
            steps: { deploy: { run: [./deploy], secrets: [1️⃣deploy-tokn2️⃣] } }

            """,
            "pipeline/unknown-secret", "no secret is named `deploy-tokn`", help: "did you mean `deploy-token`?"),
        BadFile(
            "a secret where none is declared",
            """
            version: 1
            steps: { deploy: { run: [./deploy], secrets: 1️⃣token2️⃣ } }

            """,
            "pipeline/unknown-secret", "no secret is named `token`",
            help: "declare it under `secrets:`, as in `token: { env: NAME }`"),
        BadFile(
            "a value in the file",
            """
            version: 1
            secrets: { token: 1️⃣hunter222️⃣ }
            steps: { a: { vet: . } }

            """,
            "pipeline/wrong-type", "secret `token` must be a mapping, not the string `hunter22`",
            help: "for example `secrets: { deploy-token: { env: DEPLOY_TOKEN } }`"),
        BadFile(
            "a secret from nowhere",
            """
            version: 1
            secrets:
              1️⃣token2️⃣: {}
            steps: { a: { vet: . } }

            """,
            "pipeline/missing-key", "secret `token` does not say where its value is",
            help: "add `env: DEPLOY_TOKEN` or `file: ~/.netrc`"),
        BadFile(
            "a file of the repository",
            """
            version: 1
            secrets: { token: { file: 1️⃣.secrets/token2️⃣ } }
            steps: { a: { vet: . } }

            """,
            "pipeline/bad-value", "`file` must be an absolute path or begin with `~/`, not `.secrets/token`",
            help: "keep the file outside of the repository, as in `file: ~/.netrc`"),
        BadFile(
            "a variable that is pipeline's",
            """
            version: 1
            secrets: { token: { env: 1️⃣PATH2️⃣ } }
            steps: { a: { vet: . } }

            """,
            "pipeline/reserved-variable", "`PATH` may not be set here",
            notes: ["it is part of what makes a run the same everywhere, so pipeline sets it"],
            help: "pin tools under `tools:` and call them by `tool:` or `${tool.NAME}`"),
        BadFile(
            "flags of the go command",
            """
            version: 1
            secrets: { token: { env: 1️⃣GOFLAGS2️⃣ } }
            steps: { a: { vet: . } }

            """,
            "pipeline/bad-value", "`GOFLAGS` cannot be a secret: it decides what is built", help: "set it in `env:`"),
        BadFile(
            "a secret for a step that has no use for it",
            """
            version: 1
            secrets: { token: { env: TOKEN } }
            steps: { a: { vet: ., 1️⃣secrets2️⃣: [token] } }

            """,
            "pipeline/misplaced-key", "`secrets` does not belong in a `vet` step",
            help: "it belongs in `test`, `tool`, `run`, `shell` steps"),
    ]
}
