/// The hash of a module's content as go.sum has it; it knows bytes and names, not where they are.
///
/// Source: `Hash1` of golang.org/x/mod/sumdb/dirhash.
import Action

/// `h1:` and the SHA-256, in base64, over a line `SHA256  MODULE@VERSION/FILE` for every file, sorted by name.
/// `files` are names within the module and the SHA-256 of each, in hexadecimal.
package func moduleHash(prefix: String, files: [(name: String, sha256: String)]) -> String {
    var lines: [UInt8] = []
    for file in files.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
        lines += Array("\(file.sha256)  \(prefix)/\(file.name)\n".utf8)
    }
    return "h1:" + base64(hexadecimal: Digest(of: lines).sha256)
}

/// Padded, of the standard alphabet.
private func base64(hexadecimal text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let nibbles = text.utf8.map { $0 < 58 ? UInt32($0 - 48) : UInt32($0 - 87) }
    var encoded: [UInt8] = []
    // Three bytes are six hexadecimal digits and four of base64.
    for start in stride(from: 0, to: nibbles.count, by: 6) {
        let part = nibbles[start..<min(start + 6, nibbles.count)]
        let group = part.reduce(0) { $0 << 4 | $1 } << UInt32(4 * (6 - part.count))
        let digits = (part.count * 4 + 5) / 6
        for index in 0..<4 {
            encoded.append(index < digits ? alphabet[Int(group >> UInt32(18 - 6 * index) & 63)] : UInt8(ascii: "="))
        }
    }
    return String(decoding: encoded, as: UTF8.self)
}
