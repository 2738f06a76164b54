/// One reading of one file: where it is read from, which names it declares, what is wrong with it. It knows no key.
import Diagnostics
import YAML

final class Decoding {
    let source: SourceText
    let offsets: SourceOffsets
    private(set) var diagnostics: [Diagnostic] = []
    private var comparisons = 0
    /// What the file declares anywhere, collected before a value is read, whether or not that value is right.
    var declared = DeclaredNames()

    init(_ source: SourceText, _ offsets: SourceOffsets) {
        self.source = source
        self.offsets = offsets
    }

    func report(_ diagnostics: [Diagnostic]) { self.diagnostics += diagnostics }

    func report(
        _ id: String, at range: SourceRange, _ message: String, notes: [Diagnostic.Note] = [], help: String? = nil
    ) {
        guard diagnostics.count < maximumMistakes else { return }
        diagnostics.append(source.diagnostic(id, at: range, message, notes: notes, help: help))
    }

    /// A note that points at another place of the same file.
    func note(_ message: String, at range: SourceRange) -> Diagnostic.Note {
        Diagnostic.Note(message, file: source.file, range: range)
    }

    /// `subject` must be `expected`, and is something else.
    func wrongType(
        _ node: YAMLNode, _ subject: Subject, _ expected: String, notes: [Diagnostic.Note] = [], help: String? = nil
    ) {
        report(
            "pipeline/wrong-type", at: node.range,
            node.isNothing
                ? "\(subject.phrase) has no value" : "\(subject.phrase) must be \(expected), not \(describe(node))",
            notes: notes, help: help ?? subject.example.map { "for example `\($0)`" })
    }

    func badValue(_ range: SourceRange, _ message: String, notes: [Diagnostic.Note] = [], help: String) {
        report("pipeline/bad-value", at: range, message, notes: notes, help: help)
    }

    /// The place of `token` inside a value; the whole value where it is written in another way there.
    func place(of token: String, in range: SourceRange) -> SourceRange {
        guard let found = offsets.find(Array(token.unicodeScalars), in: offsets.offsets(range)) else { return range }
        return offsets.range(found.lowerBound, found.upperBound)
    }
}

/// The names that a reference can be to.
struct DeclaredNames {
    var steps = Names()
    var artifacts = Names()
    /// Nil when go.mod names the tools, which this room does not read.
    var tools: Names? = Names()
    var secrets = Names()
    /// Those of the step that is being read.
    var services = Names()
}

/// Names in file order, quick to look up.
struct Names: Sendable {
    let all: [String]
    private let set: Set<String>

    init(_ all: [String] = []) {
        self.all = all
        set = Set(all)
    }

    func contains(_ name: String) -> Bool { set.contains(name) }
}

/// What a message is about.
struct Subject: Sendable {
    /// "`timeout`", "an item of `args`", "step `lint`".
    var phrase: String
    /// "timeout: 10m"
    var example: String?

    var item: Subject { Subject(phrase: "an item of \(phrase)", example: example) }
}

extension Decoding {
    /// Nil, too, once many names were compared: a file of thousands of wrong names is not to take minutes.
    func nearest(to name: String, among known: [String]) -> String? {
        comparisons += known.count
        return comparisons <= 20_000 ? nearestName(to: name, among: known) : nil
    }

    /// "did you mean `x`?", or else what there is.
    func suggestion(for name: String, among known: Names, none: String, list: String) -> String {
        if let near = nearest(to: name, among: known.all) { return "did you mean `\(near)`?" }
        return known.all.isEmpty ? none : "\(list) \(enumeration(known.all))"
    }
}

/// In backticks, with commas; the first dozen.
func enumeration(_ names: [String]) -> String {
    let shown = names.prefix(names.count > 24 ? 12 : 24).map { "`\($0)`" }.joined(separator: ", ")
    return names.count > 24 ? "\(shown) and \(names.count - 12) more" : shown
}
