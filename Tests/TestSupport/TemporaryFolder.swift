/// A folder of its own for one test, gone when the value is; it knows files, not what they mean.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package final class TemporaryFolder: Sendable {
    package let path: String

    package init() {
        var template = Array("\(environmentValue("TMPDIR") ?? "/tmp")/pipeline-test-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder: \(String(cString: strerror(errno)))")
        // The real path, as tools that resolve links will name it.
        let resolved = realpath(template, nil)!
        defer { free(resolved) }
        path = String(cString: resolved)
    }

    deinit { removeTree(path) }

    /// Writes `text` to a file of the folder, making the folders on the way.
    @discardableResult
    package func write(_ name: String, _ text: String, mode: mode_t = 0o644) -> String {
        let file = "\(path)/\(name)"
        makeFolders(String(file[..<file.lastIndex(of: "/")!]))
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, mode)
        precondition(descriptor >= 0, "cannot write \(file): \(String(cString: strerror(errno)))")
        defer { close(descriptor) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { writeBytes(descriptor, $0.baseAddress!, $0.count) }
            precondition(count > 0, "cannot write \(file): \(String(cString: strerror(errno)))")
            bytes = bytes.dropFirst(count)
        }
        return file
    }

    package func read(_ name: String) -> String? { readText("\(path)/\(name)") }
}

private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

package func environmentValue(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}

package func readText(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { break }
        bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
}

package func makeFolders(_ path: String) {
    guard !path.isEmpty, mkdir(path, 0o755) != 0, errno == ENOENT, let slash = path.lastIndex(of: "/") else { return }
    makeFolders(String(path[..<slash]))
    mkdir(path, 0o755)
}

/// Removes a folder and all in it, read-only folders (as the module cache has) included.
package func removeTree(_ path: String) {
    if let folder = opendir(path) {
        chmod(path, 0o755)
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            var status = stat()
            let child = "\(path)/\(name)"
            guard lstat(child, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR { removeTree(child) } else { unlink(child) }
        }
        closedir(folder)
        rmdir(path)
    } else {
        unlink(path)
    }
}
