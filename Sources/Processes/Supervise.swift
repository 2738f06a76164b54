/// Runs a program under supervision: its output as it comes, a time limit, and no survivor of its tree.
import Subprocess

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package struct Supervised: Hashable, Sendable {
    package var exit: ExitStatus
    /// It was ended because its time was up.
    package var timedOut: Bool
    /// It was ended because the run was.
    package var interrupted: Bool

    package init(exit: ExitStatus, timedOut: Bool = false, interrupted: Bool = false) {
        self.exit = exit
        self.timedOut = timedOut
        self.interrupted = interrupted
    }
}

/// How long a program that was asked to end (SIGTERM) has before it is killed.
package let terminationGrace: Duration = .seconds(5)

/// Runs a command to its end, handing over standard output and error, in the order written, as they come.
/// Both are one pipe. When the program is gone or its time is up, what is left of its process group is killed.
package func supervise(
    _ command: Command, in groups: ProcessGroups, timeout: Duration? = nil, grace: Duration = terminationGrace,
    onStart: @Sendable (pid_t) -> Void = { _ in }, onOutput: @Sendable ([UInt8]) -> Void
) async throws(ProcessError) -> Supervised {
    guard !groups.isClosed else { return Supervised(exit: .signal(SIGTERM), interrupted: true) }
    do {
        let result = try await run(
            command.configuration, input: .none, output: .sequence, error: .combinedWithOutput
        ) { execution in
            let group = execution.processIdentifier.value
            if !groups.insert(group) { kill(-group, SIGKILL) }
            onStart(group)
            let alarm = timeout.map { endGroup(group, after: $0, grace: grace) }
            for try await buffer in execution.standardOutput {
                onOutput(buffer.withUnsafeBytes { Array($0) })
            }
            return (group, alarm)
        }
        let (group, alarm) = result.closureResult
        // A program may close its output and live on; the alarm is only disarmed now that it has ended.
        alarm?.cancel()
        // Descendants that outlived the leader.
        kill(-group, SIGKILL)
        groups.remove(group)
        let timedOut = (try? await alarm?.value) ?? false
        return Supervised(
            exit: ExitStatus(result.terminationStatus), timedOut: timedOut, interrupted: groups.isClosed && !timedOut)
    } catch {
        throw ProcessError(executable: command.executable, cause: "\(error)")
    }
}

/// Asks a group to end when its time is up, and then makes it; true when it was.
func endGroup(_ group: pid_t, after limit: Duration, grace: Duration) -> Task<Bool, any Error> {
    Task {
        try await Task.sleep(for: limit)
        kill(-group, SIGTERM)
        // From here on it is out of time, whether or not it goes quietly.
        try? await Task.sleep(for: grace)
        if !Task.isCancelled { kill(-group, SIGKILL) }
        return true
    }
}
