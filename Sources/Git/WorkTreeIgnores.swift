/// Judges which paths of one work tree git ignores, folder by folder; knows ignore files, configuration and index.

struct WorkTreeIgnores: Sendable {
    enum Verdict: Sendable {
        case kept
        case ignored
        /// A rule would have it ignored, but git tracks it, or something in it. In such a folder what is not
        /// tracked is ignored.
        case tracked
    }

    let layout: RepositoryLayout
    private let ignoresCase: Bool
    private let hashLength: Int
    /// From the weakest to the strongest: the user's, the repository's, then one for each folder entered.
    private var scopes: [IgnoreRules] = []
    /// Read when the first rule fits something: most trees have something to ask.
    private var tracked: TrackedPaths?

    init(_ layout: RepositoryLayout, _ environment: GitEnvironment) {
        self.layout = layout
        let configuration = GitConfiguration(layout, environment)
        ignoresCase = configuration.ignoresCase
        hashLength = configuration.hashLength
        for file in [configuration.excludesFile, "\(layout.commonDirectory)/info/exclude"] {
            guard let text = file.flatMap({ readFile($0) }) else { continue }
            scopes.append(IgnoreRules(text, base: 0, ignoresCase: ignoresCase))
        }
    }

    /// Takes a folder's ignore file into account, from here on down. `path` is the folder's in the work tree: empty
    /// or with a slash at its end. As git does, a link of that name is not followed.
    mutating func enter(_ path: UnsafeBufferPointer<UInt8>) {
        let file = "\(layout.workTree)/\(String(decoding: path, as: UTF8.self)).gitignore"
        guard let text = readFile(file, followsLinks: false) else { return }
        scopes.append(IgnoreRules(text, base: path.count, ignoresCase: ignoresCase))
    }

    /// How many ignore files hold; `leave(to:)` goes back to an earlier number of them.
    var depth: Int { scopes.count }
    mutating func leave(to depth: Int) { scopes.removeSubrange(depth...) }

    /// `path` runs from the work tree's root, without a slash at its end; its last name begins at `name`; its
    /// folder has been entered.
    mutating func verdict(
        _ path: UnsafeBufferPointer<UInt8>, name: Int, isFolder: Bool, inTrackedFolder: Bool
    ) throws(GitError) -> Verdict {
        guard inTrackedFolder || hasIgnoreRule(path, name, isFolder) else { return .kept }
        let tracked = try trackedPaths()
        return (isFolder ? tracked.containsFolder(path) : tracked.contains(path)) ? .tracked : .ignored
    }

    mutating func trackedPaths() throws(GitError) -> TrackedPaths {
        if let tracked { return tracked }
        let read = try TrackedPaths(indexFile: "\(layout.gitDirectory)/index", hashLength: hashLength)
        tracked = read
        return read
    }

    private func hasIgnoreRule(_ path: UnsafeBufferPointer<UInt8>, _ name: Int, _ isFolder: Bool) -> Bool {
        for scope in scopes.reversed() {
            if let verdict = scope.verdict(path, name: name, isFolder: isFolder) { return verdict }
        }
        return false
    }

    /// The verdict on a path that ends with a slash if it is a folder, judged from the root down: what lies in an
    /// ignored folder is ignored. All folders on the way to it are entered.
    mutating func descend(to path: [UInt8]) throws(GitError) -> Verdict {
        try path.withUnsafeBufferPointer { path throws(GitError) in
            var standing = Verdict.kept
            var name = 0
            while name < path.count, standing != .ignored {
                enter(UnsafeBufferPointer(rebasing: path[..<name]))
                let end = path[name...].firstIndex(of: UInt8(ascii: "/")) ?? path.count
                standing = try verdict(
                    UnsafeBufferPointer(rebasing: path[..<end]), name: name, isFolder: end < path.count,
                    inTrackedFolder: standing == .tracked)
                name = end + 1
            }
            return standing
        }
    }
}
