/// Dockerfiles to stages, instructions and commands.
import Diagnostics
import Testing

@testable import Scripts

@Suite struct DockerfileReaderTests {
    private static let commandsCases: [(String, [String])] = [
        ("FROM a\nRUN go build ./x && b", ["go build ./x", "b"]), ("FROM a\nrun go build", ["go build"]),
        ("FROM a\nRUN [\"go\", \"build\", \"./a b\"]", ["go build \"./a b\""]),
        ("FROM a\nRUN [\"go\", 'x']", ["[go, x]"]), ("FROM a\nRUN [ \"a\" ] x", ["[ a ] x"]),
        ("FROM a\nCMD [\"sh\", \"-c\", \"go run .\"]", ["sh -c \"go run .\"", "go run ."]),
        ("FROM a\nCMD go run . ", ["go run ."]), ("FROM a\nENTRYPOINT exec go run .", ["{exec} go run ."]),
        ("FROM a\nRUN go \\\n  build \\\n# a comment\n\n  ./x\nRUN b", ["go build ./x", "b"]),
        ("FROM a\nRUN go \\  \n  build", ["go build"]), ("FROM a\r\nRUN go \\\r\n build\r\nRUN b\r\n", ["go build", "b"]),
        ("# escape=`\nFROM a\nRUN go `\n  build \\x", ["go build x"]), ("#syntax=x\n# Escape = `\nFROM a\nRUN a`\n b", ["a b"]),
        ("# x\n# escape=`\nFROM a\nRUN go \\\n x", ["go x"]),
        ("FROM a\nRUN <<EOF\ngo build\ngo test\nEOF\nRUN c", ["go build", "go test", "c"]),
        ("FROM a\nRUN <<-\"EOF\"\n\tgo build $X\n\tEOF\nRUN c", ["go build ‹$X›", "c"]),
        ("FROM a\nRUN <<EOF\n#!/usr/bin/env python\ngo = run\nEOF\nRUN c", ["c"]),
        ("FROM a\nRUN <<EOF\n#!/bin/bash\ngo x\nEOF", ["go x"]),
        ("FROM a\nRUN bash -e <<EOF && c\ngo build\nEOF", ["bash -e", "c", "go build"]),
        ("FROM a\nRUN cat <<EOF > x\ngo build\nEOF\nRUN c", ["cat", "c"]), ("FROM a\nRUN python <<A\nimport x\nA\n", ["python"]),
        ("FROM a\nCOPY <<EOF /x.sh\ngo run .\nEOF\nRUN c", ["c"]), ("FROM a\nRUN echo \"<<EOF\" $((1<<2))\nRUN b", ["echo <<EOF ‹$((1<<2))›", "b"]),
        ("FROM a\nHEALTHCHECK --interval=5s CMD go version", ["go version"]),
        ("FROM a\nHEALTHCHECK CMD [\"go\", \"version\"]", ["go version"]), ("FROM a\nHEALTHCHECK NONE", []),
        ("FROM a\nONBUILD RUN go build", ["go build"]), ("FROM a\nRUN --mount=type=cache,target=/x go build", ["go build"]),
        ("FROM a\nARG V=1\nENV W=2\nRUN go install x@$V y@${W}", ["go install x@1 y@2"]),
        ("ARG V=1\nFROM a\nRUN go install x@$V", ["go install ‹x@$V›"]),
        ("ARG V=1\nFROM a\nARG V\nRUN go install x@$V", ["go install x@1"]),
        ("FROM a AS b\nENV W=2\nFROM b\nRUN go x $W", ["go x 2"]), ("FROM a AS b\nENV W=2\nFROM c\nRUN go x $W", ["go x ‹$W›"]),
        ("FROM a\nARG V=1\nENV V=2\nARG V=3\nRUN go x $V", ["go x 2"]), ("FROM a\nENV A b c\nRUN go x $A", ["go x b c"]),
        ("FROM a\nSHELL [\"powershell\", \"-c\"]\nRUN go build\nCMD [\"go\"]", ["go"]),
        ("FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nRUN go build", ["go build"]),
        ("FROM a\nLABEL x=\"go run .\"\nEXPOSE 80\nWORKDIR /go run\n# RUN go run .", []), ("RUN", []), ("FROM", []),
        ("FROM a\nRUN", []), ("FROM a\nRUN []", []), ("FROM a\nRUN a \\", ["a"]), ("FROM a\nRUN \\\n\\\nx", ["x"]),
        ("FROM a\nCMD [\"caf\\u00e9\", \"\\ud83d\\ude00\"]", ["café 😀"]), ("FROM a\nRUN <<EOF", []),
    ]

