/// Names a commit after the nearest tag, as `git describe` does; reads commits and tags through libgit2.
import CLibGit2

extension GitRepository {
    /// What `git describe --tags --always --dirty --abbrev=7` prints. Throws `noCommit` before the first commit.
    /// A shallow clone is described by the commits it has, as git does. Starts libgit2.
    package func describe() throws(GitError) -> String {
        let operation = "describe the commit of \(workTree)"
        return try Libgit2.withRepository(layout, operation) { repository throws(GitError) in
            guard let id = try Libgit2.head(repository, operation) else {
                throw GitError(operation: operation, code: .noCommit, cause: "there is no commit yet")
            }
            let name = try CommitDescriber(repository, layout, operation).describe(id)
            return try Libgit2.isDirty(repository, operation) ? "\(name)-dirty" : name
        }
    }

    /// The same for any commit, named in any way git knows, without regard to the work tree.
    package func describe(commit revision: String) throws(GitError) -> String {
        let operation = "describe the commit \(revision) of \(workTree)"
        return try Libgit2.withRepository(layout, operation) { repository throws(GitError) in
            let object = try Libgit2.pointer(operation) { git_revparse_single(&$0, repository, revision) }
            defer { git_object_free(object) }
            let commit = try Libgit2.pointer(operation) { git_object_peel(&$0, object, GIT_OBJECT_COMMIT) }
            defer { git_object_free(commit) }
            return try CommitDescriber(repository, layout, operation).describe(git_object_id(commit).pointee)
        }
    }
}

private struct CommitDescriber {
    private struct Tag {
        /// The reference's, without `refs/tags/`.
        var name: String
        /// Of an annotated tag.
        var annotation: Annotation?
    }

    private struct Annotation {
        /// The tag's own, which may differ from the reference's.
        var name: String
        /// Seconds since 1970; 0 when it does not say.
        var time: Int64
    }

    private let repository: OpaquePointer
    private let operation: String
    private var tags: [ObjectID: Tag] = [:]
    /// Commits whose parents a shallow clone lacks.
    private let shallow: Set<String>

    init(_ repository: OpaquePointer, _ layout: RepositoryLayout, _ operation: String) throws(GitError) {
        self.repository = repository
        self.operation = operation
        let lines = readFile("\(layout.commonDirectory)/shallow")?.split(separator: UInt8(ascii: "\n")) ?? []
        shallow = Set(lines.map { String(decoding: $0, as: UTF8.self) })
        for name in try tagNames() { try add(name) }
    }

    func describe(_ id: git_oid) throws(GitError) -> String {
        if let tag = tags[ObjectID(id)] {
            // A name that is not the reference's would not be found again without the commit's id.
            guard let own = tag.annotation?.name, own != tag.name else { return tag.name }
            return "\(own)-0-g\(try abbreviated(id))"
        }
        let nearest =
            tags.isEmpty
            ? nil
            : try NearestTag.find(
                from: ObjectID(id), isTagged: { tags[$0] != nil }, commit: { id throws(GitError) in try commit(id) })
        guard let nearest, let tag = tags[nearest.id] else { return try abbreviated(id) }
        return "\(tag.annotation?.name ?? tag.name)-\(nearest.distance)-g\(try abbreviated(id))"
    }

    /// In byte order, which decides between tags of one commit.
    private func tagNames() throws(GitError) -> [String] {
        let iterator = try Libgit2.pointer(operation) {
            git_reference_iterator_glob_new(&$0, repository, "refs/tags/*")
        }
        defer { git_reference_iterator_free(iterator) }
        var names: [String] = []
        var name: UnsafePointer<CChar>?
        while true {
            let code = git_reference_next_name(&name, iterator)
            if code == GIT_ITEROVER.rawValue { break }
            try Libgit2.check(code, operation)
            if let name { names.append(String(cString: name)) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// A tag of anything but a commit, or one whose object is lost, describes nothing.
    private mutating func add(_ reference: String) throws(GitError) {
        var id = git_oid()
        guard git_reference_name_to_id(&id, repository, reference) == 0,
            let object = try? Libgit2.pointer(operation, { git_object_lookup(&$0, repository, &id, GIT_OBJECT_ANY) })
        else { return }
        defer { git_object_free(object) }
        guard let commit = try? Libgit2.pointer(operation, { git_object_peel(&$0, object, GIT_OBJECT_COMMIT) }) else {
            return
        }
        defer { git_object_free(commit) }

        var tag = Tag(name: String(reference.dropFirst("refs/tags/".count)))
        if git_object_type(object) == GIT_OBJECT_TAG {
            tag.annotation = Annotation(
                name: git_tag_name(object).map { String(cString: $0) } ?? tag.name,
                time: git_tag_tagger(object)?.pointee.when.time ?? 0)
        }
        let target = ObjectID(git_object_id(commit).pointee)
        if let known = tags[target], !isBetter(tag, than: known) { return }
        tags[target] = tag
    }

    /// An annotated tag beats a plain one, a newer annotated tag an older one.
    private func isBetter(_ tag: Tag, than known: Tag) -> Bool {
        guard let annotation = tag.annotation else { return false }
        return known.annotation.map { $0.time < annotation.time } ?? true
    }

    private func commit(_ id: ObjectID) throws(GitError) -> NearestTag<ObjectID>.Commit {
        var oid = id.value
        let commit = try Libgit2.pointer(operation) { git_commit_lookup(&$0, repository, &oid) }
        defer { git_commit_free(commit) }
        let isLast = !shallow.isEmpty && shallow.contains(hexadecimal(oid))
        let parents = isLast ? 0 : git_commit_parentcount(commit)
        return NearestTag.Commit(
            parents: (0..<parents).map { ObjectID(git_commit_parent_id(commit, $0).pointee) },
            time: git_commit_time(commit))
    }

    /// The first seven digits, or as many as no other object shares.
    private func abbreviated(_ id: git_oid) throws(GitError) -> String {
        let store = try Libgit2.pointer(operation) { git_repository_odb(&$0, repository) }
        defer { git_odb_free(store) }
        let digits = hexadecimal(id)
        for count in 7..<digits.count {
            // Digits beyond the prefix have to be zero.
            var prefix = git_oid()
            var found = git_oid()
            try Libgit2.check(git_oid_fromstrn(&prefix, digits, count), operation)
            let code = git_odb_exists_prefix(&found, store, &prefix, count)
            if code == GIT_EAMBIGUOUS.rawValue { continue }
            try Libgit2.check(code, operation)
            return String(digits.prefix(count))
        }
        return digits
    }
}

/// An object's id that can be looked up in a table.
private struct ObjectID: Hashable {
    let value: git_oid

    init(_ value: git_oid) { self.value = value }

    static func == (a: ObjectID, b: ObjectID) -> Bool {
        withUnsafeBytes(of: a.value) { a in withUnsafeBytes(of: b.value) { a.elementsEqual($0) } }
    }

    func hash(into hasher: inout Hasher) {
        withUnsafeBytes(of: value) { hasher.combine(bytes: $0) }
    }
}
