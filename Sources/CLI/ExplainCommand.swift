/// `pipeline explain`: why a step's actions ran or would run, by name, from the manifests that make their keys.
import ArgumentParser
import Report
import Run

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a step ran or would run: what is different since the nearest earlier run. Nothing is run.",
        discussion: """
            EXAMPLES
              pipeline explain test
              pipeline explain artifact.server tool.staticcheck
              pipeline explain test --json
            """)

    @Argument(help: ArgumentHelp("Steps, artifact.NAME, tool.NAME or download.", valueName: "step"))
    var steps: [String]

    @Flag(help: "Print the actions, their past and all differences as JSON; see docs/json.md.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output(json: json)
        let workspace = try Workspace(place, output)
        let prepared = try await Preparation(workspace, output).prepare(place.pipeline)
        let graph = try prepared.graph.selecting(named: steps, output)
        let decisions = workspace.decide(graph, prepared.digests, copies: prepared.copies)
        let journal = workspace.journal
        let explanations = zip(graph.actions, decisions).filter { steps.contains($0.0.step) }.map { action, decision in
            ActionExplanation(
                action: action, decision: decision, last: journal.history(of: action.id)?.entries.first)
        }
        output.print(json ? renderExplanationsJSON(explanations) : renderExplanations(explanations, style: output.style))
    }
}
