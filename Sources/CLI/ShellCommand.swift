/// `pipeline shell`: a shell where a step's command would run.
import ArgumentParser
import Diagnostics
import Processes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct ShellCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shell",
        abstract: "Open a shell in a step's environment, folder and sandbox.",
        discussion: """
            The shell is $SHELL, or /bin/sh where that is not to be seen. It has the step's variables alone, and TERM; its
            exit code is the command's. Tools and artifacts of the step are made first.

            EXAMPLES
              pipeline shell test
              echo 'go env GOFLAGS' | pipeline shell test
            """)

    @Argument(help: ArgumentHelp("A step, artifact.NAME or tool.NAME.", valueName: "step"))
    var step: String

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output()
        let workspace = try Workspace(place, output)
        let session = StepSession(workspace: workspace, output: output)
        let status = try await session.visit(step, pipeline: place.pipeline) { ready in
            // Ctrl-C is the shell's business.
            for number in [SIGINT, SIGQUIT] { _ = signal(number, SIG_IGN) }
            var variables: [String: String] = [:]
            variables["TERM"] = workspace.environment["TERM"]
            let shell = program(workspace, inSandbox: ready.action.sandbox != nil)
            do {
                return try await ready.executor.runInteractively(
                    shell, adding: variables, insteadOf: ready.action, products: ready.products)
            } catch {
                throw CommandFailure(.environment, "shell/not-started", "\(error)", output)
            }
        }
        switch status {
        case .code(let code): endProcess(code)
        // As shells tell of a signal.
        case .signal(let number): endProcess(128 + number)
        }
    }

    private func program(_ workspace: Workspace, inSandbox: Bool) -> String {
        guard let shell = workspace.environment["SHELL"], shell.hasPrefix("/"), access(shell, X_OK) == 0 else { return "/bin/sh" }
        return !inSandbox || shell.hasPrefix("/bin/") || shell.hasPrefix("/usr/") ? shell : "/bin/sh"
    }
}

/// With the shell's own code, whatever it means.
private func endProcess(_ code: Int32) -> Never { exit(code) }
