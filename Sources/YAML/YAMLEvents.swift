/// The only door to libyaml: its events as values. It knows libyaml's memory, not what the events are for.
import CLibYAML

struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd, sequenceEnd, mappingEnd
        case alias(String)
        case scalar(String, YAMLScalar.Style, YAMLProperties)
        case sequenceStart(YAMLProperties, isFlow: Bool)
        case mappingStart(YAMLProperties, isFlow: Bool)
    }

    var kind: Kind
    /// Scalar offsets.
    var start: Int
    var end: Int
}

/// What may stand before a node.
struct YAMLProperties {
    var anchor: String?
    /// Resolved: `tag:yaml.org,2002:str` for `!!str`.
    var tag: String?
}

/// What libyaml cannot read, in its words.
struct YAMLSyntaxError: Error {
    var problem: String
    var offset: Int
    /// Where the construct began that the problem is in.
    var contextOffset: Int?
}

final class YAMLEvents {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    /// `text` has no byte order mark and none of the characters that YAML forbids.
    init(_ text: String) {
        let bytes = Array(text.utf8)
        input = .allocate(capacity: bytes.count)
        _ = input.initialize(from: bytes)
        parser = .allocate(capacity: 1)
        precondition(yaml_parser_initialize(parser) == 1, "out of memory")
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    func next() throws(YAMLSyntaxError) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        return YAMLEvent(
            kind: kind(event), start: Int(event.start_mark.index), end: Int(event.end_mark.index))
    }

    private func kind(_ event: yaml_event_t) -> YAMLEvent.Kind {
        switch event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        case YAML_ALIAS_EVENT: return .alias(string(event.data.alias.anchor)!)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: Int(scalar.length)), as: UTF8.self)
            return .scalar(
                text, style(scalar.style), YAMLProperties(anchor: string(scalar.anchor), tag: string(scalar.tag)))
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return .sequenceStart(
                YAMLProperties(anchor: string(start.anchor), tag: string(start.tag)),
                isFlow: start.style == YAML_FLOW_SEQUENCE_STYLE)
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return .mappingStart(
                YAMLProperties(anchor: string(start.anchor), tag: string(start.tag)),
                isFlow: start.style == YAML_FLOW_MAPPING_STYLE)
        default: return .streamEnd
        }
    }

    private func style(_ style: yaml_scalar_style_t) -> YAMLScalar.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }

    private func string(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        text.map { String(cString: $0) }
    }

    private func failure() -> YAMLSyntaxError {
        let state = parser.pointee
        precondition(state.error != YAML_MEMORY_ERROR, "out of memory")
        return YAMLSyntaxError(
            problem: state.problem.map { String(cString: $0) } ?? "", offset: Int(state.problem_mark.index),
            contextOffset: state.context == nil ? nil : Int(state.context_mark.index))
    }
}
