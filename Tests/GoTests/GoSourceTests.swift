import Go
import Testing

@Suite struct GoSourceTests {
    @Test func everythingOfAHeadIsFound() {
        let head = scanGoHead(Samples.source.utf8)
        #expect(head.packageName == "main")
        #expect(head.imports == ["embed", "fmt", "example.com/words", "strings"])
        #expect(head.buildConstraints == ["//go:build linux && !cgo", "// +build linux"])
        #expect(head.embedPatterns == ["static/*.html", "a b.txt", "c.txt"])
        #expect(head.generateDirectives == [.init(line: 19, words: ["stringer", "-type=Pill", "a b"])])
        #expect(head.hasMain)
    }

    @Test func aByteOrderMarkAndCarriageReturnsAreNoPartOfIt() {
        let text = "\u{FEFF}" + Samples.source.replacing("\n", with: "\r\n")
        #expect(scanGoHead(text.utf8) == scanGoHead(Samples.source.utf8))
    }

    @Test(arguments: [
        ("package main\nfunc main() {}", true),
        ("package main\nfunc  /* the */ main // one\n() {}", true),
        ("package main; func main() {}", true),
        ("package main\nfunc (s server) main() {}", false),
        ("package main\n// func main() {}", false),
        ("package main\n/*\nfunc main() {}\n*/", false),
        ("package main\nvar x = `\nfunc main() {}`", false),
        ("package main\nvar x = \"\\\"\\nfunc main() {\"", false),
        ("package main\nfunc f() { func main() {} }", false),
        ("package main\nfunc mainly() {}", false),
        ("package main\nvar r = '{'\nfunc main() {}", true),
        ("package main\nvar r = '\\''\nfunc main() {}", true),
        ("package main\n/**/func main() {}", true),
        ("package main\n/*/ func main() {} /*/", false),
        ("package main\nvar Main = main\nfunc é() {}\nfunc main() {}", true),
    ])
    func mainIsAFunctionOfThePackage(text: String, expected: Bool) {
        #expect(scanGoHead(text.utf8).hasMain == expected)
    }

    @Test func constraintsStandAboveThePackageClause() {
        let head = scanGoHead("// +build a\n\n//go:build b\npackage p\n//go:build c\n".utf8)
        #expect(head.buildConstraints == ["// +build a", "//go:build b"])
    }

    @Test func importsMayBeWrittenInAnyForm() {
        let text =
            "package p\nimport \"a\"; import . \"b\"\nimport _ \"c\"\nimport ()\nimport (d \"e\"; \"f\")\nimport \"C\"\nvar x = \"g\"\n"
        #expect(scanGoHead(text.utf8).imports == ["a", "b", "c", "e", "f", "C"])
    }

    @Test func embedCountsOnlyWithItsImport() {
        #expect(scanGoHead("package p\n//go:embed a\nvar x string".utf8).embedPatterns.isEmpty)
        let text = "package p\nimport _ \"embed\"\n//go:embed \"a\"b c\n//go:embedded d\n\t//go:embed e f\nvar x string"
        #expect(scanGoHead(text.utf8).embedPatterns == ["e", "f"])
    }

    @Test func directivesThatGoWouldRejectAreLeftOut() {
        let text = """
            //go:generate
            //go:generate\ttab tabbed
            //go:generate "open
            //go:generate "a"b
             //go:generate indented
            // go:generate spaced
            //go:generate -command foo go tool foo
            //go:generate foo "x\\ty" 'a b' $GOFILE
            """
        #expect(
            scanGoHead(text.utf8).generateDirectives == [
                .init(line: 2, words: ["tab", "tabbed"]),
                .init(line: 7, words: ["-command", "foo", "go", "tool", "foo"]),
                .init(line: 8, words: ["foo", "x\ty", "'a", "b'", "$GOFILE"]),
            ])
    }

    @Test func nothingIsFoundInNothing() {
        #expect(scanGoHead([]) == GoHead())
        #expect(scanGoHead(Array("package".utf8)).packageName == nil)
    }
}
