/// Asks a program a question: starts it, waits, and returns all it said; it knows nothing of what was asked.
import Subprocess
import SystemPackage

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package struct CapturedOutput: Sendable {
    package var exit: ExitStatus
    package var standardOutput: [UInt8]
    package var standardError: [UInt8]
}

/// Runs a command to its end with empty standard input. `limit` is the most bytes that either stream may hold. It is
/// one of `ProcessGroups.current`, so that it ends when they do.
package func capture(_ command: Command, limit: Int = 256 << 20) async throws(ProcessError) -> CapturedOutput {
    let groups = ProcessGroups.current
    do {
        let result = try await run(
            command.configuration, input: .none, output: .bytes(limit: limit), error: .bytes(limit: limit)
        ) { execution in
            if groups?.insert(execution.processIdentifier.value) == false { kill(-execution.processIdentifier.value, SIGKILL) }
        }
        groups?.remove(result.processIdentifier.value)
        return CapturedOutput(
            exit: ExitStatus(result.terminationStatus), standardOutput: result.standardOutput,
            standardError: result.standardError)
    } catch {
        throw ProcessError(executable: command.executable, cause: "\(error)")
    }
}

extension Command {
    /// In a process group of its own, so that the whole tree can be ended by one signal.
    var configuration: Configuration {
        var options = PlatformOptions()
        options.processGroupID = 0
        return Configuration(
            executable: .path(FilePath(executable)), arguments: Arguments(arguments),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })),
            workingDirectory: FilePath(directory), platformOptions: options)
    }
}

extension ExitStatus {
    init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .code(code)
        case .signaled(let signal): self = .signal(signal)
        }
    }
}
