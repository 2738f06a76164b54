/// The loop: starts what may start, hears how it ended, tells it. All state changes here, between completions.
import Action
import Diagnostics
import Files
import Plan

package struct RunSettings: Sendable {
    /// Actions at the same time.
    package var jobs: Int
    /// After a red action, run everything that does not need it.
    package var keepGoing: Bool

    package init(jobs: Int, keepGoing: Bool = false) {
        precondition(jobs > 0, "a run needs a place for one action at least")
        self.jobs = jobs
        self.keepGoing = keepGoing
    }
}

/// Everything that running a graph is given.
package struct RunContext<Cache: ActionCache, Blobs: BlobStore, Executor: ActionExecutor>: Sendable {
    var cache: Cache
    var blobs: Blobs
    var executor: Executor
    /// The repository's root.
    var root: String
    var digests: FileDigests
    var isInterrupted: @Sendable () -> Bool
    var emit: @Sendable (RunEvent) -> Void

    package init(
        cache: Cache, blobs: Blobs, executor: Executor, root: String, digests: FileDigests,
        isInterrupted: @escaping @Sendable () -> Bool, emit: @escaping @Sendable (RunEvent) -> Void
    ) {
        self.cache = cache
        self.blobs = blobs
        self.executor = executor
        self.root = root
        self.digests = digests
        self.isInterrupted = isInterrupted
        self.emit = emit
    }
}

/// How the actions of a run fared; `earlier` are those that ran before the graph was known.
package struct RunOutcome: Sendable {
    package var outcomes: [ActionOutcome]
    package var status: RunSummary.Status

    package init(outcomes: [ActionOutcome], status: RunSummary.Status) {
        self.outcomes = outcomes
        self.status = status
    }
}

package func runGraph<Cache, Blobs, Executor>(
    _ graph: StepGraph, decisions: [Decision], earlier: [ActionOutcome] = [], settings: RunSettings,
    in context: RunContext<Cache, Blobs, Executor>
) async -> RunOutcome {
    let decided = Dictionary(uniqueKeysWithValues: decisions.map { ($0.action, $0) })
    let alreadyRun = Dictionary(uniqueKeysWithValues: earlier.map { ($0.action.id, $0) })
    var schedule = Schedule(graph)
    var products: [ActionID: [ActionResult.File]] = [:]
    var outcomes: [ActionOutcome] = []
    var failing = false

    func conclude(_ outcome: ActionOutcome) {
        outcomes.append(outcome)
        context.emit(.actionFinished(outcome))
    }
    func skip(_ actions: [Action], _ schedule: Schedule) {
        for action in actions {
            guard case .skipped(let reason) = schedule[action.id] else { continue }
            // What only supplies others is not missed when they do not run.
            if action.kind.isProvision { continue }
            conclude(ActionOutcome(action: ActionReference(action), status: .skipped, reason: reason))
        }
    }

    await withTaskGroup(of: Finished.self) { group in
        var running = 0
        while !schedule.isFinished || running > 0 {
            if context.isInterrupted() {
                skip(schedule.stop(reason: "the run was interrupted"), schedule)
            } else if failing, !settings.keepGoing {
                skip(schedule.stop(reason: "another action is red"), schedule)
            }
            while running < settings.jobs, let action = schedule.next() {
                let decision = decided[action.id]!
                if let outcome = alreadyRun[action.id] {
                    conclude(outcome)
                    skip(schedule.finish(action.id, green: true), schedule)
                } else if decision.would == .hit, decision.result == nil {
                    // Supplies others, and none of them runs.
                    skip(schedule.finish(action.id, green: true), schedule)
                } else {
                    running += 1
                    let given = Dictionary(
                        action.dependencies.compactMap { need in products[need.action].map { (need.action, $0) } }
                    ) { first, _ in first }
                    group.addTask { await perform(action, decision, given, context) }
                }
            }
            guard running > 0, let finished = await group.next() else { continue }
            running -= 1
            products[finished.outcome.action.id] = finished.outputs
            let green = finished.outcome.status == .green
            if finished.outcome.status == .red { failing = true }
            conclude(finished.outcome)
            if finished.outcome.status == .interrupted {
                skip(schedule.stop(reason: "the run was interrupted"), schedule)
            }
            skip(schedule.finish(finished.outcome.action.id, green: green), schedule)
        }
    }
    let status: RunSummary.Status =
        context.isInterrupted() || outcomes.contains { $0.status == .interrupted }
        ? .interrupted : failing ? .red : .green
    return RunOutcome(outcomes: outcomes, status: status)
}

private struct Finished: Sendable {
    var outcome: ActionOutcome
    var outputs: [ActionResult.File]
}

