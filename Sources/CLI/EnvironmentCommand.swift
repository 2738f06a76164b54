/// `pipeline env`: every variable that a step's command gets.
import Action
import ArgumentParser
import Report

struct EnvironmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Print the environment of a step: all of it, as its command gets it.",
        discussion: """
            Tools and artifacts that it names are made first, where they are not there yet; the step itself is not run.
            Secrets are shown as ***.
            The lines are a shell's: NAME=value, quoted where need be.

            EXAMPLES
              pipeline env test
              set -a; eval "$(pipeline env test)"; set +a
              pipeline env test --json
            """)

    @Argument(help: ArgumentHelp("A step, artifact.NAME or tool.NAME.", valueName: "step"))
    var step: String

    @Flag(help: "Print step, action, folder, sandbox and variables as JSON; see docs/json.md.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output(json: json)
        let session = StepSession(workspace: try Workspace(place, output), output: output)
        try await session.visit(step, pipeline: place.pipeline) { ready in
            let (variables, directory): ([String: String], String)
            do {
                (variables, directory) = try await ready.executor.environment(of: ready.action, products: ready.products)
            } catch {
                throw CommandFailure(.environment, "env/not-made", "\(error)", output)
            }
            output.print(
                json
                    ? renderEnvironmentJSON(of: ready.action, variables, directory: directory) : renderEnvironment(variables))
        }
    }
}
