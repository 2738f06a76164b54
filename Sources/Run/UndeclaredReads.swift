/// Which files a sandboxed step looked for that are there, but not for it; it knows paths, no words for them.
import Files
import Processes
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package final class UndeclaredReads: Sendable {
    /// The repository, and the tree that the step works in: itself or a copy.
    private let roots: [String]
    private let view: SandboxView
    /// Declared files and the folders above them, where the tree is a copy that may be written to; relative to the root.
    private let copied: Set<String>?
    /// What the step makes may be there from before; relative to the root.
    private let outputs: Set<String>
    /// The store is the house's own affair.
    private let store: String
    private let state = Mutex((seen: Set<String>(), found: [String]()))

    init(repository: String, tree: String, view: SandboxView, copied: Set<String>?, outputs: Set<String>, store: String) {
        roots = repository == tree ? [repository] : [tree, repository]
        self.view = view
        self.copied = copied
        self.outputs = outputs
        self.store = store
    }

    /// Relative to the root, or absolute for those outside of it; in the order of the first look.
    package var found: [String] { state.withLock { $0.found } }

    /// Takes note of a look at a path, absolute and perhaps with `.` and `..` in it.
    func note(_ path: String) {
        let path = normalized(path)
        guard state.withLock({ $0.seen.insert(path).inserted }) else { return }
        guard let name = undeclared(path) else { return }
        state.withLock { state in if !state.found.contains(name), state.found.count < 100 { state.found.append(name) } }
    }

    /// For where the kernel tells nothing: what a step said may name files that it missed.
    func search(_ lines: [String], directory: String) {
        let signs = Set<Character>([" ", "\t", "\"", "'", "`", ":", ",", ";", "(", ")", "[", "]", "<", ">", "=", "|"])
        for line in lines.prefix(10_000) {
            for word in line.split(whereSeparator: signs.contains) where word.contains("/") || word.contains(".") {
                note(word.hasPrefix("/") ? String(word) : "\(directory)/\(word)")
            }
        }
    }

    private func undeclared(_ path: String) -> String? {
        for root in roots where path.hasPrefix("\(root)/") {
            let relative = String(path.dropFirst(root.utf8.count + 1))
            if let copied, root == roots[0] {
                if copied.contains(relative) { return nil }
            } else if view.shows(path) {
                return shownLink(path)
            }
            guard !outputs.contains(relative), let kind = fileStatus("\(roots.last!)/\(relative)")?.kind else { return nil }
            return kind == .folder ? "\(relative)/" : relative
        }
        guard !path.hasPrefix("\(store)/"), !systemFolders.contains(where: { path.hasPrefix("/\($0)/") }), !view.shows(path),
            case .file? = fileStatus(path, followingLink: true)?.kind
        else { return nil }
        return path
    }

    /// A declared link may lead to what is not.
    private func shownLink(_ path: String) -> String? {
        guard fileStatus(path)?.kind == .link, let target = realpath(path, nil) else { return nil }
        defer { free(target) }
        let real = String(cString: target)
        return real == path ? nil : undeclared(real)
    }
}

/// Programs look for settings there all the time, and do without.
private let systemFolders = [
    "bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "run", "sbin", "sys", "usr", "var",
]

/// Without empty elements, `.` and `..`.
private func normalized(_ path: String) -> String {
    var elements: [Substring] = []
    for element in path.split(separator: "/") where element != "." {
        if element == ".." { _ = elements.popLast() } else { elements.append(element) }
    }
    return "/" + elements.joined(separator: "/")
}
