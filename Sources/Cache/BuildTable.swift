/// The go command's own action table of one family: a log of records that all runs append to; it knows no blob.
import Files
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The newest record of an action counts. Records stand at multiples of their size, so that one which was not written
/// whole (a full disk, a lost machine) is skipped and harms no other. They stay on disk: a go command that asks for a
/// hundred of fifty thousand reads the log once, for the index, and these hundred again.
package final class BuildTable: Sendable {
    /// A use is noted again only after so many seconds.
    package static let useGranularity: Int64 = 3600

    private let store: Store
    private let path: String
    private let state: Mutex<State>

    private struct State {
        var descriptor: Int32 = -1
        var inode: ino_t = 0
        /// How much of the file has been read.
        var end = 0
        /// By action, and by output.
        var actions = RecordIndex()
        var outputs = RecordIndex()
    }

    init(store: Store, family: String) {
        self.store = store
        path = "\(store.path)/go/actions/\(family)"
        state = Mutex(State())
    }

    deinit {
        state.withLock { if $0.descriptor >= 0 { _ = close($0.descriptor) } }
    }

    /// What other processes have appended since is seen too.
    package subscript(action: BuildID) -> BuildRecord? {
        state.withLock { state in
            var number = state.actions[action.words[0]]
            if number == nil {
                refresh(&state)
                number = state.actions[action.words[0]]
            }
            guard let number, let record = record(number, state.descriptor), record.action == action else { return nil }
            return record
        }
    }

    /// The newest record with this output, whatever its action: of the one who looked at its blob last.
    func newest(output: BuildID) -> BuildRecord? {
        state.withLock { state in
            guard let number = state.outputs[output.words[0]], let record = record(number, state.descriptor),
                record.output == output
            else { return nil }
            return record
        }
    }

    /// The newest record of every action.
    package var records: [BuildRecord] {
        state.withLock { state in
            guard (try? openLog(&state)) != nil else { return [] }
            var records: [BuildID: BuildRecord] = [:]
            _ = readLog(state.descriptor, from: 0) { _, bytes in
                if let record = BuildRecord(bytes) { records[record.action] = record }
            }
            return Array(records.values)
        }
    }

    /// One write for all of them.
    package func append(_ records: [BuildRecord]) throws(FileError) {
        guard !records.isEmpty else { return }
        let lock = try store.lock(.shared)
        defer { lock.release() }
        try appendLocked(records)
    }

    /// For a caller that holds the store's lock already.
    func appendLocked(_ records: [BuildRecord]) throws(FileError) {
        let bytes = records.flatMap(\.bytes)
        var failure: FileError?
        state.withLock { state in
            do throws(FileError) {
                try openLog(&state)
                try writeAligned(bytes, state.descriptor)
                refresh(&state)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Puts exactly these in the table's place. The caller holds the store's lock exclusively.
    func replaceLocked(with records: [BuildRecord]) throws(FileError) {
        try store.write(records.flatMap(\.bytes), to: path, mode: 0o644)
    }

    /// Bytes of the log on disk, old records of an action included.
    package var logSize: Int { fileStatus(path)?.size ?? 0 }

    // MARK: -

    /// Opens the log, or the one that has taken its place.
    private func openLog(_ state: inout State) throws(FileError) {
        var status = stat()
        if state.descriptor >= 0, stat(path, &status) == 0, status.st_ino == state.inode { return }
        if state.descriptor >= 0 { close(state.descriptor) }
        state = State()
        let flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC
        state.descriptor = open(path, flags, 0o644)
        if state.descriptor < 0, errno == ENOENT {
            try makeFolder(parentFolder(of: path))
            state.descriptor = open(path, flags, 0o644)
        }
        // In a store that cannot be written to, what is there can still be read.
        if state.descriptor < 0 { state.descriptor = open(path, O_RDONLY | O_CLOEXEC) }
        guard state.descriptor >= 0 else { throw FileError(operation: "open", path: path) }
        guard fstat(state.descriptor, &status) == 0 else { throw FileError(operation: "look at", path: path) }
        state.inode = status.st_ino
    }

    /// Takes what is new into the index. A log that cannot be read is an empty one.
    private func refresh(_ state: inout State) {
        guard (try? openLog(&state)) != nil else { return }
        state.end = readLog(state.descriptor, from: state.end) { number, bytes in
            state.actions.insert(bytes.loadUnaligned(as: UInt64.self), number)
            state.outputs.insert(bytes.loadUnaligned(fromByteOffset: BuildID.size, as: UInt64.self), number)
        }
    }

    private func record(_ number: Int, _ descriptor: Int32) -> BuildRecord? {
        withUnsafeTemporaryAllocation(byteCount: BuildRecord.size, alignment: 8) { buffer in
            let offset = off_t(number * BuildRecord.size)
            guard pread(descriptor, buffer.baseAddress!, buffer.count, offset) == buffer.count else { return nil }
            return BuildRecord(UnsafeRawBufferPointer(buffer))
        }
    }

    /// A log whose end is no record's end is filled up first: records must stay aligned.
    private func writeAligned(_ bytes: [UInt8], _ descriptor: Int32) throws(FileError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(operation: "look at", path: path) }
        if Int(status.st_size) % BuildRecord.size != 0 {
            let filler = [UInt8](repeating: 0, count: BuildRecord.size - Int(status.st_size) % BuildRecord.size)
            try writeOnce(filler, descriptor)
        }
        try writeOnce(bytes, descriptor)
    }

    private func writeOnce(_ bytes: [UInt8], _ descriptor: Int32) throws(FileError) {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress!, $0.count) }
        guard count == bytes.count else {
            throw FileError(operation: "write", path: path, code: count < 0 ? errno : ENOSPC)
        }
    }
}

/// Hands over each whole record from `start` on with its number; says where the next begins.
private func readLog(_ descriptor: Int32, from start: Int, _ body: (Int, UnsafeRawBufferPointer) -> Void) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return start }
    let size = Int(status.st_size) / BuildRecord.size * BuildRecord.size
    guard size > start else { return start }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(size - start, 1 << 18), alignment: 8)
    defer { buffer.deallocate() }
    var end = start
    while end < size {
        let count = pread(descriptor, buffer.baseAddress!, min(buffer.count, size - end), off_t(end))
        if count < 0, errno == EINTR { continue }
        guard count >= BuildRecord.size else { break }
        for offset in stride(from: 0, through: count - BuildRecord.size, by: BuildRecord.size) {
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[offset..<(offset + BuildRecord.size)])
            body((end + offset) / BuildRecord.size, bytes)
        }
        end += count / BuildRecord.size * BuildRecord.size
    }
    return end
}
