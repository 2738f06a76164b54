/// Sums up what git's answers about a repository depend on, so that they can be kept; reads files, never libgit2.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What the description of a commit and the state of a work tree derive from, beside the work tree's own files:
///
/// - `head()` is a function of `commit`;
/// - `describe()` of `commit`, `references` and whether the tree is dirty;
/// - `isDirty()` of `commit`, `index` and the files of `scanTree` from the work tree's root;
/// - `hasUntracked()` of `index`, those files and the repository's ignore rules.
package struct GitFingerprint: Hashable, Sendable {
    /// The id of HEAD's commit in hexadecimal; nil before the first one.
    package let commit: String?
    /// Tags, packed references and where a shallow clone ends.
    package let references: String
    /// The index, by its own checksum too.
    package let index: String

    package init(_ layout: RepositoryLayout) {
        commit = resolve("HEAD", layout)
        let common = layout.commonDirectory
        var lines = ["packed-refs", "shallow"].map { "\($0) \(FileStatus(at: "\(common)/\($0)")?.fingerprint ?? "-")" }
        listLooseReferences("refs/tags", common, &lines)
        references = lines.joined(separator: "\n")
        let file = "\(layout.gitDirectory)/index"
        index = FileStatus(at: file).map { "\($0.fingerprint) \(lastBytes(20, of: file))" } ?? "-"
    }

    /// All of it in one stable text.
    package var text: String { "commit \(commit ?? "-")\n\(references)\nindex \(index)\n" }
}

/// The commit that a reference leads to, in the loose file or in the packed ones.
private func resolve(_ name: String, _ layout: RepositoryLayout, depth: Int = 0) -> String? {
    // As far as git follows references that name references.
    guard depth <= 5 else { return nil }
    let isOwn = name == "HEAD" || name.hasPrefix("refs/worktree/") || name.hasPrefix("refs/bisect/")
    let folder = isOwn ? layout.gitDirectory : layout.commonDirectory
    guard let line = readLine(ofFile: "\(folder)/\(name)") else { return packedCommit(name, layout) }
    let prefix = "ref: "
    return line.hasPrefix(prefix) ? resolve(String(line.dropFirst(prefix.count)), layout, depth: depth + 1) : line
}

private func packedCommit(_ name: String, _ layout: RepositoryLayout) -> String? {
    guard let text = readFile("\(layout.commonDirectory)/packed-refs") else { return nil }
    let wanted = Array(" \(name)".utf8)
    return text.split(separator: UInt8(ascii: "\n")).first { $0.suffix(wanted.count).elementsEqual(wanted) }
        .map { String(decoding: $0.dropLast(wanted.count), as: UTF8.self) }
}

/// A loose reference is never written in place: its inode and times tell one state from the next.
private func listLooseReferences(_ name: String, _ common: String, _ lines: inout [String]) {
    let descriptor = open("\(common)/\(name)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0, let listing = FolderListing(descriptor: descriptor) else { return }
    for entry in listing.entries {
        let path = listing.withName(entry) { "\(name)/\(String(decoding: $0, as: UTF8.self))" }
        if entry.kind == .folder {
            listLooseReferences(path, common, &lines)
        } else {
            lines.append("\(path) \(FileStatus(at: "\(common)/\(path)")?.fingerprint ?? "-")")
        }
    }
}

/// In hexadecimal. The index ends with the checksum of all before it.
private func lastBytes(_ count: Int, of file: String) -> String {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "-" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: count)
    guard lseek(descriptor, off_t(-count), SEEK_END) >= 0, read(descriptor, &bytes, count) == count else { return "-" }
    return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
