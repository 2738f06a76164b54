/// The process groups that are alive, and the means to end them all; it knows nothing of what they do.
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Every supervised program leads a group that is listed here while it lives. When this very process is killed
/// beyond its own help, a guard that outlives it ends the groups that were listed.
package final class ProcessGroups: Sendable {
    private struct State {
        var alive: Set<pid_t> = []
        /// Nothing may start any more.
        var closed = false
        var sentry: Sentry?
    }

    private let state = Mutex(State())

    package init() {}

    /// Those of the run that the current task belongs to.
    @TaskLocal package static var current: ProcessGroups?

    /// False when the groups are being ended: the caller must end this one itself.
    func insert(_ group: pid_t) -> Bool {
        state.withLock { state in
            state.alive.insert(group)
            if state.sentry == nil { state.sentry = Sentry() }
            state.sentry?.tell("+ \(group)\n")
            return !state.closed
        }
    }

    func remove(_ group: pid_t) {
        state.withLock { state in
            state.alive.remove(group)
            state.sentry?.tell("- \(group)\n")
        }
    }

    /// The groups are being ended.
    package var isClosed: Bool { state.withLock { $0.closed } }

    /// Asks every group to end (SIGTERM) and lets none start after.
    package func terminateAll() { signalAll(SIGTERM) }

    /// Ends every group at once (SIGKILL).
    package func killAll() { signalAll(SIGKILL) }

    private func signalAll(_ signal: Int32) {
        state.withLock { state in
            state.closed = true
            for group in state.alive { kill(-group, signal) }
        }
    }

    /// The guard's process, for tests.
    var sentryProcess: pid_t? { state.withLock { $0.sentry?.process } }

    deinit { state.withLock { $0.sentry?.dismiss() } }
}

/// The guard: a shell in a session of its own that reads the living groups from a pipe and, when the pipe's writer is
/// gone, kills those that are left.
private struct Sentry {
    let process: pid_t
    private let pipe: Int32

    func tell(_ line: String) {
        var line = line
        _ = line.withUTF8 { write(pipe, $0.baseAddress!, $0.count) }
    }

    /// It ends with the pipe, and is waited for: nobody else would, and it would stay behind as a zombie.
    func dismiss() {
        close(pipe)
        while waitpid(process, nil, 0) < 0, errno == EINTR {}
    }
}

extension Sentry {
    /// Nil when it cannot be had: then a kill -9 of this process may leave children.
    init?() {
        let script = """
            trap '' INT TERM HUP QUIT
            alive=" "
            while read -r sign group; do
                case $sign in
                +) alive="$alive$group " ;;
                -) alive="${alive%% "$group" *} ${alive#* "$group" }" ;;
                esac
            done
            for group in $alive; do kill -9 "-$group" 2>/dev/null; done
            """
        var ends: [Int32] = [0, 0]
        guard openPipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }

        #if canImport(Glibc)
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        #else
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
            close(ends[0])
        }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        for output: Int32 in [1, 2] { posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0) }
        posix_spawnattr_setflags(&attributes, newSession)

        let words: [String] = ["/bin/sh", "-c", script, "pipeline-guard"]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        defer { arguments.forEach { free($0) } }
        var child: pid_t = 0
        guard posix_spawn(&child, "/bin/sh", &actions, &attributes, &arguments, &environment) == 0 else {
            close(ends[1])
            return nil
        }
        (process, pipe) = (child, ends[1])
    }
}

/// By another name than that of the guard's own pipe.
private let openPipe = pipe

/// POSIX_SPAWN_SETSID of <spawn.h>, which is out of Swift's sight on Linux.
#if canImport(Glibc)
private let newSession: Int16 = 0x80
#else
private let newSession: Int16 = 0x400
#endif
