/// What a zip file says is in it: names, sizes and checksums of its directory; nothing is unpacked.
///
/// Source of the format: APPNOTE.TXT 6.3, sections 4.3.12 (central directory) and 4.3.16 (its end). Module zips are
/// too small for the 64-bit forms.
import Files

struct ZipListing {
    struct Entry: Hashable {
        /// Of the unpacked content, in bytes.
        var size: Int
        /// CRC-32 of the unpacked content.
        var checksum: UInt32
    }

    /// By name, folders left out.
    var entries: [String: Entry] = [:]
    /// Names that end in a slash. The go command writes no such entries, other programs that pack modules do.
    var folders: [String] = []

    /// Nil when it is no zip file.
    init?(file path: String) {
        guard let bytes = try? readFile(path), let end = bytes.lastEnd else { return nil }
        func number(_ offset: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        var offset = number(end + 16, 4)
        for _ in 0..<number(end + 10, 2) {
            guard offset + 46 <= end, number(offset, 4) == 0x0201_4b50 else { return nil }
            let (name, extra, comment) = (number(offset + 28, 2), number(offset + 30, 2), number(offset + 32, 2))
            guard offset + 46 + name <= end else { return nil }
            let text = String(decoding: bytes[(offset + 46)..<(offset + 46 + name)], as: UTF8.self)
            if text.hasSuffix("/") {
                folders.append(text)
            } else {
                entries[text] = Entry(size: number(offset + 24, 4), checksum: UInt32(number(offset + 16, 4)))
            }
            offset += 46 + name + extra + comment
        }
    }
}

extension [UInt8] {
    /// Where the end record begins: 22 bytes before the end, or more when a comment follows.
    fileprivate var lastEnd: Int? {
        guard count >= 22 else { return nil }
        let first = Swift.max(0, count - 22 - 65_535)
        return stride(from: count - 22, through: first, by: -1).first { self[$0...].starts(with: [0x50, 0x4b, 5, 6]) }
    }
}

extension ZipListing.Entry {
    /// What the file at `path` would be in a zip.
    init(ofFile path: String) throws(FileError) {
        var sum: UInt32 = .max
        var size = 0
        try readPieces(of: path) { piece in
            for byte in piece { sum = checksums[Int((sum ^ UInt32(byte)) & 255)] ^ sum >> 8 }
            size += piece.count
        }
        self.init(size: size, checksum: ~sum)
    }
}

/// CRC-32 of each byte, reflected polynomial 0xEDB88320.
private let checksums: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
}
