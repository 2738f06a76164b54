/// One line of the go command's own action table, as it stands on disk; it knows bytes, not where they are kept.
import Action
import Files

/// 32 bytes: an action id or an output id of the go command.
package struct BuildID: Hashable, Sendable {
    package var words: SIMD4<UInt64>

    package init(words: SIMD4<UInt64>) { self.words = words }

    /// Nil unless there are 32 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == BuildID.size else { return nil }
        var words = SIMD4<UInt64>()
        for (index, byte) in bytes.enumerated() { words[index / 8] |= UInt64(byte) << (index % 8 * 8) }
        self.words = words
    }

    package var bytes: [UInt8] {
        (0..<BuildID.size).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> ($0 % 8 * 8)) }
    }

    /// In bytes.
    package static let size = 32

    // The bytes are a hash already.
    package func hash(into hasher: inout Hasher) { hasher.combine(words[0]) }
}

/// What one action of the go command made, and when it was last of use.
package struct BuildRecord: Hashable, Sendable {
    package var action: BuildID
    /// SHA-256 of the output: the blob's name.
    package var output: BuildID
    /// Of the output, in bytes.
    package var size: Int
    /// When the output was put, in nanoseconds since 1970.
    package var time: Int64
    /// When it was last put or asked for, in seconds since 1970; exact to `BuildTable.useGranularity`.
    package var used: Int64
    /// Of the blob's file when its content was last known to be right. A file with another one is read before it is
    /// trusted again.
    package var signature: FileSignature

    package init(
        action: BuildID, output: BuildID, size: Int, time: Int64, used: Int64, signature: FileSignature
    ) {
        self.action = action
        self.output = output
        self.size = size
        self.time = time
        self.used = used
        self.signature = signature
    }

    package var digest: Digest { Digest(sha256: hexadecimal(output.bytes), size: size) }
}

extension BuildRecord {
    /// In bytes; a divisor of a page, so that an aligned record is written whole or not at all.
    static let size = 128

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(BuildRecord.size)
        func add(_ word: UInt64) { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
        let words = self.words
        for word in words { add(word) }
        add(checksum(words))
        return bytes
    }

    private var words: [UInt64] {
        [
            action.words[0], action.words[1], action.words[2], action.words[3],
            output.words[0], output.words[1], output.words[2], output.words[3],
            UInt64(bitPattern: Int64(size)), UInt64(bitPattern: time), UInt64(bitPattern: used), signature.inode,
            UInt64(bitPattern: signature.modified), UInt64(bitPattern: signature.changed), 0,
        ]
    }

    /// Nil when they are not what was written.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == BuildRecord.size else { return nil }
        func word(_ index: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        var sum = checksumSeed
        for index in 0..<15 { sum = mixed(sum, word(index)) }
        guard sum == word(15), word(8) <= UInt64(Int64.max) else { return nil }
        self.init(
            action: BuildID(words: SIMD4(word(0), word(1), word(2), word(3))),
            output: BuildID(words: SIMD4(word(4), word(5), word(6), word(7))),
            size: Int(word(8)), time: Int64(bitPattern: word(9)), used: Int64(bitPattern: word(10)),
            signature: FileSignature(
                inode: word(11), modified: Int64(bitPattern: word(12)), changed: Int64(bitPattern: word(13))))
    }
}

// Against torn writes and rot, not against malice: the store is the user's own.
private let checksumSeed: UInt64 = 0x9e37_79b9_7f4a_7c15

private func mixed(_ sum: UInt64, _ word: UInt64) -> UInt64 {
    let product = (sum ^ word).multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
    return product.high ^ product.low &+ checksumSeed
}

private func checksum(_ words: [UInt64]) -> UInt64 { words.reduce(checksumSeed, mixed) }

/// Lower-case.
func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
    String(unsafeUninitializedCapacity: bytes.count * 2) { text in
        var end = 0
        for byte in bytes {
            text[end] = digit(byte >> 4)
            text[end + 1] = digit(byte & 15)
            end += 2
        }
        return end
    }
}

private func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
