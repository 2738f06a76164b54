/// Digests that nobody can compare with guesses without the key: HMAC-SHA256, as RFC 2104 has it.

/// `hmac-sha256:` and the code in hexadecimal.
package func keyedDigest(of bytes: [UInt8], key: [UInt8]) -> String {
    precondition(key.count <= 64, "a longer key would have to be hashed first")
    let block = key + [UInt8](repeating: 0, count: 64 - key.count)
    let inner = Digest(of: block.map { $0 ^ 0x36 } + bytes).bytes
    return "hmac-\(Digest(of: block.map { $0 ^ 0x5c } + inner))"
}

extension Digest {
    fileprivate var bytes: [UInt8] {
        let digits = Array(sha256)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0..<($0 + 2)]), radix: 16)! }
    }
}
