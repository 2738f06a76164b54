/// Looks at every file that git does not ignore, and reads only those that changed since they were last looked at.
import Action
import Dispatch
import Files
import Git
import Go
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package struct WorkTree: Sendable {
    /// In byte order of their paths.
    package var files: [ScannedFile]
    /// SHA-256 over all paths, kinds and contents, in hexadecimal.
    package var fingerprint: String
    /// Of each file; empty while nothing has changed and nobody has asked: see `contents`.
    fileprivate var known: [FileContent]?
    /// The table that says so, to be kept.
    package var table: [UInt8]
    /// The table is another than the one that was remembered.
    package var isNews: Bool
    /// When the look began, in nanoseconds since 1970.
    package var start: Int64
}

extension WorkTree {
    /// Of each file, in the order of `files`; nil for one that could not be read.
    package var contents: [FileContent?] {
        if let known { return known.map { $0.sha256.isEmpty ? nil : $0 } }
        var contents: [FileContent?] = []
        contents.reserveCapacity(files.count)
        table.withUnsafeBytes { bytes in
            guard var reader = TreeTable.Reader(bytes) else { return }
            while !reader.isAtEnd {
                let content = reader.content
                contents.append(content.sha256.isEmpty ? nil : content)
                reader.next()
            }
        }
        return contents
    }
}

/// `remembered` is the `table` of an earlier look at the same tree; anything else is as good as none.
package func lookAtWorkTree(
    root: String, environment: GitEnvironment, remembered: [UInt8]?
) throws(GitError) -> WorkTree {
    let start = now()
    return lookAtWorkTree(root: root, files: try scanTree(root: root, environment: environment).files, remembered, start)
}

/// The same where it is known which files there are, as they were found just now. `written`: what is in them, for those
/// that whoever says so has written; as many as files, or none at all.
package func lookAtWorkTree(
    root: String, files: [ScannedFile], written: [FileContent?], remembered: [UInt8]?
) -> WorkTree {
    let start = files.map(\.changed).max().map { max($0, now()) } ?? now()
    return lookAtWorkTree(root: root, files: files, written: written, remembered, start)
}

private func lookAtWorkTree(
    root: String, files: [ScannedFile], written: [FileContent?] = [], _ remembered: [UInt8]?, _ start: Int64
) -> WorkTree {
    if let remembered, let fingerprint = fingerprintIfUnchanged(files, remembered) {
        return WorkTree(files: files, fingerprint: fingerprint, table: remembered, isNews: false, start: start)
    }
    let contents = contents(of: files, written, root, remembered ?? [])
    let fingerprint = fingerprint(files, contents)
    let entries = zip(files, contents).map { file, content in
        // A file that could not be read is looked at again.
        let isTrusted = !content.sha256.isEmpty && file.signature.isSettled(at: start)
        return (
            path: file.path,
            entry: TreeEntry(
                signature: isTrusted ? file.signature : .none, size: file.size, mode: file.mode,
                content: content.sha256.isEmpty
                    ? FileContent(sha256: String(repeating: " ", count: 64))
                    : content)
        )
    }
    return WorkTree(
        files: files, fingerprint: fingerprint, known: contents,
        table: TreeTable.encode(entries, fingerprint: fingerprint), isNews: true, start: start)
}

extension ScannedFile {
    package var signature: FileSignature { FileSignature(inode: inode, modified: modified, changed: changed) }
}

/// Nil when any file differs from the table in anything, or was not settled when the table was made.
private func fingerprintIfUnchanged(_ files: [ScannedFile], _ table: [UInt8]) -> String? {
    table.withUnsafeBytes { bytes -> String? in
        guard var reader = TreeTable.Reader(bytes), reader.count == files.count else { return nil }
        for file in files {
            guard !reader.isAtEnd, reader.isOf(file) else { return nil }
            reader.next()
        }
        return reader.isAtEnd ? reader.fingerprint : nil
    }
}

extension TreeTable.Reader {
    /// The file is the very one of the table, by its status alone.
    fileprivate func isOf(_ file: ScannedFile) -> Bool {
        signature == file.signature && size == file.size && mode == file.mode && order(file) == 0
    }

