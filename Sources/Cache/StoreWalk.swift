/// What is in the store's folders, as the kernel tells it; it knows no kind of object.
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An entry of a folder, a link not followed.
struct WalkedEntry: Hashable, Sendable {
    var name: String
    var kind: FileKind
    /// In bytes.
    var size: Int
    var signature: FileSignature

    var isFile: Bool { if case .file = kind { true } else { false } }
    /// Seconds since 1970.
    var modified: Int64 { signature.modified / 1_000_000_000 }
    var changed: Int64 { signature.changed / 1_000_000_000 }
}

/// The entries of a folder in the order of the disk; none when there is no such folder. What vanishes meanwhile is left
/// out.
func entries(in path: String) -> [WalkedEntry] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    let descriptor = dirfd(folder)
    var entries: [WalkedEntry] = []
    while let entry = readdir(folder) {
        let walked: WalkedEntry? = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) { name in
                if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { return nil }
                var status = stat()
                guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
                return WalkedEntry(String(cString: name), status)
            }
        }
        if let walked { entries.append(walked) }
    }
    return entries
}

/// Nil when there is nothing.
func entry(at path: String) -> WalkedEntry? {
    var status = stat()
    return lstat(path, &status) == 0 ? WalkedEntry(baseName(path), status) : nil
}

extension WalkedEntry {
    fileprivate init(_ name: String, _ status: stat) {
        let kind: FileKind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file(executable: status.st_mode & S_IXUSR != 0)
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
        self.init(
            name: name, kind: kind, size: kind == .folder ? 0 : Int(status.st_size), signature: FileSignature(status))
    }
}

/// A file, or a folder with all in it.
struct WalkedTree: Sendable {
    /// Of the files.
    var count = 0
    var bytes = 0
    /// When the newest of it was written or set to be, in seconds since 1970.
    var modified: Int64 = 0
}

/// Nothing when there is nothing at `path`.
func walkTree(_ path: String, _ root: WalkedEntry?) -> WalkedTree {
    guard let root else { return WalkedTree() }
    var tree = WalkedTree(modified: root.modified)
    guard root.kind == .folder else {
        tree.count = 1
        tree.bytes = root.size
        return tree
    }
    for entry in entries(in: path) {
        let part = walkTree("\(path)/\(entry.name)", entry)
        tree.count += part.count
        tree.bytes += part.bytes
        tree.modified = max(tree.modified, part.modified)
    }
    return tree
}

extension BuildID {
    /// From 64 lower-case hexadecimal digits.
    init?(hexadecimal text: some StringProtocol) {
        var words = SIMD4<UInt64>()
        var index = 0
        for digit in text.utf8 {
            let value: UInt64
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
            guard index < 64 else { return nil }
            let byte = index / 2
            words[byte / 8] |= value << (byte % 8 * 8 + (index % 2 == 0 ? 4 : 0))
            index += 1
        }
        guard index == 64 else { return nil }
        self.init(words: words)
    }
}
