/// A lock that runs on one machine hold against each other; the kernel lets go of it when its holder dies.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package struct FileLock: Sendable {
    package enum Kind: Sendable { case shared, exclusive }

    private let descriptor: Int32

    /// Nil when another holds it. The file at `path` is made when it is missing, and stays.
    package init?(at path: String, _ kind: Kind = .exclusive) throws(FileError) {
        self.init(descriptor: try openLock(path))
        guard flock(descriptor, kind.operation | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else { throw FileError(operation: "lock", path: path, code: code) }
            return nil
        }
    }

    /// Waits until it can be held; for locks that are held for moments.
    package static func waiting(at path: String, _ kind: Kind) throws(FileError) -> FileLock {
        let lock = FileLock(descriptor: try openLock(path))
        while flock(lock.descriptor, kind.operation) != 0 {
            guard errno == EINTR else {
                let code = errno
                close(lock.descriptor)
                throw FileError(operation: "lock", path: path, code: code)
            }
        }
        return lock
    }

    package func release() { close(descriptor) }

    private init(descriptor: Int32) { self.descriptor = descriptor }
}

extension FileLock.Kind {
    fileprivate var operation: Int32 { self == .shared ? LOCK_SH : LOCK_EX }
}

private func openLock(_ path: String) throws(FileError) -> Int32 {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(operation: "open", path: path) }
    return descriptor
}
