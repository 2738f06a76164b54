/// Whole diagnostics, caret included.
import Diagnostics
import Report
import Testing

@Suite struct DiagnosticTextTests {
    private func rendered(_ text: String, at range: SourceRange, width: Int = 120, help: String? = nil) -> String {
        let source = SourceText(file: "pipeline.yaml", text: text)
        return renderDiagnostic(
            source.diagnostic("pipeline/wrong", at: range, "this is wrong", help: help),
            style: TerminalStyle(color: false, width: width))
    }

    @Test func showsPlaceLineCaretAndHelp() {
        let text = String(repeating: "\n", count: 13) + "    tset: ./..."
        let source = SourceText(file: "pipeline.yaml", text: text)
        let diagnostic = source.diagnostic(
            "pipeline/unknown-key", at: SourceRange(line: 14, column: 5, length: 4), "unknown key `tset` in a step",
            notes: [
                .init("a step has one of `build`, `vet`, `test`"),
                .init("the step begins here", range: SourceRange(line: 13, column: 3)),
                .init("so does this one", file: "pipelines/ci.yaml", range: SourceRange(line: 2, column: 1)),
            ], help: "did you mean `test`?")
        #expect(
            renderDiagnostic(diagnostic) == """
                error[pipeline/unknown-key]: unknown key `tset` in a step
                  --> pipeline.yaml:14:5
                   |
                14 |     tset: ./...
                   |     ^^^^
                   = note: a step has one of `build`, `vet`, `test`
                   = note: the step begins here
                     --> pipeline.yaml:13:3
                   = note: so does this one
                     --> pipelines/ci.yaml:2:1
                   = help: did you mean `test`?

                """)
    }

    @Test func theGutterIsAsWideAsTheNumber() {
        let text = String(repeating: "\n", count: 1233) + "x"
        #expect(
            rendered("x", at: SourceRange(line: 1, column: 1)) == """
                error[pipeline/wrong]: this is wrong
                 --> pipeline.yaml:1:1
                  |
                1 | x
                  | ^

                """)
        #expect(
            rendered(text, at: SourceRange(line: 1234, column: 1)) == """
                error[pipeline/wrong]: this is wrong
                    --> pipeline.yaml:1234:1
                     |
                1234 | x
                     | ^

                """)
    }

    @Test func tabsStayAligned() {
        #expect(
            rendered("\ta\tbad\tc", at: SourceRange(line: 1, column: 4, length: 3)) == """
                error[pipeline/wrong]: this is wrong
                 --> pipeline.yaml:1:4
                  |
                1 |     a   bad c
                  |         ^^^

                """)
    }

    @Test func wideCharactersTakeTwoCells() {
        #expect(
            rendered("名前: 日本 x", at: SourceRange(line: 1, column: 5, length: 2)) == """
                error[pipeline/wrong]: this is wrong
                 --> pipeline.yaml:1:5
                  |
                1 | 名前: 日本 x
                  |       ^^^^

                """)
        // Seven scalars, one family, two cells; a flag; a letter with a combining accent.
        #expect(
            rendered("👨‍👩‍👧‍👦🇩🇪e\u{301}!", at: SourceRange(line: 1, column: 12, length: 1)) == """
                error[pipeline/wrong]: this is wrong
                 --> pipeline.yaml:1:12
                  |
                1 | 👨‍👩‍👧‍👦🇩🇪e\u{301}!
                  |      ^

                """)
    }

    @Test func aLongLineIsCutAroundTheCaret() {
        let line = String(repeating: "a", count: 100) + "BAD" + String(repeating: "z", count: 100)
        #expect(
            rendered(line, at: SourceRange(line: 1, column: 101, length: 3), width: 50) == """
                error[pipeline/wrong]: this is wrong
                 --> pipeline.yaml:1:101
                  |
                1 | …aaaaaaaaaaaaaaaaaaaaBADzzzzzzzzzzzzzzzzzzzzz…
                  |                      ^^^

                """)
        #expect(
            rendered(line, at: SourceRange(line: 1, column: 2, length: 1), width: 50) == """
                error[pipeline/wrong]: this is wrong
                 --> pipeline.yaml:1:2
                  |
                1 | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…
                  |  ^

                """)
        #expect(
            rendered(line, at: SourceRange(line: 1, column: 204, length: 1), width: 50) == """
                error[pipeline/wrong]: this is wrong
                 --> pipeline.yaml:1:204
                  |
                1 | …zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz
                  |                                              ^

                """)
    }

    @Test func aLongMarkIsCutToo() {
        let line = "key: " + String(repeating: "日", count: 60)
        #expect(
            rendered(line, at: SourceRange(line: 1, column: 6, length: 60), width: 45) == """
                error[pipeline/wrong]: this is wrong
                 --> pipeline.yaml:1:6
                  |
                1 | …y: 日日日日日日日日日日日日日日日日日日…
                  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                """)
    }

    @Test func aRangeOverSeveralLinesSaysWhereItEnds() {
        let text = "steps:\n  a: [\n    b\n  ]\n"
        #expect(
            rendered(text, at: SourceRange(.init(line: 2, column: 6), .init(line: 4, column: 4))) == """
                error[pipeline/wrong]: this is wrong
                 --> pipeline.yaml:2:6
                  |
                2 |   a: [
                  |      ^ to line 4

                """)
        // A range that only takes the line feed along stays on its line.
        #expect(
            rendered(text, at: SourceRange(.init(line: 2, column: 3), .init(line: 3, column: 1))) == """
                error[pipeline/wrong]: this is wrong
                 --> pipeline.yaml:2:3
                  |
                2 |   a: [
                  |   ^^^^

                """)
    }

    @Test func anEmptyRangeOrOnePastTheEndHasOneCaret() {
        #expect(
            rendered("ab", at: SourceRange(line: 1, column: 9, length: 0)) == """
                error[pipeline/wrong]: this is wrong
                 --> pipeline.yaml:1:9
                  |
                1 | ab
                  |   ^

                """)
        #expect(
            rendered("", at: SourceRange(line: 1, column: 1, length: 0)) == """
                error[pipeline/wrong]: this is wrong
                 --> pipeline.yaml:1:1
                  |
                1 |
                  | ^

                """)
    }

    @Test func whatIsQuotedCannotReachTheTerminal() {
        #expect(
            rendered("a\u{1B}[2Jb\u{202E}c", at: SourceRange(line: 1, column: 8)) == """
                error[pipeline/wrong]: this is wrong
                 --> pipeline.yaml:1:8
                  |
                1 | a\u{FFFD}[2Jb\u{FFFD}c
                  |        ^

                """)
    }

    @Test func withoutAPlaceOnlyTheWordsRemain() {
        let missing = Diagnostic(
            id: "environment/no-go", message: "there is no Go 1.27.3",
            help: "install it:\n  apt-get install golang-go")
        #expect(
            renderDiagnostic(missing) == """
                error[environment/no-go]: there is no Go 1.27.3
                  = help: install it:
                            apt-get install golang-go

                """)
        let file = Diagnostic(id: "pipeline/not-utf8", message: "the file is not UTF-8", file: "pipeline.yaml")
        #expect(
            renderDiagnostic(file) == """
                error[pipeline/not-utf8]: the file is not UTF-8
                 --> pipeline.yaml

                """)
        let range = SourceRange(line: 12, column: 3)
        let unquoted = Diagnostic(id: "go/wrong", severity: .warning, message: "old", file: "go.mod", range: range)
        #expect(
            renderDiagnostic(unquoted) == """
                warning[go/wrong]: old
                 --> go.mod:12:3

                """)
        let nameless = Diagnostic(id: "go/wrong", severity: .note, message: "odd", range: range, excerpt: "go x")
        #expect(
            renderDiagnostic(nameless) == """
                note[go/wrong]: odd
                   |
                12 | go x
                   |   ^

                """)
    }

    @Test func aListEndsWithACount() {
        let error = Diagnostic(id: "a/b", message: "one")
        let warning = Diagnostic(id: "a/c", severity: .warning, message: "two")
        #expect(renderDiagnostics([]) == "")
        #expect(
            renderDiagnostics([error, warning, error]) == """
                error[a/b]: one

                warning[a/c]: two

                error[a/b]: one

                2 errors, 1 warning

                """)
        #expect(renderDiagnostics([error]).hasSuffix("\n1 error\n"))
    }

    @Test func colorsAreOnlyAdded() {
        let source = SourceText(file: "pipeline.yaml", text: "a: b")
        let diagnostic = source.diagnostic(
            "pipeline/wrong", at: SourceRange(line: 1, column: 4), "wrong", notes: [.init("so")], help: "do")
        #expect(
            renderDiagnostic(diagnostic, style: TerminalStyle(color: true)) == """
                \u{1B}[1;31merror[pipeline/wrong]\u{1B}[0m\u{1B}[1m: wrong\u{1B}[0m
                 \u{1B}[34m--> \u{1B}[0mpipeline.yaml:1:4
                  \u{1B}[34m|\u{1B}[0m
                \u{1B}[34m1\u{1B}[0m \u{1B}[34m|\u{1B}[0m a: b
                  \u{1B}[34m|\u{1B}[0m    \u{1B}[1;31m^\u{1B}[0m
                  \u{1B}[34m=\u{1B}[0m \u{1B}[1mnote:\u{1B}[0m so
                  \u{1B}[34m=\u{1B}[0m \u{1B}[1mhelp:\u{1B}[0m do

                """)
    }

    @Test func programsGetTheSame() {
        let diagnostic = Diagnostic(
            id: "pipeline/wrong", message: "say \"x\"", file: "a/b.yaml", range: SourceRange(line: 2, column: 3, length: 4),
            notes: [.init("here", file: "c.yaml", range: SourceRange(line: 1, column: 1))], help: nil)
        #expect(
            renderDiagnosticsJSON([diagnostic]) == #"""
                {"diagnostics":[
                {"id":"pipeline/wrong","severity":"error","message":"say \"x\"","file":"a/b.yaml","line":2,"column":3,"end_line":2,"end_column":7,"notes":[{"message":"here","file":"c.yaml","line":1,"column":1,"end_line":1,"end_column":2}],"help":null}
                ]}

                """#)
        #expect(renderDiagnosticsJSON([]) == "{\"diagnostics\":[]}\n")
    }
}
