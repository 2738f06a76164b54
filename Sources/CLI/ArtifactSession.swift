/// From a repository to the linked files of its artifacts, as `pipeline run artifact.NAME` links them.
import Action
import Files
import Pipeline
import Plan

struct ArtifactSession {
    struct Linked: Sendable {
        var artifact: ArtifactDeclaration
        var platform: Platform
        /// A read-only file of the store.
        var program: String
        var digest: Digest
    }

    private var session: BuildSession

    /// `adjust` changes the pipeline before it is planned.
    init(workspace: Workspace, output: Output, adjust: @escaping @Sendable (inout Pipeline) -> Void = { _ in }) {
        session = BuildSession(workspace: workspace, output: output, area: "artifact", adjust: adjust)
    }

    /// Links what `choose` picks of the artifacts, for each of their platforms, where it is not known yet.
    func link(
        pipeline name: String?, choosing choose: @escaping @Sendable (Prepared) throws -> [ArtifactDeclaration]
    ) async throws -> (prepared: Prepared, artifacts: [Linked]) {
        let made = try await session.make(pipeline: name, choosing: choose) { "artifact.\($0.name.value)" }
        let graph = made.prepared.graph
        var linked: [Linked] = []
        for artifact in made.wanted {
            for done in made.outcomes where done.action.kind == .build && done.action.step == "artifact.\(artifact.name.value)" {
                guard let file = done.outputs.first, let platform = graph[done.action.id].facts["platform"].flatMap({ Platform($0) })
                else { throw session.lost(done.action.title) }
                let program = try session.program(file, named: baseName(file.path), of: done.action.title)
                linked.append(Linked(artifact: artifact, platform: platform, program: program, digest: file.digest))
            }
        }
        return (made.prepared, linked)
    }
}
