/// Decides whether a repository may be trusted by whom it belongs to, as git does; opens nothing.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Source of the rule: git-config(1), `safe.directory`. libgit2's own check differs between its versions.
enum RepositoryOwnership {
    static func check(_ layout: RepositoryLayout, _ environment: GitEnvironment) throws(GitError) {
        let user = geteuid()
        let trusted = user == 0 ? [user, environment.sudoUser].compactMap { $0 } : [user]
        let paths = [layout.workTree, "\(layout.workTree)/.git", layout.gitDirectory]
        let isForeign = { (path: String) in FileStatus(at: path).map { !trusted.contains($0.owner) } ?? false }
        guard let foreign = paths.first(where: isForeign) else { return }
        // The repository's own file has no say in this.
        let safe = GitConfiguration(layout, environment, ofRepository: false).safeDirectories
        guard !safe.contains(where: { allows($0, layout.workTree, environment) }) else { return }
        throw GitError(
            operation: "open the repository \(layout.workTree)", code: .ownerMismatch,
            cause: """
                \(foreign) belongs to another user; if you trust it: \
                git config --global --add safe.directory \(layout.workTree)
                """)
    }

    private static func allows(_ value: String, _ workTree: String, _ environment: GitEnvironment) -> Bool {
        if value == "*" { return true }
        if value.hasSuffix("/*") { return workTree.hasPrefix(value.dropLast()) }
        guard let folder = environment.expandingHome(value) else { return false }
        return (resolvedPath(folder) ?? folder) == workTree
    }
}
