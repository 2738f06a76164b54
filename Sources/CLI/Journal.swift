/// What a run leaves for those who will ask why: which actions ran or were known, and from what.
import Action
import Cache
import Plan
import Run

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension Workspace {
    /// What runs did with the actions of this checkout.
    var journal: DiskActionJournal { store.journal(repositoryName) }

    /// The one way in which `plan`, `run` and `explain` decide. `copies` names files of the repository that are to be
    /// copies of an action's output; one that is there already needs none.
    func decide(_ graph: StepGraph, _ digests: FileDigests, copies: [ActionID: String]) -> [Decision] {
        Run.decide(graph, digests: digests, cache: store.actionCache, blobs: store.blobs, journal: journal) { action, file in
            guard let copy = copies[action] else { return false }
            return (try? Digest(ofFile: "\(outputFolder)/\(copy)")) != file.digest
        }
    }

    /// Actions that were skipped or interrupted leave nothing.
    func note(_ outcomes: [ActionOutcome], _ decisions: [Decision]) throws {
        let decided = Dictionary(uniqueKeysWithValues: decisions.map { ($0.action, $0) })
        let now = time(nil)
        try journal.note(
            outcomes.compactMap { outcome in
                guard let decision = decided[outcome.action.id], let deed = ManifestHistory.Entry.Deed(outcome) else { return nil }
                return ActionNote(
                    decision.action,
                    ManifestHistory.Entry(time: now, deed: deed, reason: outcome.reason, key: decision.key),
                    decision.manifest)
            })
    }
}

extension Prepared {
    /// `output:` of the artifacts: the machine's own binary, where the user wants it.
    var copies: [ActionID: String] {
        Dictionary(
            pipeline.artifacts.compactMap { artifact in
                artifact.output.map { (ActionID("build:\(artifact.name.value):\(facts.host)"), $0.value) }
            }) { $1 }
    }
}

extension ManifestHistory.Entry.Deed {
    fileprivate init?(_ outcome: ActionOutcome) {
        switch outcome.status {
        case .green: self = outcome.cached ? .hit : .ran
        case .red: self = .red
        case .skipped, .interrupted: return nil
        }
    }
}
