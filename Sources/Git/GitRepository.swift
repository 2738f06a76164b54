/// The repository that a path lies in, as a value: every call opens libgit2's repository, asks, and closes it again.
import CLibGit2

/// Calls block on the disk: make them on a thread of your own. Those that say so start libgit2 on first use, which
/// costs about 5 ms once; libgit2 then reads this process's HOME and XDG_CONFIG_HOME by itself.
package struct GitRepository: Hashable, Sendable {
    package let layout: RepositoryLayout
    package let environment: GitEnvironment

    /// The folder that holds `.git`: absolute, without links, no slash at its end.
    package var workTree: String { layout.workTree }

    /// Searches from `path` upwards. Nil when the path is in no work tree: there is no repository, a bare one, or
    /// one whose `core.worktree` is elsewhere. Throws when it is not to be trusted or cannot be opened.
    /// Starts libgit2 if there is a repository.
    package static func open(at path: String, environment: GitEnvironment) throws(GitError) -> GitRepository? {
        guard let layout = RepositoryLayout.discover(from: path) else { return nil }
        try RepositoryOwnership.check(layout, environment)
        let operation = "open the repository \(layout.workTree)"
        let isHere = try Libgit2.withRepository(layout, operation) { repository in
            guard git_repository_is_bare(repository) == 0, let folder = git_repository_workdir(repository) else {
                return false
            }
            return resolvedPath(String(cString: folder)) == layout.workTree
        }
        return isHere ? GitRepository(layout: layout, environment: environment) : nil
    }

    /// HEAD's commit; nil before the first one. Starts libgit2.
    package func head() throws(GitError) -> GitCommit? {
        let operation = "read HEAD of \(workTree)"
        return try Libgit2.withRepository(layout, operation) { repository throws(GitError) in
            guard let id = try Libgit2.head(repository, operation) else { return nil }
            return try GitCommit(repository, id, operation)
        }
    }

    /// Those of `paths`, given from the work tree's root, that git ignores and does not track; a folder ends with a
    /// slash. What lies in an ignored folder is ignored. Does not start libgit2.
    package func ignored(_ paths: [String]) throws(GitError) -> Set<String> {
        var ignores = WorkTreeIgnores(layout, environment)
        let depth = ignores.depth
        var found: Set<String> = []
        for path in paths {
            if try ignores.descend(to: Array(path.utf8)) == .ignored { found.insert(path) }
            ignores.leave(to: depth)
        }
        return found
    }

    /// Whether there is a file that is neither tracked nor ignored, or a nested repository that is no submodule.
    /// Does not start libgit2.
    package func hasUntracked() throws(GitError) -> Bool {
        var ignores = WorkTreeIgnores(layout, environment)
        let tracked = try ignores.trackedPaths()
        let tree = try scanTree(root: workTree, environment: environment)
        if tree.repositories.contains(where: { !tracked.contains($0) }) { return true }
        let nested = tree.repositories.map { "\($0)/" }
        return tree.files.contains { file in
            !tracked.contains(file.path) && !nested.contains { file.path.hasPrefix($0) }
        }
    }
}

package struct GitCommit: Hashable, Sendable {
    /// In hexadecimal.
    package let id: String
    /// Seconds since 1970, when it was committed.
    package let time: Int64
    /// The first paragraph of its message, in one line.
    package let summary: String
    package let author: String
    package let authorEmail: String

    init(_ repository: OpaquePointer, _ id: git_oid, _ operation: String) throws(GitError) {
        var id = id
        let commit = try Libgit2.pointer(operation) { git_commit_lookup(&$0, repository, &id) }
        defer { git_commit_free(commit) }
        self.id = hexadecimal(id)
        time = git_commit_time(commit)
        summary = git_commit_summary(commit).map { String(cString: $0) } ?? ""
        let signature = git_commit_author(commit)?.pointee
        author = signature?.name.map { String(cString: $0) } ?? ""
        authorEmail = signature?.email.map { String(cString: $0) } ?? ""
    }
}

extension Libgit2 {
    /// The id of HEAD's commit; nil before the first one.
    static func head(_ repository: OpaquePointer, _ operation: String) throws(GitError) -> git_oid? {
        var reference: OpaquePointer?
        let code = git_repository_head(&reference, repository)
        if code == GIT_EUNBORNBRANCH.rawValue || code == GIT_ENOTFOUND.rawValue { return nil }
        try check(code, operation)
        defer { git_reference_free(reference) }
        let commit = try pointer(operation) { git_reference_peel(&$0, reference, GIT_OBJECT_COMMIT) }
        defer { git_object_free(commit) }
        return git_object_id(commit).pointee
    }
}

func hexadecimal(_ id: git_oid) -> String {
    var id = id
    var text = [CChar](repeating: 0, count: 41)
    git_oid_tostr(&text, text.count, &id)
    return String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
