/// Saved caches that a store was restored from: what the store lacks is looked for in them. It knows no meaning of it.
import Action
import Archive
import Files
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Shared by all copies of a store. The folder is read when something is missing for the first time.
package final class AttachedArchives: Sendable {
    /// So many are kept, the newest.
    static let limit = 4

    private let folder: String
    private let state = Mutex(State())

    private struct State {
        /// The newest first; nil before the folder has been read.
        var archives: [SavedCache]?
        var warnings: [String] = []
    }

    init(folder: String) { self.folder = folder }

    /// The newest first.
    var all: [SavedCache] {
        state.withLock { state in
            if let archives = state.archives { return archives }
            var archives: [SavedCache] = []
            for name in names(in: folder) ?? [] {
                do throws(ArchiveError) {
                    archives.append(try SavedCache(at: "\(folder)/\(name)"))
                } catch {
                    // Detached meanwhile, or never whole: as if it were not there.
                    if case .unreadable(let error) = error, error.code == ENOENT { continue }
                    state.warnings.append(error.description)
                }
            }
            archives.sort { ($0.about.time, $0.archive.identity) > ($1.about.time, $1.archive.identity) }
            state.archives = archives
            return archives
        }
    }

    package var isEmpty: Bool { all.isEmpty }

    package func contains(_ digest: Digest) -> Bool { all.contains { $0.archive.contains(digest) } }

    /// Makes a new file of a content. False when no archive has it whole.
    func extract(_ digest: Digest, to path: String, mode: mode_t) -> Bool {
        for saved in all where saved.archive.contains(digest) {
            if (try? saved.archive.extract(digest, to: path, mode: mode)) == true { return true }
            unlink(path)
            warn("\(saved.archive.path): \(digest) is damaged; what is missing is made anew")
        }
        return false
    }

    /// What was found damaged since this was last asked.
    package func takeWarnings() -> [String] {
        state.withLock { state in
            defer { state.warnings = [] }
            return state.warnings
        }
    }

    private func warn(_ text: String) {
        state.withLock { if !$0.warnings.contains(text) { $0.warnings.append(text) } }
    }

    // MARK: - Attaching

    /// Links the file into the store, or copies it where that cannot be. Detaches older ones of the same key, and the
    /// oldest when there are too many; says how many.
    func attach(_ saved: SavedCache, to store: Store) throws(FileError) -> Int {
        let place = "\(folder)/\(saved.archive.identity)"
        let beside = "\(store.temporary)/\(uniqueName())"
        // One that is renamed to another link to the same file stays.
        defer { unlink(beside) }
        if link(saved.archive.path, beside) != 0 { try copyFile(saved.archive.path, to: beside, mode: 0o644) }
        let lock = try store.lock(.exclusive)
        defer { lock.release() }
        try store.move(beside, to: place)
        // It is of use from now on, whenever it was saved.
        utimensat(AT_FDCWD, place, nil, 0)
        state.withLock { $0.archives = nil }
        var (kept, detached) = (1, 0)
        for other in all where other.archive.identity != saved.archive.identity {
            let isOlder = other.about.key == saved.about.key && other.about.time <= saved.about.time
            if isOlder || kept == AttachedArchives.limit {
                if unlink(other.archive.path) == 0 { detached += 1 }
            } else {
                kept += 1
            }
        }
        if detached > 0 { state.withLock { $0.archives = nil } }
        return detached
    }
}
