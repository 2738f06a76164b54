/// A graph on the workbench: actions made in a line, stores in memory, a scripted executor, and all events kept.
import Action
import Plan
import Run
import Synchronization
import Testing
import TestSupport

func action(
    _ name: String, _ needs: [Action.Dependency] = [], kind: ActionKind = .run, step: String? = nil,
    _ change: (inout Action) -> Void = { _ in }
) -> Action {
    var action = Action(id: ActionID(name), step: step ?? name, kind: kind, title: name, argv: ["\(name)"])
    action.dependencies = needs
    change(&action)
    return action
}

func order(_ names: String...) -> [Action.Dependency] { names.map { Action.Dependency(ActionID($0), .order) } }
func input(_ names: String...) -> [Action.Dependency] { names.map { Action.Dependency(ActionID($0), .input) } }

extension [Action.Dependency] {
    /// `order(a, b, c)` of names in a list.
    init(order names: some Sequence<String>) { self = names.map { Action.Dependency(ActionID($0), .order) } }
}

/// All that a run of one graph is given, and all that it told.
final class Bench: Sendable {
    let folder = TemporaryFolder()
    let cache = MemoryActionCache()
    let blobs = MemoryBlobStore()
    private let told = Mutex<[RunEvent]>([])
    private let interruption = Mutex(false)

    var events: [RunEvent] { told.withLock { $0 } }
    func interrupt() { interruption.withLock { $0 = true } }
    func forgetEvents() { told.withLock { $0 = [] } }

    func executor(_ script: @escaping ScriptedExecutor.Script = { _, _ in Execution() }) -> ScriptedExecutor {
        ScriptedExecutor(blobs, script)
    }

    /// Decides and runs, as `pipeline run` does.
    @discardableResult
    func run(
        _ graph: StepGraph, _ executor: some ActionExecutor, jobs: Int = 2, keepGoing: Bool = false,
        digests: FileDigests? = nil, earlier: [ActionOutcome] = []
    ) async -> RunOutcome {
        let digests = digests ?? FileDigests(of: graph.actions.flatMap(\.inputs), in: folder.path)
        let context = RunContext(
            cache: cache, blobs: blobs, executor: executor, root: folder.path, digests: digests,
            isInterrupted: { self.interruption.withLock { $0 } }, emit: { event in self.told.withLock { $0.append(event) } })
        return await runGraph(
            graph, decisions: decide(graph, digests: digests, cache: cache, blobs: blobs), earlier: earlier,
            settings: RunSettings(jobs: jobs, keepGoing: keepGoing), in: context)
    }

    func run(_ actions: [Action], _ executor: some ActionExecutor, jobs: Int = 2, keepGoing: Bool = false) async -> RunOutcome {
        await run(StepGraph(actions), executor, jobs: jobs, keepGoing: keepGoing)
    }

    /// `started a`, `output a: line`, …, one for each event.
    var story: [String] {
        events.map { event in
            switch event {
            case .actionStarted(let action): "started \(action.id)"
            case .actionOutput(let action, let lines): "output \(action.id): \(lines.joined(separator: "|"))"
            case .actionRetried(let action, let attempt, let failure): "retried \(action.id): try \(attempt), \(failure)"
            case .actionFinished(let outcome): outcome.words
            case .warning(let diagnostic): "warning \(diagnostic.message)"
            case .started, .preparing, .fetched, .rewritten, .finished: "unexpected \(event)"
            }
        }
    }
}

extension ActionOutcome {
    /// `a green`, `b green, cached`, `c skipped: needs a, which is red`.
    var words: String {
        switch status {
        case .skipped: "\(action.id) skipped: \(reason)"
        case .red: "\(action.id) red: \(failure.map(\.description) ?? "")"
        case .green, .interrupted: "\(action.id) \(status)\(cached ? ", cached" : "")"
        }
    }
}

extension RunOutcome {
    var words: [String] { outcomes.map(\.words) }
    subscript(id: ActionID) -> ActionOutcome? { outcomes.first { $0.action.id == id } }
}
