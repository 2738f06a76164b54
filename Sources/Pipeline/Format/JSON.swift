/// JSON with its keys in the order given; it knows how to write itself, not what it describes.

indirect enum JSON: Hashable, Sendable {
    case string(String)
    case number(Int)
    case boolean(Bool)
    case array([JSON])
    case object([Member])

    struct Member: Hashable, Sendable {
        var name: String
        var value: JSON
    }

    /// Two spaces a level, with a final line feed.
    func rendered() -> String {
        var output = ""
        write(to: &output, indent: "")
        return output + "\n"
    }

    private func write(to output: inout String, indent: String) {
        switch self {
        case .string(let text): output += Self.quote(text)
        case .number(let number): output += "\(number)"
        case .boolean(let value): output += value ? "true" : "false"
        case .array(let items):
            writeParts("[", "]", items.count, to: &output, indent) { items[$0].write(to: &$1, indent: $2) }
        case .object(let members):
            writeParts("{", "}", members.count, to: &output, indent) { index, output, inner in
                output += Self.quote(members[index].name) + ": "
                members[index].value.write(to: &output, indent: inner)
            }
        }
    }

    private func writeParts(
        _ open: String, _ close: String, _ count: Int, to output: inout String, _ indent: String,
        _ part: (Int, inout String, String) -> Void
    ) {
        output += open
        for index in 0..<count {
            output += (index == 0 ? "\n" : ",\n") + indent + "  "
            part(index, &output, indent + "  ")
        }
        output += (count == 0 ? "" : "\n" + indent) + close
    }

    /// In double quotes, by RFC 8259, section 7; so written, it is a double-quoted YAML scalar as well.
    static func quote(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\t": output += "\\t"
            case "\r": output += "\\r"
            case "\0"..."\u{1F}", "\u{7F}"..."\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}":
                let code = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .number(value) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
    init(arrayLiteral elements: JSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member(name: $0.0, value: $0.1) })
    }

    /// An object's members and more of them; others stay as they are.
    func adding(_ name: String, _ value: JSON) -> JSON {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { $0.name != name } + [Member(name: name, value: value)])
    }
}
