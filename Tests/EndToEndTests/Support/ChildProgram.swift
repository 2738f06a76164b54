/// Starts a program and waits for it; it knows nothing of what the program is. Apart from the product's own room
/// for that, so that a fault there cannot hide itself.
import Dispatch
import Files
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How a program ended, and all it said.
struct Ended: Sendable {
    enum Exit: Hashable, Sendable {
        case code(Int32)
        case signal(Int32)
    }

    var exit: Exit
    var out: String
    var err: String
    var elapsed: Duration

    /// For a failing expectation.
    var transcript: String { "\(exit) after \(elapsed)\n--- standard output\n\(out)\n--- standard error\n\(err)" }
}

/// A program that was started in a process group of its own, with empty standard input and exactly this environment.
final class ChildProgram: Sendable {
    let pid: pid_t
    private let start = ContinuousClock.now
    private let place: String
    private let folder: TemporaryFolder

    init(_ words: [String], environment: [String: String], directory: String) throws {
        folder = TemporaryFolder()
        place = folder.path
        var actions = SpawnActions()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (descriptor, name) in [(Int32(1), "out"), (2, "err")] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "\(place)/\(name)", O_WRONLY | O_CREAT | O_APPEND, 0o644)
        }
        _ = changeFolder(&actions, directory)

        // The test's own threads may block signals or ignore them; the program is to see them as from a shell.
        var attributes = SpawnAttributes()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

        var arguments = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var child = pid_t()
        let failure = posix_spawn(&child, words[0], &actions, &attributes, &arguments, &variables)
        guard failure == 0 else {
            throw NotStarted(description: "cannot start \(words[0]) in \(directory): \(String(cString: strerror(failure)))")
        }
        pid = child
    }

    func signal(_ number: Int32) { kill(pid, number) }

    /// What it has written to standard output by now.
    var outSoFar: String { readText("\(place)/out") ?? "" }

    /// Waits on a thread of its own. A program that takes longer than `limit` is killed, and its exit says so.
    func end(within limit: Duration = .seconds(900)) async -> Ended {
        let alarm = Task {
            try await Task.sleep(for: limit)
            kill(-pid, SIGKILL)
        }
        let status = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [pid] in
                var status: Int32 = 0
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                continuation.resume(returning: status)
            }
        }
        alarm.cancel()
        let signal = status & 0x7f
        return Ended(
            exit: signal == 0 ? .code(status >> 8 & 0xff) : .signal(signal), out: outSoFar,
            err: readText("\(place)/err") ?? "", elapsed: ContinuousClock.now - start)
    }
}

struct NotStarted: Error, CustomStringConvertible { var description: String }

#if canImport(Glibc)
private typealias SpawnActions = posix_spawn_file_actions_t
private typealias SpawnAttributes = posix_spawnattr_t
/// RTLD_DEFAULT.
nonisolated(unsafe) private let here = UnsafeMutableRawPointer(bitPattern: 0)
#else
private typealias SpawnActions = posix_spawn_file_actions_t?
private typealias SpawnAttributes = posix_spawnattr_t?
/// RTLD_DEFAULT.
nonisolated(unsafe) private let here = UnsafeMutableRawPointer(bitPattern: -2)
extension posix_spawn_file_actions_t? { fileprivate init() { self = nil } }
#endif

/// posix_spawn_file_actions_addchdir_np, which glibc has but hides from Swift.
private let changeFolder = unsafeBitCast(
    dlsym(here, "posix_spawn_file_actions_addchdir_np"),
    to: (@convention(c) (UnsafeMutablePointer<SpawnActions>, UnsafePointer<CChar>) -> Int32).self)
