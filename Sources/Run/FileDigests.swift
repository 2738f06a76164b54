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
    private struct Known: Sendable {
        var content: String?
        /// A file that still has it is not read again; `.none` where that is not known.
        var signature = FileSignature.none
    }

    private var known: [String: Known]

    /// Reads the files at these paths, relative to `root`, on as many threads as the machine has.
    package init(of paths: some Collection<String>, in root: String) {
        let paths = Array(Set(paths))
        let found = Mutex<[String: Known]>([:])
        let pieces = min(paths.count, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        DispatchQueue.concurrentPerform(iterations: pieces) { piece in
            var part: [String: Known] = [:]
            for index in stride(from: piece, to: paths.count, by: pieces) {
                part[paths[index]] = Known(content: contentName(of: "\(root)/\(paths[index])"))
            }
            found.withLock { $0.merge(part) { old, _ in old } }
        }
        known = found.withLock { $0 }
    }

    /// For tests and for values that are known already.
    package init(_ known: [String: String]) { self.known = known.mapValues { Known(content: $0) } }

    /// From a look at the tree that remembers what it has read; `.none` is the signature of a file that may change
    /// without a trace.
    package init(_ files: some Sequence<(path: String, content: String?, signature: FileSignature)>) {
        known = Dictionary(files.map { ($0.path, Known(content: $0.content, signature: $0.signature)) }) { _, new in new }
    }

    /// Kind, executability and digest of a file; nil when there is none.
    package subscript(path: String) -> String? { known[path]?.content }

    /// These and the files at further paths, which are read now.
    package func adding(_ paths: some Collection<String>, in root: String) -> FileDigests {
        var all = self
        all.known.merge(FileDigests(of: paths.filter { known[$0] == nil }, in: root).known) { old, _ in old }
        return all
    }

    /// The paths whose content is no longer the same. Only files that show a trace of a change are read.
    package func changed(in root: String, among paths: [String]) -> [String] {
        let touched = paths.filter { path in
            guard let known = known[path], known.signature != .none else { return true }
            return fileSignature("\(root)/\(path)")?.signature != known.signature
        }
        let now = FileDigests(of: touched, in: root)
        return touched.filter { self[$0] != now[$0] }
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
