/// Finds a repository's folders from any path inside it; knows git's layout on disk and needs no libgit2.

/// Source of the format: gitrepository-layout(5), git-worktree(1).
package struct RepositoryLayout: Hashable, Sendable {
    /// The folder that holds `.git`: absolute, without links, no slash at its end.
    package let workTree: String
    /// What belongs to this work tree alone: HEAD and the index.
    package let gitDirectory: String
    /// What all its work trees share: objects, branches, tags, the configuration.
    package let commonDirectory: String

    /// The repository that a path lies in, or nil: there is none, or the path is in a bare repository or in
    /// a `.git` folder, where there is no work tree. Like git, it does not look beyond the file system's edge.
    package static func discover(from start: String) -> RepositoryLayout? {
        guard var folder = resolvedPath(start), let device = FileStatus(at: folder)?.device else { return nil }
        while true {
            if let layout = RepositoryLayout(workTree: folder) { return layout }
            // Such a file is the last word, as it is for git, even if what it names is not there.
            if isGitDirectory(folder) || FileStatus(at: "\(folder)/.git")?.isFile == true { return nil }
            guard let above = parent(of: folder), FileStatus(at: above)?.device == device else { return nil }
            folder = above
        }
    }

    /// The repository whose work tree begins at this very folder; nil when it has no `.git` that git would take.
    init?(workTree: String) {
        let dotGit = workTree == "/" ? "/.git" : "\(workTree)/.git"
        guard let status = FileStatus(at: dotGit) else { return nil }
        var gitDirectory = dotGit
        if status.isFile {
            let prefix = "gitdir: "
            guard let line = readLine(ofFile: dotGit), line.hasPrefix(prefix) else { return nil }
            gitDirectory = path(String(line.dropFirst(prefix.count)), from: workTree)
        }
        guard let resolved = resolvedPath(gitDirectory), Self.isGitDirectory(resolved) else { return nil }
        self.workTree = workTree
        self.gitDirectory = resolved
        commonDirectory = Self.commonDirectory(of: resolved)
    }

    private static func commonDirectory(of gitDirectory: String) -> String {
        guard let line = readLine(ofFile: "\(gitDirectory)/commondir") else { return gitDirectory }
        return resolvedPath(path(line, from: gitDirectory)) ?? gitDirectory
    }

    private static func isGitDirectory(_ folder: String) -> Bool {
        // HEAD may be a symbolic link: that is how the oldest repositories name their branch.
        guard FileStatus(at: "\(folder)/HEAD") != nil else { return false }
        let common = commonDirectory(of: folder)
        return FileStatus(at: "\(common)/objects") != nil && FileStatus(at: "\(common)/refs") != nil
    }
}
