/// A pipeline file with one mistake, and the one diagnostic that says so.
import Diagnostics
import Pipeline
import Testing

struct BadFile: Sendable, CustomTestStringConvertible {
    let name: String
    /// The mistake is from 1️⃣ to 2️⃣; a note that is in `notes` with its place, from 3️⃣ to 4️⃣.
    let yaml: String
    let id: String
    let message: String
    /// A note that begins with `@` is about the place from 3️⃣.
    let notes: [String]
    let help: String

    init(_ name: String, _ yaml: String, _ id: String, _ message: String, notes: [String] = [], help: String) {
        self.name = name
        self.yaml = yaml
        self.id = id
        self.message = message
        self.notes = notes
        self.help = help
    }

    var testDescription: String { name }

    var source: SourceText { SourceText(file: "pipeline.yaml", text: Marked(yaml).text) }

    var expected: Diagnostic {
        let marked = Marked(yaml)
        let notes = self.notes.map { note in
            note.hasPrefix("@")
                ? Diagnostic.Note(String(note.dropFirst()), file: "pipeline.yaml", range: marked.range(3, 4))
                : Diagnostic.Note(note)
        }
        return source.diagnostic(id, at: marked.range(1, 2)!, message, notes: notes, help: help)
    }

    func check() {
        let (pipeline, diagnostics) = decodePipeline(source)
        #expect(diagnostics == [expected])
        #expect(pipeline == nil)
    }
}
