/// From a repository to the built programs of its pinned tools; it reports nothing but why one could not be had.
import Action
import Diagnostics
import Files
import Go
import Plan
import Processes
import Report
import Run

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct ToolSession {
    struct Built: Sendable {
        var tool: PinnedTool
        /// A read-only file of the store.
        var program: String
        var digest: Digest
    }

    let workspace: Workspace
    let output: Output
    let lockUse: LockUse
    /// What came from elsewhere for it.
    let fetched = Collected<Fetch>()

    init(workspace: Workspace, output: Output, lockUse: LockUse) {
        self.workspace = workspace
        self.output = output
        self.lockUse = lockUse
    }

    /// Builds the tools that `choose` picks, those that are not known yet.
    func build(
        pipeline name: String?, choosing choose: @escaping @Sendable (Prepared, [PinnedTool]) throws -> [PinnedTool]
    ) async throws -> (prepared: Prepared, tools: [Built]) {
        let groups = ProcessGroups()
        let interruption = Interruption(ending: groups)
        let lease = try? workspace.store.lease()
        defer { lease?.end() }
        return try await ProcessGroups.$current.withValue(groups) {
            try await build(name, choose, groups, interruption)
        }
    }

    private func build(
        _ name: String?, _ choose: (Prepared, [PinnedTool]) throws -> [PinnedTool], _ groups: ProcessGroups,
        _ interruption: Interruption
    ) async throws -> (Prepared, [Built]) {
        let output = output
        let session = RunSession(
            workspace: workspace, output: output, json: false,
            settings: RunSettings(jobs: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))), lockUse: lockUse)
        let fetched = fetched
        let tell: @Sendable (RunEvent) -> Void = { event in
            switch event {
            case .warning(let warning): output.show([warning])
            case .fetched(let fetch, _): fetched.add([fetch])
            default: break
            }
        }
        let downloads = Collected<ActionOutcome>()
        var preparation = Preparation(workspace, output, lockUse: lockUse)
        preparation.fetched = { fetched.add([$0]) }
        let prepared = try await preparation.prepare(name, .tools) { actions, digests, facts in
            let outcome = await session.perform(
                StepGraph(actions, asked: Set(actions.map(\.step))), facts, digests, groups, interruption, earlier: [],
                emit: tell)
            downloads.add(outcome.outcomes.filter { !$0.cached })
            try check(outcome, [:])
        }
        output.show(prepared.warnings)
        let tools = prepared.pipeline.pinnedTools(prepared.facts)
        let chosen = try choose(prepared, tools)
        if chosen.isEmpty { return (prepared, []) }
        if let foreign = chosen.first(where: { !prepared.graph.contains($0.action) }) {
            throw CommandFailure(
                .misuse, "tool/no-host-tool", "\(foreign) is not pinned for this machine, which is \(prepared.facts.host)",
                help: "add \(prepared.facts.host) to its platforms", output)
        }
        let outcome = await session.perform(
            prepared.graph.selecting(Set(chosen.map(\.step))), prepared.facts, prepared.digests, groups, interruption,
            earlier: downloads.values, emit: tell)
        try check(outcome, Dictionary(tools.map { ($0.action, $0) }) { first, _ in first })
        let built = try chosen.map { tool in
            guard let file = outcome.outcomes.first(where: { $0.action.id == tool.action })?.outputs.first,
                let program = try workspace.store.blobs.file(
                    file.digest, named: tool.file, executable: true, checked: true)
            else { throw CommandFailure(.environment, "tool/lost", "the store has lost \(tool)", help: "try again", output) }
            return Built(tool: tool, program: program, digest: file.digest)
        }
        return (prepared, built)
    }

    private func check(_ outcome: RunOutcome, _ tools: [ActionID: PinnedTool]) throws {
        switch outcome.status {
        case .green: return
        case .interrupted: throw CommandFailure(.interrupted, [], output)
        case .red:
            throw CommandFailure(
                .red,
                outcome.outcomes.filter { $0.status == .red }.map { red in
                    let subject = tools[red.action.id].map { "\($0) cannot be built" } ?? "\(red.action.title) failed"
                    return Diagnostic(
                        id: "tool/not-built", message: "\(subject): \(red.failure?.description ?? "")",
                        notes: red.log.map { Diagnostic.Note($0) }, help: explain(red.log.joined(separator: "\n"))?.help)
                }, output)
        }
    }
}

extension PinnedTool {
    /// The one tool that a name means, from where the user is.
    static func choose(
        _ name: String, among tools: [PinnedTool], from directory: String, _ output: Output
    ) throws -> PinnedTool {
        switch tools.named(name, from: directory) {
        case .found(let tool): return tool
        case .ambiguous(let found):
            throw CommandFailure(
                .misuse,
                [
                    Diagnostic(
                        id: "tool/ambiguous", message: "`\(name)` means \(found.count) tools",
                        notes: found.map { Diagnostic.Note("\($0)") }, help: "say the whole path of one of them")
                ], output)
        case .unknown:
            let names = tools.map(\.name)
            throw CommandFailure(
                .misuse, "tool/unknown", "no tool is called `\(name)`",
                help: nearestName(to: name, among: names + tools.map(\.package)).map { "did you mean `\($0)`?" }
                    ?? (names.isEmpty ? "pin one with `pipeline tool add PACKAGE@VERSION`" : "tools: \(names.joined(separator: ", "))"),
                output)
        }
    }
}
