/// What fixes write, whole.
import Diagnostics
import Policy
import Testing

@Suite struct FixTests {
    private func mended(_ path: String, _ text: String, with others: [(path: String, text: String)] = []) -> String? {
        let files = [(path, text)] + others
        let findings = audit(world(files)).findings
        return apply(findings.compactMap(\.fix)) { path in files.first { $0.0 == path }?.1 }.texts[path]
    }

    private let goMod = [
        ("go.mod", "module example.com/m\n\ngo 1.24\n\nrequire golang.org/x/tools v0.25.0\n\ntool golang.org/x/tools/cmd/stringer\n"),
        ("go.sum", "golang.org/x/tools v0.25.0/go.mod h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"),
    ]

    @Test func theVersionOfGoModIsWritten() {
        #expect(
            mended("setup.sh", "#!/bin/sh\ngo install \"golang.org/x/tools/cmd/stringer@latest\" # é\n", with: goMod)
                == "#!/bin/sh\ngo install \"golang.org/x/tools/cmd/stringer@v0.25.0\" # é\n")
    }

    @Test func thePinIsWritten() {
        #expect(
            mended("setup.sh", "#!/bin/sh\ngo install golang.org/x/tools/cmd/stringer@v0.24.0\n", with: goMod)
                == "#!/bin/sh\ngo install golang.org/x/tools/cmd/stringer@v0.25.0\n")
    }

    @Test func aFileBecomesItsPackage() {
        let others = [("main.go", "package main\n\nfunc main() {}\n"), ("b.go", "package main\n")]
        #expect(mended("Makefile", "dev:\n\tgo run ./main.go -v\n", with: others) == "dev:\n\tgo run . -v\n")
    }

    @Test func flagsMoveBeforeThePackage() {
        let others = [("go.mod", "module example.com/m\n"), ("main.go", "package main\n\nfunc main() {}\n")]
        #expect(mended("Makefile", "dev:\n\tgo run . -race -tags a,b\n", with: others) == "dev:\n\tgo run -race -tags a,b .\n")
        #expect(mended("Makefile", "dev:\n\tgo build ./x -o bin/x && echo\n") == "dev:\n\tgo build -o bin/x ./x && echo\n")
    }

    @Test func anEntrypointBecomesAList() {
        let before = "FROM example.com/base\nENTRYPOINT /server --name 'a \"b\"'\n"
        #expect(mended("Dockerfile", before) == "FROM example.com/base\nENTRYPOINT [\"/server\", \"--name\", \"a \\\"b\\\"\"]\n")
    }

    @Test func aBuildIsMadeStatic() {
        let text = "FROM golang:1.27 AS build\r\nRUN cd x && go build -o /s .\r\nFROM scratch\r\nCOPY --from=build /s /s\r\nUSER 1\r\nCMD [\"/s\"]\r\n"
        #expect(mended("Dockerfile", text) == text.replacing("go build", with: "CGO_ENABLED=0 go build"))
    }

    @Test func theWritableFlagGoes() {
        #expect(mended("Makefile", "a:\n\tgo test -v -mod=mod ./...\n") == "a:\n\tgo test -v ./...\n")
    }

    @Test func aStaleCommentGoes() {
        #expect(
            mended("a.sh", "#!/bin/sh\n  # pipeline:allow policy/unpinned-tool: then\ngo run example.com/cmd/x@v1.0.0\n")
                == "#!/bin/sh\ngo run example.com/cmd/x@v1.0.0\n")
    }

    @Test func whatAVariableSaysIsLeftToPeople() {
        let text = "V := golang.org/x/tools/cmd/stringer@latest\na:\n\tgo run $(V)\n"
        let files = [("Makefile", text)] + goMod
        #expect(audit(world(files)).findings.map(\.rule).contains("policy/unpinned-tool"))
        #expect(mended("Makefile", text, with: goMod).map { $0.contains("@latest") || $0.contains("V := golang.org/x/tools/cmd/stringer@v0.25.0") } ?? true)
    }

    @Test func overlappingFixesAreMadeOnce() {
        let edit = TextEdit(file: "a", range: SourceRange(line: 1, column: 1, length: 3), replacement: "x")
        let (texts, applied) = apply([Fix("one", [edit]), Fix("two", [edit])]) { _ in "abcdef\n" }
        #expect(texts == ["a": "xdef\n"] && applied.count == 1)
    }
}
