/// What every source file has in common: its opening sentence, and nothing left for later.
import Files
import Testing

@Suite("Source files")
struct SourceFileTests {
    @Test("A file opens with a sentence of what it knows", arguments: Repository.swiftFiles)
    func opensWithSentence(_ file: String) throws {
        let opening = try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { $0.hasPrefix("/// ") }
        #expect(!opening.isEmpty, "\(file):1")
        #expect(opening.last?.hasSuffix(".") ?? false, "\(file):\(opening.count)")
    }

    @Test("No file of Sources is longer than 400 lines")
    func filesAreSmall() throws {
        #expect(!Repository.swiftFiles.isEmpty)
        for file in Repository.swiftFiles {
            #expect(try readFile("\(Repository.root)/\(file)").count { $0 == UInt8(ascii: "\n") } <= 400, "\(file)")
        }
    }

    @Test("Nothing is left for later", arguments: ["Sources", "Tests", "docs", "scripts", "pipelines", "examples"])
    func nothingForLater(_ folder: String) throws {
        // Spelt so that these lines are not found.
        for mark in ["TO" + "DO", "FIX" + "ME"] {
            for file in try Repository.files(below: folder, ending: "") {
                for line in try Repository.lines(of: file, saying: mark) {
                    Issue.record("\(file):\(line.number): \(line.text)")
                }
            }
        }
    }
}
