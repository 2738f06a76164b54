/// Remembers the hash of each unpacked module for as long as nothing in its tree is touched; a file in the store.
import Action
import Files
import Go

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// One sealed text file: the SHA-256 of what follows, then a line `PATH VERSION STATE HASH` for each module. What
/// cannot be read is not known. A run that adds to it does so under a lock, so that no other's entries are lost.
package struct KnownHashes: Sendable {
    struct Entry: Hashable, Sendable {
        /// `UnpackedTree.state`.
        var state: String
        /// `h1:…`.
        var hash: String
    }

    /// For files on their way to their place.
    private let temporary: String
    private let path: String

    /// `temporary` is a folder of the same file system.
    package init(path: String, temporary: String) {
        self.path = path
        self.temporary = temporary
    }

    func load() -> [ModuleVersion: Entry] {
        guard let sealed = try? readFile(path), sealed.count > 64, sealed[64] == UInt8(ascii: "\n") else { return [:] }
        let text = sealed[65...]
        guard Array(Digest(of: text).sha256.utf8) == Array(sealed[..<64]) else { return [:] }
        var entries: [ModuleVersion: Entry] = [:]
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            guard words.count == 4 else { continue }
            entries[ModuleVersion(path: words[0], version: words[1])] = Entry(state: words[2], hash: words[3])
        }
        return entries
    }

    /// Those of modules that are gone from the cache are forgotten.
    func remember(_ new: [ModuleVersion: Entry], in cache: ModuleCache) throws(FileError) {
        try makeFolder(parentFolder(of: path))
        let lock = try FileLock.waiting(at: "\(path).lock", .exclusive)
        defer { lock.release() }
        let entries = load().merging(new) { $1 }.filter { module, _ in
            cache.folder(of: module).flatMap { fileStatus($0) } != nil
        }
        let text = entries.map { "\($0.key.path) \($0.key.version) \($0.value.state) \($0.value.hash)\n" }.sorted()
        let bytes = Array(text.joined().utf8)
        let beside = "\(temporary)/\(uniqueName())"
        defer { unlink(beside) }
        try createFile(beside, Array("\(Digest(of: bytes).sha256)\n".utf8) + bytes, mode: 0o644)
        guard rename(beside, path) == 0 else { throw FileError(operation: "rename to", path: path) }
    }
}
