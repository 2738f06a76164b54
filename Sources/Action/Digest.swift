/// The identity of content: SHA-256 and size, as the Remote Execution API has it; it knows bytes, not files' names.
import Crypto
import Files

package struct Digest: Hashable, Sendable, Codable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    package var sha256: String
    /// In bytes.
    package var size: Int

    package init(sha256: String, size: Int) {
        self.sha256 = sha256
        self.size = size
    }

    package init(of bytes: some Collection<UInt8>) {
        var stream = DigestStream()
        if bytes.withContiguousStorageIfAvailable({ stream.add(UnsafeRawBufferPointer($0)) }) == nil {
            Array(bytes).withUnsafeBytes { stream.add($0) }
        }
        self = stream.digest
    }

    package var description: String { "sha256:\(sha256)" }
}

extension Digest {
    /// Reads the file once, in pieces. A symbolic link is followed.
    package init(ofFile path: String) throws(FileError) {
        var stream = DigestStream()
        try readPieces(of: path) { stream.add($0) }
        self = stream.digest
    }
}

/// A digest in the making, of content that comes in pieces.
package struct DigestStream {
    private var hash = SHA256()
    /// Of what was added, in bytes.
    package private(set) var size = 0

    package init() {}

    package mutating func add(_ piece: UnsafeRawBufferPointer) {
        hash.update(bufferPointer: piece)
        size += piece.count
    }

    /// Of all that was added so far.
    package var digest: Digest { Digest(sha256: hexadecimal(hash.finalize()), size: size) }
}

private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
