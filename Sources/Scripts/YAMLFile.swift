/// A YAML file as readers of commands want it: documents, their nodes by key, texts with origins, comments. It knows no
/// kind of file.
import Diagnostics
import YAML

struct YAMLFile {
    let source: SourceBytes
    let sink: ScriptSink
    let documents: [YAMLNode]
    let mistakes: [Diagnostic]

    init(_ text: SourceText, _ sink: ScriptSink) {
        self.sink = sink
        source = sink.source
        var reader = YAMLReader(text, SourceOffsets(text.text))
        documents = reader.readAll()
        mistakes = reader.diagnostics.map { mistake in
            var mistake = mistake
            // The rest of the file is read, so this is no reason to fail.
            mistake.severity = .warning
            mistake.id = "scripts/" + mistake.id.drop { $0 != "/" }.dropFirst()
            return mistake
        }
    }

    var root: YAMLNode? { documents.first }

    /// The text of a scalar, or nil for a collection and for nothing.
    func text(_ node: YAMLNode?) -> ScriptText? {
        guard let node, case .scalar(let scalar) = node.content, scalar.value != .null else { return nil }
        return spelledText(scalar, at: node.range, in: source)
    }

    /// A scalar as one word, its text put through `change`.
    func word(_ node: YAMLNode, _ change: (ScriptText) -> ScriptText = { $0 }) -> ReadWord? {
        text(node).map { ReadWord(text: change($0), range: source.offsets(node.range), isPlain: false) }
    }

    /// A mapping of names to scalars as variables; what is no scalar is passed over.
    func assignments(_ node: YAMLNode?, _ change: (ScriptText) -> ScriptText = { $0 }) -> [ScriptAssignment] {
        (node?.entries ?? []).compactMap { entry in
            word(entry.value, change).map { ScriptAssignment(entry.key.value, $0.word(in: source)) }
        }
    }

    /// Takes down the comments that YAML itself has: `#` after white space, outside of scalars.
    func readComments() {
        var scalars: [Range<Int>] = []
        for document in documents { collectScalars(document, &scalars) }
        scalars.sort { $0.lowerBound < $1.lowerBound }
        let bytes = source.bytes
        var next = 0
        var position = 0
        while position < bytes.count {
            if next < scalars.count, position >= scalars[next].lowerBound {
                // A block's header may have a comment.
                if position < scalars[next].upperBound { position = scalars[next].upperBound }
                next += 1
                continue
            }
            guard bytes[position] == .hash, position == 0 || bytes[position - 1].isBlank || bytes[position - 1] == .newline
            else {
                position += 1
                continue
            }
            let end = source.lineEnd(position)
            sink.addComment(position..<end, mark: 1)
            position = end
        }
    }

    private func collectScalars(_ node: YAMLNode, _ ranges: inout [Range<Int>]) {
        switch node.content {
        case .scalar(let scalar): if scalar.value != .null || scalar.style != .plain { ranges.append(source.offsets(node.range)) }
        case .sequence(let nodes): for node in nodes { collectScalars(node, &ranges) }
        case .mapping(let entries):
            for entry in entries {
                ranges.append(source.offsets(entry.key.range))
                collectScalars(entry.value, &ranges)
            }
        }
    }
}

extension YAMLNode {
    /// Of a mapping; empty for all else.
    var entries: [YAMLEntry] { if case .mapping(let entries) = content { entries } else { [] } }

    /// Of a list; empty for all else.
    var items: [YAMLNode] { if case .sequence(let nodes) = content { nodes } else { [] } }

    /// The text of a scalar that is not nothing.
    var scalar: String? {
        guard case .scalar(let scalar) = content, scalar.value != .null else { return nil }
        return scalar.text
    }

    var located: Located<String>? { scalar.map { Located($0, at: range) } }

    /// A list's scalars, or the one that there is.
    var scalars: [Located<String>] { located.map { [$0] } ?? items.compactMap(\.located) }

    subscript(key: String) -> YAMLNode? { entries.first { $0.key.value == key }?.value }
}
