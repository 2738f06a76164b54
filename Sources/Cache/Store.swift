/// Where everything that outlives a run is kept on disk; it knows the store's paths and how a file gets there whole.
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A store is shared by every run of a user. Each file in it is written beside its place and renamed into it, so that
/// a killed run leaves nothing half done and runs at the same time do no harm to each other.
package struct Store: Sendable {
    /// Another format's store lives under another number and is left alone.
    package static let format = 2

    /// What the user named: an absolute path.
    package let root: String
    /// `ROOT/v2`.
    package let path: String
    /// Saved caches that it was restored from.
    package let archives: AttachedArchives
    let factUses = FactUses()

    /// Makes the folders that are missing.
    package init(root: String) throws(FileError) {
        self.root = root
        path = "\(root)/v\(Store.format)"
        archives = AttachedArchives(folder: "\(path)/archives")
        for folder in ["blobs", "results", "facts", "files", "temporary", "home", "trees"] {
            try makeFolder("\(path)/\(folder)")
        }
    }

    package var blobs: DiskBlobStore { DiskBlobStore(store: self) }
    package var actionCache: DiskActionCache { DiskActionCache(store: self) }
    package var facts: FactCache { FactCache(store: self, isCarried: false) }
    /// Answers that hold on any machine; those that are given and got count as used.
    package var carriedFacts: FactCache { FactCache(store: self, isCarried: true) }

    /// The go command's own action table of one family.
    package func buildTable(_ family: String) -> BuildTable { BuildTable(store: self, family: family) }

    /// Held shared, for a moment, by whoever puts something or renews what was long not used; exclusively by whoever
    /// removes. What was put or used within two hours, or since the oldest run alive began, is never removed, so that
    /// only these moments need the lock.
    func lock(_ kind: FileLock.Kind) throws(FileError) -> FileLock { try FileLock.waiting(at: "\(path)/lock", kind) }

    /// Contents, each under its digest.
    package var blobFolder: String { "\(path)/blobs" }
    /// HOME of every step.
    package var home: String { "\(path)/home" }
    /// GOMODCACHE: content named by module and version, which go.sum guards.
    package var moduleCache: String { "\(path)/go/modules" }
    /// What is known of the modules in it: see `KnownHashes`.
    package var knownModules: String { "\(path)/modules/verified" }
    /// A folder for each module that a pinned tool is built in: a go.mod and a go.sum, by their digest.
    package var toolModules: String { "\(path)/modules/tools" }
    /// GOCACHE of one toolchain, platform and set of build settings; never shared between them.
    package func buildCache(_ family: String) -> String { "\(path)/go/build/\(family)" }
    /// Folders of actions that are running.
    package var temporary: String { "\(path)/temporary" }
    /// The scratch tree of one repository, at the same place each time, so that Go's own cache knows it again.
    package func scratchTree(_ name: String) -> String { "\(path)/trees/\(name)" }

    /// What is kept of the trees that `run --clean` works in: the same place each time for the same name.
    package func cleanTree(_ name: String) -> String { "\(path)/trees/clean-\(name)" }

    /// Removes what runs that were killed left in `temporary` a day ago or more.
    package func sweep() {
        let yesterday = time(nil) - 24 * 3600
        for name in names(in: temporary) ?? [] {
            var status = stat()
            guard lstat("\(temporary)/\(name)", &status) == 0, modificationTime(of: status) < yesterday else { continue }
            removeTree("\(temporary)/\(name)")
        }
    }

    /// `folder/ab/abcdef…`.
    func place(_ folder: String, _ name: String) -> String { "\(path)/\(folder)/\(name.prefix(2))/\(name)" }

    /// Puts `bytes` at `place`, whole or not at all. A file that is there already is replaced.
    func write(_ bytes: [UInt8], to place: String, mode: mode_t = 0o444) throws(FileError) {
        try replace(place) { (temporary) throws(FileError) in
            try createFile(temporary, bytes, mode: mode)
        }
    }

    /// Lets `make` fill a temporary file, then renames it to `place`.
    func replace(_ place: String, _ make: (String) throws(FileError) -> Void) throws(FileError) {
        let temporary = "\(path)/temporary/\(uniqueName())"
        do throws(FileError) {
            try make(temporary)
            try move(temporary, to: place)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Renames a file of `temporary` to `place`.
    func move(_ temporary: String, to place: String) throws(FileError) {
        if rename(temporary, place) == 0 { return }
        switch errno {
        case ENOENT: try makeFolder(parentFolder(of: place))
        // Only files are kept there: a folder is damage.
        case EISDIR: removeTree(place)
        default: throw FileError(operation: "rename to", path: place)
        }
        guard rename(temporary, place) == 0 else { throw FileError(operation: "rename to", path: place) }
    }
}

private func modificationTime(of status: stat) -> Int {
    #if canImport(Glibc)
    status.st_mtim.tv_sec
    #else
    status.st_mtimespec.tv_sec
    #endif
}
