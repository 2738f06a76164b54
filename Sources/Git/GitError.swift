/// Says what went wrong at the door to git or in a walk of its files; knows nothing of libgit2.

package struct GitError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The repository belongs to another user and no `safe.directory` allows it.
        case ownerMismatch
        /// There is no commit yet.
        case noCommit
        /// There is no such reference, commit or object here.
        case notFound
        /// A file or folder cannot be read.
        case unreadable
        /// A file's name is not UTF-8.
        case invalidName
        /// What is stored is damaged, or written in a way this version does not know.
        case unsupported
        /// Whatever else libgit2 reports, with its own code.
        case library(Int32)
    }

    /// What was being done, as it stands after "cannot": "read the folder /src/x".
    package var operation: String
    package var code: Code
    /// Why it failed, and what to do about it if that is known.
    package var cause: String

    package init(operation: String, code: Code, cause: String) {
        self.operation = operation
        self.code = code
        self.cause = cause
    }

    package var description: String { "cannot \(operation): \(cause)" }
}
