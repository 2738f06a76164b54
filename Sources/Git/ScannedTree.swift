/// Lists the files beneath a folder that git does not ignore; knows folders and ignore verdicts, no file's content.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A regular file or a symbolic link, as one look at the tree found it.
package struct ScannedFile: Hashable, Sendable {
    /// Relative to the scanned folder, with slashes.
    package let path: String
    /// Bytes; of a link, the length of what it names.
    package let size: Int64
    /// Nanoseconds since 1970: when its content last changed.
    package let modified: Int64
    /// Nanoseconds since 1970: when its content, mode or name last changed.
    package let changed: Int64
    package let inode: UInt64
    /// Type and permissions, as `st_mode`.
    package let mode: UInt32
    package let isSymlink: Bool

    package init(
        path: String, size: Int64, modified: Int64, changed: Int64, inode: UInt64, mode: UInt32, isSymlink: Bool
    ) {
        self.path = path
        self.size = size
        self.modified = modified
        self.changed = changed
        self.inode = inode
        self.mode = mode
        self.isSymlink = isSymlink
    }
}

package struct ScannedTree: Hashable, Sendable {
    /// In byte order of their paths.
    package fileprivate(set) var files: [ScannedFile] = []
    /// The folders in it that are repositories of their own, submodules among them, in the order met.
    package fileprivate(set) var repositories: [String] = []
}

/// Everything beneath `root` that a step could depend on: what git tracks and what it would add. Links are listed
/// and not followed. `.git` is never listed. A nested repository is listed by its own rules. Where there is no
/// repository, or git ignores `root` itself, nothing is ignored. libgit2 is not used, nor is git's environment.
///
/// Throws when a folder cannot be read or a file's name is not UTF-8. What vanishes meanwhile is left out.
package func scanTree(root: String, environment: GitEnvironment) throws(GitError) -> ScannedTree {
    guard let resolved = resolvedPath(root) else { throw unreadable("folder", root) }
    let descriptor = open(resolved, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable("folder", root) }
    defer { close(descriptor) }

    guard let layout = RepositoryLayout.discover(from: resolved) else {
        return try TreeScan.run(resolved, descriptor, environment, [], nil, isTracked: false)
    }
    var ignores = WorkTreeIgnores(layout, environment)
    let prefix = Array(folderPath(resolved, in: layout.workTree).utf8)
    let verdict = try ignores.descend(to: prefix)
    return verdict == .ignored
        ? try TreeScan.run(resolved, descriptor, environment, [], nil, isTracked: false)
        : try TreeScan.run(resolved, descriptor, environment, prefix, ignores, isTracked: verdict == .tracked)
}

private struct TreeScan {
    private let root: String
    private let rootDescriptor: Int32
    private let environment: GitEnvironment
    /// Of the entry being looked at, from the root of the work tree that `root` is in.
    private var path: [UInt8]
    /// How much of `path` stands above `root`.
    private let above: Int
    private var tree = ScannedTree()

    static func run(
        _ root: String, _ descriptor: Int32, _ environment: GitEnvironment, _ prefix: [UInt8],
        _ ignores: WorkTreeIgnores?, isTracked: Bool
    ) throws(GitError) -> ScannedTree {
        var scan = TreeScan(
            root: root, rootDescriptor: descriptor, environment: environment, path: prefix, above: prefix.count)
        var ignores = ignores
        try scan.visit(&ignores, base: 0, inTrackedFolder: isTracked)
        return scan.tree
    }

    /// Lists the folder that `path` names: empty, or with a slash at its end. `base` is how much of `path` stands
    /// above the work tree that `ignores` judges.
    private mutating func visit(
        _ ignores: inout WorkTreeIgnores?, base: Int, inTrackedFolder: Bool
    ) throws(GitError) {
        guard let descriptor = try openFolder() else { return }
        var nested: WorkTreeIgnores?
        let depth = ignores?.depth
        let (listing, found) = try list(descriptor, &ignores, &nested, base, inTrackedFolder: inTrackedFolder)
        for entry in found {
            let length = path.count
            listing.withName(entry.entry) { path.append(contentsOf: $0) }
            if let status = entry.status {
                tree.files.append(try scannedFile(status))
            } else {
                path.append(UInt8(ascii: "/"))
                if nested != nil {
                    try visit(&nested, base: length, inTrackedFolder: entry.isTracked)
                } else {
                    try visit(&ignores, base: base, inTrackedFolder: entry.isTracked)
                }
            }
            path.removeSubrange(length...)
        }
        if let depth { ignores?.leave(to: depth) }
    }

    private struct Found {
        var entry: FolderListing.Entry
        /// Nil for a folder.
        var status: FileStatus?
        var isTracked: Bool
    }

