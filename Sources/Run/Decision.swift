/// What would happen to each action, decided once for `plan` and for `run` alike; it runs nothing.
import Action
import Files
import Plan

package struct Decision: Sendable {
    package enum Verdict: String, Sendable { case run, hit }

    package var action: ActionID
    package var would: Verdict
    package var key: CacheKey
    /// For people: `not run before with these inputs`, `known from an earlier run`.
    package var reason: String
    /// The known result of a hit; nil for one that nothing needs.
    package var result: ActionResult?
    package var manifest: Manifest

    package init(
        action: ActionID, would: Verdict, key: CacheKey, reason: String, result: ActionResult? = nil, manifest: Manifest
    ) {
        self.action = action
        self.would = would
        self.key = key
        self.reason = reason
        self.result = result
        self.manifest = manifest
    }
}

/// Decides every action of a graph, in its order.
package func decide(
    _ graph: StepGraph, digests: FileDigests, cache: some ActionCache, blobs: some BlobStore
) -> [Decision] {
    var decisions: [ActionID: Decision] = [:]
    for action in graph.actions {
        let manifest = Manifest(of: action, digest: { digests[$0] }, key: { decisions[$0]?.key })
        let key = manifest.key
        let (result, reason) = lookUp(action, key, decisions, cache, blobs)
        decisions[action.id] = Decision(
            action: action.id, would: result == nil ? .run : .hit, key: key, reason: reason, result: result,
            manifest: manifest)
    }
    // What a running action is given is looked at now: a damaged output is made anew before, not found out after.
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

private func lookUp(
    _ action: Action, _ key: CacheKey, _ decisions: [ActionID: Decision], _ cache: some ActionCache,
    _ blobs: some BlobStore
) -> (ActionResult?, reason: String) {
    guard action.isCached else { return (nil, "the step says `cache: false`") }
    for dependency in action.dependencies where dependency.role == .input {
        if decisions[dependency.action]?.would == .run { return (nil, "needs \(dependency.action), which would run") }
    }
    guard let result = cache.result(for: key) else { return (nil, "not run before with these inputs") }
    for output in result.outputs where !blobs.contains(output.digest) {
        return (nil, "its output \(output.path) is no longer in the store")
    }
    guard blobs.bytes(of: result.log) != nil else { return (nil, "its log is no longer in the store") }
    // A rebuilt artifact of other bytes is not what this result speaks of.
    for dependency in action.dependencies where dependency.role == .input {
        for output in decisions[dependency.action]?.result?.outputs ?? [] {
            if let used = result.used["\(dependency.action)/\(output.path)"], used != output.digest {
                return (nil, "\(dependency.action) has another digest than the one it ran with")
            }
        }
    }
    return (result, "known from an earlier run")
}

extension ActionKind {
    /// Made for other actions, and worth nothing without them.
    package var isProvision: Bool { self == .download || self == .toolBuild }
}