    @Test("Commands", arguments: commandsCases)
    func commands(_ text: String, _ expected: [String]) throws {
        #expect(try listing("Dockerfile", text) == expected)
    }

    @Test(
        "Words as they are spelt",
        arguments: [
            ("FROM a\nRUN go \\\n  build 'x'", ["2: go | build | 'x'"]),
            ("FROM a\nCMD [\"sh\", \"-c\", \"go \\\"x y\\\"\"]", ["2: \"sh\" | \"-c\" | \"go \\\"x y\\\"\"", "2: go | \\\"x y\\\""]),
            ("FROM a\nRUN <<E\n\n  go x\nE", ["4: go | x"]), ("FROM a\nRUN a && \\\n # é\n  go é", ["2: a", "4: go | é"]),
            ("FROM a\nENV X=y\nRUN go $X", ["3: go | $X"]), ("FROM a\nRUN sh <<E\ngo x\nE", ["2: sh", "3: go | x"]),
        ])
    func words(_ text: String, _ expected: [String]) throws {
        #expect(try places("Dockerfile", text) == expected)
    }

    @Test("What a command belongs to")
    func commandContexts() throws {
        let text = """
            FROM a
            RUN b
            FROM c
            RUN d
            CMD ["e"]
            ENTRYPOINT f
            HEALTHCHECK CMD g
            """
        #expect(
            try #require(readScripts(path: "Dockerfile", text: text)).commands.map(\.context) == [
                .dockerRun(stage: 0), .dockerRun(stage: 1), .dockerEntry(stage: 1, instruction: .command, form: .exec),
                .dockerEntry(stage: 1, instruction: .entrypoint, form: .shell),
                .dockerEntry(stage: 1, instruction: .healthcheck, form: .shell),
            ])
    }

    @Test("Stages, their bases and what is in them")
    func stages() throws {
        let text = """
            ARG GO=1.27
            FROM --platform=$BUILDPLATFORM golang:${GO} AS Build
            USER root
            COPY . .
            FROM build as test
            RUN go test
            FROM gcr.io/distroless/static:nonroot@sha256:abc
            COPY --from=Build --chown=1:1 /a /b "/c d/"
            FROM ${BASE:-scratch} AS final
            FROM $UNKNOWN
            FROM final
            CMD ["/x"]
            """
        let file = try #require(readScripts(path: "Dockerfile", text: text)?.dockerfile)
        #expect(file.stages.map(\.base.text) == ["golang:1.27", "build", "gcr.io/distroless/static:nonroot@sha256:abc", "scratch", "$UNKNOWN", "final"])
        #expect(file.stages.map(\.base.isLiteral) == [true, true, true, true, false, true])
        #expect(file.stages.map(\.name?.value) == ["Build", "test", nil, "final", nil, nil])
        #expect(file.stages.map(\.baseStage) == [nil, 0, nil, nil, nil, 3])
        #expect(file.stages.map { slice(text, $0.base.range) }[0] == "golang:${GO}")
        #expect(file.instructions(of: file.stages[0]).map(\.keyword) == ["FROM", "USER", "COPY"])
        #expect(file.finalStage?.index == 5)
        #expect(file.stage(named: "BUILD")?.index == 0)
        #expect(file.stage(named: "1")?.index == 1)
        #expect(file.last("USER", in: file.stages[1])?.words.map(\.text) == ["root"])
        #expect(file.last("USER", in: file.stages[2]) == nil)
        let copy = try #require(file.instructions(of: file.stages[2]).last)
        #expect(copy.flag("from")?.text == "Build" && copy.flag("chown")?.text == "1:1")
        #expect(slice(text, try #require(copy.flag("from")?.range)) == "Build")
        #expect(copy.words.map(\.text) == ["/a", "/b", "/c d/"])
        #expect(slice(text, copy.range) == "COPY --from=Build --chown=1:1 /a /b \"/c d/\"")
        #expect(file.instructions[1].flag("platform")?.text == "$BUILDPLATFORM")
    }

    @Test("An instruction goes from its keyword to its end, here-documents included")
    func ranges() throws {
        let text = "FROM a\n  RUN a \\\n  # c\n  b  \nCOPY <<A <<B /x/\n1\nA\n2\nB\nONBUILD user x\n"
        let file = try #require(readScripts(path: "Dockerfile", text: text)?.dockerfile)
        #expect(
            file.instructions.map { slice(text, $0.range) } == [
                "FROM a", "RUN a \\\n  # c\n  b", "COPY <<A <<B /x/\n1\nA\n2\nB", "ONBUILD user x",
            ])
        #expect(file.instructions[2].heredocs.map(\.text) == ["1\n", "2\n"])
        #expect(file.instructions[2].heredocs.map { slice(text, $0.range) } == ["1\n", "2\n"])
        #expect(file.instructions[3].keyword == "USER" && file.instructions[3].isOnBuild)
        #expect(slice(text, file.instructions[3].keywordRange) == "user")
    }

    @Test("Forms, lists and the words of a shell form")
    func forms() throws {
        let text = "FROM a\nCMD [ \"a\" ,\"b\" ]\nENTRYPOINT a  \"b\"\nCOPY [\"a b\", \"c\"]\nCMD ['a']"
        let file = try #require(readScripts(path: "Dockerfile", text: text)?.dockerfile)
        #expect(file.instructions.dropFirst().map(\.form) == [.exec, .shell, .exec, .shell])
        #expect(file.instructions[1].words.map(\.text) == ["a", "b"])
        #expect(file.instructions[2].words.map(\.text) == ["a  \"b\""])
        #expect(file.instructions[3].words.map(\.text) == ["a b", "c"])
        #expect(slice(text, file.instructions[2].words[0].range) == "a  \"b\"")
    }

    @Test("Environment of a command")
    func environment() throws {
        let text = "FROM a\nENV A=1 B=\"2 3\"\nENV C 4 5\nRUN export D=6; x\n"
        let command = try #require(readScripts(path: "Dockerfile", text: text)?.commands.last)
        #expect(command.environment.map { "\($0.name)=\($0.value.text)" } == ["A=1", "B=2 3", "C=4 5", "D=6"])
        #expect(slice(text, command.environment[1].value.range) == "\"2 3\"")
    }

    @Test(
        "Names of images",
        arguments: [
            ("golang", "golang", nil, nil), ("golang:1.27", "golang", "1.27", nil),
            ("host:5000/a/b", "host:5000/a/b", nil, nil), ("host:5000/a/b:c@sha256:d", "host:5000/a/b", "c", "sha256:d"),
            ("a@sha256:d", "a", nil, "sha256:d"),
        ] as [(String, String, String?, String?)])
    func images(_ text: String, _ repository: String, _ tag: String?, _ digest: String?) {
        let image = ImageName(text)
        #expect(image.repository == repository && image.tag == tag && image.digest == digest)
    }

    @Test("Comments between continued lines")
    func comments() throws {
        let file = try #require(readScripts(path: "Dockerfile", text: "# a\nFROM x # b\nRUN a \\\n  # c\n  b # d\n"))
        #expect(file.comments.map(\.value) == ["a", "c", "d"])
    }
}
