/// The seams of the store kept in memory, for tests of those who use them; it knows no format and no disk but a folder
/// for the files it hands out.
import Action
import Files
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package final class MemoryActionCache: ActionCache {
    private let state = Mutex<[CacheKey: ActionResult]>([:])

    package init() {}

    package func result(for key: CacheKey) -> ActionResult? { state.withLock { $0[key] } }

    package func store(_ result: ActionResult, for key: CacheKey) throws(FileError) {
        state.withLock { $0[key] = result }
    }

    package func forget(_ key: CacheKey) { state.withLock { $0[key] = nil } }
    package var keys: Set<CacheKey> { state.withLock { Set($0.keys) } }
}

package final class MemoryActionJournal: ActionJournal {
    private let state = Mutex<[ActionID: ManifestHistory]>([:])

    package init() {}

    package func history(of action: ActionID) -> ManifestHistory? { state.withLock { $0[action] } }

    package func note(_ notes: [ActionNote]) throws(FileError) {
        state.withLock { state in
            for note in notes {
                state[note.action]?.note(note.entry, note.manifest)
                if state[note.action] == nil { state[note.action] = ManifestHistory(note.entry, note.manifest) }
            }
        }
    }
}

package final class MemoryBlobStore: BlobStore {
    private let state = Mutex<[Digest: [UInt8]]>([:])
    private let folder = TemporaryFolder()

    package init() {}

    package func contains(_ digest: Digest) -> Bool { state.withLock { $0[digest]?.count == digest.size } }

    package func bytes(of digest: Digest) -> [UInt8]? {
        state.withLock { $0[digest] }.flatMap { Digest(of: $0) == digest ? $0 : nil }
    }

    package func put(_ bytes: [UInt8]) throws(FileError) -> Digest {
        let digest = Digest(of: bytes)
        state.withLock { $0[digest] = bytes }
        return digest
    }

    package func put(file path: String, executable: Bool) throws(FileError) -> Digest { try put(readFile(path)) }

    package func file(_ digest: Digest, named name: String, executable: Bool, checked: Bool) throws(FileError)
        -> String?
    {
        let place = "\(folder.path)/\(digest.sha256)\(executable ? "-x" : "")/\(name)"
        if checked ? (try? Digest(ofFile: place)) == digest : fileStatus(place)?.size == digest.size { return place }
        guard let bytes = bytes(of: digest) else { return nil }
        try makeFolder(parentFolder(of: place))
        let temporary = "\(place).\(uniqueName())"
        try createFile(temporary, bytes, mode: executable ? 0o555 : 0o444)
        guard rename(temporary, place) == 0 else { throw FileError(operation: "rename to", path: place) }
        return place
    }

    /// For tests of what becomes of lost or damaged content; nil takes it away.
    package func damage(_ digest: Digest, _ bytes: [UInt8]?) { state.withLock { $0[digest] = bytes } }
}
