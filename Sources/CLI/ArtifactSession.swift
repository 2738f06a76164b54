/// From a repository to the linked files of its artifacts, as `pipeline run artifact.NAME` links them; it reports
/// nothing but why one could not be had.
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

struct ArtifactSession {
    struct Linked: Sendable {
        var artifact: ArtifactDeclaration
        var platform: Platform
        /// A read-only file of the store.
        var program: String
        var digest: Digest
    }

    let workspace: Workspace
    let output: Output
    /// Changes the pipeline before it is planned.
    var adjust: @Sendable (inout Pipeline) -> Void = { _ in }

    /// Links what `choose` picks of the artifacts, for each of their platforms, where it is not known yet.
    func link(
        pipeline name: String?, choosing choose: @escaping @Sendable (Prepared) throws -> [ArtifactDeclaration]
    ) async throws -> (prepared: Prepared, artifacts: [Linked]) {
        let groups = ProcessGroups()
        let interruption = Interruption(ending: groups)
        let lease = try? workspace.store.lease()
        defer { lease?.end() }
        return try await ProcessGroups.$current.withValue(groups) {
            try await link(name, choose, groups, interruption)
        }
    }

    private func link(
        _ name: String?, _ choose: (Prepared) throws -> [ArtifactDeclaration], _ groups: ProcessGroups,
        _ interruption: Interruption
    ) async throws -> (Prepared, [Linked]) {
        let output = output
        let session = RunSession(
            workspace: workspace, output: output, json: false,
            settings: RunSettings(jobs: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))), lockUse: .read)
        let tell: @Sendable (RunEvent) -> Void = { if case .warning(let warning) = $0 { output.show([warning]) } }
        let downloads = Collected<ActionOutcome>()
        var preparation = Preparation(workspace, output)
        preparation.adjust = adjust
        let prepared = try await preparation.prepare(name) { actions, digests, facts in
            let outcome = await session.perform(
                StepGraph(actions, asked: Set(actions.map(\.step))), facts, digests, groups, interruption, earlier: [],
                emit: tell)
            downloads.add(outcome.outcomes.filter { !$0.cached })
            try check(outcome)
        }
        output.show(prepared.warnings)
        let chosen = try choose(prepared)
        guard !chosen.isEmpty else { return (prepared, []) }
        let outcome = await session.perform(
            prepared.graph.selecting(Set(chosen.map { "artifact.\($0.name.value)" })), prepared.facts, prepared.digests, groups,
            interruption, earlier: downloads.values, emit: tell)
        try check(outcome)
        var linked: [Linked] = []
        for artifact in chosen {
            for done in outcome.outcomes where done.action.kind == .build && done.action.step == "artifact.\(artifact.name.value)" {
                guard let file = done.outputs.first, let platform = prepared.graph[done.action.id].facts["platform"].flatMap({ Platform($0) }),
                    let program = try workspace.store.blobs.file(
                        file.digest, named: baseName(file.path), executable: true, checked: true)
                else {
                    throw CommandFailure(
                        .environment, "artifact/lost", "the store has lost \(done.action.title)", help: "try again", output)
                }
                linked.append(Linked(artifact: artifact, platform: platform, program: program, digest: file.digest))
            }
        }
        return (prepared, linked)
    }

    private func check(_ outcome: RunOutcome) throws {
        switch outcome.status {
        case .green: return
        case .interrupted: throw CommandFailure(.interrupted, [], output)
        case .red:
            throw CommandFailure(
                .red,
                outcome.outcomes.filter { $0.status == .red }.map { red in
                    Diagnostic(
                        id: "artifact/not-built", message: "\(red.action.title) failed: \(red.failure?.description ?? "")",
                        notes: red.log.map { Diagnostic.Note($0) }, help: explain(red.log.joined(separator: "\n"))?.help)
                }, output)
        }
    }
}
