/// From a repository to results of some of its builds, for commands that want the files and report no run; why one
/// could not be had is all that it says.
import Action
import Diagnostics
import Files
import Go
import Pipeline
import Plan
import Processes
import Report
import Run

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct BuildSession: Sendable {
    let workspace: Workspace
    let output: Output
    /// Begins the ids of its diagnostics.
    let area: String
    var subject = Subject.everything
    var lockUse = LockUse.read
    /// Changes the pipeline before it is planned.
    var adjust: @Sendable (inout Pipeline) -> Void = { _ in }
    /// What came from elsewhere for it.
    let fetched = Collected<Fetch>()

    struct Made<Wanted: Sendable>: Sendable {
        var prepared: Prepared
        var wanted: [Wanted]
        var outcomes: [ActionOutcome]
    }

    /// Builds what `choose` picks, where it is not known yet. `failure` says of a red action what could not be had.
    func make<Wanted: Sendable>(
        pipeline name: String?, choosing choose: @escaping @Sendable (Prepared) throws -> [Wanted],
        step: @escaping @Sendable (Wanted) -> String,
        failure: @escaping @Sendable (Prepared, ActionOutcome) -> String? = { _, _ in nil }
    ) async throws -> Made<Wanted> {
        try await workspace.inQuietSession(output, lockUse) { session, groups, interruption in
            try await make(name, choose, step, failure, session, groups, interruption)
        }
    }

    private func make<Wanted: Sendable>(
        _ name: String?, _ choose: (Prepared) throws -> [Wanted], _ step: (Wanted) -> String,
        _ failure: (Prepared, ActionOutcome) -> String?, _ session: RunSession, _ groups: ProcessGroups,
        _ interruption: Interruption
    ) async throws -> Made<Wanted> {
        let (output, fetched) = (output, fetched)
        let tell: @Sendable (RunEvent) -> Void = { event in
            switch event {
            case .warning(let warning): output.show([warning])
            case .fetched(let fetch, _): fetched.add([fetch])
            default: break
            }
        }
        let downloads = Collected<ActionOutcome>()
        var preparation = Preparation(workspace, output, lockUse: lockUse)
        preparation.adjust = adjust
        preparation.fetched = { fetched.add([$0]) }
        let prepared = try await preparation.prepare(name, subject) { actions, digests, facts in
            let outcome = await session.perform(
                StepGraph(actions, asked: Set(actions.map(\.step))), facts, digests, groups, interruption, earlier: [],
                emit: tell)
            downloads.add(outcome.outcomes.filter { !$0.cached })
            try check(outcome) { _ in nil }
        }
        output.show(prepared.warnings)
        let wanted = try choose(prepared)
        guard !wanted.isEmpty else { return Made(prepared: prepared, wanted: [], outcomes: []) }
        let graph = prepared.graph.selecting(Set(wanted.map(step)))
        try await workspace.requireSandbox(for: graph, output)
        let outcome = await session.perform(
            graph, prepared.facts, prepared.digests, groups, interruption,
            earlier: downloads.values, emit: tell)
        try check(outcome) { failure(prepared, $0) }
        return Made(prepared: prepared, wanted: wanted, outcomes: outcome.outcomes)
    }

    /// A read-only file of the store, whose content is checked.
    func program(_ file: ProducedArtifact, named name: String, of subject: String) throws -> String {
        guard let program = try workspace.store.blobs.file(file.digest, named: name, executable: true, checked: true) else {
            throw lost(subject)
        }
        return program
    }

    func lost(_ subject: String) -> CommandFailure {
        CommandFailure(.environment, "\(area)/lost", "the store has lost \(subject)", help: "try again", output)
    }

    private func check(_ outcome: RunOutcome, _ failure: (ActionOutcome) -> String?) throws {
        try outcome.requireGreen("\(area)/not-built", output, failure)
    }
}

extension Workspace {
    /// A session of a run that nothing is reported of, and its end, whatever comes of it.
    func inQuietSession<Value: Sendable>(
        _ output: Output, _ lockUse: LockUse, _ body: (RunSession, ProcessGroups, Interruption) async throws -> Value
    ) async throws -> Value {
        let groups = ProcessGroups()
        let interruption = Interruption(ending: groups)
        let lease = try? store.lease()
        defer { lease?.end() }
        let session = RunSession(
            workspace: self, output: output, json: false,
            settings: RunSettings(jobs: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))), lockUse: lockUse)
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await ProcessGroups.$current.withValue(groups) { try await body(session, groups, interruption) })
        } catch {
            result = .failure(error)
        }
        await session.end()
        return try result.get()
    }
}

extension RunOutcome {
    /// Ends the command, with the log of each red action, unless all are green. `failure` says of one what could not be had.
    func requireGreen(_ id: String, _ output: Output, _ failure: (ActionOutcome) -> String? = { _ in nil }) throws {
        switch status {
        case .green: return
        case .interrupted: throw CommandFailure(.interrupted, [], output)
        case .red:
            throw CommandFailure(
                .red,
                outcomes.filter { $0.status == .red }.map { red in
                    Diagnostic(
                        id: id, message: "\(failure(red) ?? "\(red.action.title) failed"): \(red.failure?.description ?? "")",
                        notes: red.log.map { Diagnostic.Note($0) }, help: explain(red.log.joined(separator: "\n"))?.help)
                }, output)
        }
    }
}
