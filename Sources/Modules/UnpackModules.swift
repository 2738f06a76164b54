/// Unpacks zips of the module cache as the go command does, those whose content is what go.sum says; all others are left
/// to the go command, which has the words for what is wrong with them.
///
/// The go command reads a zip twice, for its hash and for its files, and `verifyModules` the files once more; here
/// each file is hashed while it is written. Source of what it makes of a zip: golang.org/x/mod/zip and
/// src/cmd/go/internal/modfetch/fetch.go in GOROOT.
import Action
import Deflate
import Files
import Go

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Those of `expected` that have been unpacked now, on all of the machine's processors; blocks. `temporary` is a folder
/// of the module cache's file system.
@discardableResult
package func unpackModules(
    _ expected: [ExpectedModule], in cache: ModuleCache, temporary: String, known: KnownHashes
) -> Set<ModuleVersion> {
    var unpacked: [ModuleVersion: KnownHashes.Entry] = [:]
    for expected in expected {
        guard let folder = cache.folder(of: expected.module), fileStatus(folder) == nil,
            let zip = cache.download(of: expected.module, "zip"), let bytes = try? readFile(zip),
            let content = ModuleZip(bytes, of: expected.module)
        else { continue }
        let beside = "\(temporary)/\(uniqueName())"
        defer { removeTree(beside) }
        guard let hash = content.unpack(to: beside), expected.hashes.contains(hash),
            (try? put(beside, at: folder, hash, of: expected.module, cache)) == true
        else { continue }
        // Whoever makes a file knows its content: no other look is needed.
        if let tree = try? UnpackedTree(at: folder, listingFiles: false) {
            unpacked[expected.module] = KnownHashes.Entry(state: tree.state, hash: hash)
        }
    }
    if !unpacked.isEmpty { try? known.remember(unpacked, in: cache) }
    return Set(unpacked.keys)
}

/// False when somebody else was faster. The lock is the go command's own for this module.
private func put(
    _ unpacked: String, at folder: String, _ hash: String, of module: ModuleVersion, _ cache: ModuleCache
) throws(FileError) -> Bool {
    guard let lock = cache.download(of: module, "lock"), let zipHash = cache.download(of: module, "ziphash"),
        let partial = cache.download(of: module, "partial")
    else { return false }
    let held = try FileLock.waiting(at: lock, .exclusive)
    defer { held.release() }
    guard fileStatus(folder) == nil, fileStatus(partial) == nil else { return false }
    try makeFolder(parentFolder(of: folder))
    // Without this file the go command asks for the zip again.
    unlink(zipHash)
    try createFile(zipHash, Array(hash.utf8), mode: 0o644)
    guard rename(unpacked, folder) == 0 else { throw FileError(operation: "rename to", path: folder) }
    // Only now: a folder that cannot be written to cannot be moved either.
    chmod(folder, 0o555)
    return true
}

/// A zip with nothing in it but the files of one module.
private struct ModuleZip: Sendable {
    private struct File {
        /// Within the module.
        var name: String
        var isDeflated: Bool
        var size: Int
        var stored: Range<Int>
    }

    /// The go command's own bound of a module's content, in bytes.
    private static let limit = 500 << 20

    private let bytes: [UInt8]
    private let module: ModuleVersion
    private var files: [File] = []

    /// Nil for everything out of the ordinary.
    init?(_ bytes: [UInt8], of module: ModuleVersion) {
        guard let directory = ZipDirectory(bytes) else { return nil }
        self.bytes = bytes
        self.module = module
        let prefix = Array("\(module)/".utf8)
        // Two names that a file system which does not tell cases apart takes for one.
        var folded: Set<String> = []
        var total = 0
        for entry in directory.entries {
            guard entry.name.starts(with: prefix), entry.flags & 1 == 0, entry.method == 0 || entry.method == 8,
                entry.method == 8 || entry.storedSize == entry.size,
                let name = String(validating: entry.name.dropFirst(prefix.count), as: UTF8.self), isPlain(name),
                folded.insert(name.lowercased()).inserted, let stored = ZipDirectory.stored(entry, in: bytes)
            else { return nil }
            total += entry.size
            guard total <= ModuleZip.limit else { return nil }
            files.append(File(name: name, isDeflated: entry.method == 8, size: entry.size, stored: stored))
        }
        guard !files.isEmpty else { return nil }
    }

    /// Makes the folder, and says the hash of what it made; nil when something is wrong with the zip or the disk.
    func unpack(to root: String) -> String? {
        let folders = Set(files.map { parentFolder(of: "\(root)/\($0.name)") })
        guard (try? folders.forEach { (folder) throws(FileError) in try makeFolder(folder) }) != nil else { return nil }
        let hashes = inParallel(files.count) { try? unpack(files[$0], to: "\(root)/\(files[$0].name)") }
        var listed: [(name: String, sha256: String)] = []
        for (file, hash) in zip(files, hashes) {
            guard let hash = hash ?? nil else { return nil }
            listed.append((file.name, hash))
        }
        closeFolders(below: root, folders)
        return moduleHash(prefix: "\(module)", files: listed)
    }

    /// SHA-256 of the file; nil when it is not what its header says.
    private func unpack(_ file: File, to path: String) throws(FileError) -> String? {
        let content: [UInt8]?
        if file.isDeflated {
            content = bytes.withUnsafeBytes { inflated(UnsafeRawBufferPointer(rebasing: $0[file.stored]), size: file.size) }
        } else {
            content = Array(bytes[file.stored])
        }
        guard let content else { return nil }
        try createFile(path, content, mode: 0o444)
        return Digest(of: content).sha256
    }

    /// As the go command leaves them, but for the outermost, which is yet to be moved.
    private func closeFolders(below root: String, _ folders: Set<String>) {
        var all: Set<String> = []
        for folder in folders {
            var folder = folder
            while folder.utf8.count > root.utf8.count, all.insert(folder).inserted { folder = parentFolder(of: folder) }
        }
        for folder in all { chmod(folder, 0o555) }
    }
}

/// Of a file of a module: no way out of its folder, and nothing that some system would not take as a name.
private func isPlain(_ name: String) -> Bool {
    name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { element in
        !element.isEmpty && element != "." && element != ".." && !element.hasSuffix(".")
            && element.utf8.allSatisfy { $0 >= 32 && $0 != 127 && !Set("\"'*<>?`|/\\:".utf8).contains($0) }
    }
}
