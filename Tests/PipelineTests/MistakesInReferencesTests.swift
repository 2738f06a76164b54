/// Mistakes in what names something else: needs, references, services.
import Testing

@Suite struct MistakesInReferencesTests {
    @Test(arguments: files)
    func oneMistakeIsOneDiagnostic(_ file: BadFile) { file.check() }

    static let files: [BadFile] = [
        BadFile(
            "an unknown step",
            """
            version: 1
            steps:
              generate: { generate: ./... }
              vet: { vet: ./..., needs: 1️⃣generat2️⃣ }

            """,
            "pipeline/unknown-step", "no step is named `generat`",
            help: "did you mean `generate`?"),
        BadFile(
            "an artifact needed like a step",
            """
            version: 1
            artifacts: { server: . }
            steps:
              vet: { vet: ./..., needs: [1️⃣server2️⃣] }

            """,
            "pipeline/unknown-step", "no step is named `server`",
            help: "did you mean the artifact, `artifact.server`?"),
        BadFile(
            "an unknown artifact",
            """
            version: 1
            artifacts: { server: . }
            steps:
              vet: { vet: ./..., needs: [1️⃣artifact.client2️⃣] }

            """,
            "pipeline/unknown-artifact", "no artifact is named `client`",
            help: "the artifacts are `server`"),
        BadFile(
            "a step that needs itself",
            """
            version: 1
            steps:
              vet: { vet: ./..., needs: 1️⃣vet2️⃣ }

            """,
            "pipeline/cycle", "step `vet` needs itself",
            notes: ["vet → vet"],
            help: "remove this need"),
        BadFile(
            "a ring of steps",
            """
            version: 1
            steps:
              a: { vet: ./..., needs: [b] }
              b: { vet: ./..., needs: [x, 1️⃣c2️⃣] }
              c: { vet: ./..., needs: [d] }
              d: { vet: ./..., needs: [b] }
              x: { vet: ./... }

            """,
            "pipeline/cycle", "step `b` needs itself by way of `c`, `d`",
            notes: ["b → c → d → b"],
            help: "remove one of these needs"),
        BadFile(
            "an unknown reference",
            """
            version: 1
            artifacts: { server: . }
            steps:
              smoke: { run: [./smoke.sh, "1️⃣${artefact.server}2️⃣"] }

            """,
            "pipeline/unknown-reference", "there is no reference `${artefact.server}`",
            help: "did you mean `${artifact.server}`?"),
        BadFile(
            "a variable of the shell",
            """
            version: 1
            steps:
              smoke: { shell: 'echo 1️⃣${USER}2️⃣' }

            """,
            "pipeline/unknown-reference", "there is no reference `${USER}`",
            help: "if a variable of the shell is meant, write `$${USER}`"),
        BadFile(
            "an unclosed reference",
            """
            version: 1
            steps:
              smoke: { shell: 'echo 1️⃣${2️⃣root' }

            """,
            "pipeline/unclosed-reference", "this `${` is never closed",
            help: "close it with `}`; a dollar sign that is meant as such is written `$$`"),
        BadFile(
            "a reference with spaces",
            """
            version: 1
            artifacts: { server: . }
            steps:
              smoke: { run: ["1️⃣${ artifact.server }2️⃣"] }

            """,
            "pipeline/unknown-reference", "there is no reference `${ artifact.server }`",
            help: "did you mean `${artifact.server}`?"),
        BadFile(
            "a mistyped git fact",
            """
            version: 1
            steps:
              smoke: { run: [echo, "1️⃣${git.decsribe}2️⃣"] }

            """,
            "pipeline/unknown-reference", "there is no reference `${git.decsribe}`",
            help: "did you mean `${git.describe}`?"),
        BadFile(
            "an unknown git fact",
            """
            version: 1
            steps:
              smoke: { run: [echo, "${git.commit} 1️⃣${git.brnach}2️⃣"] }

            """,
            "pipeline/unknown-reference", "there is no reference `${git.brnach}`",
            help:
                "here you can write `${root}`, `${git.describe}`, `${git.commit}`, `${git.commit.time}`, `${git.dirty}`"
        ),
        BadFile(
            "an unknown artifact in a block",
            """
            version: 1
            artifacts: { server: . }
            steps:
              smoke:
                shell: |
                  # $$ is no reference, nor is $${artifact.sever}
                  ./smoke.sh 1️⃣${artifact.sever}2️⃣
                  echo done

            """,
            "pipeline/unknown-artifact", "no artifact is named `sever`",
            help: "did you mean `server`?"),
        BadFile(
            "an unknown artifact over two lines",
            """
            version: 1
            artifacts: { server: . }
            steps:
              smoke:
                shell: >-
                  ./smoke.sh
                  1️⃣${artifact.sever}2️⃣

            """,
            "pipeline/unknown-artifact", "no artifact is named `sever`",
            help: "did you mean `server`?"),
        BadFile(
            "an escaped reference",
            #"""
            version: 1
            artifacts: { server: . }
            steps:
              smoke: { run: [1️⃣"\x24{artifact.sever}"2️⃣] }

            """#,
            "pipeline/unknown-artifact", "no artifact is named `sever`",
            help: "did you mean `server`?"),
        BadFile(
            "a service of another step",
            """
            version: 1
            steps:
              a: { run: [./a], services: { db: { run: [./db] } } }
              b: { run: [./b, "1️⃣${service.db.port}2️⃣"] }

            """,
            "pipeline/unknown-service", "this step has no service named `db`",
            help: "declare it under the step's `services:`"),
        BadFile(
            "a mistyped service",
            """
            version: 1
            steps:
              a:
                run: [./a]
                services: { db: { run: [./db, "1️⃣${service.bd.port}2️⃣"] } }

            """,
            "pipeline/unknown-service", "this step has no service named `bd`",
            help: "did you mean `db`?"),
        BadFile(
            "an unknown tool in a reference",
            """
            version: 1
            tools: { gofumpt: mvdan.cc/gofumpt@v0.7.0 }
            steps:
              a: { run: ["1️⃣${tool.gofumpd}2️⃣", -l, .] }

            """,
            "pipeline/unknown-tool", "no tool is named `gofumpd`",
            help: "did you mean `gofumpt`?"),
        BadFile(
            "a reference in dir",
            """
            version: 1
            steps:
              a: { run: [./a], dir: "1️⃣${root}2️⃣/x" }

            """,
            "pipeline/misplaced-reference", "`dir` takes no `${…}` references",
            help: "write the value itself"),
        BadFile(
            "a reference in test args",
            """
            version: 1
            artifacts: { server: . }
            steps:
              a: { test: ./..., args: ["-bin=1️⃣${artifact.server}2️⃣"] }

            """,
            "pipeline/misplaced-reference", "an item of `args` takes no `${…}` references",
            help: "write the value itself"),
        BadFile(
            "a service without a command",
            """
            version: 1
            steps:
              a: { run: [./a], services: { 1️⃣db2️⃣: { ready: "tcp://127.0.0.1:5432" } } }

            """,
            "pipeline/missing-key", "service `db` has no `run`",
            help: #"add `run: [./fakedb, --port, "${service.db.port}"]`"#),
        BadFile(
            "a service with a string",
            """
            version: 1
            steps:
              a: { run: [./a], services: { db: { run: 1️⃣./db2️⃣ } } }

            """,
            "pipeline/wrong-type", "`run` must be a list of words, not the string `./db`",
            help: "write it as a list, `run: [./db]`, or start a shell of your own, `[sh, -c, …]`"),
        BadFile(
            "a readiness without a port",
            """
            version: 1
            steps:
              a: { run: [./a], services: { db: { run: [./db], ready: 1️⃣tcp://localhost2️⃣ } } }

            """,
            "pipeline/bad-value", "`ready` must be `tcp://host:port` or an `http://` address, not `tcp://localhost`",
            help:
                "for example `tcp://127.0.0.1:5432`, or with a free port `http://127.0.0.1:${service.NAME.port}/health`"
        ),
        BadFile(
            "a readiness over https",
            """
            version: 1
            steps:
              a: { run: [./a], services: { db: { run: [./db], ready: 1️⃣https://localhost:80802️⃣ } } }

            """,
            "pipeline/bad-value",
            "`ready` must be `tcp://host:port` or an `http://` address, not `https://localhost:8080`",
            help:
                "for example `tcp://127.0.0.1:5432`, or with a free port `http://127.0.0.1:${service.NAME.port}/health`"
        ),
        BadFile(
            "an unknown key of a service",
            """
            version: 1
            steps:
              a: { run: [./a], services: { db: { run: [./db], 1️⃣healthcheck2️⃣: "tcp://localhost:1" } } }

            """,
            "pipeline/unknown-key", "unknown key `healthcheck` in service `db`",
            help: "did you mean `ready`?"),
        BadFile(
            "a reference behind an alias",
            """
            version: 1
            steps:
              a: { run: [./a], env: &env { X: "1️⃣${git.comit}2️⃣" } }
              b: { run: [./b], env: *env }

            """,
            "pipeline/unknown-reference", "there is no reference `${git.comit}`",
            help: "did you mean `${git.commit}`?"),
    ]
}
