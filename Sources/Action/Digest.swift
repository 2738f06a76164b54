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
        var hash = SHA256()
        if bytes.withContiguousStorageIfAvailable({ hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }) == nil {
            hash.update(data: Array(bytes))
        }
        self.init(sha256: hexadecimal(hash.finalize()), size: bytes.count)
    }

    package var description: String { "sha256:\(sha256)" }
}

extension Digest {
    /// Reads the file once, in pieces. A symbolic link is followed.
    package init(ofFile path: String) throws(FileError) {
        var hash = SHA256()
        var size = 0
        try readPieces(of: path) { piece in
            hash.update(bufferPointer: piece)
            size += piece.count
        }
        self.init(sha256: hexadecimal(hash.finalize()), size: size)
    }
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
