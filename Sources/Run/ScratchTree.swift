/// A copy of the repository for a step that writes: filled from it, compared with it. It knows files, not Go.
import Diagnostics
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct ScratchTree: Sendable {
    let path: String

    /// Makes the tree hold exactly `files` of `root`. What is the same already is left alone, times included.
    func fill(from root: String, files: [String]) throws {
        try makeFolder(path)
        let wanted = Set(files)
        for old in try filesBelow(path) where !wanted.contains(old) { unlink("\(path)/\(old)") }
        for file in files { try copy(file, from: root) }
    }

    private func copy(_ file: String, from root: String) throws {
        let (source, target) = ("\(root)/\(file)", "\(path)/\(file)")
        guard let status = fileStatus(source) else { return removeTree(target) }  // Deleted: absent here too.
        if status.kind == .link {
            guard let link = readLink(source), readLink(target) != link else { return }
            removeTree(target)
            try makeFolder(parentFolder(of: target))
            guard symlink(link, target) == 0 else { throw FileError(operation: "link", path: target) }
            return
        }
        let content = try readFile(source)
        if let present = fileStatus(target) {
            if present == status, try readFile(target) == content { return }
            removeTree(target)
        }
        try makeFolder(parentFolder(of: target))
        try createFile(target, content, mode: status.kind == .file(executable: true) ? 0o755 : 0o644)
    }

    /// One unified diff a file that differs: changed, new or deleted.
    func differences(from root: String, files: [String]) throws -> [String] {
        let before = Set(files.filter { fileStatus("\(root)/\($0)") != nil })
        var differences: [String] = []
        for file in before.union(try filesBelow(path)).sorted() {
            let old = before.contains(file) ? try entry("\(root)/\(file)") : nil
            let new = try entry("\(path)/\(file)")
            if old != new { differences.append(difference(of: file, from: old, to: new)) }
        }
        return differences
    }

    /// In the words of git, with its modes: `100755` is a program, `120000` a symbolic link.
    private func difference(of file: String, from old: Entry?, to new: Entry?) -> String {
        let names = (old == nil ? "/dev/null" : "a/\(file)", new == nil ? "/dev/null" : "b/\(file)")
        var text = ""
        if let old, let new, old.mode != new.mode {
            text = "diff a/\(file) b/\(file)\nold mode \(old.mode)\nnew mode \(new.mode)\n"
            if old.content == new.content { return text }
        }
        guard let (oldText, newText) = texts(old?.content ?? [], new?.content ?? []) else {
            return text + "Binary files \(names.0) and \(names.1) differ\n"
        }
        let difference = unifiedDiff(from: oldText, named: names.0, to: newText, named: names.1)
        return text + (difference.isEmpty ? "--- \(names.0)\n+++ \(names.1)\n" : difference)
    }

    private struct Entry: Equatable {
        var mode: String
        /// Of a symbolic link its target.
        var content: [UInt8]
    }

    private func texts(_ old: [UInt8], _ new: [UInt8]) -> (String, String)? {
        guard let oldText = String(validating: old, as: UTF8.self), let newText = String(validating: new, as: UTF8.self),
            !old.contains(0), !new.contains(0)
        else { return nil }
        return (oldText, newText)
    }

    /// Nil when there is nothing.
    private func entry(_ path: String) throws -> Entry? {
        guard let kind = fileStatus(path)?.kind else { return nil }
        if kind == .link { return Entry(mode: "120000", content: Array((readLink(path) ?? "").utf8)) }
        return Entry(mode: kind == .file(executable: true) ? "100755" : "100644", content: try readFile(path))
    }
}
