/// Formats that every file format has: strings, numbers, lists, maps. They know nothing of Go or of pipelines.
import Diagnostics
import YAML

extension Format where Value == Located<String> {
    /// A string that is not empty and has no references in it.
    static let string: Self = Format(schema: ["type": "string", "minLength": 1]) { node, subject, decoding in
        guard case .scalar(let scalar) = node.content, scalar.value == .string else {
            decoding.wrongType(node, subject, "a string", help: quotesHelp(node))
            return nil
        }
        guard !scalar.text.isEmpty else {
            decoding.badValue(node.range, "\(subject.phrase) is empty", help: "write a value, or remove the key")
            return nil
        }
        return withoutReferences(scalar.text, node, subject, decoding)
    }

    /// A string; a number or a boolean is taken as it is written.
    static let text: Self = Format(schema: textSchema) { node, subject, decoding in
        guard let text = scalarText(node, subject, decoding) else { return nil }
        return withoutReferences(text, node, subject, decoding)
    }

    /// One of these words.
    static func word(_ words: [String], help: String) -> Format {
        .string.then(schema: ["enum": .array(words.map(JSON.string))]) { value, subject, decoding in
            if words.contains(value.value) { return value }
            let list = words.map { "`\($0)`" }.joined(separator: " or ")
            decoding.badValue(value.range, "\(subject.phrase) must be \(list), not \(quoted(value.value))", help: help)
            return nil
        }
    }
}

extension Format where Value == Bool {
    static let boolean: Self = Format(schema: ["type": "boolean"]) { node, subject, decoding in
        guard case .scalar(let scalar) = node.content, case .boolean(let value) = scalar.value else {
            decoding.wrongType(node, subject, "true or false", help: booleanHelp(node))
            return nil
        }
        return value
    }
}

extension Format where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> Format {
        Format(
            schema: ["type": "integer", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]
        ) { node, subject, decoding in
            guard case .scalar(let scalar) = node.content, case .integer(let value) = scalar.value else {
                var help: String?
                if case .scalar(let scalar) = node.content, Int(scalar.text) != nil { help = "remove the quotes" }
                decoding.wrongType(node, subject, "a whole number", help: help)
                return nil
            }
            guard range.contains(value) else {
                decoding.badValue(
                    node.range, "\(subject.phrase) must be \(range.lowerBound) to \(range.upperBound), not \(value)",
                    help: "write a number from \(range.lowerBound) to \(range.upperBound)")
                return nil
            }
            return value
        }
    }
}

extension Format {
    static func list<Item>(of item: Format<Item>, atLeast minimum: Int = 0) -> Format where Value == [Item] {
        Format(schema: listSchema(item.schema, minimum)) { node, subject, decoding in
            guard case .sequence(let nodes) = node.content else {
                decoding.wrongType(node, subject, "a list")
                return nil
            }
            return readAll(nodes, atLeast: minimum, item, node, subject, decoding)
        }
    }

    /// `x` or `[x, y]`.
    static func oneOrMany<Item>(_ item: Format<Item>, atLeast minimum: Int = 0) -> Format where Value == [Item] {
        Format(schema: ["anyOf": [item.schema, listSchema(item.schema, minimum)]]) { node, subject, decoding in
            switch node.content {
            case .sequence(let nodes): return readAll(nodes, atLeast: minimum, item, node, subject, decoding)
            case .scalar: return item.read(node, subject, decoding).map { [$0] }
            case .mapping:
                decoding.wrongType(node, subject, "a string or a list of strings")
                return nil
            }
        }
    }

    /// Names and their values, in file order. `what` is what one of them is: "step", "artifact".
    static func map<Item>(
        of item: Format<Item>, named name: Format<Located<String>>, what: String
    ) -> Format where Value == [(name: Located<String>, value: Item)] {
        Format(
            schema: ["type": "object", "propertyNames": name.schema, "additionalProperties": item.schema]
        ) { node, subject, decoding in
            guard case .mapping(let entries) = node.content else {
                decoding.wrongType(node, subject, "a mapping with each \(what) under its name")
                return nil
            }
            return entries.compactMap { entry in
                let key = YAMLNode(
                    content: .scalar(YAMLScalar(text: entry.key.value, style: .plain, value: .string)),
                    range: entry.key.range, key: nil, size: 1)
                let readName = name.read(key, Subject(phrase: "the \(what)'s name", example: nil), decoding)
                let subject = Subject(phrase: "\(what) \(quoted(entry.key.value))", example: subject.example)
                let value = item.read(entry.value, subject, decoding)
                guard let readName, let value else { return nil }
                return (readName, value)
            }
        }
    }
}

let textSchema: JSON = ["type": ["string", "number", "boolean"]]

/// A string, or a number or boolean as it is written.
func scalarText(_ node: YAMLNode, _ subject: Subject, _ decoding: Decoding) -> String? {
    guard case .scalar(let scalar) = node.content, scalar.value != .null else {
        decoding.wrongType(
            node, subject, "a string", help: node.isNothing ? "write a value; the empty string is \"\"" : nil)
        return nil
    }
    return scalar.text
}

private func listSchema(_ item: JSON, _ minimum: Int) -> JSON {
    let schema: JSON = ["type": "array", "items": item]
    return minimum == 0 ? schema : schema.adding("minItems", .number(minimum))
}

/// All items are read, so that each wrong one is reported.
private func readAll<Item>(
    _ nodes: [YAMLNode], atLeast minimum: Int, _ item: Format<Item>, _ list: YAMLNode, _ subject: Subject,
    _ decoding: Decoding
) -> [Item]? {
    if nodes.count < minimum {
        decoding.badValue(
            list.range, "\(subject.phrase) is an empty list",
            help: subject.example.map { "name at least one, as in `\($0)`" } ?? "name at least one")
        return nil
    }
    let items = nodes.map { item.read($0, subject.item, decoding) }
    return items.contains { $0 == nil } ? nil : items.compactMap { $0 }
}

private func withoutReferences(
    _ text: String, _ node: YAMLNode, _ subject: Subject, _ decoding: Decoding
) -> Located<String>? {
    guard let start = text.firstRange(of: "${")?.lowerBound else { return Located(text, at: node.range) }
    let reference = text[start...].prefix { $0 != "}" } + (text[start...].contains("}") ? "}" : "")
    decoding.report(
        "pipeline/misplaced-reference", at: decoding.place(of: String(reference), in: node.range),
        "\(subject.phrase) takes no `${…}` references", help: "write the value itself")
    return nil
}

private func quotesHelp(_ node: YAMLNode) -> String? {
    guard case .scalar(let scalar) = node.content, scalar.value != .null else { return nil }
    return "write it in quotes: \"\(scalar.text)\""
}

private func booleanHelp(_ node: YAMLNode) -> String? {
    guard case .scalar(let scalar) = node.content else { return nil }
    switch scalar.text.lowercased() {
    case "yes", "on", "y", "1": return "write `true`"
    case "no", "off", "n", "0": return "write `false`"
    case "true", "false": return "write `\(scalar.text.lowercased())`, without quotes"
    default: return nil
    }
}
