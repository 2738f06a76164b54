/// Reads what Git LFS puts into commits in a large file's place, and finds the file; knows LFS's formats, runs no LFS.

/// A pointer: the content's SHA-256 and its size. Source of the format: the Git LFS specification, docs/spec.md.
package struct LargeFilePointer: Hashable, Sendable {
    /// In hexadecimal.
    package let sha256: String
    /// Bytes.
    package let size: Int64

    /// Nil when the content is no pointer.
    package init?(_ content: [UInt8]) {
        guard content.count < 1024, content.starts(with: Array("version https://git-lfs.github.com/spec/v1\n".utf8)) else {
            return nil
        }
        var values: [Substring: Substring] = [:]
        let text = String(decoding: content, as: UTF8.self)
        for line in text.split(separator: "\n") {
            guard let blank = line.firstIndex(of: " ") else { return nil }
            values[line[..<blank]] = line[line.index(after: blank)...]
        }
        guard let oid = values["oid"], oid.hasPrefix("sha256:"), let size = values["size"].flatMap({ Int64($0) }) else {
            return nil
        }
        let digits = oid.dropFirst("sha256:".count)
        guard digits.utf8.count == 64, digits.allSatisfy(\.isHexDigit), size >= 0 else { return nil }
        sha256 = digits.lowercased()
        self.size = size
    }
}

/// The contents that Git LFS has fetched.
package struct LargeFiles: Hashable, Sendable {
    let folder: String

    /// The file with the pointer's content, as far as its size tells; nil when it was not fetched.
    package func place(of pointer: LargeFilePointer) -> String? {
        let place = "\(folder)/objects/\(pointer.sha256.prefix(2))/\(pointer.sha256.dropFirst(2).prefix(2))/\(pointer.sha256)"
        return FileStatus(at: place)?.size == pointer.size ? place : nil
    }
}
