import Synchronization
import Testing

@testable import Processes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct SuperviseTests {
    private func shell(_ script: String, environment: [String: String] = [:]) -> Command {
        Command(executable: "/bin/sh", arguments: ["-c", script], environment: environment, directory: "/")
    }

    private func output(
        of command: Command, in groups: ProcessGroups = ProcessGroups(), timeout: Duration? = nil,
        grace: Duration = .milliseconds(200)
    ) async throws -> (result: Supervised, text: String) {
        let bytes = Mutex<[UInt8]>([])
        let result = try await supervise(command, in: groups, timeout: timeout, grace: grace) { chunk in
            bytes.withLock { $0 += chunk }
        }
        return (result, String(decoding: bytes.withLock { $0 }, as: UTF8.self))
    }

    @Test func bothStreamsComeInTheOrderWritten() async throws {
        let (result, text) = try await output(of: shell("echo a; echo b >&2; echo c; exit 7"))
        #expect(text == "a\nb\nc\n")
        #expect(result == Supervised(exit: .code(7), timedOut: false, interrupted: false))
    }

    @Test func theEnvironmentIsExactlyTheDeclaredOne() async throws {
        let command = Command(
            executable: "/usr/bin/env", arguments: [], environment: ["A": "1", "B": "x y"], directory: "/")
        let (_, text) = try await output(of: command)
        #expect(text.split(separator: "\n").sorted() == ["A=1", "B=x y"])
    }

    @Test func noOpenFileIsInherited() async throws {
        let descriptor = open("/etc/passwd", O_RDONLY)
        defer { close(descriptor) }
        let (_, text) = try await output(of: shell("ls /proc/$$/fd"))
        #expect(text.split(separator: "\n").count <= 4, "0, 1, 2 and the shell's own at most: \(text)")
    }

    @Test func aProgramOutOfTimeIsEndedWithItsChildren() async throws {
        let start = ContinuousClock.now
        let (result, text) = try await output(
            of: shell("trap '' TERM; (trap '' TERM; sleep 1000) & echo $!; wait; sleep 1000"), timeout: .milliseconds(300))
        #expect(result.timedOut)
        #expect(result.exit == .signal(SIGKILL))
        #expect(ContinuousClock.now - start < .seconds(300))
        let child = try #require(pid_t(text.split(separator: "\n")[0]))
        #expect(await isGone(child))
    }

    @Test func aDescendantThatKeepsTheOutputOpenDoesNotHoldUpTheEnd() async throws {
        let start = ContinuousClock.now
        let (result, text) = try await output(of: shell("sleep 1000 & echo $!"))
        #expect(result.exit == .code(0))
        #expect(ContinuousClock.now - start < .seconds(300))
        #expect(await isGone(try #require(pid_t(text.split(separator: "\n")[0]))))
    }

    @Test func endingAllGroupsInterrupts() async throws {
        let groups = ProcessGroups()
        let result = try await supervise(shell("echo up; sleep 1000"), in: groups) { _ in groups.terminateAll() }
        #expect(result.interrupted)
        #expect(result.exit == .signal(SIGTERM))
        let (late, text) = try await output(of: shell("echo late"), in: groups)
        #expect(late.interrupted && text.isEmpty)
    }

    /// Not even the guard, which nobody else would wait for.
    @Test func nothingStaysBehind() async throws {
        var groups: ProcessGroups? = ProcessGroups()
        _ = try await output(of: shell("exit 0"), in: #require(groups))
        let sentry = try #require(groups?.sentryProcess)
        #expect(kill(sentry, 0) == 0)
        groups = nil
        #expect(kill(sentry, 0) != 0 && errno == ESRCH)
    }

    @Test func anAbsentProgramIsAnErrorThatNamesIt() async throws {
        let command = Command(executable: "/no/such/program", arguments: [], environment: [:], directory: "/")
        await #expect { _ = try await capture(command) } throws: { error in
            "\(error)".hasPrefix("cannot run /no/such/program: ")
        }
    }

    @Test func captureKeepsTheStreamsApart() async throws {
        let captured = try await capture(shell("echo a; echo b >&2; exit 3"))
        #expect(captured.exit == .code(3))
        #expect(captured.standardOutput == Array("a\n".utf8))
        #expect(captured.standardError == Array("b\n".utf8))
    }

    /// A killed process may be a zombie for a moment, until whoever inherits it reaps it.
    private func isGone(_ process: pid_t) async -> Bool {
        for _ in 0..<100 {
            guard kill(process, 0) == 0 else { return true }
            if let status = try? String(decoding: await capture(shell("cat /proc/\(process)/stat")).standardOutput, as: UTF8.self),
                status.contains(") Z")
            {
                return true
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return false
    }
}
