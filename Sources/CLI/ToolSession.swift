/// From a repository to the built programs of its pinned tools.
import Action
import Diagnostics
import Files
import Plan
import Report
import Run

struct ToolSession {
    struct Built: Sendable {
        var tool: PinnedTool
        /// A read-only file of the store.
        var program: String
        var digest: Digest
    }

    private let session: BuildSession

    init(workspace: Workspace, output: Output, lockUse: LockUse) {
        session = BuildSession(workspace: workspace, output: output, area: "tool", subject: .tools, lockUse: lockUse)
    }

    /// What came from elsewhere for it.
    var fetched: [Fetch] { session.fetched.values }

    /// Builds the tools that `choose` picks, those that are not known yet.
    func build(
        pipeline name: String?, choosing choose: @escaping @Sendable (Prepared, [PinnedTool]) throws -> [PinnedTool]
    ) async throws -> (prepared: Prepared, tools: [Built]) {
        let output = session.output
        let made = try await session.make(pipeline: name) { prepared in
            let chosen = try choose(prepared, prepared.pipeline.pinnedTools(prepared.facts))
            if let foreign = chosen.first(where: { !prepared.graph.contains($0.action) }) {
                throw CommandFailure(
                    .misuse, "tool/no-host-tool", "\(foreign) is not pinned for this machine, which is \(prepared.facts.host)",
                    help: "add \(prepared.facts.host) to its platforms", output)
            }
            return chosen
        } step: {
            $0.step
        } failure: { prepared, red in
            prepared.pipeline.pinnedTools(prepared.facts).first { $0.action == red.action.id }.map { "\($0) cannot be built" }
        }
        let built = try made.wanted.map { tool in
            guard let file = made.outcomes.first(where: { $0.action.id == tool.action })?.outputs.first else {
                throw session.lost("\(tool)")
            }
            return Built(tool: tool, program: try session.program(file, named: tool.file, of: "\(tool)"), digest: file.digest)
        }
        return (made.prepared, built)
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
