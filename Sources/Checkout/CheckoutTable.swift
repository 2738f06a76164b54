/// What was written into a tree, as bytes beside it: each file's id and how it was found afterwards. It reads no tree.
import Files
import Git
import WorkTree

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct CheckoutEntry: Sendable {
    var path: String
    var kind: GitFile.Kind
    var id: GitObjectID
    /// Of its conversion: see `ContentConversion.code`.
    var code: String
    /// The content of a pointer stands there, as what it points to was not to be had.
    var isPointer: Bool
    var signature: FileSignature
    /// Bytes.
    var size: Int64
    /// A change after it was written is sure to give another signature.
    var isSettled: Bool
    /// What is in a file that was written just now, where that is known. It is not in the table.
    var content: FileContent?

    var scanned: ScannedFile {
        ScannedFile(
            path: path, size: size, modified: signature.modified, changed: signature.changed, inode: signature.inode,
            mode: kind.mode, isSymlink: kind == .link)
    }

    func isOf(_ wanted: WantedFile) -> Bool {
        id == wanted.file.id && kind == wanted.file.kind && path == wanted.path && code == wanted.conversion.code
    }
}

extension GitFile.Kind {
    /// Type and permissions, as `st_mode`.
    var mode: UInt32 {
        switch self {
        case .file: UInt32(S_IFREG) | 0o644
        case .program: UInt32(S_IFREG) | 0o755
        case .link: UInt32(S_IFLNK) | 0o777
        case .submodule: UInt32(S_IFDIR) | 0o755
        }
    }
}

/// Entries in byte order of their paths, each with a fixed part before its texts. Numbers are little-endian.
struct CheckoutTable {
    private let file: String
    /// Empty when there is no table of this form.
    let entries: [CheckoutEntry]

    private static let magic = Array("pipeline tree files 1\n".utf8)
    /// Inode, times and size, id, kind and flags, lengths of path and code.
    private static let fixed = 8 * 4 + 20 + 1 + 1 + 2 + 2

    /// Of the tree at `path`.
    init(at path: String) {
        file = "\(path).table"
        let bytes = (try? readFile(file)) ?? []
        entries = bytes.withUnsafeBytes { CheckoutTable.decode($0) } ?? []
    }

    func save(_ entries: [CheckoutEntry]) throws(FileError) {
        let beside = "\(file).\(uniqueName())"
        try createFile(beside, CheckoutTable.encode(entries), mode: 0o644)
        guard rename(beside, file) == 0 else {
            let error = FileError(operation: "rename to", path: file)
            unlink(beside)
            throw error
        }
    }

    private static func encode(_ entries: [CheckoutEntry]) -> [UInt8] {
        var bytes = magic
        bytes.reserveCapacity(entries.count * (fixed + 48))
        func add(_ number: some FixedWidthInteger) {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        for entry in entries {
            add(entry.signature.inode)
            add(entry.signature.modified)
            add(entry.signature.changed)
            add(entry.size)
            entry.id.withBytes { bytes.append(contentsOf: $0) }
            add(entry.kind.rawValue)
            add(UInt8((entry.isPointer ? 1 : 0) | (entry.isSettled ? 2 : 0)))
            add(UInt16(truncatingIfNeeded: entry.path.utf8.count))
            add(UInt16(truncatingIfNeeded: entry.code.utf8.count))
            bytes += entry.path.utf8
            bytes += entry.code.utf8
        }
        return bytes
    }

    private static func decode(_ bytes: UnsafeRawBufferPointer) -> [CheckoutEntry]? {
        guard bytes.starts(with: magic) else { return nil }
        var entries: [CheckoutEntry] = []
        var at = magic.count
        func load<Number: FixedWidthInteger>(_ place: Int, _: Number.Type) -> Number {
            Number(littleEndian: bytes.loadUnaligned(fromByteOffset: at + place, as: Number.self))
        }
        while at < bytes.count {
            guard at + fixed <= bytes.count else { return nil }
            let (path, code) = (Int(load(54, UInt16.self)), Int(load(56, UInt16.self)))
            let text = at + fixed
            guard text + path + code <= bytes.count,
                let id = GitObjectID(UnsafeRawBufferPointer(rebasing: bytes[(at + 32)..<(at + 52)])),
                let kind = GitFile.Kind(rawValue: load(52, UInt8.self))
            else { return nil }
            let flags = load(53, UInt8.self)
            entries.append(
                CheckoutEntry(
                    path: String(decoding: bytes[text..<(text + path)], as: UTF8.self), kind: kind, id: id,
                    code: String(decoding: bytes[(text + path)..<(text + path + code)], as: UTF8.self),
                    isPointer: flags & 1 != 0,
                    signature: FileSignature(
                        inode: load(0, UInt64.self), modified: load(8, Int64.self), changed: load(16, Int64.self)),
                    size: load(24, Int64.self), isSettled: flags & 2 != 0))
            at = text + path + code
        }
        return entries
    }
}
