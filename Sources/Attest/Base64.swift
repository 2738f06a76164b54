/// Base64 as DSSE and PEM have it.
///
/// Source of the format: RFC 4648, section 4.

private let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

func base64(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
        for place in 0..<4 { text.append(place <= group.count ? letters[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "=")) }
    }
    return String(decoding: text, as: UTF8.self)
}

/// Nil for anything else. The alphabet of URLs is understood too.
func decodeBase64(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var (bits, count) = (0, 0)
    let body = text.utf8.filter { $0 != 10 && $0 != 13 }
    let end = body.lastIndex { $0 != UInt8(ascii: "=") }.map { $0 + 1 } ?? 0
    guard body.count - end <= 2, end % 4 != 1 else { return nil }
    for byte in body[..<end] {
        let plain: UInt8 = byte == UInt8(ascii: "-") ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte
        guard let value = letters.firstIndex(of: plain) else { return nil }
        bits = bits << 6 | value
        count += 6
        if count >= 8 {
            count -= 8
            bytes.append(UInt8(bits >> count & 255))
            bits &= 1 << count - 1
        }
    }
    return bits == 0 ? bytes : nil
}
