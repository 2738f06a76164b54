/// Mistakes under `artifacts:` and `image:`.
import Testing

@Suite struct MistakesInArtifactsTests {
    @Test(arguments: files)
    func oneMistakeIsOneDiagnostic(_ file: BadFile) { file.check() }

    static let files: [BadFile] = [
        BadFile(
            "an artifact without build",
            """
            version: 1
            artifacts:
              1️⃣server2️⃣: { tags: netgo }

            """,
            "pipeline/missing-key", "artifact `server` has no `build`",
            help: "add `build: ./cmd/server`"),
        BadFile(
            "an artifact of many packages",
            """
            version: 1
            artifacts: { server: 1️⃣./...2️⃣ }

            """,
            "pipeline/bad-value", "`./...` names many packages, and an artifact is one",
            help: "name the folder of one main package; a `build:` step compiles many"),
        BadFile(
            "an artifact of a file",
            """
            version: 1
            artifacts: { server: { build: 1️⃣./cmd/server/main.go2️⃣ } }

            """,
            "pipeline/bad-value", "`./cmd/server/main.go` is a file, and an artifact is built from a package",
            help: "name the folder that the file is in"),
        BadFile(
            "an artifact without a dot",
            """
            version: 1
            artifacts: { server: 1️⃣cmd/server2️⃣ }

            """,
            "pipeline/bad-value", "the main package must be written as `./path`, not `cmd/server`",
            help: "write `./cmd/server`, from the artifact's `dir`, which is the root unless it is set"),
        BadFile(
            "an unknown platform",
            """
            version: 1
            artifacts: { server: { build: ., platforms: [linux/amd64, 1️⃣linux/amd462️⃣] } }

            """,
            "pipeline/unknown-platform", "Go has no platform `linux/amd46`",
            help: "did you mean `linux/amd64`?"),
        BadFile(
            "a platform by another name",
            """
            version: 1
            artifacts: { server: { build: ., platforms: 1️⃣linux/x86_642️⃣ } }

            """,
            "pipeline/unknown-platform", "Go has no platform `linux/x86_64`",
            help: "did you mean `linux/amd64`?"),
        BadFile(
            "a platform twice",
            """
            version: 1
            artifacts: { server: { build: ., platforms: [3️⃣linux/amd644️⃣, 1️⃣linux/amd642️⃣] } }

            """,
            "pipeline/duplicate-platform", "`linux/amd64` is listed twice",
            notes: ["@it is first listed here"],
            help: "remove one of them"),
        BadFile(
            "an unknown reference in ldflags",
            """
            version: 1
            artifacts:
              server:
                build: .
                ldflags: -X main.v=1️⃣${root.version}2️⃣

            """,
            "pipeline/unknown-reference", "there is no reference `${root.version}`",
            help:
                "here you can write `${root}`, `${git.describe}`, `${git.commit}`, `${git.commit.time}`, `${git.dirty}`"
        ),
        BadFile(
            "an artifact in ldflags",
            """
            version: 1
            artifacts:
              server:
                build: .
                ldflags: '-X main.it''s=1️⃣${artifact.server}2️⃣'

            """,
            "pipeline/misplaced-reference", "`${artifact.server}` cannot be used in `ldflags`",
            help:
                "here you can write `${root}`, `${git.describe}`, `${git.commit}`, `${git.commit.time}`, `${git.dirty}`"
        ),
        BadFile(
            "an output outside",
            """
            version: 1
            artifacts: { server: { build: ., output: 1️⃣../bin/server2️⃣ } }

            """,
            "pipeline/outside-root", "`output` must be a path inside the repository, not `../bin/server`",
            help: "remove the `..` that lead out of the repository"),
        BadFile(
            "two artifacts in one variable",
            """
            version: 1
            artifacts:
              3️⃣my-app4️⃣: ./cmd/a
              1️⃣my.app2️⃣: ./cmd/b

            """,
            "pipeline/similar-artifacts", "the artifacts `my-app` and `my.app` have the same variable",
            notes: ["@`my-app` is declared here", "steps find both in PIPELINE_ARTIFACT_MY_APP"],
            help: "let their names differ in more than case and `_`, `.`, `-`"),
        BadFile(
            "the root as an output",
            """
            version: 1
            artifacts: { server: { build: ., output: 1️⃣./2️⃣ } }

            """,
            "pipeline/bad-value", "the output of artifact `server` must be a file, not the root",
            help: "name a file, as in `output: bin/server`"),
        BadFile(
            "two artifacts in one file",
            """
            version: 1
            artifacts:
              a: { build: ./cmd/a, output: 3️⃣bin/app4️⃣ }
              b: { build: ./cmd/b, output: 1️⃣./bin/app2️⃣ }

            """,
            "pipeline/duplicate-output", "two artifacts have the output `bin/app`",
            notes: ["@artifact `a` has it too"],
            help: "give each a file of its own"),
        BadFile(
            "an artifact's name with a slash",
            """
            version: 1
            artifacts: { 1️⃣cmd/server2️⃣: ./cmd/server }

            """,
            "pipeline/bad-value", "the artifact's name cannot be `cmd/server`",
            help: "use letters, digits, `_`, `.` and `-`, and begin with a letter or a digit"),
        BadFile(
            "a tag with a comma",
            """
            version: 1
            artifacts: { server: { build: ., tags: 1️⃣"netgo,osusergo"2️⃣ } }

            """,
            "pipeline/bad-value", "`netgo,osusergo` is not a build tag",
            help: "a tag has letters, digits, `_` and `.`; write several as a list, `[netgo, osusergo]`"),
        BadFile(
            "an image of no artifact",
            """
            version: 1
            artifacts: { server: . }
            image: { artifact: 1️⃣servre2️⃣ }

            """,
            "pipeline/unknown-artifact", "no artifact is named `servre`",
            help: "did you mean `server`?"),
        BadFile(
            "an image without its artifact",
            """
            version: 1
            artifacts: { server: . }
            1️⃣image2️⃣: { ports: [8080] }

            """,
            "pipeline/missing-key", "`image` has no `artifact`",
            help: "add `artifact: server`"),
        BadFile(
            "an image by its tag",
            """
            version: 1
            artifacts: { server: . }
            image: { artifact: server, base: 1️⃣"debian:12"2️⃣ }

            """,
            "pipeline/unpinned-image", "the base image `debian:12` is not pinned by a digest",
            notes: ["a tag can be moved to another image"],
            help: "write `scratch`, or the image with its digest, `debian:12@sha256:` and 64 hexadecimal digits"),
        BadFile(
            "an image for root",
            """
            version: 1
            artifacts: { server: . }
            image: { artifact: server, user: 1️⃣"0:0"2️⃣ }

            """,
            "pipeline/bad-value", "the image may not run as root",
            help: "write numbers, as in `user: 65532:65532`"),
        BadFile(
            "a user by name",
            """
            version: 1
            artifacts: { server: . }
            image: { artifact: server, user: 1️⃣nobody2️⃣ }

            """,
            "pipeline/bad-value", "`user` must be a numeric UID or UID:GID, not `nobody`",
            help: "write numbers, as in `user: 65532:65532`"),
        BadFile(
            "a port out of range",
            """
            version: 1
            artifacts: { server: . }
            image: { artifact: server, ports: [8080, 1️⃣700002️⃣] }

            """,
            "pipeline/bad-value", "an item of `ports` must be 1 to 65535, not 70000",
            help: "write a number from 1 to 65535"),
    ]
}
