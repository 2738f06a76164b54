/// The seams between those who run actions and those who remember them.
import Files

/// What a green action left behind.
package struct ActionResult: Hashable, Sendable, Codable {
    package struct File: Hashable, Sendable, Codable {
        package var path: String
        package var digest: Digest
        package var isExecutable: Bool

        package init(path: String, digest: Digest, isExecutable: Bool) {
            self.path = path
            self.digest = digest
            self.isExecutable = isExecutable
        }
    }

    package var action: String
    package var outputs: [File]
    /// All it printed.
    package var log: Digest
    /// Of the run that made it, in milliseconds.
    package var elapsedMilliseconds: Int
    /// The outputs of other actions that it was given, by `action/output`: a result only speaks for those.
    package var used: [String: Digest]
    /// What the go commands of the action asked for or put, by the build cache's family: a blob of 32-byte action ids
    /// of the go command. The next action of the kind will ask for most of it.
    package var buildUses: [String: Digest]

    package init(
        action: String, outputs: [File], log: Digest, elapsedMilliseconds: Int, used: [String: Digest],
        buildUses: [String: Digest] = [:]
    ) {
        self.action = action
        self.outputs = outputs
        self.log = log
        self.elapsedMilliseconds = elapsedMilliseconds
        self.used = used
        self.buildUses = buildUses
    }
}

/// Remembers results by key. A fault of the cache is a miss.
package protocol ActionCache: Sendable {
    func result(for key: CacheKey) -> ActionResult?
    func store(_ result: ActionResult, for key: CacheKey) throws(FileError)
}

/// Remembers what runs did with each action, so that the next can say what is different.
package protocol ActionJournal: Sendable {
    /// Nil when nothing is remembered. A fault of the journal is forgetfulness.
    func history(of action: ActionID) -> ManifestHistory?
    /// Notes what one run did. A hit whose manifest is the newest already is no news.
    func note(_ notes: [ActionNote]) throws(FileError)
}

/// What a run did with an action.
package struct ActionNote: Sendable {
    package var action: ActionID
    package var entry: ManifestHistory.Entry
    package var manifest: Manifest

    package init(_ action: ActionID, _ entry: ManifestHistory.Entry, _ manifest: Manifest) {
        self.action = action
        self.entry = entry
        self.manifest = manifest
    }
}

/// Remembers nothing.
package struct BlankJournal: ActionJournal {
    package init() {}
    package func history(of action: ActionID) -> ManifestHistory? { nil }
    package func note(_ notes: [ActionNote]) throws(FileError) {}
}

/// Keeps content by digest.
package protocol BlobStore: Sendable {
    func contains(_ digest: Digest) -> Bool
    /// Nil when it is not there or is damaged.
    func bytes(of digest: Digest) -> [UInt8]?
    func put(_ bytes: [UInt8]) throws(FileError) -> Digest
    /// Takes a copy of the file at `path`.
    func put(file path: String, executable: Bool) throws(FileError) -> Digest
    /// A read-only file with this content and name. With `checked` its digest is computed now, as before each use;
    /// without, its size is looked at, which is enough to name it. Nil when it is lost or damaged.
    func file(_ digest: Digest, named name: String, executable: Bool, checked: Bool) throws(FileError) -> String?
}
