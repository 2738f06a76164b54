/// What every source file has in common: its opening sentence, and nothing left for later.
import Testing

@Suite("Source files")
struct SourceFileTests {
    @Test("A file opens with a sentence of what it knows", arguments: Repository.swiftFiles + Repository.testFiles)
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
            #expect(try Repository.text(file).count { $0.isNewline } <= 400, "\(file)")
        }
    }

    @Test("Nothing is left for later", arguments: ["Sources", "Tests", "docs", "scripts", "pipelines", "examples"])
    func nothingForLater(_ folder: String) throws {
        // Spelt so that this line is not found.
        let marks = try Regex("\\b(TO" + "DO|FIX" + "ME)\\b")
        for file in try Repository.files(below: folder, ending: "") {
            let lines = try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() where line.firstMatch(of: marks) != nil {
                Issue.record("\(file):\(index + 1): \(line)")
            }
        }
    }
}
