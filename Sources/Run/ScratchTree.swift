/// A copy of the repository for a step that writes: filled from it, compared with it. It knows files, not Go.
import Action
import Diagnostics
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package struct ScratchTree: Sendable {
    let path: String

    package init(path: String) { self.path = path }

    /// Makes the tree hold exactly `files` of `root`. What is the same already is left alone.
    ///
    /// Times follow from content, and those of folders are all the same: Go's test cache takes a file that a test opened
    /// for the same if path, size, mode and time are, and looks at the time of a folder that it listed, too
    /// (`hashOpen` in src/cmd/go/internal/test/test.go of GOROOT). So its answers hold in any later copy.
    package func fill(from root: String, files: [String]) throws {
        try makeFolder(path)
        let wanted = Set(files)
        for old in try filesBelow(path) where !wanted.contains(old) { unlink("\(path)/\(old)") }
        for file in files { try copy(file, from: root) }
        let folders = Set(files.flatMap(foldersAbove))
        try settleFolders("", wanted: folders)
    }

    private func copy(_ file: String, from root: String) throws {
        let (source, target) = ("\(root)/\(file)", "\(path)/\(file)")
        guard let status = fileStatus(source) else { return removeTree(target) }  // Deleted: absent here too.
        if status.kind == .link {
            guard let link = readLink(source) else { return }
            if readLink(target) != link {
                removeTree(target)
                try makeFolder(parentFolder(of: target))
                guard symlink(link, target) == 0 else { throw FileError(operation: "link", path: target) }
            }
            return try setTime(contentTime(sha256: Digest(of: Array(link.utf8)).sha256, isExecutable: false)!, of: target)
        }
        let content = try readFile(source)
        let executable = status.kind == .file(executable: true)
        let mode: mode_t = executable ? 0o755 : 0o644
        if let present = fileStatus(target), present != status || permissions(of: target) != mode
            || (try? readFile(target)) != content
        {
            removeTree(target)
        }
        if fileStatus(target) == nil {
            try makeFolder(parentFolder(of: target))
            try createFile(target, content, mode: mode)
        }
        try setTime(contentTime(sha256: Digest(of: content).sha256, isExecutable: executable)!, of: target)
    }

    /// Gives every folder the one time; those that hold nothing that is wanted go.
    private func settleFolders(_ folder: String, wanted: Set<String>) throws {
        let place = folder.isEmpty ? path : "\(path)/\(folder)"
        for name in names(in: place) ?? [] {
            let inner = folder.isEmpty ? name : "\(folder)/\(name)"
            guard fileStatus("\(path)/\(inner)")?.kind == .folder else { continue }
            if wanted.contains(inner) {
                try settleFolders(inner, wanted: wanted)
            } else {
                removeTree("\(path)/\(inner)")
            }
        }
        try setTime(firstTime, of: place)
    }

    /// One unified diff a file that differs: changed, new or deleted.
    func differences(from root: String, files: [String]) throws -> [String] {
        try changes(from: root, files).map { difference(of: $0.file, from: $0.old, to: $0.new) }
    }

    /// Makes the files of `root` what they are in the tree, each whole or not at all: new, changed, gone. Their paths.
    func replaceFiles(of root: String, files: [String]) throws -> [String] {
        let changes = try changes(from: root, files)
        for (file, _, new) in changes {
            let place = "\(root)/\(file)"
            guard let new else {
                unlink(place)
                continue
            }
            let beside = "\(place).\(uniqueName())"
            try makeFolder(parentFolder(of: place))
            if new.mode == linkMode {
                guard symlink(String(decoding: new.content, as: UTF8.self), beside) == 0 else {
                    throw FileError(operation: "link", path: beside)
                }
            } else {
                try createFile(beside, new.content, mode: new.mode == programMode ? 0o755 : 0o644)
            }
            guard rename(beside, place) == 0 else { throw FileError(operation: "rename to", path: place) }
        }
        return changes.map(\.file)
    }

    private func changes(from root: String, _ files: [String]) throws -> [(file: String, old: Entry?, new: Entry?)] {
        let before = Set(files.filter { fileStatus("\(root)/\($0)") != nil })
        var changes: [(file: String, old: Entry?, new: Entry?)] = []
        // A folder that has become a link to another holds nothing.
        let after = Set(try filesBelow(path))
        for file in before.union(after).sorted() {
            let old = before.contains(file) ? try entry("\(root)/\(file)") : nil
            let new = after.contains(file) ? try entry("\(path)/\(file)") : nil
            if old != new { changes.append((file, old, new)) }
        }
        return changes
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
        if kind == .link { return Entry(mode: linkMode, content: Array((readLink(path) ?? "").utf8)) }
        return Entry(mode: kind == .file(executable: true) ? programMode : "100644", content: try readFile(path))
    }
}

private let linkMode = "120000"
private let programMode = "100755"

/// `a` and `a/b` of `a/b/c`.
private func foldersAbove(_ file: String) -> [String] {
    file.indices.filter { file[$0] == "/" }.map { String(file[..<$0]) }
}

private func permissions(of path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}
