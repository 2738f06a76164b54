/// The program's front door: its subcommands, and the exit code of whatever happens behind them.
import ArgumentParser
import Report

@main
struct PipelineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline",
        abstract: "Builds a Go repository once, checks it, and hands the same binary on.",
        discussion: """
            Without a pipeline file, `pipeline run` infers one from go.mod and the main packages.

            EXAMPLES
              pipeline run                  everything that is out of date
              pipeline run test lint        two steps and what they need
              pipeline run --clean          what a fresh clone of HEAD would say
              pipeline plan                 what would run, and why
              pipeline explain test         what is different since it last ran
              pipeline init                 write the inferred pipeline down
              pipeline dockerfile           the production Dockerfile
              pipeline image                the same image without a daemon
              pipeline audit                what is against the policy on running Go
              pipeline verify               build again elsewhere, and compare
              pipeline attest --output DIR  provenance and bills of materials, signed

            EXIT CODES
              0 green · 1 a step is red · 2 the pipeline file or the arguments are wrong · 3 findings
              4 not reproducible · 5 the environment lacks something (no Go, wrong Go) · 130 interrupted
            """,
        version: version,
        subcommands: [
            RunCommand.self, PlanCommand.self, ExplainCommand.self, EnvironmentCommand.self, ShellCommand.self,
            ValidateCommand.self, InitCommand.self, SchemaCommand.self, DockerfileCommand.self, ImageCommand.self,
            AuditCommand.self, VerifyCommand.self, AttestCommand.self, ToolCommand.self, CacheCommand.self, HookCommand.self,
            CacheProgramCommand.self,
        ])

    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if CacheProgramCommand.runIfPlain(arguments) { return }
        OtherMachine.becomeIfAsked(arguments)
        ToolCall.runIfKnown(arguments)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            failure.show()
            leave(failure.exitCode)
        } catch {
            // The parser's own: help, version, or arguments that make no sense.
            let code = exitCode(for: error)
            let text = fullMessage(for: error)
            let sink = code.isSuccess ? DescriptorSink.standardOutput : DescriptorSink.standardError
            if !text.isEmpty { _ = sink.write(text.hasSuffix("\n") ? text : text + "\n") }
            leave(code.isSuccess ? .green : ProcessExit(rawValue: code.rawValue) ?? .misuse)
        }
    }
}

let version = "0.1.0"
