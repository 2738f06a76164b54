/// Why actions without a known result would run: what is different since the nearest remembered run; it decides nothing.
import Action

/// Each action's history is read once, and only where it is asked for.
struct Past<Journal: ActionJournal> {
    let journal: Journal
    private var histories: [ActionID: ManifestHistory?] = [:]

    init(journal: Journal) { self.journal = journal }

    /// `decisions` has those of every action that this one depends on.
    mutating func decision(
        _ action: ActionID, _ key: CacheKey, _ manifest: Manifest, because miss: Miss, _ decisions: [ActionID: Decision]
    ) -> Decision {
        var comparison: Decision.Comparison?
        if let (entry, difference) = history(of: action)?.nearest(to: manifest) {
            comparison = Decision.Comparison(with: entry, items: items(difference, manifest, decisions))
        }
        return Decision(
            action: action, would: .run, key: key, reason: miss.reason(comparison), manifest: manifest,
            comparison: comparison)
    }

    private mutating func history(of action: ActionID) -> ManifestHistory? {
        if let known = histories[action] { return known }
        let history = journal.history(of: action)
        histories[action] = .some(history)
        return history
    }

    private mutating func items(
        _ difference: ManifestDifference, _ manifest: Manifest, _ decisions: [ActionID: Decision]
    ) -> [DifferenceItem] {
        var followed: [ActionID: [DifferenceItem]] = [:]
        for change in difference.changes where change.field == .needs {
            let id = ActionID(change.name)
            // What the given action itself is given was decided before it: this comes to an end.
            guard let was = change.was, let given = decisions[id],
                let since = history(of: id)?.difference(from: CacheKey(was), to: given.manifest)
            else { continue }
            followed[id] = items(since, given.manifest, decisions)
        }
        return difference.items(to: manifest) { followed[$0] ?? [] }
    }
}

extension Miss {
    fileprivate func reason(_ comparison: Decision.Comparison?) -> String {
        switch self {
        case .notCached: return "the step says `cache: false`"
        case .useless(let why): return why
        case .waiting(let needed):
            guard let items = comparison?.items, !items.isEmpty else { return "needs \(needed), which would run" }
            return items.inShort
        case .unknown:
            guard let comparison else { return "not run before with these inputs" }
            guard comparison.items.isEmpty else { return comparison.items.inShort }
            return comparison.with.deed == .red ? "red with these inputs before" : "its result is no longer in the store"
        }
    }
}
