/// The content of input files as it was when it was looked at: each file is read once. It knows no key.
import Action
import Dispatch
import Files
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package struct FileDigests: Sendable {
    private var known: [String: String]

    /// Reads the files at these paths, relative to `root`, on as many threads as the machine has.
    package init(of paths: some Collection<String>, in root: String) {
        let paths = Array(Set(paths))
        let found = Mutex<[String: String]>([:])
        let pieces = min(paths.count, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        DispatchQueue.concurrentPerform(iterations: pieces) { piece in
            var part: [String: String] = [:]
            for index in stride(from: piece, to: paths.count, by: pieces) {
                part[paths[index]] = contentName(of: "\(root)/\(paths[index])")
            }
            found.withLock { $0.merge(part) { old, _ in old } }
        }
        known = found.withLock { $0 }
    }

    /// For tests and for values that are known already.
    package init(_ known: [String: String]) { self.known = known }

    /// Kind, executability and digest of a file; nil when there is none.
    package subscript(path: String) -> String? { known[path] }

    /// These and the files at further paths, which are read now.
    package func adding(_ paths: some Collection<String>, in root: String) -> FileDigests {
        var all = self
        all.known.merge(FileDigests(of: paths.filter { known[$0] == nil }, in: root).known) { old, _ in old }
        return all
    }

    /// The paths whose content is no longer the same.
    package func changed(in root: String, among paths: [String]) -> [String] {
        let now = FileDigests(of: paths, in: root)
        return paths.filter { self[$0] != now[$0] }
    }
}

/// `file SHA256`, `program SHA256` or `link TARGET`.
private func contentName(of path: String) -> String? {
    switch fileStatus(path)?.kind {
    case .file(let executable):
        (try? Digest(ofFile: path)).map { "\(executable ? "program" : "file") \($0.sha256)" }
    case .link: readLink(path).map { "link \($0)" }
    case .folder, .other, nil: nil
    }
}
