/// What would happen to each action, decided once for `plan` and for `run` alike; it runs nothing.
import Action
import Files
import Plan

package struct Decision: Sendable {
    package enum Verdict: String, Sendable { case run, hit }

    /// What is different since the nearest of the remembered runs.
    package struct Comparison: Sendable {
        package var with: ManifestHistory.Entry
        package var items: [DifferenceItem]

        package init(with: ManifestHistory.Entry, items: [DifferenceItem]) {
            self.with = with
            self.items = items
        }
    }

    package var action: ActionID
    package var would: Verdict
    package var key: CacheKey
    /// For people: `cmd/server/main.go changed`, `known from an earlier run`.
    package var reason: String
    /// The known result of a hit; nil for one that nothing needs.
    package var result: ActionResult?
    package var manifest: Manifest
    /// Of an action without a known result; nil when nothing is remembered of it.
    package var comparison: Comparison?

    package init(
        action: ActionID, would: Verdict, key: CacheKey, reason: String, result: ActionResult? = nil, manifest: Manifest,
        comparison: Comparison? = nil
    ) {
        self.action = action
        self.would = would
        self.key = key
        self.reason = reason
        self.result = result
        self.manifest = manifest
        self.comparison = comparison
    }
}

/// Decides every action of a graph, in its order. Outputs that `isCopied` for the user are looked at, as are those that a
/// running action is given: a damaged one is made anew before, not found out after.
package func decide(
    _ graph: StepGraph, digests: FileDigests, cache: some ActionCache, blobs: some BlobStore,
    journal: some ActionJournal = BlankJournal(), isCopied: (ActionID, ActionResult.File) -> Bool = { _, _ in false }
) -> [Decision] {
    var decisions: [ActionID: Decision] = [:]
    var past = Past(journal: journal)
    for action in graph.actions {
        let manifest = Manifest(of: action, digest: { digests[$0] }, key: { decisions[$0]?.key })
        let key = manifest.key
        decisions[action.id] =
            switch lookUp(action, key, decisions, cache, blobs) {
            case .known(let result):
                Decision(
                    action: action.id, would: .hit, key: key, reason: "known from an earlier run", result: result,
                    manifest: manifest)
            case .missing(let miss):
                past.decision(action.id, key, manifest, because: miss, decisions)
            }
    }
    for action in graph.actions {
        guard let outputs = decisions[action.id]!.result?.outputs, outputs.contains(where: { isCopied(action.id, $0) })
        else { continue }
        renew(action.id, graph, blobs, &decisions)
    }
    for action in graph.actions where decisions[action.id]!.would == .run {
        for dependency in action.dependencies where dependency.role == .input || dependency.role == .tool {
            renew(dependency.action, graph, blobs, &decisions)
        }
    }
    // What only supplies others runs when one of them does.
    var supplying = Set<ActionID>()
    for action in graph.actions.reversed() where decisions[action.id]!.would == .run {
        if action.kind.isProvision, !supplying.contains(action.id), !graph.isWanted(action.id) {
            decisions[action.id]!.would = .hit
            decisions[action.id]!.reason = "nothing that runs needs it"
            continue
        }
        for dependency in action.dependencies where dependency.role == .provision || dependency.role == .tool {
            supplying.insert(dependency.action)
        }
    }
    return graph.actions.map { decisions[$0.id]! }
}

/// Lets a hit whose outputs are no longer what they were run again, and with it whatever it is an input of.
private func renew(
    _ id: ActionID, _ graph: StepGraph, _ blobs: some BlobStore, _ decisions: inout [ActionID: Decision]
) {
    guard let outputs = decisions[id]?.result?.outputs else { return }
    let damaged = outputs.first { output in
        let file = try? blobs.file(
            output.digest, named: baseName(output.path), executable: output.isExecutable, checked: true)
        return file == nil
    }
    guard let damaged else { return }
    decisions[id]!.would = .run
    decisions[id]!.result = nil
    decisions[id]!.reason = "its output \(damaged.path) is damaged in the store"
    for action in graph.actions where decisions[action.id]!.would == .hit {
        let cause = action.dependencies.first { $0.role == .input && decisions[$0.action]!.would == .run }
        guard let cause else { continue }
        decisions[action.id]!.would = .run
        decisions[action.id]!.result = nil
        decisions[action.id]!.reason = "needs \(cause.action), which would run"
        for dependency in action.dependencies where dependency.role == .input || dependency.role == .tool {
            renew(dependency.action, graph, blobs, &decisions)
        }
    }
}

/// Why there is no result to use.
enum Miss {
    case notCached
    case unknown
    /// It is given what another action is to make.
    case waiting(for: ActionID)
    /// There is one, and it cannot be used.
    case useless(String)
}

private enum Finding {
    case known(ActionResult)
    case missing(Miss)
}

private func lookUp(
    _ action: Action, _ key: CacheKey, _ decisions: [ActionID: Decision], _ cache: some ActionCache,
    _ blobs: some BlobStore
) -> Finding {
    guard action.isCached else { return .missing(.notCached) }
    for dependency in action.dependencies where dependency.role == .input {
        if decisions[dependency.action]?.would == .run { return .missing(.waiting(for: dependency.action)) }
    }
    guard let result = cache.result(for: key) else { return .missing(.unknown) }
    for output in result.outputs where !blobs.contains(output.digest) {
        return .missing(.useless("its output \(output.path) is no longer in the store"))
    }
    guard blobs.bytes(of: result.log) != nil else { return .missing(.useless("its log is no longer in the store")) }
    // A rebuilt artifact of other bytes is not what this result speaks of.
    for dependency in action.dependencies where dependency.role == .input {
        for output in decisions[dependency.action]?.result?.outputs ?? [] {
            if let used = result.used["\(dependency.action)/\(output.path)"], used != output.digest {
                return .missing(.useless("\(dependency.action) has another digest than the one it ran with"))
            }
        }
    }
    return .known(result)
}

extension ActionKind {
    /// Made for other actions, and worth nothing without them.
    package var isProvision: Bool { self == .download || self == .toolBuild }
}
