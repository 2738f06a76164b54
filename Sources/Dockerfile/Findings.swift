/// What is wrong with an image, collected; places are quoted from the pipeline file when there is one.
import Diagnostics
import Pipeline

struct Findings {
    let file: String?
    let source: SourceText?
    private(set) var diagnostics: [Diagnostic] = []

    init(file: String?, source: SourceText?) {
        self.file = file
        self.source = source
    }

    mutating func report(
        _ id: String, _ severity: Diagnostic.Severity = .error, at range: SourceRange?, _ message: String,
        notes: [Diagnostic.Note] = [], help: String? = nil
    ) {
        var diagnostic = Diagnostic(id: id, message: message, file: file, notes: notes, help: help)
        if let source, let range { diagnostic = source.diagnostic(id, at: range, message, notes: notes, help: help) }
        diagnostic.severity = severity
        add(diagnostic)
    }

    /// Once: several artifacts may share what is wrong.
    mutating func add(_ diagnostic: Diagnostic) {
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }
}

extension Findings {
    mutating func reportNoImage(_ pipeline: Pipeline) {
        let names = pipeline.artifacts.map(\.name.value)
        let place = pipeline.file == nil ? "write the pipeline down with `pipeline init`, and add" : "add"
        let help =
            switch names.count {
            case 0: "declare the program under `artifacts:`, and name it with `image: { artifact: NAME }`"
            case 1: "\(place) `image: { artifact: \(names[0]) }`"
            default: "\(place) `image: { artifact: NAME }`, NAME being one of \(names.joined(separator: ", "))"
            }
        report("dockerfile/no-image", at: nil, "the pipeline does not say what its image is made of", help: help)
    }

    /// An instruction ends where its line does, and no quoting carries a line feed into a word.
    mutating func checkLineFeed(_ text: String, _ what: String, at range: SourceRange) {
        guard text.utf8.contains(where: { $0 == 10 || $0 == 13 }) else { return }
        report(
            "dockerfile/line-feed", at: range, "\(what) has a line feed in it, and a Dockerfile cannot say that",
            help: "write it on one line; in YAML, `>-` folds lines and leaves none at the end")
    }
}
