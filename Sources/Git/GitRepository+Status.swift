/// Compares commit, index and work tree; what is not tracked does not count here.
import CLibGit2

extension GitRepository {
    /// Whether a tracked file differs from HEAD's commit, staged or not. A submodule counts when its commit or one of
    /// its tracked files differs. Starts libgit2. External filters (Git LFS) are not run: a filtered file that was
    /// touched without being changed counts as changed.
    package func isDirty() throws(GitError) -> Bool {
        let operation = "compare the files of \(workTree) with its commit"
        return try Libgit2.withRepository(layout, operation) { repository throws(GitError) in
            try Libgit2.isDirty(repository, operation)
        }
    }
}

extension Libgit2 {
    static func isDirty(_ repository: OpaquePointer, _ operation: String) throws(GitError) -> Bool {
        var options = git_diff_options()
        try check(git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)), operation)
        options.ignore_submodules = GIT_SUBMODULE_IGNORE_UNTRACKED

        let index = try pointer(operation) { git_repository_index(&$0, repository) }
        defer { git_index_free(index) }
        let unstaged = try pointer(operation) { git_diff_index_to_workdir(&$0, repository, index, &options) }
        defer { git_diff_free(unstaged) }
        for i in 0..<git_diff_num_deltas(unstaged) where !isLeftOut(git_diff_get_delta(unstaged, i), index) {
            return true
        }

        let tree = try headTree(repository, operation)
        defer { git_object_free(tree) }
        let staged = try pointer(operation) { git_diff_tree_to_index(&$0, repository, tree, index, &options) }
        defer { git_diff_free(staged) }
        return git_diff_num_deltas(staged) > 0
    }

    /// Whether a file is missing on purpose, as in a sparse checkout: libgit2 reports it as deleted.
    private static func isLeftOut(_ delta: UnsafePointer<git_diff_delta>?, _ index: OpaquePointer) -> Bool {
        guard let delta = delta?.pointee, delta.status == GIT_DELTA_DELETED,
            let entry = git_index_get_bypath(index, delta.old_file.path, 0)?.pointee
        else { return false }
        return UInt32(entry.flags_extended) & GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue != 0
            || UInt32(entry.flags) & GIT_INDEX_ENTRY_VALID.rawValue != 0
    }

    private static func headTree(_ repository: OpaquePointer, _ operation: String) throws(GitError) -> OpaquePointer? {
        guard var id = try head(repository, operation) else { return nil }
        let commit = try pointer(operation) { git_object_lookup(&$0, repository, &id, GIT_OBJECT_COMMIT) }
        defer { git_object_free(commit) }
        return try pointer(operation) { git_object_peel(&$0, commit, GIT_OBJECT_TREE) }
    }
}
