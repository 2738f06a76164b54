/// `pipeline run --fix`: what the generators make goes into the repository; then the run itself looks at all of it anew.
import Action
import Diagnostics
import Pipeline
import Plan
import Processes
import Run

/// What is told before a step's generators run, its name behind: what is rewritten next is theirs.
let generatingWords = "generating for "

extension RunSession {
    /// Of the steps that are asked for, those that compare. One after the other: what one makes, the next may read. What
    /// goes wrong is left to the run that follows, which meets it again.
    func writeGenerated(
        _ name: String?, _ steps: [String], _ groups: ProcessGroups, _ interruption: Interruption,
        emit: @escaping @Sendable (RunEvent) -> Void
    ) async throws {
        let lease = try? workspace.store.lease()
        defer { lease?.end() }
        let tell: @Sendable (RunEvent) -> Void = { event in
            switch event {
            case .fetched, .rewritten: emit(event)
            // The inputs did change: that is what this is for.
            case .warning(let warning) where warning.id != "run/input-changed": emit(event)
            default: break
            }
        }
        var preparation = Preparation(workspace, output, lockUse: lockUse) { emit(.preparing($0)) }
        preparation.fetched = { emit(.fetched($0, by: nil)) }
        preparation.adjust = { pipeline in
            for index in pipeline.steps.indices { pipeline.steps[index].isParallel = false }
        }
        let downloading: Downloading = { actions, digests, facts in
            _ = await perform(
                StepGraph(actions, asked: Set(actions.map(\.step))), facts, digests, groups, interruption, earlier: [],
                emit: tell)
        }
        let written = Collected<String>()
        var prepared = try await preparation.prepare(name, downloading: downloading)
        let graph = try prepared.graph.selecting(named: steps, output)
        try await workspace.requireSandbox(for: graph, output)
        var known = 0
        for action in graph.actions where action.tree == .scratch(compared: true) && !interruption.isRequested {
            if written.values.count > known {
                known = written.values.count
                prepared = try await preparation.prepare(name, downloading: downloading)
            }
            emit(.preparing(generatingWords + action.step))
            _ = await perform(
                prepared.graph.selecting([action.step]), prepared.facts, prepared.digests, groups, interruption,
                earlier: [], emit: tell, copies: prepared.copies,
                onRewriting: { files in
                    written.add(files)
                    emit(.rewritten(files))
                })
        }
    }
}
