/// What tells that a file is still the one that was looked at, without reading it.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Inode and times. Whoever writes to a file, or puts another in its place, changes them, unless within one tick of
/// the file system's clock: a file that changed in the tick it was looked at is to be looked at again.
package struct FileSignature: Hashable, Sendable {
    package var inode: UInt64
    /// Nanoseconds since 1970: when its content last changed, or what someone set it to.
    package var modified: Int64
    /// Nanoseconds since 1970: when its content, mode or name last changed.
    package var changed: Int64

    package init(inode: UInt64, modified: Int64, changed: Int64) {
        self.inode = inode
        self.modified = modified
        self.changed = changed
    }

    /// Of nothing: no file has it.
    package static let none = FileSignature(inode: 0, modified: 0, changed: 0)

    /// A change after `time` (nanoseconds since 1970) is sure to give another signature. File times advance in ticks:
    /// up to 10 ms on a local file system, 2 s on one that knows whole seconds only.
    package func isSettled(at time: Int64) -> Bool {
        let tick: Int64 = changed % 1_000_000_000 == 0 ? 2_100_000_000 : 21_000_000
        return changed < time - tick
    }

    package init(_ status: stat) {
        #if canImport(Glibc)
        let (modified, changed) = (status.st_mtim, status.st_ctim)
        #else
        let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
        #endif
        self.init(
            inode: UInt64(status.st_ino), modified: Int64(modified.tv_sec) * 1_000_000_000 + Int64(modified.tv_nsec),
            changed: Int64(changed.tv_sec) * 1_000_000_000 + Int64(changed.tv_nsec))
    }
}

/// Signature and size of the regular file at `path`, a link not followed; nil for anything else.
package func fileSignature(_ path: String) -> (signature: FileSignature, size: Int)? {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return (FileSignature(status), Int(status.st_size))
}
