/// A lock that runs on one machine hold against each other; the kernel lets go of it when its holder dies.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package struct FileLock: Sendable {
    private let descriptor: Int32

    /// Nil when another holds it. The file at `path` is made when it is missing, and stays.
    package init?(at path: String) throws(FileError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(operation: "open", path: path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else { throw FileError(operation: "lock", path: path, code: code) }
            return nil
        }
    }

    package func release() { close(descriptor) }
}
