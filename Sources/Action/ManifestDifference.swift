/// What two manifests differ in, entry by entry, as values; it knows no words for it.

package struct ManifestDifference: Hashable, Sendable, Codable {
    package struct Change: Hashable, Sendable, Codable {
        package var field: Manifest.Entry.Field
        package var name: String
        /// Nil when the older manifest has no such entry.
        package var was: String?
        /// Nil when the newer one has none.
        package var now: String?

        package init(field: Manifest.Entry.Field, name: String, was: String?, now: String?) {
            self.field = field
            self.name = name
            self.was = was
            self.now = now
        }
    }

    /// By field and name, one of each.
    package private(set) var changes: [Change]

    package var isEmpty: Bool { changes.isEmpty }

    /// Manifests list most of their entries in the same order, so that most are compared only with their likes.
    package init(from old: Manifest, to new: Manifest) {
        changes = []
        var (gone, come): ([Manifest.Entry], [Manifest.Entry]) = ([], [])
        var (left, right) = (old.entries[...], new.entries[...])
        while let a = left.first, let b = right.first {
            if a.field == b.field, a.name == b.name {
                if a.value != b.value { changes.append(Change(field: a.field, name: a.name, was: a.value, now: b.value)) }
                left.removeFirst()
                right.removeFirst()
            } else if Place(a) < Place(b) {
                gone.append(left.removeFirst())
            } else {
                come.append(right.removeFirst())
            }
        }
        gone += left
        come += right
        var lost = Dictionary(gone.map { (Place($0), $0.value) }) { $1 }
        for entry in come {
            let was = lost.removeValue(forKey: Place(entry))
            if was != entry.value { changes.append(Change(field: entry.field, name: entry.name, was: was, now: entry.value)) }
        }
        for (place, value) in lost { changes.append(Change(field: place.field, name: place.name, was: value, now: nil)) }
        sort()
    }

    /// From where this begins to where `next` ends.
    package func followed(by next: ManifestDifference) -> ManifestDifference {
        var all = Dictionary(changes.map { (Place($0), $0) }) { $1 }
        for change in next.changes {
            var change = change
            if let earlier = all[Place(change)] { change.was = earlier.was }
            all[Place(change)] = change.was == change.now ? nil : change
        }
        var whole = self
        whole.changes = Array(all.values)
        whole.sort()
        return whole
    }

    private mutating func sort() { changes.sort { Place($0) < Place($1) } }
}

extension Manifest {
    /// The manifest that `difference` leads from, when it leads to this one; its entries in no particular order.
    package func before(_ difference: ManifestDifference, field: Entry.Field) -> [String: String] {
        var values = Dictionary(entries.lazy.filter { $0.field == field }.map { ($0.name, $0.value) }) { $1 }
        for change in difference.changes where change.field == field { values[change.name] = change.was }
        return values
    }
}

/// Where an entry stands in a manifest.
private struct Place: Hashable, Comparable {
    var field: Manifest.Entry.Field
    var name: String

    init(_ entry: Manifest.Entry) { (field, name) = (entry.field, entry.name) }
    init(_ change: ManifestDifference.Change) { (field, name) = (change.field, change.name) }

    static func < (a: Place, b: Place) -> Bool {
        a.field == b.field ? a.name < b.name : a.field.position < b.field.position
    }
}

extension Manifest.Entry.Field {
    /// In a manifest.
    fileprivate var position: Int { Self.allCases.firstIndex(of: self)! }
}
