/// Damaged input never stops a reader, and every place it names is in the text.
import Diagnostics
import Go
import Testing

@Suite struct MutationTests {
    private let alphabet = " \t\r\n()[]{}\"'`/*\\,=>v0.1-+:#@<é\u{FEFF}\0"

    @Test(arguments: [Samples.mod, Samples.work, Samples.sum])
    func damagedModuleFilesAreReadToTheEnd(sample: String) {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let source = SourceText(file: "f", text: generator.mutate(sample, using: alphabet))
            let mod = GoModFile.parse(source)
            let work = GoWorkFile.parse(source)
            let sum = GoSumFile.parse(source)
            for diagnostic in mod.diagnostics + work.diagnostics + sum.diagnostics {
                #expect(isInside(diagnostic.range, source), "\(described(diagnostic))\n\(source.text)")
            }
            for require in mod.file.requires { #expect(isInside(require.range, source)) }
        }
    }

    @Test func damagedSourcesAreScannedToTheEnd() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<1_000 {
            let text = generator.mutate(Samples.source, using: alphabet)
            let head = scanGoHead(text.utf8)
            let lines = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
            #expect(head.generateDirectives.allSatisfy { (1...lines).contains($0.line) && !$0.words.isEmpty })
        }
    }

    @Test func damagedListingsAreAnErrorOrPackages() {
        var generator = SeededGenerator(seed: 13)
        let sample =
            #"{"ImportPath":"a","Dir":"/a","GoFiles":["a.go"],"Imports":["b"]}{"ImportPath":"b","Module":{"Path":"m"}}"#
        var good = 0
        for _ in 0..<500 {
            do throws(GoError) {
                _ = try parseGoList(Array(generator.mutate(sample, using: "{}[]\":,\\ax0").utf8))
                good += 1
            } catch {
                #expect(error.operation == "read the answer of go list")
            }
        }
        #expect((1..<500).contains(good))
    }

    private func isInside(_ range: SourceRange?, _ source: SourceText) -> Bool {
        guard let range else { return false }
        return [range.start, range.end].allSatisfy {
            source.lines.indices.contains($0.line - 1) && $0.column >= 1
                && $0.column <= source.lines[$0.line - 1].unicodeScalars.count + 1
        } && range.start <= range.end
    }
}
