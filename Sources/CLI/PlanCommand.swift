/// `pipeline plan`: what would run and why, without running it.
import ArgumentParser
import Diagnostics
import Report

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show every action, what it needs, its key, and whether it would run and why.",
        discussion: """
            EXAMPLES
              pipeline plan
              pipeline plan test --format json
              pipeline plan --format dot | dot -Tsvg > plan.svg
              pipeline plan --format mermaid
            """)

    @Argument(help: ArgumentHelp("Steps; all when none is named.", valueName: "step"))
    var steps: [String] = []

    @Option(help: "text, json, dot or mermaid.")
    var format = PlanFormat.text

    @Flag(help: "The same as --format json.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output(json: json || format == .json)
        let workspace = try Workspace(place, output)
        let prepared = try await Preparation(workspace, output).prepare(place.pipeline)
        let graph = try prepared.graph.selecting(named: steps, output)
        let decisions = workspace.decide(graph, prepared.digests, copies: prepared.copies)
        if prepared.pipeline.file == nil { output.remark("no pipeline file: this one is inferred") }
        output.print(
            renderPlan(
                graph, decisions: decisions, format: json ? .json : format, style: output.style,
                verbosity: output.verbosity))
    }
}