/// Brings one action to its end: from the cache, or by running it.
private func perform<Cache, Blobs, Executor>(
    _ action: Action, _ decision: Decision, _ products: [ActionID: [ActionResult.File]],
    _ context: RunContext<Cache, Blobs, Executor>
) async -> Finished {
    if let result = decision.result, let finished = try? await onThread({ try restore(action, decision, result, context) }) {
        return finished
    }
    let reference = ActionReference(action)
    let start = ContinuousClock.now
    context.emit(.actionStarted(reference))
    var execution = Execution()
    for attempt in 1...(action.retries + 1) {
        execution = await context.executor.execute(action, products: products) {
            context.emit(.actionOutput(reference, $0))
        }
        guard let failure = execution.failure, !execution.interrupted, attempt <= action.retries else { break }
        context.emit(.actionRetried(reference, attempt: attempt + 1, failure: failure))
    }
    let elapsed = ContinuousClock.now - start
    var outcome = ActionOutcome(
        action: reference,
        status: execution.interrupted ? .interrupted : execution.failure == nil ? .green : .red,
        elapsed: elapsed, key: decision.key, reason: decision.reason, failure: execution.failure, log: execution.log)
    outcome.buildUses = execution.buildUses
    outcome.undeclaredReads = execution.undeclaredReads
    guard outcome.status == .green else { return Finished(outcome: outcome, outputs: []) }
    let finished = execution
    do {
        outcome.outputs = try await onThread {
            try remember(finished, of: action, decision, elapsed, context)
            return try locate(finished.outputs, of: action, context, checked: true)
        }
    } catch {
        context.emit(.warning(Diagnostic(
            id: "run/not-remembered", severity: .warning,
            message: "the result of \(action.id) could not be stored: \(error)")))
    }
    return Finished(outcome: outcome, outputs: execution.outputs)
}

/// Stores a green result, unless what it was made from changed meanwhile.
private func remember<Cache, Blobs, Executor>(
    _ execution: Execution, of action: Action, _ decision: Decision, _ elapsed: Duration,
    _ context: RunContext<Cache, Blobs, Executor>
) throws {
    guard action.isCached else { return }
    let changed = context.digests.changed(in: context.root, among: action.inputs)
    if let first = changed.first {
        context.emit(.warning(Diagnostic(
            id: "run/input-changed", severity: .warning,
            message: "\(first) changed while \(action.id) ran, so its result is not kept",
            notes: changed.count == 1 ? [] : [Diagnostic.Note("and \(changed.count - 1) more")])))
        return
    }
    let log = try context.blobs.put(Array(execution.log.map { "\($0)\n" }.joined().utf8))
    try context.cache.store(
        ActionResult(
            action: action.id.text, outputs: execution.outputs, log: log, elapsedMilliseconds: elapsed.wholeMilliseconds,
            used: execution.used, buildUses: execution.buildUses),
        for: decision.key)
}

/// A hit: outputs put back, log replayed.
private func restore<Cache, Blobs, Executor>(
    _ action: Action, _ decision: Decision, _ result: ActionResult, _ context: RunContext<Cache, Blobs, Executor>
) throws -> Finished {
    let start = ContinuousClock.now
    guard let log = context.blobs.bytes(of: result.log) else { throw ExecutorError("the log is lost") }
    let outputs = try locate(result.outputs, of: action, context, checked: false)
    guard outputs.count == result.outputs.count else { throw ExecutorError("an output is lost") }
    for (output, file) in zip(action.outputs, outputs) where output.inTree {
        let isExecutable = result.outputs.first { $0.path == output.path }?.isExecutable == true
        try putIntoTree(
            ActionResult.File(path: output.path, digest: file.digest, isExecutable: isExecutable), of: action,
            root: context.root, context.blobs)
    }
    var outcome = ActionOutcome(
        action: ActionReference(action), status: .green, cached: true, elapsed: ContinuousClock.now - start,
        saved: .milliseconds(result.elapsedMilliseconds), key: decision.key, reason: decision.reason,
        log: LineSplitter.lines(of: log), outputs: outputs)
    outcome.buildUses = result.buildUses
    return Finished(outcome: outcome, outputs: result.outputs)
}

/// Puts an output where the step would have made it.
func putIntoTree(_ file: ActionResult.File, of action: Action, root: String, _ blobs: some BlobStore) throws {
    let directory = action.directory == "." ? root : "\(root)/\(action.directory)"
    let place = "\(directory)/\(file.path)"
    let kind = FileKind.file(executable: file.isExecutable)
    if fileStatus(place)?.kind == kind, (try? Digest(ofFile: place)) == file.digest { return }
    guard
        let path = try blobs.file(
            file.digest, named: baseName(file.path), executable: file.isExecutable, checked: true)
    else { throw ExecutorError("an output is lost") }
    try makeFolder(parentFolder(of: place))
    removeTree(place)
    try copyFile(path, to: place, mode: file.isExecutable ? 0o755 : 0o644)
}

/// With `checked`, a copy from earlier that was damaged since is made anew.
private func locate<Cache, Blobs, Executor>(
    _ outputs: [ActionResult.File], of action: Action, _ context: RunContext<Cache, Blobs, Executor>, checked: Bool
) throws -> [ProducedArtifact] {
    try outputs.compactMap { output in
        guard
            let path = try context.blobs.file(
                output.digest, named: baseName(output.path), executable: output.isExecutable, checked: checked)
        else { return nil }
        return ProducedArtifact(name: output.path, digest: output.digest, path: path)
    }
}

extension ActionReference {
    package init(_ action: Action) {
        self.init(id: action.id, step: action.step, kind: action.kind, title: action.title)
    }
}

extension RunSummary {
    package init(of outcome: RunOutcome, elapsed: Duration) {
        self.init(
            status: outcome.status,
            executed: outcome.outcomes.count { !$0.cached && ($0.status == .green || $0.status == .red) },
            cached: outcome.outcomes.count { $0.cached },
            failed: outcome.outcomes.count { $0.status == .red },
            skipped: outcome.outcomes.count { $0.status == .skipped || $0.status == .interrupted },
            elapsed: elapsed, saved: outcome.outcomes.reduce(.zero) { $0 + $1.saved })
    }
}
