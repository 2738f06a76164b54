/// The file system's refusal, with the call's own reason.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, e.g. `open`, `make folder`.
    package var operation: String
    package var path: String
    /// An errno.
    package var code: Int32

    package init(operation: String, path: String, code: Int32 = errno) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    package var description: String { "cannot \(operation) \(path): \(String(cString: strerror(code)))" }
}
