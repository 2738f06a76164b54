/// Text to YAML documents; it knows YAML's rules and this product's limits on them, not what a file's keys mean.
import Diagnostics

/// More than anyone reads; each one quotes its line, and that may be long.
package let maximumMistakes = 200

package struct YAMLReader {
    /// Deeper than any pipeline file, shallow enough to recurse.
    static let maximumDepth = 50
    /// Aliases counted as what they stand for, so that whoever walks the tree takes at most this many steps.
    static let maximumNodes = 200_000

    package let source: SourceText
    package let offsets: SourceOffsets
    private let events: YAMLEvents
    private(set) var anchors: [String: YAMLNode] = [:]
    private(set) var openAnchors: Set<String> = []
    private var nodes = 0
    package private(set) var diagnostics: [Diagnostic] = []

    package init(_ source: SourceText, _ offsets: SourceOffsets) {
        self.source = source
        self.offsets = offsets
        events = YAMLEvents(source.text)
    }

    /// What ends the reading at once.
    private struct Refusal: Error {
        var diagnostic: Diagnostic
    }

    /// Nil when there is nothing to read, or nothing that could be read; then `diagnostics` says why.
    package mutating func read() -> YAMLNode? {
        do throws(Refusal) {
            if let forbidden = forbiddenCharacter() { throw Refusal(diagnostic: forbidden) }
            _ = try next()
            guard case .documentStart = try next().kind else { throw Refusal(diagnostic: empty()) }
            let root = try node(next(), depth: 1)
            _ = try next()
            let after = try next()
            if case .documentStart = after.kind { throw Refusal(diagnostic: secondDocument(after)) }
            if root.isNothing { throw Refusal(diagnostic: empty()) }
            return root
        } catch {
            diagnostics.append(error.diagnostic)
            return nil
        }
    }

    /// The values of all documents, as many as could be read; empty documents are passed over.
    package mutating func readAll() -> [YAMLNode] {
        var roots: [YAMLNode] = []
        do throws(Refusal) {
            if let forbidden = forbiddenCharacter() { throw Refusal(diagnostic: forbidden) }
            _ = try next()
            while case .documentStart = try next().kind {
                let root = try node(next(), depth: 1)
                if !root.isNothing { roots.append(root) }
                _ = try next()
                anchors = [:]
            }
        } catch {
            diagnostics.append(error.diagnostic)
        }
        return roots
    }

    private func next() throws(Refusal) -> YAMLEvent {
        do throws(YAMLSyntaxError) {
            return try events.next()
        } catch {
            throw Refusal(diagnostic: describe(error, in: source, offsets))
        }
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(Refusal) -> YAMLNode {
        guard depth <= Self.maximumDepth else { throw Refusal(diagnostic: tooDeep(event)) }
        switch event.kind {
        case .alias(let name):
            guard var node = anchors[name] else { throw Refusal(diagnostic: unknownAnchor(name, event)) }
            try count(node.size, event, alias: name)
            node.range = range(event)
            node.key = nil
            return node
        case .scalar(let text, let style, let properties):
            try count(1, event)
            let value = scalarValue(text, style, properties, event)
            let range =
                event.start == event.end && event.start > 0
                ? offsets.range(event.start - 1, event.start) : range(event)
            let node = YAMLNode(
                content: .scalar(YAMLScalar(text: text, style: style, value: value)), range: range, key: nil, size: 1)
            remember(node, properties)
            return node
        case .sequenceStart(let properties, let isFlow):
            try count(1, event)
            return try collection(event, properties, isFlow, kind: "seq") { reader, end throws(Refusal) in
                try reader.sequence(depth: depth, end: &end)
            }
        case .mappingStart(let properties, let isFlow):
            try count(1, event)
            return try collection(event, properties, isFlow, kind: "map") { reader, end throws(Refusal) in
                try reader.mapping(depth: depth, end: &end)
            }
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            preconditionFailure("libyaml ended a node that it had not begun")
        }
    }

    private mutating func collection(
        _ event: YAMLEvent, _ properties: YAMLProperties, _ isFlow: Bool, kind: String,
        _ content: (inout YAMLReader, inout YAMLEvent) throws(Refusal) -> (YAMLNode.Content, children: [YAMLNode])
    ) throws(Refusal) -> YAMLNode {
        if let tag = properties.tag, tag != "!", tag != "tag:yaml.org,2002:\(kind)" { report { $0.unknownTag(tag, event) } }
        if let anchor = properties.anchor { openAnchors.insert(anchor) }
        var end = event
        let (content, children) = try content(&self, &end)
        // A block collection ends, for libyaml, where the next token begins, which may be many lines on.
        let last = isFlow ? offsets.position(end.end) : children.last?.range.end ?? offsets.position(event.end)
        let start = offsets.position(event.start)
        let node = YAMLNode(
            content: content, range: SourceRange(start, max(start, last)), key: nil,
            size: children.reduce(1) { $0 + $1.size })
        if let anchor = properties.anchor { openAnchors.remove(anchor) }
        remember(node, properties)
        return node
    }

    private mutating func sequence(
        depth: Int, end: inout YAMLEvent
    ) throws(Refusal) -> (YAMLNode.Content, children: [YAMLNode]) {
        var items: [YAMLNode] = []
        while true {
            end = try next()
            if case .sequenceEnd = end.kind { return (.sequence(items), items) }
            items.append(try node(end, depth: depth + 1))
        }
    }

    private mutating func mapping(
        depth: Int, end: inout YAMLEvent
    ) throws(Refusal) -> (YAMLNode.Content, children: [YAMLNode]) {
        var entries: [YAMLEntry] = []
        var known: [String: SourceRange] = [:]
        var merges: [YAMLNode] = []
        while true {
            end = try next()
            if case .mappingEnd = end.kind { break }
            let keyNode = try node(end, depth: depth + 1)
            var value = try node(next(), depth: depth + 1)
            guard case .scalar(let key) = keyNode.content, key.value != .null else {
                report { $0.notAKey(keyNode) }
                continue
            }
            value.key = keyNode.range
            if value.isNothing { value.range = keyNode.range }
            if key.text == "<<", key.style == .plain {
                merges.append(value)
            } else if let first = known[key.text] {
                report { $0.duplicateKey(key.text, keyNode.range, first: first) }
            } else {
                known[key.text] = keyNode.range
                entries.append(YAMLEntry(key: Located(key.text, at: keyNode.range), value: value))
            }
        }
        for merge in merges { add(merge, to: &entries, &known) }
        return (.mapping(entries), entries.map(\.value))
    }

    /// The merge key: keys that are written here win, then those of the mapping named first.
    private mutating func add(_ merge: YAMLNode, to entries: inout [YAMLEntry], _ known: inout [String: SourceRange]) {
        var sources = [merge]
        if case .sequence(let nodes) = merge.content { sources = nodes }
        for source in sources {
            guard case .mapping(let merged) = source.content else {
                report { $0.notMergeable(source) }
                continue
            }
            for entry in merged where known.updateValue(entry.key.range, forKey: entry.key.value) == nil {
                entries.append(entry)
            }
        }
    }

    private mutating func remember(_ node: YAMLNode, _ properties: YAMLProperties) {
        if let anchor = properties.anchor { anchors[anchor] = node }
    }

    private mutating func count(_ size: Int, _ event: YAMLEvent, alias: String? = nil) throws(Refusal) {
        nodes += size
        guard nodes <= Self.maximumNodes else { throw Refusal(diagnostic: tooMany(event, alias: alias)) }
    }

    private mutating func scalarValue(
        _ text: String, _ style: YAMLScalar.Style, _ properties: YAMLProperties, _ event: YAMLEvent
    ) -> YAMLScalar.Value {
        let plain = YAMLScalar.Value(plain: text)
        guard let tag = properties.tag else { return style == .plain ? plain : .string }
        switch (tag, plain) {
        case ("!", _), ("tag:yaml.org,2002:str", _): return .string
        case ("tag:yaml.org,2002:int", .integer), ("tag:yaml.org,2002:float", .number),
            ("tag:yaml.org,2002:bool", .boolean), ("tag:yaml.org,2002:null", .null):
            return plain
        default:
            report { $0.unknownTag(tag, event) }
            return .string
        }
    }

    private mutating func report(_ mistake: (YAMLReader) -> Diagnostic) {
        if diagnostics.count < maximumMistakes { diagnostics.append(mistake(self)) }
    }
}
