/// The go command's build cache in the store: which file is the output of which action; it knows no protocol.
import Action
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// For one go command, on one thread. No fault of the store is a fault of its user: what cannot be found or trusted is
/// a miss, and what cannot be kept lies in the refuge until `close`.
package final class BuildCache {
    package struct Entry: Hashable, Sendable {
        package var output: BuildID
        /// In bytes.
        package var size: Int
        /// When it was put, in nanoseconds since 1970.
        package var time: Int64
        /// Of a file with the output, absolute.
        package var path: String
    }

    /// Nil when there is no store to be had.
    private let store: Store?
    private let table: BuildTable?
    private let refuge: Refuge
    private let blobs: String
    private var uses: UseLog?
    /// What was put and could not be kept, or not be noted.
    private var fugitives: [BuildID: Entry] = [:]

    /// `usesFile` gets the action id of every hit and every put, 32 bytes each, appended.
    package init(store: Store?, family: String, usesFile: String?, refuge: Refuge) {
        self.store = store
        self.refuge = refuge
        table = store?.buildTable(family)
        blobs = "\(store?.path ?? "")/blobs/"
        uses = usesFile.map(UseLog.init)
    }

    /// Nil is a miss.
    package func get(_ action: BuildID) -> Entry? {
        if let entry = fugitives[action] { return entry }
        guard let record = table?[action] else { return nil }
        let path = path(of: record.output)
        guard let known = verified(record, at: path) ?? brought(record, at: path), renewed(record, known, at: path) else { return nil }
        uses?.add(action)
        return Entry(output: record.output, size: record.size, time: record.time, path: path)
    }

    /// For the output of an action that is to be put.
    package func body() -> IncomingBody { IncomingBody(in: store?.temporary, refuge: refuge) }

    package enum PutFailure: Error {
        /// The content is not what its id says.
        case wrongContent
        /// There was room for it neither in the store nor in the refuge.
        case noRoom
    }

    /// `output` and `size` are what the go command says of the body, which is consumed.
    package func put(
        _ action: BuildID, output: BuildID, size: Int, _ body: IncomingBody
    ) throws(PutFailure) -> Entry {
        guard let content = body.finish() else { throw .noRoom }
        guard content == Digest(sha256: hexadecimal(output.bytes), size: size) else {
            body.discard()
            throw .wrongContent
        }
        let now = currentTime()
        var entry = Entry(output: output, size: size, time: now, path: body.path)
        if body.isKept, let store, let table {
            if let lock = try? store.lock(.shared) {
                defer { lock.release() }
                let place = path(of: output)
                if (try? store.move(body.path, to: place)) != nil {
                    entry.path = place
                    let record = BuildRecord(
                        action: action, output: output, size: size, time: now, used: now / 1_000_000_000,
                        signature: fileSignature(place)?.signature ?? .none)
                    if (try? table.appendLocked([record])) != nil {
                        uses?.add(action)
                        return entry
                    }
                }
            }
        }
        // The go command may read it all the same, and ask for it again.
        fugitives[action] = entry
        return entry
    }

    /// Writes down what was used so far.
    package func flush() { uses?.flush() }

    /// The go command needs no file any more.
    package func close() {
        flush()
        for entry in fugitives.values where !entry.path.hasPrefix(blobs) { unlink(entry.path) }
        fugitives = [:]
        refuge.remove()
    }

    // MARK: - Trust

    private enum Knowledge {
        /// By what is written down.
        case noted
        /// By a look at the content just now; the signature tells of any later change.
        case seen(FileSignature)
        /// Likewise, so soon after a change that another could go unnoticed.
        case glimpsed
    }

    /// How the blob's content is known to be right; nil when it is not. A wrong one is moved out of the way.
    private func verified(_ record: BuildRecord, at path: String) -> Knowledge? {
        guard let found = fileSignature(path) else {
            if fileStatus(path) != nil { remove(path, unless: nil) }
            return nil
        }
        if found.size == record.size {
            if found.signature == record.signature { return .noted }
            // Another action with the same output was put, or looked at, since.
            if table?.newest(output: record.output)?.signature == found.signature { return .noted }
            let start = currentTime()
            if (try? Digest(ofFile: path)) == record.digest, let after = fileSignature(path), after == found {
                return found.signature.isSettled(at: start) ? .seen(found.signature) : .glimpsed
            }
        }
        remove(path, unless: found.signature)
        return nil
    }

    /// The same for a blob that only a saved cache has, which is checked as it is taken out.
    private func brought(_ record: BuildRecord, at path: String) -> Knowledge? {
        guard let store, store.blobs.bring(record.digest), let found = fileSignature(path), found.size == record.size
        else { return nil }
        return .seen(found.signature)
    }

    /// Removes what is not the blob: a folder, or the file with the signature `wrong`. What another run has put in its
    /// place meanwhile stays.
    private func remove(_ path: String, unless wrong: FileSignature?) {
        guard let lock = try? store?.lock(.exclusive) else { return }
        defer { lock.release() }
        if fileSignature(path)?.signature == wrong { removeTree(path) }
    }

    /// Writes down what is new: that the blob's file was looked at, or that it was of use. False when it is gone.
    private func renewed(_ record: BuildRecord, _ known: Knowledge, at path: String) -> Bool {
        let now = currentTime() / 1_000_000_000
        var renewed = record
        if case .seen(let signature) = known { renewed.signature = signature }
        if now - record.used >= BuildTable.useGranularity { renewed.used = now }
        guard renewed != record, let lock = try? store?.lock(.shared) else { return true }
        defer { lock.release() }
        // Whoever removes what is long out of use may have done so until now.
        guard fileSignature(path) != nil else { return false }
        try? table?.appendLocked([renewed])
        return true
    }

    /// As `DiskBlobStore` names it.
    private func path(of output: BuildID) -> String {
        let digits = hexadecimal(output.bytes)
        return "\(blobs)\(digits.prefix(2))/\(digits)"
    }
}

/// Ids of actions on their way to a file that several go commands append to.
private struct UseLog {
    private let path: String
    private var pending: [UInt8] = []

    init(_ path: String) { self.path = path }

    mutating func add(_ action: BuildID) {
        pending += action.bytes
        // What a go command that is killed used is lost but for these.
        if pending.count >= 128 * BuildID.size { flush() }
    }

    /// One write of whole ids. They only say what is worth saving: if they cannot be written, less is saved.
    mutating func flush() {
        guard !pending.isEmpty else { return }
        defer { pending.removeAll(keepingCapacity: true) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return }
        _ = pending.withUnsafeBytes { write(descriptor, $0.baseAddress!, $0.count) }
        close(descriptor)
    }
}

/// Nanoseconds since 1970.
func currentTime() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
