/// Asks the kernel for a file's status and bytes; knows nothing of git.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What tells one state of a file from another without reading it.
struct FileStatus: Hashable, Sendable {
    var size: Int64
    /// Nanoseconds since 1970.
    var modified: Int64
    /// Nanoseconds since 1970.
    var changed: Int64
    var inode: UInt64
    var device: UInt64
    var owner: UInt32
    /// Type and permissions, as `st_mode`.
    var mode: UInt32

    init(_ status: stat) {
        size = Int64(status.st_size)
        #if canImport(Glibc)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
        #else
        modified = Int64(status.st_mtimespec.tv_sec) * 1_000_000_000 + Int64(status.st_mtimespec.tv_nsec)
        changed = Int64(status.st_ctimespec.tv_sec) * 1_000_000_000 + Int64(status.st_ctimespec.tv_nsec)
        #endif
        inode = UInt64(status.st_ino)
        device = UInt64(truncatingIfNeeded: status.st_dev)
        owner = UInt32(status.st_uid)
        mode = UInt32(status.st_mode)
    }

    /// Of the path itself: a symbolic link is not followed. Nil when there is nothing.
    init?(at path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    var isFolder: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFDIR) }
    var isFile: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFREG) }
    var isSymlink: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFLNK) }

    /// One line that changes when the file does.
    var fingerprint: String { "\(size) \(modified) \(changed) \(inode)" }
}

/// The bytes of a regular file; nil when there is no such file or it cannot be read.
func readFile(_ path: String, followsLinks: Bool = true) -> [UInt8]? {
    // Not blocking: a pipe of that name must not hold the caller up.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW))
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return readFile(descriptor: descriptor)
}

/// The bytes of an open regular file; nil when it is not one, or a read fails.
func readFile(descriptor: Int32) -> [UInt8]? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, FileStatus(status).isFile else { return nil }
    var bytes: [UInt8] = []
    // One byte more than it holds, so that the common case sees the end in its second read.
    var chunk = [UInt8](repeating: 0, count: max(Int(status.st_size), 512) + 1)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count == 0 { return bytes }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return nil }
        bytes += chunk[..<count]
    }
}

/// The first line of a small file, as git's own pointers are written.
func readLine(ofFile path: String) -> String? {
    guard let bytes = readFile(path) else { return nil }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }, as: UTF8.self)
}

/// The absolute path without links, `.` or `..`; nil when nothing is there.
func resolvedPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// `path` itself when absolute, else beneath `folder`.
func path(_ path: String, from folder: String) -> String {
    path.hasPrefix("/") ? path : "\(folder)/\(path)"
}

/// The folder that holds an absolute path; nil for the root.
func parent(of path: String) -> String? {
    guard path != "/", let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// What the last failed call said.
func systemMessage() -> String { String(cString: strerror(errno)) }
