import Diagnostics
import Go
import Testing

@Suite struct GoSumFileTests {
    private let hash = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    private let other = "h1:jqWzq3I/N+3tlnrB9Yy761U+0QyfoI3Z1tX3Los3Dzo="

    @Test func linesAreEntries() {
        let text = "example.com/a v1.0.0 \(hash)\r\nexample.com/a v1.0.0/go.mod \(other)\n\nb v0.1.0 h9:unheard\n"
        let (file, diagnostics) = GoSumFile.parse(SourceText(file: "go.sum", text: text))
        #expect(described(diagnostics) == "")
        #expect(file.entries.map(\.module.description) == ["example.com/a@v1.0.0", "example.com/a@v1.0.0", "b@v0.1.0"])
        #expect(file.entries.map(\.isGoMod) == [false, true, false])
        #expect(file.entries.map(\.hash) == [hash, other, "h9:unheard"])
        #expect(file.entries.map(\.line) == [1, 2, 4])
    }

    @Test func mistakesAreTold() {
        let source = SourceText(
            file: "go.sum",
            text: """
                a v1.0.0 \(hash)
                a v1.0.0
                <<<<<<< HEAD
                a v1.0.0 h1:short=
                a v1.0.0 \(hash)
                a v1.0.0 \(other)
                """)
        #expect(
            described(GoSumFile.parse(source).diagnostics) == """
                go.sum:2:1: error: this is not a module, a version and a hash [go/sum-syntax]
                  a v1.0.0
                  ^^^^^^^^
                  help: remove the line, then run `go mod tidy`
                go.sum:3:1: error: an unresolved merge conflict [go/sum-syntax]
                  <<<<<<< HEAD
                  ^^^^^^^^^^^^
                  help: keep the lines of both sides, drop the marks, then run `go mod tidy`
                go.sum:4:1: error: this is not a module, a version and a hash [go/sum-syntax]
                  a v1.0.0 h1:short=
                  ^^^^^^^^^^^^^^^^^^
                  help: remove the line, then run `go mod tidy`
                go.sum:6:1: error: a second, different hash of a@v1.0.0 [go/sum-conflict]
                  a v1.0.0 \(other)
                  \(String(repeating: "^", count: 56))
                  note: the first is here (line 1)
                  help: remove both lines and run `go mod tidy`, which asks the checksum database
                """)
    }
}
