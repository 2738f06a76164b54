/// When a file of the store was last of use, as its modification time; it knows no content.
import Action
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension Store {
    /// Notes that the file at `place` is of use now, unless that was noted within the hour: then it costs a look. False
    /// when it is gone.
    func noteUse(of place: String) -> Bool {
        var status = stat()
        guard lstat(place, &status) == 0 else { return false }
        let used = FileSignature(status).modified / 1_000_000_000
        guard Int64(time(nil)) - used >= BuildTable.useGranularity else { return true }
        return renew(place)
    }

    /// Sets the file's times to now. False when it is gone.
    func renew(_ place: String) -> Bool {
        // Whoever removes what is long out of use does so under the lock, and looks at the time again.
        guard let lock = try? lock(.shared) else { return true }
        defer { lock.release() }
        // A store that cannot be written to is not pruned either.
        return utimensat(AT_FDCWD, place, nil, 0) == 0 || errno != ENOENT
    }

    /// `folders` are unpacked modules of the store's module cache. Nothing of a module's own may be touched, so each has
    /// an empty file beside the cache.
    package func noteUse(ofModuleFolders folders: some Sequence<String>) {
        for folder in folders where folder.hasPrefix("\(moduleCache)/") {
            let stamp = useStamp(ofModule: String(folder.dropFirst(moduleCache.count + 1)))
            if noteUse(of: stamp) || fileStatus(folder) == nil { continue }
            guard let lock = try? lock(.shared) else { return }
            defer { lock.release() }
            try? write([], to: stamp, mode: 0o644)
        }
    }

    /// Of `PATH@VERSION` as the module cache spells it.
    func useStamp(ofModule module: String) -> String { "\(moduleUses)/\(Digest(of: Array(module.utf8)).sha256)" }
    var moduleUses: String { "\(path)/modules/used" }
}
