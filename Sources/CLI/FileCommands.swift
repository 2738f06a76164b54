/// Commands about the pipeline file itself: `validate`, `schema`, `init`.
import ArgumentParser
import Diagnostics
import Files
import Pipeline
import Report

struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check the pipeline file and the plan that follows from it; nothing is run.",
        discussion: """
            EXAMPLES
              pipeline validate
              pipeline validate --pipeline nightly --json
            """)

    @Flag(help: "Print the diagnostics as JSON.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output(json: json)
        let workspace = try Workspace(place, output)
        let prepared = try await Preparation(workspace, output).prepare(place.pipeline)
        if json {
            output.print(renderDiagnosticsJSON(prepared.warnings))
        } else {
            output.show(prepared.warnings)
            if output.verbosity > .quiet {
                let what = prepared.pipeline.file ?? "the inferred pipeline"
                output.print("\(what) is valid: \(prepared.graph.actions.count) actions")
            }
        }
    }
}

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of pipeline files.",
        discussion: """
            EXAMPLE
              pipeline schema > pipeline.schema.json
            """)

    func run() throws { Output().print(pipelineSchema()) }
}

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write pipeline.yaml: what `pipeline run` infers here, or a ready-made template.",
        discussion: """
            EXAMPLES
              pipeline init
              pipeline init --template service
              pipeline init --print
            """)

    @Option(
        help: ArgumentHelp(
            "One of \(PipelineTemplates.all.map(\.name).joined(separator: ", ")).", valueName: "name"))
    var template: String?

    @Flag(name: .customLong("print"), help: "Print the file instead of writing it.")
    var printing = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output()
        let workspace = try Workspace(place, output)
        let text = try await text(workspace, output)
        if printing { return output.print(text) }
        let path = "\(workspace.root)/pipeline.yaml"
        for name in ["pipeline.yaml", "pipeline.yml"] where fileStatus("\(workspace.root)/\(name)") != nil {
            throw CommandFailure(
                .misuse, "init/exists", "there is a \(name) already; it is left as it is",
                help: "`pipeline init --print` shows what would be written", output)
        }
        do {
            try createFile(path, Array(text.utf8), mode: 0o644)
        } catch {
            throw CommandFailure(.environment, "init/unwritable", "\(error)", output)
        }
        output.print("wrote pipeline.yaml")
    }

    private func text(_ workspace: Workspace, _ output: Output) async throws -> String {
        if let template {
            if let found = PipelineTemplates.all.first(where: { $0.name == template }) { return found.text }
            let names = PipelineTemplates.all.map(\.name)
            throw CommandFailure(
                .misuse, "init/unknown-template", "there is no template `\(template)`",
                help: nearestName(to: template, among: names).map { "did you mean `\($0)`?" }
                    ?? "templates: \(names.joined(separator: ", "))", output)
        }
        return renderPipeline(try await Preparation(workspace, output).inferred())
    }
}