    /// Below zero when the entry's path comes before the file's.
    fileprivate func order(_ file: ScannedFile) -> Int {
        var name = file.path
        return name.withUTF8 { name in
            let difference = memcmp(path.baseAddress!, name.baseAddress!, min(path.count, name.count))
            return difference != 0 ? Int(difference) : path.count - name.count
        }
    }
}

/// Takes what is known, from the table what has not changed, and reads the rest, on as many threads as the machine has.
/// An empty digest is that of a file that cannot be read.
private func contents(
    of files: [ScannedFile], _ written: [FileContent?], _ root: String, _ table: [UInt8]
) -> [FileContent] {
    var contents = [FileContent](
        repeating: FileContent(sha256: ""), count: files.count)
    var unknown: [Int] = []
    table.withUnsafeBytes { bytes in
        var reader = TreeTable.Reader(bytes)
        for (index, file) in files.enumerated() {
            if !written.isEmpty, let content = written[index] {
                contents[index] = content
                continue
            }
            while let current = reader, !current.isAtEnd, current.order(file) < 0 { reader!.next() }
            if let reader, !reader.isAtEnd, reader.isOf(file) {
                contents[index] = reader.content
            } else {
                unknown.append(index)
            }
        }
    }
    guard !unknown.isEmpty else { return contents }
    let pieces = min(unknown.count, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let found = Mutex(contents)
    let missing = unknown
    DispatchQueue.concurrentPerform(iterations: pieces) { piece in
        var part: [(Int, FileContent)] = []
        for place in stride(from: piece, to: missing.count, by: pieces) {
            let index = missing[place]
            if let content = read(files[index], root) { part.append((index, content)) }
        }
        found.withLock { found in for (index, content) in part { found[index] = content } }
    }
    return found.withLock { $0 }
}

private func read(_ file: ScannedFile, _ root: String) -> FileContent? {
    let path = "\(root)/\(file.path)"
    if file.isSymlink { return readLink(path).map { FileContent(sha256: Digest(of: Array($0.utf8)).sha256) } }
    guard file.path.hasSuffix(".go") else { return (try? Digest(ofFile: path)).map { FileContent(sha256: $0.sha256) } }
    guard let bytes = try? readFile(path) else { return nil }
    return FileContent(ofGoFile: bytes, sha256: Digest(of: bytes).sha256)
}

extension FileContent {
    /// Of a Go file, whatever its name.
    package init(ofGoFile bytes: [UInt8], sha256: String) {
        let head = scanGoHead(bytes)
        self.init(
            sha256: sha256, head: head.listingKey(sha256), hasEmbeds: !head.embedPatterns.isEmpty,
            hasDirectives: !head.generateDirectives.isEmpty)
    }

    /// Of anything else.
    package init(sha256: String) { self.init(sha256: sha256, head: "", hasEmbeds: false, hasDirectives: false) }
}

extension GoHead {
    /// 32 hexadecimal digits over everything in the file that `go list` looks at. Where there is no package clause
    /// the whole content counts: the go command says what is wrong with it.
    fileprivate func listingKey(_ content: String) -> String {
        guard let packageName else { return String(content.prefix(32)) }
        var text = "\(packageName)\n"
        for part in [imports, buildConstraints, embedPatterns] {
            text += "\(part.count)\n" + part.map { "\($0)\n" }.joined()
        }
        return String(Digest(of: Array(text.utf8)).sha256.prefix(32))
    }
}

private func fingerprint(_ files: [ScannedFile], _ contents: [FileContent]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(files.count * 120)
    for (file, content) in zip(files, contents) {
        bytes += "\(file.path.utf8.count) ".utf8
        bytes += file.path.utf8
        bytes += " \(file.kindName) \(content.sha256)\n".utf8
    }
    return Digest(of: bytes).sha256
}

extension ScannedFile {
    /// As in a manifest: `file`, `program` or `link`.
    package var kindName: String { isSymlink ? "link" : mode & 0o100 != 0 ? "program" : "file" }
}

/// In nanoseconds since 1970, by the clock that the file system's times are taken from.
private func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
