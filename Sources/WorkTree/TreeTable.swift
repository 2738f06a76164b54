/// What was known of every file when the tree was last looked at, as the bytes that are kept; it reads no file itself.
import Files

/// The state of one file's content.
package struct FileContent: Hashable, Sendable {
    /// SHA-256 in hexadecimal; of a link that of its target's name.
    package var sha256: String
    /// Of a Go file: changes when its package clause, imports, build constraints or embed patterns do. Else empty.
    package var head: String
    /// It imports `embed` and has patterns.
    package var hasEmbeds: Bool
    /// It has `//go:generate` lines.
    package var hasDirectives: Bool
}

/// A file of the tree as the table has it.
struct TreeEntry: Sendable {
    /// `.none` when the file changed so shortly before it was read that a later change could look the same.
    var signature: FileSignature
    var size: Int64
    var mode: UInt32
    var content: FileContent
}

/// Entries in the byte order of their paths, each with a fixed part before its path. Numbers are little-endian.
enum TreeTable {
    private static let magic = Array("pipeline tree 1\n".utf8)
    /// Inode, times and size, mode, length of the path, flags, two digests in hexadecimal.
    private static let fixed = 8 * 4 + 4 + 2 + 2 + 64 + 32
    private static let header = 16 + 64 + 8

    /// The fingerprint stands in front: whoever finds all files unchanged need not make it again.
    static func encode(_ entries: some Collection<(path: String, entry: TreeEntry)>, fingerprint: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(header + entries.count * (fixed + 48))
        func add<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes += magic
        bytes += fingerprint.utf8
        add(UInt64(entries.count))
        for (path, entry) in entries {
            add(entry.signature.inode)
            add(entry.signature.modified)
            add(entry.signature.changed)
            add(entry.size)
            add(entry.mode)
            add(UInt16(path.utf8.count))
            add(UInt16((entry.content.hasEmbeds ? 1 : 0) | (entry.content.hasDirectives ? 2 : 0)))
            bytes += entry.content.sha256.utf8
            bytes += entry.content.head.isEmpty ? Array(repeating: 32, count: 32) : Array(entry.content.head.utf8)
            bytes += path.utf8
        }
        return bytes
    }

    /// Walks the entries of a table. What does not have its form ends the walk: the rest is looked at anew.
    struct Reader {
        private let bytes: UnsafeRawBufferPointer
        private var offset = 0
        private var pathCount = 0
        private(set) var isAtEnd = true
        let count: Int

        init?(_ bytes: UnsafeRawBufferPointer) {
            guard bytes.count >= header, bytes[..<16].elementsEqual(magic) else { return nil }
            self.bytes = bytes
            count = Int(truncatingIfNeeded: bytes.loadUnaligned(fromByteOffset: 80, as: UInt64.self).littleEndian)
            offset = header
            settle()
        }

        var fingerprint: String { String(decoding: bytes[16..<80], as: UTF8.self) }

        mutating func next() {
            offset += fixed + pathCount
            settle()
        }

        private mutating func settle() {
            isAtEnd = offset + fixed > bytes.count
            guard !isAtEnd else { return }
            pathCount = Int(load(36, UInt16.self))
            isAtEnd = offset + fixed + pathCount > bytes.count
        }

        private func load<Number: FixedWidthInteger>(_ place: Int, _: Number.Type) -> Number {
            Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + place, as: Number.self))
        }

        var path: UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(rebasing: bytes[(offset + fixed)..<(offset + fixed + pathCount)])
        }

        var signature: FileSignature {
            FileSignature(inode: load(0, UInt64.self), modified: load(8, Int64.self), changed: load(16, Int64.self))
        }
        var size: Int64 { load(24, Int64.self) }
        var mode: UInt32 { load(32, UInt32.self) }

        var content: FileContent {
            let flags = load(38, UInt16.self)
            func text(_ start: Int, _ count: Int) -> String {
                String(decoding: bytes[(offset + start)..<(offset + start + count)], as: UTF8.self)
            }
            let head = text(104, 32)
            return FileContent(
                sha256: text(40, 64), head: head.utf8.first == 32 ? "" : head, hasEmbeds: flags & 1 != 0,
                hasDirectives: flags & 2 != 0)
        }
    }
}
