/// JSON as images and registries use it: read, and written so that equal values have equal bytes. It knows no document.
///
/// Source of the format: RFC 8259.

package enum ImageJSON: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// As it was written.
    case number(String)
    case string(String)
    case array([ImageJSON])
    case object([String: ImageJSON])

    /// Of an object; nil when it has no such member, or is none.
    package subscript(name: String) -> ImageJSON? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    package var text: String? { if case .string(let text) = self { text } else { nil } }
    package var integer: Int? { if case .number(let text) = self { Int(text) } else { nil } }
    package var list: [ImageJSON] { if case .array(let items) = self { items } else { [] } }
    package var members: [String: ImageJSON] { if case .object(let members) = self { members } else { [:] } }
    /// Members that are texts.
    package var texts: [String: String] { members.compactMapValues(\.text) }

    /// An object of those members that there are.
    package static func present(_ members: [String: ImageJSON?]) -> ImageJSON { .object(members.compactMapValues { $0 }) }
    package static func texts(_ texts: [String: String]) -> ImageJSON { .object(texts.mapValues { .string($0) }) }

    /// On one line, members by their names' bytes.
    package var bytes: [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .null: output += "null".utf8
        case .boolean(let value): output += (value ? "true" : "false").utf8
        case .number(let text): output += text.utf8
        case .string(let text): Self.quote(text, to: &output)
        case .array(let items):
            output.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                item.write(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            let names = members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            for (index, name) in names.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                Self.quote(name, to: &output)
                output.append(UInt8(ascii: ":"))
                members[name]!.write(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func quote(_ text: String, to output: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0..<32: output += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}

extension ImageJSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number("\(value)") }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
    package init(arrayLiteral elements: ImageJSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, ImageJSON)...) {
        self = .object(Dictionary(uniqueKeysWithValues: elements))
    }

    package init(_ number: Int) { self = .number("\(number)") }
}
