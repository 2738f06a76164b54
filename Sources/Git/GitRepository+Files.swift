/// Which commit a word names, and which files are staged, through libgit2.
import CLibGit2

extension GitRepository {
    package var objects: GitObjects { GitObjects(layout) }

    /// The commit that `revision` names in any way git knows; a tag stands for its commit. Throws `.notFound` when there
    /// is none. Starts libgit2.
    package func commit(named revision: String) throws(GitError) -> GitCommit {
        let operation = "find the commit \(revision) in \(workTree)"
        do {
            return try Libgit2.withRepository(layout, operation) { repository throws(GitError) in
                let object = try Libgit2.pointer(operation) { git_revparse_single(&$0, repository, revision) }
                defer { git_object_free(object) }
                let commit = try Libgit2.pointer(operation) { git_object_peel(&$0, object, GIT_OBJECT_COMMIT) }
                defer { git_object_free(commit) }
                return try GitCommit(repository, git_object_id(commit).pointee, operation)
            }
        } catch {
            // Words that are no revision at all, too few digits, and what is no commit.
            let codes = [GIT_EINVALIDSPEC.rawValue, GIT_EAMBIGUOUS.rawValue, GIT_EPEEL.rawValue, GIT_EINVALID.rawValue]
            guard case .library(let code) = error.code, codes.contains(code) else { throw error }
            throw GitError(operation: error.operation, code: .notFound, cause: error.cause)
        }
    }

    /// What the next commit would have, in byte order of the paths. Throws `.unsupported` while a merge is not resolved.
    /// `index` is the file that git names in GIT_INDEX_FILE, if any: `git commit -a` has one of its own. Starts libgit2.
    package func stagedFiles(index named: String? = nil) throws(GitError) -> [GitFile] {
        let file = named.map { path($0, from: workTree) } ?? "\(layout.gitDirectory)/index"
        let operation = "read the index \(file)"
        return try Libgit2.withRepository(layout, operation) { _ throws(GitError) in
            let index = try Libgit2.pointer(operation) { git_index_open(&$0, file) }
            defer { git_index_free(index) }
            var files: [GitFile] = []
            for place in 0..<git_index_entrycount(index) {
                guard let entry = git_index_get_byindex(index, place)?.pointee else { continue }
                let path = String(cString: entry.path)
                guard git_index_entry_stage(git_index_get_byindex(index, place)) == 0 else {
                    throw GitError(
                        operation: operation, code: .unsupported,
                        cause: "\(path) is not merged: resolve it and `git add \(path)`")
                }
                // `git add -N` announces a file; its content is not staged.
                if UInt32(entry.flags_extended) & GIT_INDEX_ENTRY_INTENT_TO_ADD.rawValue != 0 { continue }
                for name in path.split(separator: "/", omittingEmptySubsequences: false) { try checkName(String(name), path) }
                guard let kind = GitFile.Kind(mode: entry.mode) else {
                    throw GitError(operation: operation, code: .unsupported, cause: "\(path) is neither file, link nor submodule")
                }
                files.append(GitFile(path: path, kind: kind, id: GitObjectID(entry.id)))
            }
            return files.sorted { comesBefore($0.path, $1.path) }
        }
    }

    /// Where git looks for hooks: absolute. Source: githooks(5), git-config(1) `core.hooksPath`. Does not start libgit2.
    package var hooksFolder: String {
        GitConfiguration(layout, environment).hooksPath ?? "\(layout.commonDirectory)/hooks"
    }

    /// A clone with `--filter`: git fetches what is missing when it is first used. Does not start libgit2.
    package var isPartialClone: Bool { GitConfiguration(layout, environment).isPartialClone }

    /// A clone with `--depth`. Does not start libgit2.
    package var isShallow: Bool { FileStatus(at: "\(layout.commonDirectory)/shallow") != nil }

    /// Where Git LFS keeps contents, by what a pointer names. Does not start libgit2.
    package var largeFiles: LargeFiles {
        let configured = GitConfiguration(layout, environment).largeFileFolder
        return LargeFiles(folder: configured ?? "\(layout.commonDirectory)/lfs")
    }
}
