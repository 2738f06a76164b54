/// YAML as such: which values scalars have, where things are, what is refused.
import Diagnostics
import Testing

@testable import Pipeline
@testable import YAML

@Suite struct YAMLReaderTests {
    private func read(_ text: String) -> (root: YAMLNode?, diagnostics: [Diagnostic]) {
        let source = SourceText(file: "f.yaml", text: text)
        var reader = YAMLReader(source, SourceOffsets(text))
        let root = reader.read()
        return (root, reader.diagnostics)
    }

    private func entries(_ text: String) throws -> [YAMLEntry] {
        let (root, diagnostics) = read(text)
        #expect(diagnostics == [])
        guard case .mapping(let entries) = try #require(root).content else { return [] }
        return entries
    }

    @Test(arguments: [
        ("", YAMLScalar.Value.null), ("~", .null), ("null", .null), ("Null", .null), ("nULL", .string),
        ("true", .boolean(true)), ("FALSE", .boolean(false)), ("yes", .string), ("off", .string), ("y", .string),
        ("0", .integer(0)), ("-12", .integer(-12)), ("+3", .integer(3)), ("007", .integer(7)), ("0o17", .integer(15)),
        ("0x1F", .integer(31)), ("0b11", .string), ("1_000", .string), ("1:20", .string),
        ("99999999999999999999", .number), ("1.27", .number), ("1.", .number), (".5", .number), ("1e3", .number),
        ("1.5e-3", .number), (".inf", .number), ("-.INF", .number), (".nan", .number), (".", .string), ("-", .string),
        ("1.2.3", .string), ("1e", .string), ("e3", .string), ("0x", .string), ("-0x1", .string),
        ("2001-01-01", .string),
    ])
    func plainScalarsFollowTheCoreSchema(text: String, value: YAMLScalar.Value) {
        #expect(YAMLScalar.Value(plain: text) == value)
    }

    @Test func quotesAndTagsMakeStrings() throws {
        let values = try entries("a: \"1\"\nb: '1'\nc: !!str 1\nd: ! 1\ne: |\n  1\nf: !!int 1\n").map(\.value.content)
        let kinds = values.map { if case .scalar(let scalar) = $0 { scalar.value } else { YAMLScalar.Value.null } }
        #expect(kinds == [.string, .string, .string, .string, .string, .integer(1)])
    }

    @Test func everythingHasItsPlace() throws {
        let marked = Marked(
            """
            # a comment
            1️⃣key2️⃣: 3️⃣{ a: [b, "c"] }4️⃣  # and another

            5️⃣list6️⃣:
              7️⃣- 'x'
              - |
                a block

                of text8️⃣


            last: é9️⃣
            """)
        let entries = try entries(marked.text)
        #expect(entries[0].key.range == marked.range(1, 2))
        #expect(entries[0].value.range == marked.range(3, 4))
        #expect(entries[1].key.range == marked.range(5, 6))
        #expect(entries[1].value.range == marked.range(7, 8))
        #expect(entries[2].value.range.end == marked.range(9, 0)!.start)
    }

    @Test func carriageReturnsAndOtherLineBreaksDoNotMoveLines() throws {
        let entries = try entries("a: 1\r\nb: \"x\u{2028}y\"\r\nc: 3\r\n")
        #expect(entries.map(\.key.range.start.line) == [1, 2, 3])
        #expect(entries[2].key.range == SourceRange(line: 3, column: 1))
    }

    @Test func aByteOrderMarkIsNoColumn() throws {
        let (pipeline, diagnostics) = decodePipeline(
            SourceText(file: "f.yaml", text: "\u{FEFF}version: 1\nsteps: { vet: { vet: ./... } }\n"))
        #expect(diagnostics == [])
        #expect(pipeline?.steps[0].name.range == SourceRange(line: 2, column: 10, length: 3))
    }

    @Test func aValueThatIsNotThereIsAtItsKey() throws {
        let entry = try entries("a:\nb: 1\n")[0]
        #expect(entry.value.isNothing)
        #expect(entry.value.range == SourceRange(line: 1, column: 1))
    }

