/// An executor that plays a script instead of running programs, and writes down what it was asked to do.
import Action
import Files
import Run
import Synchronization
import TestSupport

final class ScriptedExecutor: ActionExecutor {
    /// What becomes of one try (from 1) of an action.
    typealias Script = @Sendable (Action, _ attempt: Int) async -> Execution

    struct Record {
        var started: [ActionID] = []
        var running = 0
        var mostRunning = 0
        var products: [ActionID: [ActionID: [ActionResult.File]]] = [:]
    }

    private let state = Mutex(Record())
    private let blobs: MemoryBlobStore
    private let script: Script

    init(_ blobs: MemoryBlobStore, _ script: @escaping Script = { _, _ in Execution() }) {
        self.blobs = blobs
        self.script = script
    }

    var record: Record { state.withLock { $0 } }
    var started: [String] { record.started.map(\.text) }

    func execute(
        _ action: Action, products: [ActionID: [ActionResult.File]], onOutput: @escaping @Sendable ([String]) -> Void
    ) async -> Execution {
        let attempt = state.withLock { state in
            state.started.append(action.id)
            state.running += 1
            state.mostRunning = max(state.mostRunning, state.running)
            state.products[action.id] = products
            return state.started.count { $0 == action.id }
        }
        // Others get their turn while this one runs.
        for _ in 0..<3 { await Task.yield() }
        var execution = await script(action, attempt)
        if !execution.log.isEmpty { onOutput(execution.log) }
        if execution.failure == nil, !execution.interrupted, execution.outputs.isEmpty {
            execution.outputs = action.outputs.map { output in
                let digest = try! blobs.put(Array("\(action.id) \(output.path)".utf8))
                return ActionResult.File(path: output.path, digest: digest, isExecutable: true)
            }
        }
        state.withLock { state in
            state.running -= 1
        }
        return execution
    }
}
