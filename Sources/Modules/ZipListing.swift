/// What a zip file says is in it: names, sizes and checksums; nothing is unpacked.
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
        guard let bytes = try? readFile(path), let directory = ZipDirectory(bytes) else { return nil }
        for entry in directory.entries {
            let name = String(decoding: entry.name, as: UTF8.self)
            if name.hasSuffix("/") {
                folders.append(name)
            } else {
                entries[name] = Entry(size: entry.size, checksum: entry.checksum)
            }
        }
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
