/// What YAMLReader says of a document that it refuses, and how nodes are named in messages; it reads nothing itself.
import Diagnostics

extension YAMLReader {
    /// A scalar without the line feeds after it, which libyaml counts in.
    func range(_ event: YAMLEvent) -> SourceRange {
        var end = event.end
        while end > event.start, offsets.scalars[end - 1].properties.isWhitespace { end -= 1 }
        return offsets.range(event.start, end)
    }

    /// YAML's printable characters: https://yaml.org/spec/1.2.2/#51-character-set.
    func forbiddenCharacter() -> Diagnostic? {
        let printable: (Unicode.Scalar) -> Bool = { scalar in
            switch scalar.value {
            case 0x9, 0xA, 0xD, 0x20...0x7E, 0x85, 0xA0...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
            default: false
            }
        }
        guard let offset = offsets.scalars.firstIndex(where: { !printable($0) }) else { return nil }
        let code = String(offsets.scalars[offset].value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
        return source.diagnostic(
            "pipeline/control-character", at: offsets.range(offset, offset + 1),
            "the character U+\(padded) may not stand in a pipeline file",
            help: "remove it; in double quotes it can be written as \"\\u\(padded)\"")
    }

    func empty() -> Diagnostic {
        source.diagnostic(
            "pipeline/empty", at: SourceRange(line: 1, column: 1), "the pipeline file is empty",
            help: "start it with `version: 1`, or have `pipeline init` write one")
    }

    func secondDocument(_ event: YAMLEvent) -> Diagnostic {
        source.diagnostic(
            "pipeline/several-documents", at: range(event), "a second YAML document begins here",
            help: "keep one pipeline in a file; more of them go in `pipelines/NAME.yaml`")
    }

    func duplicateKey(_ name: String, _ range: SourceRange, first: SourceRange) -> Diagnostic {
        source.diagnostic(
            "pipeline/duplicate-key", at: range, "`\(name)` is written twice in the same mapping",
            notes: [.init("`\(name)` is first written here", file: source.file, range: first)],
            help: "remove one of them, or rename it")
    }

    func notAKey(_ node: YAMLNode) -> Diagnostic {
        source.diagnostic(
            "pipeline/wrong-type", at: node.range, "a key must be a name, not \(describe(node))",
            help: "if this is a `${…}` or `{{…}}` in a value, put the value in quotes")
    }

    func notMergeable(_ node: YAMLNode) -> Diagnostic {
        source.diagnostic(
            "pipeline/wrong-type", at: node.range, "`<<` merges mappings, not \(describe(node))",
            help: "write the alias of a mapping, as in `<<: *name`, or a list of such")
    }

    func unknownAnchor(_ name: String, _ event: YAMLEvent) -> Diagnostic {
        let inside = openAnchors.contains(name)
        let near = nearestName(to: name, among: anchors.keys.sorted())
        return source.diagnostic(
            "pipeline/unknown-anchor", at: range(event),
            inside ? "`*\(name)` is inside the very value that it names" : "no anchor before this is named `&\(name)`",
            help: inside
                ? "name a value that ends before this"
                : near.map { "did you mean `*\($0)`?" } ?? "put `&\(name)` before the value that is meant, further up")
    }

    func unknownTag(_ tag: String, _ event: YAMLEvent) -> Diagnostic {
        let prefix = "tag:yaml.org,2002:"
        let shown = tag.hasPrefix(prefix) ? "!!\(tag.dropFirst(prefix.count))" : tag
        return source.diagnostic(
            "pipeline/yaml-tag", at: range(event), "the tag `\(shown)` does not fit this value",
            help: "remove the tag; `!!str` makes a string of a number, and so do quotes")
    }

    func tooDeep(_ event: YAMLEvent) -> Diagnostic {
        source.diagnostic(
            "pipeline/too-deep", at: range(event), "the file is nested more than \(Self.maximumDepth) levels deep",
            help: "no pipeline needs more than a few levels; look for brackets that are never closed")
    }

    func tooMany(_ event: YAMLEvent, alias: String?) -> Diagnostic {
        if let alias {
            return source.diagnostic(
                "pipeline/alias-bomb", at: range(event), "with `*\(alias)` the file stands for more than 200,000 values",
                notes: [.init("an alias counts as all that it stands for")],
                help: "write out what is needed instead of nesting aliases")
        }
        return source.diagnostic(
            "pipeline/too-large", at: range(event), "the file has more than 200,000 values",
            help: "split it into several files, `pipelines/NAME.yaml`")
    }
}

/// "a list", "the number `5`": what is there, for a message about what should be.
package func describe(_ node: YAMLNode) -> String {
    switch node.content {
    case .sequence: return "a list"
    case .mapping: return "a mapping"
    case .scalar(let scalar):
        switch scalar.value {
        case .null: return "nothing"
        case .boolean: return "the boolean `\(scalar.text)`"
        case .integer, .number: return "the number `\(scalar.text)`"
        case .string: return "the string \(quoted(scalar.text))"
        }
    }
}

/// In backticks, on one line, and short.
package func quoted(_ text: String) -> String {
    let line = text.unicodeScalars.prefix { $0 != "\n" && $0 != "\r" }
    if line.count == text.unicodeScalars.count, line.count <= 60 { return "`\(text)`" }
    return "`\(String(String.UnicodeScalarView(line.prefix(60))))…`"
}
