/// What the last runs with one build key used: all that is worth carrying to another machine, and nothing else.
import Action
import Files

package struct Snapshot: Hashable, Sendable {
    /// What one action left to be of use.
    package struct Use: Hashable, Sendable {
        /// Of its result; nil for an action that was red, or is never kept.
        package var key: String?
        /// What its go commands used of the build cache: see `ActionResult.buildUses`.
        package var buildUses: [String: Digest]

        package init(key: String?, buildUses: [String: Digest] = [:]) {
            self.key = key
            self.buildUses = buildUses
        }
    }

    /// By action id.
    package var actions: [String: Use]
    /// Names of answers of the go command: see `FactCache.uses`.
    package var facts: Set<String>

    package init(actions: [String: Use] = [:], facts: Set<String> = []) {
        self.actions = actions
        self.facts = facts
    }

    /// `other` tells what is newer.
    package mutating func merge(_ other: Snapshot) {
        actions.merge(other.actions) { _, new in new }
        facts.formUnion(other.facts)
    }
}

// MARK: - As bytes

extension Snapshot {
    private static let title = "snapshot 1"

    /// A line a fact, and a line an action: its key or `-`, each family with digest and size of what was used, and its
    /// id last, after a tab. The same snapshot has the same bytes.
    var bytes: [UInt8] {
        var text = "\(Snapshot.title)\n"
        for fact in facts.sorted() { text += "fact \(fact)\n" }
        for (id, use) in actions.sorted(by: { $0.key < $1.key }) {
            text += "action \(use.key ?? "-")"
            for (family, digest) in use.buildUses.sorted(by: { $0.key < $1.key }) {
                text += " \(family) \(digest.sha256) \(digest.size)"
            }
            text += "\t\(id)\n"
        }
        return Array(text.utf8)
    }

    /// Nil when they are of another form.
    init?(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        guard let first = lines.first, first.elementsEqual(Snapshot.title.utf8) else { return nil }
        self.init()
        for line in lines.dropFirst() {
            let halves = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
            let words = halves[0].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            guard words.count >= 2 else { return nil }
            switch (words[0], halves.count) {
            case ("fact", 1): facts.insert(words[1])
            case ("action", 2):
                guard words.count % 3 == 2 else { return nil }
                var use = Use(key: words[1] == "-" ? nil : words[1])
                for index in stride(from: 2, to: words.count, by: 3) {
                    guard let size = Int(words[index + 2]) else { return nil }
                    use.buildUses[words[index]] = Digest(sha256: words[index + 1], size: size)
                }
                actions[String(decoding: halves[1], as: UTF8.self)] = use
            default: return nil
            }
        }
    }
}

// MARK: - In the store

/// The snapshots of a store, by build key.
package struct SnapshotStore: Sendable {
    let store: Store

    /// Nil when no run with this key is remembered.
    package func snapshot(_ key: String) -> Snapshot? { file(key).bytes.flatMap(Snapshot.init) }

    /// Notes what a run used. One of the whole graph, to its end, replaces what is there; any other adds to it.
    package func record(key: String, actions: [String: Snapshot.Use], facts: Set<String>, isWhole: Bool) throws(FileError) {
        var snapshot = Snapshot(actions: actions, facts: facts)
        if !isWhole, var earlier = self.snapshot(key) {
            earlier.merge(snapshot)
            snapshot = earlier
        }
        try keep(snapshot, key)
    }

    /// What is there already is not written again.
    private func keep(_ snapshot: Snapshot, _ key: String) throws(FileError) {
        if file(key).bytes == snapshot.bytes, store.noteUse(of: file(key).place) { return }
        let lock = try store.lock(.shared)
        defer { lock.release() }
        try keepLocked(snapshot, key)
    }

    /// For a caller that holds the store's lock already.
    func keepLocked(_ snapshot: Snapshot, _ key: String) throws(FileError) { try file(key).write(snapshot.bytes) }

    private func file(_ key: String) -> SealedFile { SealedFile(store: store, place: "\(store.path)/snapshots/\(key)") }
}

extension Store {
    package var snapshots: SnapshotStore { SnapshotStore(store: self) }
}
