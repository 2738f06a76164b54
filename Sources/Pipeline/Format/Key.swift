/// A key of the file, what it takes and what it is for: the one table that the decoder and the schema both read.
import Diagnostics
import YAML

/// How a kind of value is described to a JSON-Schema validator, and how it is read.
struct Format<Value>: Sendable {
    let schema: JSON
    /// Nil when the value is wrong; then the decoding was told.
    let read: @Sendable (YAMLNode, Subject, Decoding) -> Value?

    init(schema: JSON, read: @escaping @Sendable (YAMLNode, Subject, Decoding) -> Value?) {
        self.schema = schema
        self.read = read
    }

    /// The same value made into another, or refused.
    func then<Other>(
        schema: JSON? = nil, _ next: @escaping @Sendable (Value, Subject, Decoding) -> Other?
    ) -> Format<Other> {
        Format<Other>(schema: schema ?? self.schema) { [read] node, subject, decoding in
            read(node, subject, decoding).flatMap { next($0, subject, decoding) }
        }
    }
}

struct Key<Value>: Sendable {
    let name: String
    let summary: String
    let example: String
    let format: Format<Value>
    let isRequired: Bool
    /// The kinds of step that it belongs to; nil outside steps, and for keys that every step takes.
    let kinds: [StepKeys.Kind]?
    /// What other products call it.
    let synonyms: [String]

    init(
        _ name: String, _ format: Format<Value>, example: String, _ summary: String, required: Bool = false,
        kinds: [StepKeys.Kind]? = nil, synonyms: [String] = []
    ) {
        self.name = name
        self.format = format
        self.example = example
        self.summary = summary
        self.isRequired = required
        self.kinds = kinds
        self.synonyms = synonyms
    }
}

/// A key of any value.
protocol FormatKey: Sendable {
    var name: String { get }
    var summary: String { get }
    var example: String { get }
    var schema: JSON { get }
    var isRequired: Bool { get }
    var kinds: [StepKeys.Kind]? { get }
    var synonyms: [String] { get }
}

extension Key: FormatKey {
    var schema: JSON { format.schema }
}

extension FormatKey {
    /// `timeout: 10m`
    var line: String { "\(name): \(example)" }
}

/// The values of one mapping, read by key.
struct Fields {
    let node: YAMLNode
    let decoding: Decoding
    /// A key was unknown, and reported.
    let hasUnknownKey: Bool
    fileprivate let entries: [String: YAMLEntry]

    /// Nil when the key is absent or its value is wrong.
    subscript<Value>(key: Key<Value>) -> Value? {
        entries[key.name].flatMap {
            key.format.read($0.value, Subject(phrase: "`\(key.name)`", example: key.line), decoding)
        }
    }

    func entry(_ name: String) -> YAMLEntry? { entries[name] }
}

extension Decoding {
    /// Opens a mapping; an unknown and a missing key are reported here. Nil when `node` is no mapping.
    func fields(of node: YAMLNode, _ subject: Subject, keys: [any FormatKey]) -> Fields? {
        guard case .mapping(let all) = node.content else {
            wrongType(node, subject, "a mapping")
            return nil
        }
        var entries: [String: YAMLEntry] = [:]
        var meant: Set<String> = []
        var hasUnknownKey = false
        for entry in all {
            if keys.contains(where: { $0.name == entry.key.value }) {
                entries[entry.key.value] = entry
            } else {
                hasUnknownKey = true
                if let key = reportUnknown(entry.key, subject, keys) { meant.insert(key) }
            }
        }
        for key in keys where key.isRequired && entries[key.name] == nil && !meant.contains(key.name) {
            report(
                "pipeline/missing-key", at: node.key ?? SourceRange(node.range.start, node.range.start.next),
                "\(subject.phrase) has no `\(key.name)`", help: "add `\(key.line)`")
        }
        return Fields(node: node, decoding: self, hasUnknownKey: hasUnknownKey, entries: entries)
    }

    /// Returns the key that was meant, where that can be told.
    private func reportUnknown(_ key: Located<String>, _ subject: Subject, _ keys: [any FormatKey]) -> String? {
        let names = keys.map(\.name)
        let meant = keys.first { $0.synonyms.contains(key.value) }?.name ?? nearest(to: key.value, among: names)
        report(
            "pipeline/unknown-key", at: key.range, "unknown key \(quoted(key.value)) in \(subject.phrase)",
            help: meant.map { "did you mean `\($0)`?" }
                ?? "the keys here are \(enumeration(names))")
        return meant
    }
}

extension SourcePosition {
    var next: SourcePosition { SourcePosition(line: line, column: column + 1) }
}

/// The schema of a mapping with these keys and no others.
func mappingSchema(_ keys: [any FormatKey]) -> JSON {
    var schema: JSON = [
        "type": "object",
        "properties": .object(
            keys.map { .init(name: $0.name, value: $0.schema.adding("description", .string($0.summary))) }),
        "additionalProperties": false,
    ]
    let required = keys.filter(\.isRequired).map { JSON.string($0.name) }
    if !required.isEmpty { schema = schema.adding("required", .array(required)) }
    return schema
}
