/// The files of commits, as values, and their contents: reads a repository's objects through libgit2, knows no work tree.
import CLibGit2

/// A repository's objects. Calls block on the disk and start libgit2; each opens the repository anew, so that threads
/// may call at the same time.
package struct GitObjects: Hashable, Sendable {
    /// The folder that holds `objects` and `refs`.
    package let directory: String

    /// Of the submodule that lies at `path` of the work tree and that .gitmodules calls `name`; nil when it was never
    /// fetched here. Source of the layout: gitsubmodules(7).
    package func submodule(named name: String, at path: String, in workTree: String) -> GitObjects? {
        let own = RepositoryLayout(workTree: "\(workTree)/\(path)")?.commonDirectory
        let kept = name.split(separator: "/").contains("..") ? nil : resolvedPath("\(directory)/modules/\(name)")
        return [own, kept].compactMap(\.self).first { FileStatus(at: "\($0)/objects") != nil }.map(GitObjects.init)
    }

    private init(_ directory: String) { self.directory = directory }

    init(_ layout: RepositoryLayout) { directory = layout.commonDirectory }

    /// Whether this commit is here.
    package func contains(_ commit: GitObjectID) throws(GitError) -> Bool {
        try open("look for the commit \(commit.text)") { repository, operation throws(GitError) in
            var (id, found) = (commit.value, nil as OpaquePointer?)
            defer { git_object_free(found) }
            return git_object_lookup(&found, repository, &id, GIT_OBJECT_COMMIT) == 0
        }
    }

    /// The files of a commit, of a tag's commit or of a tree, in byte order of their paths.
    package func files(of id: GitObjectID) throws(GitError) -> [GitFile] {
        try open("list the files of \(id.text)") { repository, operation throws(GitError) in
            var oid = id.value
            let object = try Libgit2.pointer(operation) { git_object_lookup(&$0, repository, &oid, GIT_OBJECT_ANY) }
            defer { git_object_free(object) }
            let tree = try Libgit2.pointer(operation) { git_object_peel(&$0, object, GIT_OBJECT_TREE) }
            defer { git_object_free(tree) }
            var listing = TreeListing(repository: repository, operation: operation)
            try listing.add(tree, "")
            // A tree's own order is that already, unless somebody made it otherwise.
            return listing.files.sorted { comesBefore($0.path, $1.path) }
        }
    }

    /// Hands over the contents of blobs, in the order asked for.
    package func read<Failure: Error>(
        _ ids: some Sequence<GitObjectID>, orThrow failed: (GitError) -> Failure,
        _ body: (Int, [UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        var outcome: Result<Void, Failure> = .success(())
        do throws(GitError) {
            try open("read the objects in \(directory)") { repository, operation throws(GitError) in
                let store = try Libgit2.pointer(operation) { git_repository_odb(&$0, repository) }
                defer { git_odb_free(store) }
                for (index, id) in ids.enumerated() {
                    let content = try Self.content(of: id, store)
                    do throws(Failure) {
                        try body(index, content)
                    } catch {
                        return outcome = .failure(error)
                    }
                }
            }
        } catch {
            throw failed(error)
        }
        try outcome.get()
    }

    /// The content of one blob.
    package func content(of id: GitObjectID) throws(GitError) -> [UInt8] {
        var found: [UInt8] = []
        try read([id], orThrow: { $0 }) { _, bytes throws(GitError) in found = bytes }
        return found
    }

    private static func content(of id: GitObjectID, _ store: OpaquePointer) throws(GitError) -> [UInt8] {
        let operation = "read the object \(id.text)"
        var oid = id.value
        let object = try Libgit2.pointer(operation) { git_odb_read(&$0, store, &oid) }
        defer { git_odb_object_free(object) }
        guard git_odb_object_type(object) == GIT_OBJECT_BLOB else {
            throw GitError(operation: operation, code: .unsupported, cause: "it is no file's content")
        }
        return Array(UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object)))
    }

    private func open<Result>(
        _ operation: String, _ body: (OpaquePointer, String) throws(GitError) -> Result
    ) throws(GitError) -> Result {
        try Libgit2.withObjects(directory, operation) { repository throws(GitError) in try body(repository, operation) }
    }
}

