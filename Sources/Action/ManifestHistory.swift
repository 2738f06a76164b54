/// The last few manifests of one action, and what became of it with each; it knows no disk.

package struct ManifestHistory: Hashable, Sendable {
    package struct Entry: Hashable, Sendable, Codable {
        /// What a run did with the action.
        package enum Deed: String, Hashable, Sendable, Codable {
            /// It ran and was green.
            case ran
            /// It ran and was red.
            case red
            /// Its result was known.
            case hit
        }

        /// Seconds since 1970.
        package var time: Int
        package var deed: Deed
        /// As the run gave it.
        package var reason: String
        package var key: CacheKey

        package init(time: Int, deed: Deed, reason: String, key: CacheKey) {
            self.time = time
            self.deed = deed
            self.reason = reason
            self.key = key
        }
    }

    /// The newest first, no two with the same manifest; never empty.
    package private(set) var entries: [Entry]
    /// The newest one's.
    package private(set) var manifest: Manifest
    /// Each leads from the manifest of the entry after to that of the entry at its own place.
    package private(set) var differences: [ManifestDifference]

    package init(_ entry: Entry, _ manifest: Manifest) {
        entries = [entry]
        self.manifest = manifest
        differences = []
    }

    /// Nil when these do not make a history.
    package init?(_ entries: [Entry], _ manifest: Manifest, _ differences: [ManifestDifference]) {
        guard let first = entries.first, first.key == manifest.key, differences.count == entries.count - 1 else { return nil }
        self.entries = entries
        self.manifest = manifest
        self.differences = differences
    }

    package static let limit = 8
    /// What is further away than this explains nothing; a change of branch must not make a history large.
    package static let changesLimit = 2_000

    /// A manifest that is there already moves to the front.
    package mutating func note(_ entry: Entry, _ manifest: Manifest) {
        let place = entries.firstIndex { $0.key == entry.key }
        if place == 0 {
            entries[0] = entry
            return
        }
        if let place { forget(place) }
        differences.insert(ManifestDifference(from: self.manifest, to: manifest), at: 0)
        entries.insert(entry, at: 0)
        self.manifest = manifest
        while entries.count > Self.limit || differences.reduce(0, { $0 + $1.changes.count }) > Self.changesLimit {
            forget(entries.count - 1)
        }
    }

    /// Takes out one that is not the newest, and joins what stands on both sides of it.
    private mutating func forget(_ index: Int) {
        entries.remove(at: index)
        let newer = differences.remove(at: index - 1)
        if index - 1 < differences.count { differences[index - 1] = differences[index - 1].followed(by: newer) }
    }

    /// The entry whose manifest differs least from `manifest`, the newest of equals, and what differs.
    package func nearest(to manifest: Manifest) -> (entry: Entry, difference: ManifestDifference) {
        var difference = ManifestDifference(from: self.manifest, to: manifest)
        var nearest = (entries[0], difference)
        for (entry, step) in zip(entries.dropFirst(), differences) {
            difference = step.followed(by: difference)
            if difference.changes.count < nearest.1.changes.count { nearest = (entry, difference) }
        }
        return nearest
    }

    /// What differs from the manifest with this key; nil when it is not kept.
    package func difference(from key: CacheKey, to manifest: Manifest) -> ManifestDifference? {
        guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
        return differences[..<index].reduce(ManifestDifference(from: self.manifest, to: manifest)) { $1.followed(by: $0) }
    }
}
