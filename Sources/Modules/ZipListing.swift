/// What a zip file says is in it: names, sizes and checksums; nothing is unpacked.
import Deflate
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
        self.init(size: 0, checksum: 0)
        try readPieces(of: path) { piece in
            checksum = Deflate.checksum(piece, after: checksum)
            size += piece.count
        }
    }
}
