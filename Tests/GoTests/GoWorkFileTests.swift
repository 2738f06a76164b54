import Diagnostics
import Go
import Testing

@Suite struct GoWorkFileTests {
    @Test func everyDirectiveIsRead() {
        let source = SourceText(
            file: "go.work",
            text: """
                go 1.24 // language
                toolchain default
                use .
                use (
                \t./app // the app
                \t"../out side"
                )
                replace example.com/x v1.0.0 => ./x
                godebug panicnil=1

                """)
        let (file, diagnostics) = GoWorkFile.parse(source)
        #expect(described(diagnostics) == "")
        #expect(file.goVersion?.value == "1.24")
        #expect(file.toolchain?.value == "default")
        #expect(file.uses.map(\.value) == [".", "./app", "../out side"])
        #expect(file.uses.map { covered($0.range, in: source) } == [".", "./app", "\"../out side\""])
        #expect(file.replaces.map(\.newPath) == ["./x"])
        #expect(file.godebug.map(\.key) == ["panicnil"])
    }

    @Test func itsMistakesHaveItsName() {
        let source = SourceText(file: "go.work", text: "go 1.24\nuses ./a\nrequire x v1.0.0\nuse a b\ngo 1.25\n")
        #expect(
            described(GoWorkFile.parse(source).diagnostics) == """
                go.work:2:1: error: unknown directive "uses" [go/work-unknown-directive]
                  uses ./a
                  ^^^^
                  help: did you mean "use"?
                go.work:3:1: error: unknown directive "require" [go/work-unknown-directive]
                  require x v1.0.0
                  ^^^^^^^
                go.work:4:1: error: malformed "use" [go/work-syntax]
                  use a b
                  ^^^^^^^
                  help: write it as: use ./folder
                go.work:5:1: error: a second "go" [go/work-duplicate-directive]
                  go 1.25
                  ^^^^^^^
                  note: the first is here (line 1)
                  help: keep one of them
                """)
    }
}
