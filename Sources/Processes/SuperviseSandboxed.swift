/// Runs a program of a sandbox under supervision, as `supervise` does one of the outside.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How a program comes to run.
package enum Launch: Sendable {
    case open(Command)
    case sandboxed(Sandbox, program: Int)

    package var command: Command {
        switch self {
        case .open(let command): command
        case .sandboxed(let sandbox, let program): sandbox.programs[program].command
        }
    }
}

/// As for a command alone. A program of a sandbox has ended when it has, whoever else still holds its output.
package func supervise(
    _ launch: Launch, in groups: ProcessGroups, timeout: Duration? = nil, grace: Duration = terminationGrace,
    onStart: @Sendable (pid_t) -> Void = { _ in }, onOutput: @Sendable ([UInt8]) -> Void
) async throws(ProcessError) -> Supervised {
    switch launch {
    case .open(let command):
        return try await supervise(
            command, in: groups, timeout: timeout, grace: grace, onStart: onStart, onOutput: onOutput)
    case .sandboxed(let sandbox, let program):
        return try await sandbox.supervise(
            program, timeout: timeout, grace: grace, onStart: onStart, onOutput: onOutput)
    }
}

extension Sandbox {
    fileprivate func supervise(
        _ program: Int, timeout: Duration?, grace: Duration, onStart: @Sendable (pid_t) -> Void,
        onOutput: @Sendable ([UInt8]) -> Void
    ) async throws(ProcessError) -> Supervised {
        guard !groups.isClosed else { return Supervised(exit: .signal(SIGTERM), interrupted: true) }
        start(program)
        var leader: pid_t?
        var alarm: Task<Bool, any Error>?
        var exit = ExitStatus.signal(SIGKILL)
        var failure: Int32?
        for await event in events[program] {
            switch event {
            case .started(let group):
                leader = group
                if !groups.insert(group) { kill(-group, SIGKILL) }
                onStart(group)
                alarm = timeout.map { endGroup(group, after: $0, grace: grace) }
            case .output(let bytes): onOutput(bytes)
            case .failed(let code): failure = code
            case .ended(let status): exit = status
            }
        }
        alarm?.cancel()
        if let leader {
            kill(-leader, SIGKILL)
            groups.remove(leader)
        }
        if let failure {
            throw ProcessError(executable: programs[program].command.executable, cause: String(cString: strerror(failure)))
        }
        let timedOut = (try? await alarm?.value) ?? false
        return Supervised(exit: exit, timedOut: timedOut, interrupted: groups.isClosed && !timedOut)
    }
}