/// A file of a commit or of the index.
package struct GitFile: Hashable, Sendable {
    package enum Kind: UInt8, Hashable, Sendable {
        case file, program, link
        /// The commit that a submodule is at.
        case submodule

        /// Nil for a mode that is none of git's.
        init?(mode: UInt32) {
            switch mode & 0o170000 {
            case 0o100000: self = mode & 0o100 != 0 ? .program : .file
            case 0o120000: self = .link
            case 0o160000: self = .submodule
            default: return nil
            }
        }
    }

    /// From the tree's root, with slashes.
    package var path: String
    package var kind: Kind
    /// Of its blob; of a submodule its commit's.
    package var id: GitObjectID

    package init(path: String, kind: Kind, id: GitObjectID) {
        self.path = path
        self.kind = kind
        self.id = id
    }
}

/// Walks a tree and those below it.
private struct TreeListing {
    let repository: OpaquePointer
    let operation: String
    var files: [GitFile] = []

    mutating func add(_ tree: OpaquePointer, _ folder: String) throws(GitError) {
        for index in 0..<git_tree_entrycount(tree) {
            guard let entry = git_tree_entry_byindex(tree, index), let id = git_tree_entry_id(entry) else { continue }
            let name = String(cString: git_tree_entry_name(entry))
            let path = folder + name
            if git_tree_entry_type(entry) == GIT_OBJECT_TREE {
                var id = id.pointee
                let inner = try Libgit2.pointer("read the tree \(path)") { git_tree_lookup(&$0, repository, &id) }
                defer { git_tree_free(inner) }
                // Judged here, too: a folder need not hold anything.
                try checkName(name, path)
                try add(inner, "\(path)/")
            } else {
                try checkName(name, path)
                guard let kind = GitFile.Kind(mode: git_tree_entry_filemode_raw(entry).rawValue) else {
                    throw GitError(operation: operation, code: .unsupported, cause: "\(path) is neither file, link nor submodule")
                }
                files.append(GitFile(path: path, kind: kind, id: GitObjectID(id.pointee)))
            }
        }
    }
}

/// In byte order.
package func comesBefore(_ path: String, _ other: String) -> Bool {
    let order = path.utf8.withContiguousStorageIfAvailable { path in
        other.utf8.withContiguousStorageIfAvailable { other in
            for place in 0..<min(path.count, other.count) where path[place] != other[place] {
                return path[place] < other[place]
            }
            return path.count < other.count
        }
    }
    return (order ?? nil) ?? path.utf8.lexicographicallyPrecedes(other.utf8)
}

/// Refuses what would be written elsewhere than in the tree, as git does.
func checkName(_ name: String, _ path: String) throws(GitError) {
    let small = name.lowercased()
    guard !name.isEmpty, name != ".", name != "..", small != ".git", small != "git~1", !name.contains("/") else {
        throw GitError(
            operation: "take the name \(path)", code: .invalidName, cause: "no file or folder of a tree may be called so")
    }
    guard !name.unicodeScalars.contains("\u{fffd}") else {
        throw GitError(operation: "take the name \(path)", code: .invalidName, cause: "it is not UTF-8: rename it")
    }
}

/// The name of an object.
package struct GitObjectID: Hashable, Sendable {
    private let bytes: (UInt64, UInt64, UInt32)

    init(_ id: git_oid) {
        bytes = withUnsafeBytes(of: id) {
            ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                $0.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
        }
    }

    /// 20 bytes.
    package init?(_ raw: UnsafeRawBufferPointer) {
        guard raw.count == GitObjectID.count else { return nil }
        var id = git_oid()
        withUnsafeMutableBytes(of: &id) { $0.copyMemory(from: raw) }
        self.init(id)
    }

    /// 40 hexadecimal digits.
    package init?(text: String) {
        var id = git_oid()
        guard text.utf8.count == 40, git_oid_fromstr(&id, text) == 0 else { return nil }
        self.init(id)
    }

    package static let count = 20

    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var id = value
        return withUnsafeBytes(of: &id) { body(UnsafeRawBufferPointer(rebasing: $0[..<GitObjectID.count])) }
    }

    var value: git_oid {
        var id = git_oid()
        withUnsafeMutableBytes(of: &id) {
            $0.storeBytes(of: bytes.0, as: UInt64.self)
            $0.storeBytes(of: bytes.1, toByteOffset: 8, as: UInt64.self)
            $0.storeBytes(of: bytes.2, toByteOffset: 16, as: UInt32.self)
        }
        return id
    }

    /// In hexadecimal.
    package var text: String { hexadecimal(value) }

    package static func == (a: GitObjectID, b: GitObjectID) -> Bool { a.bytes == b.bytes }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.0)
        hasher.combine(bytes.1)
    }
}
