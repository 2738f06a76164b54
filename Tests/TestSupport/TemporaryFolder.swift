/// A folder of its own for one test, gone when the value is; it knows files, not what they mean.
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package final class TemporaryFolder: Sendable {
    /// Without symbolic links on the way, as tools that resolve them will name it.
    package let path: String

    package init() {
        let place = "\(environmentValue("TMPDIR") ?? "/tmp")/pipeline-test-\(uniqueName())"
        try! makeFolder(place)
        let resolved = realpath(place, nil)!
        defer { free(resolved) }
        path = String(cString: resolved)
    }

    deinit { removeTree(path) }

    /// Writes `text` to a file of the folder, making the folders on the way and replacing what is there.
    @discardableResult
    package func write(_ name: String, _ text: String, mode: mode_t = 0o644) -> String {
        let file = "\(path)/\(name)"
        try! makeFolder(parentFolder(of: file))
        removeTree(file)
        try! createFile(file, Array(text.utf8), mode: mode)
        return file
    }

    package func read(_ name: String) -> String? { readText("\(path)/\(name)") }
}

package func environmentValue(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}

package func readText(_ path: String) -> String? {
    (try? readFile(path)).map { String(decoding: $0, as: UTF8.self) }
}
