/// The one door to libgit2: starts it on first use, opens what a call needs, turns its codes into errors.
import CLibGit2

enum Libgit2 {
    /// Below zero when the library could not be started.
    private static let started: Int32 = {
        let count = git_libgit2_init()
        guard count > 0 else { return count }
        // Ownership is judged by `RepositoryOwnership`, alike for every version of the library.
        let ownership = clibgit2_disable_owner_validation()
        return min(ownership, clibgit2_accept_extensions()) < 0 ? -1 : count
    }()

    /// Runs `body` with the repository open, and closes it again: no pointer outlives a call, so that values
    /// may be shared between threads freely. Opening costs about 0.15 ms.
    static func withRepository<Result>(
        _ layout: RepositoryLayout, _ operation: String, _ body: (OpaquePointer) throws(GitError) -> Result
    ) throws(GitError) -> Result {
        guard started >= 0 else { throw failure(started, operation) }
        let repository = try pointer(operation) {
            git_repository_open_ext(&$0, layout.workTree, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil)
        }
        defer { git_repository_free(repository) }
        return try body(repository)
    }

    /// The same for a repository of which only objects are read: there need be no work tree.
    static func withObjects<Result>(
        _ directory: String, _ operation: String, _ body: (OpaquePointer) throws(GitError) -> Result
    ) throws(GitError) -> Result {
        guard started >= 0 else { throw failure(started, operation) }
        let flags = GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue | GIT_REPOSITORY_OPEN_BARE.rawValue
        let repository = try pointer(operation) { git_repository_open_ext(&$0, directory, flags, nil) }
        defer { git_repository_free(repository) }
        return try body(repository)
    }

    /// What a call of the form `git_x(&out, …)` gives.
    static func pointer(
        _ operation: String, _ call: (inout OpaquePointer?) -> Int32
    ) throws(GitError) -> OpaquePointer {
        var result: OpaquePointer?
        let code = call(&result)
        guard code == 0, let result else { throw failure(code, operation) }
        return result
    }

    @discardableResult
    static func check(_ code: Int32, _ operation: String) throws(GitError) -> Int32 {
        guard code >= 0 else { throw failure(code, operation) }
        return code
    }

    private static func failure(_ code: Int32, _ operation: String) -> GitError {
        let cause = git_error_last().flatMap { $0.pointee.message.map { String(cString: $0) } }
        let unborn = code == GIT_EUNBORNBRANCH.rawValue
        let missing = code == GIT_ENOTFOUND.rawValue
        return GitError(
            operation: operation, code: unborn ? .noCommit : missing ? .notFound : .library(code),
            cause: cause ?? "libgit2 gives no reason (code \(code))")
    }
}