    /// Lists an open folder and closes it, before anyone goes further down: one descriptor at a time, however deep
    /// the tree. `nested` is set when the folder is a repository of its own.
    private mutating func list(
        _ descriptor: Int32, _ ignores: inout WorkTreeIgnores?, _ nested: inout WorkTreeIgnores?, _ base: Int,
        inTrackedFolder: Bool
    ) throws(GitError) -> (FolderListing, [Found]) {
        defer { close(descriptor) }
        guard let listing = FolderListing(descriptor: dup(descriptor)) else { throw unreadable("folder", absolutePath) }
        if path.count > above, listing.contains(".git") { nested = nestedRepository() }
        let found =
            nested != nil
            ? try keptEntries(listing, descriptor, &nested, path.count, inTrackedFolder: false)
            : try keptEntries(listing, descriptor, &ignores, base, inTrackedFolder: inTrackedFolder)
        return (listing, found)
    }

    /// What of a folder is not ignored, with the status of its files.
    private mutating func keptEntries(
        _ listing: FolderListing, _ descriptor: Int32, _ ignores: inout WorkTreeIgnores?, _ base: Int,
        inTrackedFolder: Bool
    ) throws(GitError) -> [Found] {
        if listing.contains(".gitignore") {
            path.withUnsafeBufferPointer { ignores?.enter(UnsafeBufferPointer(rebasing: $0[base...])) }
        }
        var found: [Found] = []
        found.reserveCapacity(listing.entries.count)
        let length = path.count
        for entry in listing.entries where !listing.isNamed(entry, ".git") {
            var verdict = WorkTreeIgnores.Verdict.kept
            if ignores != nil {
                listing.withName(entry) { path.append(contentsOf: $0) }
                defer { path.removeSubrange(length...) }
                verdict = try path.withUnsafeBufferPointer { path throws(GitError) in
                    try ignores!.verdict(
                        UnsafeBufferPointer(rebasing: path[base...]), name: length - base,
                        isFolder: entry.kind == .folder, inTrackedFolder: inTrackedFolder)
                }
                if verdict == .ignored { continue }
            }
            guard entry.kind != .folder else {
                found.append(Found(entry: entry, status: nil, isTracked: verdict == .tracked))
                continue
            }
            var status = stat()
            // A name ends with a zero byte in the listing.
            let result = listing.withName(entry) {
                $0.withMemoryRebound(to: CChar.self) {
                    fstatat(descriptor, $0.baseAddress!, &status, AT_SYMLINK_NOFOLLOW)
                }
            }
            if result == 0 { found.append(Found(entry: entry, status: FileStatus(status), isTracked: false)) }
        }
        return found
    }

    /// Nil when the folder has gone.
    private func openFolder() throws(GitError) -> Int32? {
        guard path.count > above else { return dup(rootDescriptor) }
        let name = path[above...].map { CChar(bitPattern: $0) } + [0]
        let descriptor = openat(rootDescriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if descriptor >= 0 { return descriptor }
        if errno == ENOENT || errno == ENOTDIR || errno == ELOOP { return nil }
        throw unreadable("folder", absolutePath)
    }

    /// When the folder at `path` is the root of a repository that git would take.
    private mutating func nestedRepository() -> WorkTreeIgnores? {
        guard let folder = resolvedPath(absolutePath), let layout = RepositoryLayout(workTree: folder) else {
            return nil
        }
        tree.repositories.append(String(decoding: path[above...].dropLast(), as: UTF8.self))
        return WorkTreeIgnores(layout, environment)
    }

    private func scannedFile(_ status: FileStatus) throws(GitError) -> ScannedFile {
        let relative = path.withUnsafeBufferPointer { String(validating: $0[above...], as: UTF8.self) }
        guard let relative else {
            throw GitError(
                operation: "list the file \(escaped(path[above...]))", code: .invalidName,
                cause: "its name is not UTF-8: rename it, or have git ignore its folder")
        }
        return ScannedFile(
            path: relative, size: status.size, modified: status.modified, changed: status.changed,
            inode: status.inode, mode: status.mode, isSymlink: status.isSymlink)
    }

    private var absolutePath: String { "\(root)/\(String(decoding: path[above...], as: UTF8.self))" }
}

/// The path of `folder` from `workTree` on: empty for itself, else with a slash at its end.
func folderPath(_ folder: String, in workTree: String) -> String {
    guard folder != workTree else { return "" }
    return String(decoding: folder.utf8.dropFirst(workTree == "/" ? 1 : workTree.utf8.count + 1), as: UTF8.self) + "/"
}

private func unreadable(_ kind: String, _ path: String) -> GitError {
    GitError(operation: "read the \(kind) \(path)", code: .unreadable, cause: systemMessage())
}

/// Bytes that are not printed ASCII as `\xNN`.
private func escaped(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.reduce(into: "") { text, byte in
        let digits = String(byte, radix: 16)
        if (0x20...0x7e).contains(byte) {
            text.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            text += byte < 0x10 ? "\\x0\(digits)" : "\\x\(digits)"
        }
    }
}
