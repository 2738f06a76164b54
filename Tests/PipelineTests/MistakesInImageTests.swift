/// Mistakes under `image:` in what is more than a word: the healthcheck, the builder, own instructions, targets.
import Testing

@Suite struct MistakesInImageTests {
    @Test(arguments: files)
    func isReported(_ file: BadFile) { file.check() }

    static let files: [BadFile] = [
        BadFile(
            "a healthcheck of nothing",
            """
            version: 1
            artifacts: { server: . }
            image: { artifact: server, 1️⃣healthcheck2️⃣: { interval: 30s } }

            """,
            "pipeline/bad-value", "`healthcheck` needs one of `args` and `run`",
            help: "`args: [-healthy]` calls the artifact itself, `run: [/bin/check]` a program of the base"),
        BadFile(
            "a healthcheck in two ways",
            """
            version: 1
            artifacts: { server: . }
            image: { artifact: server, 1️⃣healthcheck2️⃣: { args: [-a], run: [b] } }

            """,
            "pipeline/bad-value", "`healthcheck` needs one of `args` and `run`",
            help: "`args: [-healthy]` calls the artifact itself, `run: [/bin/check]` a program of the base"),
        BadFile(
            "a healthcheck as a string",
            """
            version: 1
            artifacts: { server: . }
            image: { artifact: server, healthcheck: 1️⃣curl localhost2️⃣ }

            """,
            "pipeline/wrong-type", "`healthcheck` must be a mapping, not the string `curl localhost`",
            help: "for example `healthcheck: { args: [-healthy] }`"),
        BadFile(
            "a builder by its tag",
            """
            version: 1
            artifacts: { server: . }
            image: { artifact: server, builder: 1️⃣"golang:1.27.3-bookworm"2️⃣ }

            """,
            "pipeline/unpinned-image", "the image `golang:1.27.3-bookworm` is not pinned by a digest",
            notes: ["a tag can be moved to another image"],
            help: "write the image with its digest, `golang:1.27.3-bookworm@sha256:` and 64 hexadecimal digits"),
        BadFile(
            "a stage among own instructions",
            """
            version: 1
            artifacts: { server: . }
            image: { artifact: server, extra: { build: RUN true, final: "1️⃣FROM scratch2️⃣" } }

            """,
            "pipeline/bad-value", "`final` may not begin a stage",
            help: "write the instructions of the stage that is there; `COPY --from=IMAGE@sha256:…` takes files of others"),
        BadFile(
            "own instructions as a list",
            """
            version: 1
            artifacts: { server: . }
            image: { artifact: server, extra: { final: 1️⃣[RUN true]2️⃣ } }

            """,
            "pipeline/wrong-type", "`final` must be instructions of a Dockerfile, not a list",
            help: "for example `final: COPY web /srv/web`"),
        BadFile(
            "a test stage of no step",
            """
            version: 1
            artifacts: { server: . }
            steps: { unit: { test: ./... } }
            image: { artifact: server, test: 1️⃣units2️⃣ }

            """,
            "pipeline/unknown-step", "no step is named `units`", help: "did you mean `unit`?"),
        BadFile(
            "a target of no artifact",
            """
            version: 1
            artifacts: { server: ., worker: ./worker }
            image: { artifact: server, targets: { 1️⃣wroker2️⃣: {} } }

            """,
            "pipeline/unknown-artifact", "no artifact is named `wroker`", help: "did you mean `worker`?"),
        BadFile(
            "a target that is the image",
            """
            version: 1
            artifacts: { server: ., worker: ./worker }
            image: { artifact: server, targets: { 1️⃣server2️⃣: { ports: [1] } } }

            """,
            "pipeline/bad-value", "`server` is the image's own artifact",
            help: "give its `ports` and `args` above, beside `artifact`"),
        BadFile(
            "a key of the image in a target",
            """
            version: 1
            artifacts: { server: ., worker: ./worker }
            image: { artifact: server, targets: { worker: { 1️⃣user2️⃣: "1:1" } } }

            """,
            "pipeline/unknown-key", "unknown key `user` in target `worker`",
            help: "the keys here are `ports`, `args`, `healthcheck`"),
    ]
}
