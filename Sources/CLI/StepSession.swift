/// From a repository to one of a step's actions, with all that it is given made first; the action itself does not run.
import Action
import Cache
import Diagnostics
import Files
import Go
import Plan
import Processes
import Report
import Run

struct StepSession {
    /// An action that could start now.
    struct Ready: Sendable {
        var action: Action
        var products: [ActionID: [ActionResult.File]]
        var executor: LocalExecutor<DiskBlobStore>
    }

    let workspace: Workspace
    let output: Output

    /// Hands the first action of a step to `body`. Steps that only come before it are not run.
    func visit<Value: Sendable>(
        _ step: String, pipeline name: String?, _ body: (Ready) async throws -> Value
    ) async throws -> Value {
        try await workspace.inQuietSession(output, .read) { session, groups, interruption in
            try await body(try await prepare(step, name, session, groups, interruption))
        }
    }

    private func prepare(
        _ step: String, _ name: String?, _ session: RunSession, _ groups: ProcessGroups, _ interruption: Interruption
    ) async throws -> Ready {
        let output = output
        let tell: @Sendable (RunEvent) -> Void = { if case .warning(let warning) = $0 { output.show([warning]) } }
        let downloads = Collected<ActionOutcome>()
        let prepared = try await Preparation(workspace, output).prepare(name) { actions, digests, facts in
            let outcome = await session.perform(
                StepGraph(actions, asked: Set(actions.map(\.step))), facts, digests, groups, interruption, earlier: [],
                emit: tell)
            downloads.add(outcome.outcomes.filter { !$0.cached })
            try outcome.requireGreen("step/not-supplied", output)
        }
        output.show(prepared.warnings)
        let graph = try prepared.graph.selecting(named: [step], output)
        let troubles = knownSecrets.troubles(of: graph)
        guard troubles.isEmpty else { throw CommandFailure(.environment, troubles, output) }
        try await workspace.requireSandbox(for: graph, output)
        let action = graph.actions.first { $0.step == step }!
        let needs = graph.supplying(action)
        var products: [ActionID: [ActionResult.File]] = [:]
        if !needs.actions.isEmpty {
            let outcome = await session.perform(
                needs, prepared.facts, prepared.digests, groups, interruption, earlier: downloads.values, emit: tell)
            try outcome.requireGreen("step/not-supplied", output)
            for done in outcome.outcomes {
                products[done.action.id] = done.outputs.map { file in
                    let isExecutable = fileStatus(file.path)?.kind == .file(executable: true)
                    return ActionResult.File(path: file.name, digest: file.digest, isExecutable: isExecutable)
                }
            }
        }
        let executor = LocalExecutor(
            places: workspace.places(prepared.facts.toolchain), blobs: workspace.store.blobs, groups: groups,
            files: prepared.facts.files, secrets: knownSecrets.given)
        return Ready(action: action, products: products, executor: executor)
    }
}

extension StepGraph {
    /// What an action is given something by, and what those are: without whatever only comes before.
    fileprivate func supplying(_ action: Action) -> StepGraph {
        var wanted: Set<ActionID> = []
        var front = [action]
        while let next = front.popLast() {
            for dependency in next.dependencies where dependency.role != .order {
                if wanted.insert(dependency.action).inserted { front.append(self[dependency.action]) }
            }
        }
        let supplying = actions.filter { wanted.contains($0.id) }.map { supplier in
            var supplier = supplier
            supplier.dependencies.removeAll { $0.role == .order }
            return supplier
        }
        return StepGraph(supplying, asked: Set(supplying.map(\.step)))
    }
}
