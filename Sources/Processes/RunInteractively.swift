/// Runs a program in the foreground: it has the caller's terminal, and the caller waits.
import CSandbox
import Subprocess
import SystemPackage

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// With the standard streams of this process, in its process group: the terminal's signals are the program's.
package func runInteractively(_ command: Command) async throws(ProcessError) -> ExitStatus {
    var configuration = command.configuration
    configuration.platformOptions = PlatformOptions()
    do {
        let result = try await run(
            configuration, input: .currentStandardInput, output: .currentStandardOutput, error: .currentStandardError)
        return ExitStatus(result.terminationStatus)
    } catch {
        throw ProcessError(executable: command.executable, cause: "\(error)")
    }
}

/// Makes this process the one that reads from the terminal again, after a program that had taken it over.
package func takeTerminal() {
    if isatty(0) == 1 { csandbox_take_terminal() }
}
