/// A YAML document as a value, each part with its place; it knows YAML's data model, not what a file means by it.
import Diagnostics

package struct YAMLNode: Sendable {
    package enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    package var content: Content
    /// The place of an alias, when the value comes from an anchor. A value that is not there has its key's place.
    package var range: SourceRange
    /// The key that this is the value of.
    package var key: SourceRange?
    /// Nodes from here down, aliases counted as what they stand for.
    package var size: Int

    package init(content: Content, range: SourceRange, key: SourceRange?, size: Int) {
        self.content = content
        self.range = range
        self.key = key
        self.size = size
    }

    package var isNothing: Bool {
        if case .scalar(let scalar) = content { scalar.value == .null } else { false }
    }
}

package struct YAMLEntry: Sendable {
    package var key: Located<String>
    package var value: YAMLNode
}

package struct YAMLScalar: Hashable, Sendable {
    package enum Style: Hashable, Sendable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    /// What a plain scalar means by YAML 1.2's core schema: https://yaml.org/spec/1.2.2/#103-core-schema.
    package enum Value: Hashable, Sendable {
        case null
        case boolean(Bool)
        case integer(Int)
        /// A number that is no `Int`; nobody asks for its value.
        case number
        case string
    }

    package var text: String
    package var style: Style
    package var value: Value

    package init(text: String, style: Style, value: Value) {
        self.text = text
        self.style = style
        self.value = value
    }
}

extension YAMLScalar.Value {
    /// `yes`, `on` and their like are strings here, as YAML 1.2 has them.
    package init(plain text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .boolean(true)
        case "false", "False", "FALSE": self = .boolean(false)
        default: self = Self.number(Array(text.utf8)) ?? .string
        }
    }

    private static func number(_ text: [UInt8]) -> Self? {
        let signed = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+")
        let body = text.dropFirst(signed ? 1 : 0)
        guard let first = body.first else { return nil }
        if !signed, first == UInt8(ascii: "0"), body.count > 2 {
            let digits = String(decoding: body.dropFirst(2), as: UTF8.self)
            let radix = body[1] == UInt8(ascii: "x") ? 16 : body[1] == UInt8(ascii: "o") ? 8 : 0
            if radix > 0 {
                guard digits.utf8.allSatisfy({ isDigit($0, radix: radix) }) else { return nil }
                return Int(digits, radix: radix).map(Self.integer) ?? .number
            }
        }
        if body.allSatisfy({ isDigit($0, radix: 10) }) {
            return Int(String(decoding: text, as: UTF8.self)).map(Self.integer) ?? .number
        }
        let word = String(decoding: body, as: UTF8.self)
        if [".inf", ".Inf", ".INF"].contains(word) || (!signed && [".nan", ".NaN", ".NAN"].contains(word)) {
            return .number
        }
        return isFloat(body) ? .number : nil
    }

    /// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
    private static func isFloat(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        func digits() -> Int {
            let count = rest.prefix { isDigit($0, radix: 10) }.count
            rest = rest.dropFirst(count)
            return count
        }
        let whole = digits()
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            if digits() == 0, whole == 0 { return false }
        } else if whole == 0 {
            return false
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            if digits() == 0 { return false }
        }
        return rest.isEmpty
    }
}

private func isDigit(_ byte: UInt8, radix: Int) -> Bool {
    switch byte {
    case 48...57: Int(byte) - 48 < radix
    case 65...70, 97...102: radix == 16
    default: false
    }
}
