/// Folders, links and whole trees; it knows paths, not what is in the files.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The kind of a directory entry, a link not followed.
package enum FileKind: Hashable, Sendable {
    case file(executable: Bool)
    case folder
    case link
    case other
}

package struct FileStatus: Hashable, Sendable {
    package var kind: FileKind
    /// In bytes.
    package var size: Int
}

/// Nil when there is nothing at `path`.
package func fileStatus(_ path: String, followingLink: Bool = false) -> FileStatus? {
    var status = stat()
    guard (followingLink ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
    let kind: FileKind =
        switch status.st_mode & S_IFMT {
        case S_IFREG: .file(executable: status.st_mode & S_IXUSR != 0)
        case S_IFDIR: .folder
        case S_IFLNK: .link
        default: .other
        }
    return FileStatus(kind: kind, size: Int(status.st_size))
}

/// Makes a folder and those above it; one that is there already is fine.
package func makeFolder(_ path: String) throws(FileError) {
    guard mkdir(path, 0o755) != 0, errno != EEXIST else { return }
    guard errno == ENOENT else { throw FileError(operation: "make folder", path: path) }
    try makeFolder(parentFolder(of: path))
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw FileError(operation: "make folder", path: path) }
}

/// Makes a folder that only its owner may look into; the one above it is there.
package func makePrivateFolder(_ path: String) throws(FileError) {
    guard mkdir(path, 0o700) == 0 else { throw FileError(operation: "make folder", path: path) }
}

/// The target of a symbolic link; nil when there is no link.
package func readLink(_ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes {
        readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
    }
    return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
}

/// Names in a folder, in the order of the disk; nil when it cannot be read.
package func names(in path: String) -> [String]? {
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}

/// Paths of everything below a folder that is no folder itself, relative to it.
package func filesBelow(_ root: String) throws(FileError) -> [String] {
    var found: [String] = []
    var folders = [""]
    while let folder = folders.popLast() {
        let place = folder.isEmpty ? root : "\(root)/\(folder)"
        guard let names = names(in: place) else { throw FileError(operation: "read folder", path: place) }
        for name in names {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            if fileStatus("\(root)/\(path)")?.kind == .folder { folders.append(path) } else { found.append(path) }
        }
    }
    return found
}

/// Removes what is at `path`, a folder with all in it, read-only folders included. What cannot be removed is left.
package func removeTree(_ path: String) {
    guard fileStatus(path)?.kind == .folder else {
        unlink(path)
        return
    }
    chmod(path, 0o755)
    for name in names(in: path) ?? [] { removeTree("\(path)/\(name)") }
    rmdir(path)
}

package func parentFolder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

package func baseName(_ path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
}

/// Unique among all processes that share a folder.
package func uniqueName() -> String {
    "\(getpid())-" + String(UInt64.random(in: .min ... .max), radix: 36)
}

/// As execvp would: a name with a slash is a path from `directory`, any other is looked for in `path`.
package func findProgram(_ name: String, path: String, directory: String) -> String? {
    if name.contains("/") {
        let program = name.hasPrefix("/") ? name : "\(directory)/\(name)"
        return isProgram(program) ? program : nil
    }
    return path.split(separator: ":").lazy.map { "\($0)/\(name)" }.first(where: isProgram)
}

private func isProgram(_ path: String) -> Bool {
    guard case .file = fileStatus(path, followingLink: true)?.kind else { return false }
    return access(path, X_OK) == 0
}
