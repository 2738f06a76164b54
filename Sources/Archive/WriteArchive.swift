/// Makes an archive, several frames at a time; it knows where contents are, not what they are for.
import Action
import Dispatch
import Files
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A content that is to be in an archive, and where it can be had.
package struct ArchiveContent: Sendable {
    package enum Source: Sendable {
        case bytes([UInt8])
        case file(String)
        /// Its frame is taken over as it is.
        case archive(Archive)
    }

    package var digest: Digest
    /// The first that has it is taken.
    package var sources: [Source]
    /// False for what is compressed already.
    package var isCompressible: Bool

    package init(_ digest: Digest, _ sources: [Source], isCompressible: Bool = true) {
        self.digest = digest
        self.sources = sources
        self.isCompressible = isCompressible
    }
}

/// What an archive came to.
package struct WrittenArchive: Sendable {
    /// Bytes of the file.
    package var size: Int
    package var count: Int
    /// What no source had, or had in another form than its digest says.
    package var missing: [Digest]
}

/// Writes a new file at `path`. A content is written once, however often it is given; a name whose content is missing
/// is left out. When it throws, what is there so far stays.
package func writeArchive(
    to path: String, _ contents: [ArchiveContent], names: [String: Digest]
) throws(FileError) -> WrittenArchive {
    let writer = try ArchiveWriter(path)
    var distinct: [Digest: ArchiveContent] = [:]
    for content in contents where distinct[content.digest] == nil { distinct[content.digest] = content }
    // The largest first, so that the processors finish together.
    let queue = distinct.values.sorted { ($0.digest.size, $0.digest.sha256) > ($1.digest.size, $1.digest.sha256) }
    let next = Atomic(0)
    let workers = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    DispatchQueue.concurrentPerform(iterations: min(workers, max(1, queue.count))) { _ in
        let compressor = Compressor()
        while !writer.hasFailed {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < queue.count else { return }
            writer.add(queue[index], compressor)
        }
    }
    return try writer.finish(names)
}

private final class ArchiveWriter: Sendable {
    private struct State {
        var end: Int
        var entries: [ArchiveEntry] = []
        var missing: [Digest] = []
        var failure: FileError?
    }

    private let path: String
    private let descriptor: Int32
    private let state = Mutex(State(end: ArchiveFormat.magic.count))

    init(_ path: String) throws(FileError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(operation: "create", path: path) }
        try ArchiveFormat.magic.withPieces { (piece) throws(FileError) in try write(piece, at: 0) }
    }

    deinit { close(descriptor) }

    var hasFailed: Bool { state.withLock { $0.failure != nil } }

    func add(_ content: ArchiveContent, _ compressor: Compressor) {
        do throws(FileError) {
            for source in content.sources {
                guard let entry = try frame(of: content, from: source, compressor) else { continue }
                state.withLock { $0.entries.append(entry) }
                return
            }
            state.withLock { $0.missing.append(content.digest) }
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
        }
    }

    func finish(_ names: [String: Digest]) throws(FileError) -> WrittenArchive {
        let state = state.withLock { $0 }
        if let failure = state.failure { throw failure }
        let missing = Set(state.missing)
        let index = ArchiveIndex(of: state.entries, names: names.filter { !missing.contains($0.value) }).encoded
        var footer: [UInt8] = []
        footer.append(UInt64(state.end))
        footer.append(UInt64(index.count))
        footer += ContentID(Digest(of: index).sha256)!.bytes
        footer.append(check(Digest(of: footer)))
        footer.append(ArchiveFormat.version)
        footer += ArchiveFormat.magic
        try (index + footer).withPieces { (piece) throws(FileError) in try write(piece, at: state.end) }
        return WrittenArchive(
            size: state.end + index.count + footer.count, count: state.entries.count, missing: state.missing)
    }

    // MARK: -

    /// Nil when the source does not have it, or not as its digest says.
    private func frame(
        of content: ArchiveContent, from source: ArchiveContent.Source, _ compressor: Compressor
    ) throws(FileError) -> ArchiveEntry? {
        if case .archive(let archive) = source {
            guard let entry = archive.entry(of: content.digest) else { return nil }
            return try frame(of: content, storedSize: entry.storedSize, check: entry.check) { (body) throws(FileError) in
                try archive.frame(entry, body)
            }
        }
        if content.isCompressible, content.digest.size > 0 {
            compressor.begin(size: content.digest.size)
            var stream = DigestStream()
            var fits = true
            guard
                (try? source.pieces({ piece in
                    stream.add(piece)
                    fits = fits && compressor.add(piece)
                })) != nil, stream.digest == content.digest
            else { return nil }
            if fits, compressor.end(), compressor.frame.count < content.digest.size {
                let frame = compressor.frame
                let sum = check(Digest(of: frame))
                return try self.frame(of: content, storedSize: frame.count, check: sum) { (body) throws(FileError) in
                    try frame.withPieces(body)
                    return true
                }
            }
        }
        let sum = check(content.digest)
        return try frame(of: content, storedSize: content.digest.size, check: sum) { (body) throws(FileError) in
            var stream = DigestStream()
            do throws(FileError) {
                try source.pieces { (piece) throws(FileError) in
                    stream.add(piece)
                    // A file that has grown since must not write over its neighbour.
                    if stream.size <= content.digest.size { try body(piece) }
                }
            } catch where error.path != path {
                return false
            }
            return stream.digest == content.digest
        }
    }

    /// Room at the end, filled by `fill`. Nil when that found the content wrong: the room stays, and nothing names it.
    private func frame(
        of content: ArchiveContent, storedSize: Int, check: UInt64,
        _ fill: ((UnsafeRawBufferPointer) throws(FileError) -> Void) throws(FileError) -> Bool
    ) throws(FileError) -> ArchiveEntry? {
        let offset = state.withLock { state in
            defer { state.end += storedSize }
            return state.end
        }
        var done = 0
        let isRight = try fill { (piece) throws(FileError) in
            try write(piece, at: offset + done)
            done += piece.count
        }
        guard isRight, done == storedSize else { return nil }
        return ArchiveEntry(
            id: ContentID(content.digest.sha256)!, size: content.digest.size, offset: offset, storedSize: storedSize,
            check: check)
    }

    private func write(_ piece: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
        var done = 0
        while done < piece.count {
            let count = pwrite(descriptor, piece.baseAddress! + done, piece.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError(operation: "write", path: path, code: count < 0 ? errno : ENOSPC) }
            done += count
        }
    }
}

extension ArchiveContent.Source {
    fileprivate func pieces(_ body: (UnsafeRawBufferPointer) throws(FileError) -> Void) throws(FileError) {
        switch self {
        case .bytes(let bytes): try bytes.withPieces(body)
        case .file(let path): try readPieces(of: path, body)
        case .archive: preconditionFailure("an archive gives frames")
        }
    }
}

extension [UInt8] {
    fileprivate func withPieces(_ body: (UnsafeRawBufferPointer) throws(FileError) -> Void) throws(FileError) {
        var failure: FileError?
        withUnsafeBytes { buffer in
            do throws(FileError) { try body(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
