/// The ways in which a secret may be written: as it is, line by line, encoded, escaped; it knows nothing of where.

/// One spelling, without line breaks: whoever looks for it passes over those.
struct SecretForm: Hashable {
    var bytes: [UInt8]
    /// In base64 the last character may stand for what comes after as well, so that one more belongs to the secret.
    var isBase64 = false
}

/// Percent-encoding has too many ways to be listed: `SecretScanner` reads it.
func secretForms(of value: [UInt8]) -> Set<SecretForm> {
    var forms: Set<SecretForm> = []
    for piece in pieces(of: value) {
        for bytes in [piece, hexadecimal(piece, "0123456789abcdef"), hexadecimal(piece, "0123456789ABCDEF")] + escaped(piece) {
            forms.insert(SecretForm(bytes: bytes.filter { !$0.isLineBreak }))
        }
        for before in 0...2 {
            let core = base64Core(of: piece, after: before)
            forms.insert(SecretForm(bytes: core, isBase64: true))
            forms.insert(SecretForm(bytes: core.map(\.inURLs), isBase64: true))
        }
    }
    return forms.filter { $0.bytes.count >= shortestSecret }
}

/// In bytes. What is shorter stands in texts that have nothing to do with it.
package let shortestSecret = 4

/// The whole, and of several lines those that are long enough to say something.
private func pieces(of value: [UInt8]) -> [[UInt8]] {
    let lines = value.split(whereSeparator: \.isLineBreak)
        .map { line in Array(line.drop(while: \.isBlank).reversed().drop(while: \.isBlank).reversed()) }
    guard lines.count > 1 else { return [value] }
    return [value] + lines.filter { $0.count >= 8 }
}

/// The characters that the value alone decides, where `before` bytes of something else come first (modulo three).
private func base64Core(of value: [UInt8], after before: Int) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let (first, end) = ((before * 8 + 5) / 6, (before + value.count) * 8 / 6)
    guard first < end else { return [] }
    return (first..<end).map { index in
        let bit = index * 6 - before * 8
        let (byte, shift) = (bit / 8, bit % 8)
        let next = byte + 1 < value.count ? Int(value[byte + 1]) : 0
        return alphabet[(Int(value[byte]) << 8 | next) >> (10 - shift) & 63]
    }
}

private func hexadecimal(_ value: [UInt8], _ digits: String) -> [UInt8] {
    let digits = Array(digits.utf8)
    return value.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
}

/// As JSON, JSON in ASCII, Go's JSON, XML and a tracing shell write it, where that is another text.
private func escaped(_ value: [UInt8]) -> [[UInt8]] {
    let json = value.flatMap { $0.inJSON }
    return [
        json,
        String(decoding: json, as: UTF8.self).utf16.flatMap { unit in
            unit < 128 ? [UInt8(unit)] : Array("\\u".utf8) + hexadecimal([UInt8(unit >> 8), UInt8(unit & 255)], "0123456789abcdef")
        },
        json.flatMap { byte -> [UInt8] in "<>&".utf8.contains(byte) ? Array("\\u00".utf8) + hexadecimal([byte], "0123456789abcdef") : [byte] },
        value.flatMap { $0.inXML },
        // In the query of an address, which is read as one, a plus that was left as it is.
        value.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 },
        value.flatMap { $0 == UInt8(ascii: "'") ? Array("'\\''".utf8) : [$0] },
    ]
}

extension UInt8 {
    var isLineBreak: Bool { self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r") }

    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    var isBase64: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "+/-_".utf8.contains(self)
        }
    }

    /// Of a hexadecimal digit.
    var nibble: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// RFC 4648, section 5.
    fileprivate var inURLs: UInt8 {
        self == UInt8(ascii: "+") ? UInt8(ascii: "-") : self == UInt8(ascii: "/") ? UInt8(ascii: "_") : self
    }

    fileprivate var inJSON: [UInt8] {
        switch self {
        case UInt8(ascii: "\""): Array("\\\"".utf8)
        case UInt8(ascii: "\\"): Array("\\\\".utf8)
        case UInt8(ascii: "\n"): Array("\\n".utf8)
        case UInt8(ascii: "\r"): Array("\\r".utf8)
        case UInt8(ascii: "\t"): Array("\\t".utf8)
        default: [self]
        }
    }

    fileprivate var inXML: [UInt8] {
        switch self {
        case UInt8(ascii: "&"): Array("&amp;".utf8)
        case UInt8(ascii: "<"): Array("&lt;".utf8)
        case UInt8(ascii: ">"): Array("&gt;".utf8)
        case UInt8(ascii: "\""): Array("&#34;".utf8)
        case UInt8(ascii: "'"): Array("&#39;".utf8)
        default: [self]
        }
    }
}
