/// Whether this machine has sandboxes, and what is said of a step that looked for more than it is shown.
import Diagnostics
import Files
import Pipeline
import Plan
import Processes
import Run

extension Pipeline {
    func asksForSandbox(_ mode: SandboxMode) -> Bool { sandbox == mode || steps.contains { $0.sandbox == mode } }
}

extension Workspace {
    /// Nil when sandboxes can be had here: one is tried.
    func sandboxRefusal() async -> SandboxRefusal? {
        let base = "\(store.temporary)/\(uniqueName())"
        guard (try? makeFolder(base)) != nil else { return nil }
        defer { removeTree(base) }
        return await Sandbox.refusal(base: base)
    }

    /// Ends the command, with what mends it, where an action must be sandboxed and cannot be.
    func requireSandbox(for graph: StepGraph, _ output: Output) async throws {
        guard let action = graph.actions.first(where: { $0.sandbox != nil }), let refusal = await sandboxRefusal() else {
            return
        }
        throw CommandFailure(
            .environment, "sandbox/refused", "\(action.step) cannot run in a sandbox: \(refusal)", help: refusal.remedy(), output)
    }
}

extension RunEvent {
    /// A red action in a sandbox, with a diagnostic for each file that it looked for in vain.
    func tellingUndeclaredReads(of prepared: Prepared) -> RunEvent {
        guard case .actionFinished(var outcome) = self, outcome.status == .red, !outcome.undeclaredReads.isEmpty else {
            return self
        }
        let step = outcome.action.step
        let range =
            prepared.pipeline.steps.first { $0.name.value == step }?.name.range
            ?? prepared.pipeline.artifacts.first { "artifact.\($0.name.value)" == step }?.name.range
        // What lies outside of the tree is looked for by habit more often than in need.
        let reads = outcome.undeclaredReads.enumerated().sorted { a, b in
            (a.element.habit, a.offset) < (b.element.habit, b.offset)
        }.map(\.element)
        outcome.diagnostics += reads.prefix(mostTold).enumerated().map { index, file in
            let rest = index == mostTold - 1 ? reads.count - mostTold : 0
            return undeclaredRead(file, by: step, at: range, prepared.source, rest)
        }
        return .actionFinished(outcome)
    }
}

private let mostTold = 10

extension String {
    fileprivate var habit: Int { hasPrefix("/") ? 2 : hasPrefix(".git/") || hasSuffix("/") ? 1 : 0 }
}

private func undeclaredRead(
    _ file: String, by step: String, at range: SourceRange?, _ source: SourceText?, _ rest: Int
) -> Diagnostic {
    let isOutside = file.hasPrefix("/")
    let message =
        isOutside
        ? "\(step) read \(file), which a sandboxed step is not shown" : "\(step) read \(file), which is not among its inputs"
    let help =
        isOutside
        ? "put what it needs into the repository and among its `inputs`, or say `sandbox: off`"
        : "if it needs \(file.hasSuffix("/") ? "what is in it" : "it"), say so in `inputs` of the step"
    let notes = rest > 0 ? [Diagnostic.Note("and \(rest) more")] : []
    guard let source, let range else {
        return Diagnostic(id: "sandbox/undeclared-read", message: message, notes: notes, help: help)
    }
    return source.diagnostic("sandbox/undeclared-read", at: range, message, notes: notes, help: help)
}
