/// Bytes cut into lines, however they come.
import Testing
import TestSupport

@testable import Run

@Suite struct LineSplitterTests {
    private func lines(_ pieces: [[UInt8]]) -> [String] {
        var splitter = LineSplitter()
        return pieces.flatMap { splitter.add($0) } + splitter.finish()
    }

    @Test(arguments: [
        ("", []), ("a", ["a"]), ("a\n", ["a"]), ("\n", [""]), ("a\n\n", ["a", ""]), ("a\nb", ["a", "b"]),
        ("a\r\nb\r\n", ["a", "b"]), ("a\rb\n", ["a\rb"]), ("é\n日本\n", ["é", "日本"]), ("\n\n\nx", ["", "", "", "x"]),
    ])
    func aText(text: String, expected: [String]) {
        #expect(lines([Array(text.utf8)]) == expected)
        #expect(LineSplitter.lines(of: Array(text.utf8)) == expected)
        #expect(lines(text.utf8.map { [$0] }) == expected)
    }

    @Test func aLineComesWhenItIsWhole() {
        var splitter = LineSplitter()
        #expect(splitter.add(Array("one\ntw".utf8)) == ["one"])
        #expect(splitter.add([]) == [])
        #expect(splitter.add(Array("o\n".utf8)) == ["two"])
        #expect(splitter.finish() == [])
    }

    @Test func whatIsNoUTF8IsReplaced() {
        #expect(lines([[0xFF, 0x61, 0x0A]]) == ["\u{FFFD}a"])
    }

    /// No program can fill the memory with one line, and no character is cut in two.
    @Test(arguments: ["a", "é", "日", "🙂"])
    func anEndlessLineComesInPieces(character: String) {
        let text = String(repeating: character, count: 200_000 / character.utf8.count) + "end"
        var bytes = Array(text.utf8)[...]
        var pieces: [[UInt8]] = []
        while !bytes.isEmpty {
            pieces.append(Array(bytes.prefix(999)))
            bytes = bytes.dropFirst(999)
        }
        let cut = lines(pieces)
        #expect(cut.count > 2)
        #expect(cut.allSatisfy { $0.utf8.count < 1 << 17 })
        #expect(cut.joined() == text)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func theCutsOfTheStreamDoNotMatter(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let alphabet = Array("ab\r\né\n".utf8)
        let bytes = (0..<200).map { _ in alphabet.randomElement(using: &numbers)! }
        var rest = bytes[...]
        var pieces: [[UInt8]] = []
        while !rest.isEmpty {
            let count = Int.random(in: 0...7, using: &numbers)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        #expect(lines(pieces) == lines([bytes]), "seed \(seed)")
    }
}
