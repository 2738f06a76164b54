/// The directory of a zip file: what is in it and where; nothing is unpacked.
///
/// Source of the format: APPNOTE.TXT 6.3, sections 4.3.7 (header of a file), 4.3.12 (central directory) and 4.3.16 (its
/// end). Module zips are too small for the 64-bit forms.
struct ZipDirectory {
    struct Entry {
        var name: [UInt8]
        /// Bit 0: encrypted.
        var flags: Int
        /// 0 stored, 8 deflated.
        var method: Int
        /// CRC-32 of the unpacked content.
        var checksum: UInt32
        /// In bytes.
        var storedSize: Int
        var size: Int
        /// Of its header in the zip.
        var offset: Int
    }

    /// In the zip's own order.
    var entries: [Entry] = []

    /// Nil when it is no zip file.
    init?(_ bytes: [UInt8]) {
        guard let end = bytes.lastEnd else { return nil }
        var offset = bytes.number(end + 16, 4)
        for _ in 0..<bytes.number(end + 10, 2) {
            guard offset + 46 <= end, bytes.number(offset, 4) == 0x0201_4b50 else { return nil }
            let (name, extra, comment) = (
                bytes.number(offset + 28, 2), bytes.number(offset + 30, 2), bytes.number(offset + 32, 2)
            )
            guard offset + 46 + name <= end else { return nil }
            entries.append(
                Entry(
                    name: Array(bytes[(offset + 46)..<(offset + 46 + name)]), flags: bytes.number(offset + 8, 2),
                    method: bytes.number(offset + 10, 2), checksum: UInt32(bytes.number(offset + 16, 4)),
                    storedSize: bytes.number(offset + 20, 4), size: bytes.number(offset + 24, 4),
                    offset: bytes.number(offset + 42, 4)))
            offset += 46 + name + extra + comment
        }
    }

    /// Where the stored bytes of an entry are; nil when they are not all there.
    static func stored(_ entry: Entry, in bytes: [UInt8]) -> Range<Int>? {
        guard entry.offset + 30 <= bytes.count, bytes.number(entry.offset, 4) == 0x0403_4b50 else { return nil }
        let start = entry.offset + 30 + bytes.number(entry.offset + 26, 2) + bytes.number(entry.offset + 28, 2)
        guard start + entry.storedSize <= bytes.count else { return nil }
        return start..<(start + entry.storedSize)
    }
}

extension [UInt8] {
    /// Little-endian.
    fileprivate func number(_ offset: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(self[offset + $1]) << (8 * $1) }
    }

    /// Where the end record begins: 22 bytes before the end, or more when a comment follows.
    fileprivate var lastEnd: Int? {
        guard count >= 22 else { return nil }
        let first = Swift.max(0, count - 22 - 65_535)
        return stride(from: count - 22, through: first, by: -1).first { self[$0...].starts(with: [0x50, 0x4b, 5, 6]) }
    }
}
