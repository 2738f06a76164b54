/// One file that holds many contents by digest, some of them under a name; it knows no meaning of theirs.
///
/// It is read, not mapped: a file that somebody cuts off while it is mapped would kill the process.
import Action
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package final class Archive: Sendable {
    package let path: String
    /// SHA-256 of the index, in hexadecimal: two archives with the same one hold the same.
    package let identity: String
    /// Of the whole file, in bytes.
    package let size: Int
    private let descriptor: Int32
    private let index: ArchiveIndex

    /// Checks footer and index; the frames are checked as they are read.
    package init(at path: String) throws(ArchiveError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(FileError(operation: "open", path: path)) }
        do throws(ArchiveError) {
            (index, identity, size) = try readIndex(descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    package var names: [String: Digest] { index.names }

    /// How many contents there are.
    package var count: Int { index.count }

    package func contains(_ digest: Digest) -> Bool { index.entry(of: digest) != nil }

    /// In the order of their SHA-256.
    package var digests: [Digest] {
        (0..<index.count).compactMap { index.entry($0).map { Digest(sha256: $0.id.sha256, size: $0.size) } }
    }

    /// Makes a new file of a content. False when it is not here, or damaged: then there may be the beginning of one.
    package func extract(_ digest: Digest, to path: String, mode: mode_t) throws(FileError) -> Bool {
        guard let entry = index.entry(of: digest) else { return false }
        var isRight = false
        try createFile(path, mode: mode) { (write) throws(FileError) in
            isRight = try unpack(entry, digest, write)
        }
        return isRight
    }

    /// Nil when it is not here, or damaged.
    package func bytes(of digest: Digest) -> [UInt8]? {
        guard let entry = index.entry(of: digest) else { return nil }
        var bytes: [UInt8] = []
        return unpack(entry, digest) { bytes.append(contentsOf: $0) } ? bytes : nil
    }

    package func bytes(named name: String) -> [UInt8]? { names[name].flatMap(bytes) }

    // MARK: -

    func entry(of digest: Digest) -> ArchiveEntry? { index.entry(of: digest) }

    /// Hands over a frame as it is stored. False when it is damaged.
    func frame<Failure: Error>(
        _ entry: ArchiveEntry, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        var stream = DigestStream()
        let isThere = try pieces(entry) { (piece) throws(Failure) in
            stream.add(piece)
            try body(piece)
            return true
        }
        return isThere && check(stream.digest) == entry.check
    }

    /// Hands over a content piece by piece. False when it turned out to be another.
    private func unpack<Failure: Error>(
        _ entry: ArchiveEntry, _ digest: Digest, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        var stream = DigestStream()
        var left = entry.size
        func take(_ piece: UnsafeRawBufferPointer) throws(Failure) {
            left -= piece.count
            // What is too long is not written, lest a damaged frame fill the disk.
            guard left >= 0 else { return }
            stream.add(piece)
            try body(piece)
        }
        let decompressor = entry.isCompressed ? Decompressor() : nil
        let isThere = try pieces(entry) { (piece) throws(Failure) in
            if let decompressor {
                guard try decompressor.add(piece, take) else { return false }
            } else {
                try take(piece)
            }
            return left >= 0
        }
        return isThere && left == 0 && stream.digest == digest
    }

    private func pieces<Failure: Error>(
        _ entry: ArchiveEntry, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        let capacity = min(entry.storedSize, 1 << 18)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(capacity, 1), alignment: 16)
        defer { buffer.deallocate() }
        var done = 0
        while done < entry.storedSize {
            let count = min(capacity, entry.storedSize - done)
            guard readAll(descriptor, buffer.baseAddress!, count, at: entry.offset + done) else { return false }
            guard try body(UnsafeRawBufferPointer(rebasing: buffer[..<count])) else { return false }
            done += count
        }
        return true
    }
}

private func readIndex(
    _ descriptor: Int32, _ path: String
) throws(ArchiveError) -> (ArchiveIndex, identity: String, size: Int) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(FileError(operation: "look at", path: path)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAnArchive(path: path) }
    let size = Int(status.st_size)
    let magic = ArchiveFormat.magic
    guard let head = readBytes(descriptor, min(size, magic.count), at: 0), !head.isEmpty, magic.starts(with: head) else {
        throw .notAnArchive(path: path)
    }
    guard size >= magic.count + ArchiveFormat.footerSize,
        let footer = readBytes(descriptor, ArchiveFormat.footerSize, at: size - ArchiveFormat.footerSize),
        footer.suffix(magic.count) == magic[...]
    else { throw .truncated(path: path) }
    let (offset, length, expected, found, version) = footer.withUnsafeBytes { bytes in
        (bytes.number(at: 0), bytes.number(at: 8), ContentID(bytes, at: 16), bytes.number(at: 48), bytes.number(at: 56))
    }
    guard version == ArchiveFormat.version else { throw .otherVersion(path: path, version: version) }
    let end = UInt64(size - ArchiveFormat.footerSize)
    guard check(Digest(of: footer[..<48])) == found, offset <= end, length == end - offset,
        let bytes = readBytes(descriptor, Int(length), at: Int(offset)), Digest(of: bytes).sha256 == expected.sha256,
        let index = ArchiveIndex(bytes, end: Int(offset))
    else { throw .damaged(path: path) }
    return (index, expected.sha256, size)
}

private func readBytes(_ descriptor: Int32, _ count: Int, at offset: Int) -> [UInt8]? {
    var isWhole = true
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        isWhole = count == 0 || readAll(descriptor, UnsafeMutableRawPointer(buffer.baseAddress!), count, at: offset)
        filled = isWhole ? count : 0
    }
    return isWhole ? bytes : nil
}

private func readAll(_ descriptor: Int32, _ target: UnsafeMutableRawPointer, _ count: Int, at offset: Int) -> Bool {
    var done = 0
    while done < count {
        let more = pread(descriptor, target + done, count - done, off_t(offset + done))
        if more < 0, errno == EINTR { continue }
        guard more > 0 else { return false }
        done += more
    }
    return true
}