    @Test(arguments: [
        ("\0", "U+0000", "\\u0000"), ("\u{7}", "U+0007", "\\u0007"), ("\u{FEFF}", "U+FEFF", "\\uFEFF"),
        ("\u{FFFF}", "U+FFFF", "\\uFFFF"),
    ])
    func charactersThatYAMLForbids(character: String, name: String, escape: String) {
        let text = "version: 1\nname: a\(character)b\n"
        #expect(
            read(text).diagnostics == [
                SourceText(file: "f.yaml", text: text).diagnostic(
                    "pipeline/control-character", at: SourceRange(line: 2, column: 8),
                    "the character \(name) may not stand in a pipeline file",
                    help: "remove it; in double quotes it can be written as \"\(escape)\"")
            ])
    }

    @Test func depthIsLimited() {
        let text = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
        #expect(
            read(text).diagnostics == [
                SourceText(file: "f.yaml", text: text).diagnostic(
                    "pipeline/too-deep", at: SourceRange(line: 1, column: 51),
                    "the file is nested more than 50 levels deep",
                    help: "no pipeline needs more than a few levels; look for brackets that are never closed")
            ])
    }

    @Test func valuesAreCounted() throws {
        let text = "[" + String(repeating: "1,", count: 200_000) + "]"
        let diagnostic = try #require(read(text).diagnostics.first)
        #expect(diagnostic.id == "pipeline/too-large")
        #expect(diagnostic.message == "the file has more than 200,000 values")
        #expect(diagnostic.range == SourceRange(line: 1, column: 400_000))
    }

    @Test func aBombOfMergesIsRefusedToo() throws {
        var text = "a0: &a0 { k: [1, 2, 3, 4, 5, 6, 7, 8, 9] }\n"
        for level in 1...30 {
            text += "a\(level): &a\(level) { x: *a\(level - 1), y: *a\(level - 1), <<: *a\(level - 1) }\n"
        }
        #expect(read(text).diagnostics.map(\.id) == ["pipeline/alias-bomb"])
    }

    @Test func anAnchorCanBeNamedAnew() throws {
        let entries = try entries("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")
        let values = entries.map { if case .scalar(let scalar) = $0.value.content { scalar.text } else { "" } }
        #expect(values == ["1", "1", "2", "2"])
        #expect(entries[3].value.range == SourceRange(line: 4, column: 4, length: 2))
    }

    @Test(arguments: [
        ("a: [1, 2\nb: 3\n", "a `,` or the closing `]` of the list is expected here"),
        ("a: {b: 1\nc\n", "a `,` or the closing `}` of the mapping is expected here"),
        ("a: [b, :8080]\n", "a value may not begin with `:` between brackets"),
        ("a: ]\n", "a value is expected here"),
        ("- a\nb: c\n", "an item of the list is expected here"),
        ("a: - b\n", "a list may not begin here"),
        ("a: %b\n", "a value may not begin with `%`"),
        ("a: \"\\xZZ\"\n", "this escape sequence names no character"),
        ("a: *\n", "`*` is not followed by the name of an anchor"),
        ("a: & b\n", "`&` is not followed by a name"),
        ("a: !x!y b\n", "this is not a tag that YAML knows"),
        ("a: |x\n b\n", "nothing but a comment may follow on this line"),
        ("a: |\n  b\n \tc\n", "a tab may not indent YAML"),
        ("%YAML 3.0\n---\na: 1\n", "this version of YAML is not known"),
        ("[a]\nb: 1\n", "the file goes on after its only value"),
        ("a: ? b\n", "a key may not begin here"),
    ])
    func brokenYAMLIsToldInOurWords(text: String, message: String) throws {
        let diagnostic = try #require(read(text).diagnostics.first)
        #expect(diagnostic.id == "pipeline/yaml-syntax")
        #expect(diagnostic.message == message)
        #expect(diagnostic.range != nil && diagnostic.help != nil)
    }
}
