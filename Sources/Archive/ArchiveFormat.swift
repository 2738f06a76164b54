/// How an archive is laid out in bytes; it knows neither files nor compression.
///
///     magic                               16 bytes
///     frames, in any order
///     index: entries' count, names' count  2 × 8
///            entries, ascending by SHA-256 64 each: SHA-256, size, offset, stored size, check
///            names                         2 + length + 32 + 8 each: length, name, SHA-256, size
///     footer: index's offset and size      2 × 8
///             index's SHA-256              32
///             check over those 48 bytes    8
///             version                      8
///             magic                        16
///
/// Numbers are little-endian. A frame that is stored in as many bytes as its content has is the content itself; a
/// shorter one is a zstd frame (RFC 8878). A check is the first eight bytes of a SHA-256. Version and magic stay where
/// they are in every version to come.
import Action

package enum ArchiveFormat {
    package static let version: UInt64 = 1
    static let magic = Array("pipeline-archive".utf8)
    static let entrySize = 64
    static let footerSize = 80
}

/// SHA-256 as four big-endian words, which order as its digits do.
struct ContentID: Hashable, Comparable, Sendable {
    var words: (UInt64, UInt64, UInt64, UInt64)

    /// Nil when there are not 64 hexadecimal digits.
    init?(_ sha256: String) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var count = 0
        for digit in sha256.utf8 {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            default: return nil
            }
            switch count / 16 {
            case 0: words.0 = words.0 << 4 | UInt64(value)
            case 1: words.1 = words.1 << 4 | UInt64(value)
            case 2: words.2 = words.2 << 4 | UInt64(value)
            case 3: words.3 = words.3 << 4 | UInt64(value)
            default: return nil
            }
            count += 1
        }
        guard count == 64 else { return nil }
        self.words = words
    }

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + index * 8, as: UInt64.self))
        }
        words = (word(0), word(1), word(2), word(3))
    }

    var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
    }

    var sha256: String {
        [words.0, words.1, words.2, words.3].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    static func == (a: Self, b: Self) -> Bool { a.words == b.words }
    static func < (a: Self, b: Self) -> Bool { a.words < b.words }
    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

/// Where one content stands in an archive.
struct ArchiveEntry: Hashable, Sendable {
    var id: ContentID
    /// Of the content, in bytes.
    var size: Int
    var offset: Int
    /// Of the frame, in bytes; at most `size`.
    var storedSize: Int
    /// Over the frame, so that it can be taken over without being unpacked.
    var check: UInt64

    var isCompressed: Bool { storedSize < size }
}

/// The first eight bytes of a SHA-256.
func check(_ digest: Digest) -> UInt64 { ContentID(digest.sha256)!.words.0 }

extension [UInt8] {
    mutating func append(_ number: UInt64) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    mutating func append(_ entry: ArchiveEntry) {
        append(contentsOf: entry.id.bytes)
        for number in [entry.size, entry.offset, entry.storedSize] { append(UInt64(number)) }
        append(entry.check)
    }
}

extension UnsafeRawBufferPointer {
    func number(at offset: Int) -> UInt64 {
        UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
