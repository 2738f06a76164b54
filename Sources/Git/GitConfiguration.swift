/// Gathers the few settings that walking a work tree needs, from all of git's configuration files, without libgit2.

struct GitConfiguration: Sendable {
    private var entries: [ConfigurationEntry] = []
    private let environment: GitEnvironment
    private let layout: RepositoryLayout

    /// Everything that holds in a repository, what is said later winning. A file that is not there, cannot be read
    /// or is no configuration counts as empty: git itself refuses such a repository, and says why.
    init(_ layout: RepositoryLayout, _ environment: GitEnvironment, ofRepository: Bool = true) {
        self.environment = environment
        self.layout = layout
        if let file = environment.systemConfiguration { read(file, depth: 0) }
        if let folder = environment.userFolder { read("\(folder)/config", depth: 0) }
        if let home = environment.home { read("\(home)/.gitconfig", depth: 0) }
        guard ofRepository else { return }
        read("\(layout.commonDirectory)/config", depth: 0)
        if isTrue("extensions", "worktreeconfig") { read("\(layout.gitDirectory)/config.worktree", depth: 0) }
    }

    /// The user's own ignore file.
    var excludesFile: String? {
        guard let set = values("core", "excludesfile").last else {
            return environment.userFolder.map { "\($0)/ignore" }
        }
        return set.flatMap { environment.expandingHome($0) }.map { path($0, from: layout.workTree) }
    }

    var ignoresCase: Bool { isTrue("core", "ignorecase") }

    /// Bytes of an object's id.
    var hashLength: Int { values("extensions", "objectformat").last == "sha256" ? 32 : 20 }

    /// `core.hooksPath`, absolute: hooks run at the work tree's root.
    var hooksPath: String? {
        guard let set = values("core", "hookspath").last else { return nil }
        return set.flatMap { environment.expandingHome($0) }.map { path($0, from: layout.workTree) }
    }

    /// Whether a remote may be asked for objects that are missing.
    var isPartialClone: Bool {
        entries.contains { $0.section == "remote" && $0.key == "promisor" && $0.value != "false" }
            || values("extensions", "partialclone").last != nil
    }

    /// `lfs.storage`, absolute.
    var largeFileFolder: String? {
        values("lfs", "storage").last.flatMap(\.self).map { path($0, from: layout.commonDirectory) }
    }

    /// The folders that may belong to anyone; an empty value takes back those before it.
    var safeDirectories: [String] {
        values("safe", "directory").reduce(into: []) { safe, value in
            if let value, !value.isEmpty { safe.append(value) } else { safe = [] }
        }
    }

    private func values(_ section: String, _ key: String) -> [String?] {
        entries.filter { $0.section == section && $0.subsection == nil && $0.key == key }.map(\.value)
    }

    private func isTrue(_ section: String, _ key: String) -> Bool {
        guard let last = values(section, key).last else { return false }
        return last.map { ["true", "yes", "on", "1"].contains($0.lowercased()) } ?? true
    }

    private mutating func read(_ file: String, depth: Int) {
        // As deep as git goes: files may include each other.
        guard depth <= 10, let text = readFile(file), let found = parseConfiguration(text) else { return }
        for entry in found {
            entries.append(entry)
            guard entry.key == "path", let named = entry.value.flatMap({ environment.expandingHome($0) }),
                includes(entry, of: file), let folder = parent(of: file)
            else { continue }
            read(path(named, from: folder), depth: depth + 1)
        }
    }

    /// Whether an include is one, and its condition holds. Source: git-config(1), "Conditional includes".
    private func includes(_ entry: ConfigurationEntry, of file: String) -> Bool {
        if entry.section == "include" { return entry.subsection == nil }
        guard entry.section == "includeif", let condition = entry.subsection,
            let colon = condition.firstIndex(of: ":")
        else { return false }
        var pattern = String(condition[condition.index(after: colon)...])
        let kind = condition[..<colon]
        if pattern.hasSuffix("/") { pattern += "**" }
        switch kind {
        case "gitdir", "gitdir/i":
            if pattern.hasPrefix("./") {
                guard let folder = resolvedPath(file).flatMap(parent(of:)) else { return false }
                pattern = folder + pattern.dropFirst()
            } else if pattern.hasPrefix("~/") {
                guard let home = environment.home.flatMap(resolvedPath) else { return false }
                pattern = home + pattern.dropFirst()
            } else if !pattern.hasPrefix("/") {
                pattern = "**/" + pattern
            }
            return matches(pattern, layout.gitDirectory, ignoringCase: kind == "gitdir/i")
        case "onbranch":
            let prefix = "ref: refs/heads/"
            guard let head = readLine(ofFile: "\(layout.gitDirectory)/HEAD"), head.hasPrefix(prefix) else {
                return false
            }
            return matches(pattern, String(head.dropFirst(prefix.count)), ignoringCase: false)
        default:
            return false
        }
    }

    private func matches(_ pattern: String, _ text: String, ignoringCase: Bool) -> Bool {
        Array(pattern.utf8).withUnsafeBufferPointer { pattern in
            Array(text.utf8).withUnsafeBufferPointer { globMatches(pattern, $0, ignoringCase: ignoringCase) }
        }
    }
}
