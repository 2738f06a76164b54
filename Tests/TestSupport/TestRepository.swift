/// Runs the real git in a repository of its own, apart from the user's configuration; for comparison only.
import Git

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package final class TestRepository: Sendable {
    package let folder = TemporaryFolder()
    /// Where the work tree is; `home` lies beside it.
    package var path: String { "\(folder.path)/tree" }
    package var home: String { "\(folder.path)/home" }
    package var environment: GitEnvironment { GitEnvironment(home: home, systemConfiguration: nil) }

    package init(_ options: String...) {
        mkdir(path, 0o755)
        mkdir(home, 0o755)
        git(["init", "-q", "-b", "main"] + options)
    }

    package func write(_ name: String, _ text: String) { folder.write("tree/\(name)", text) }

    package func commit(_ message: String) {
        git("add", "-A")
        git("commit", "-q", "--allow-empty", "-m", message)
    }

    package func open(_ at: String = "") throws -> GitRepository {
        guard let repository = try GitRepository.open(at: "\(path)/\(at)", environment: environment) else {
            preconditionFailure("there is no repository at \(path)/\(at)")
        }
        return repository
    }

    package func scan(_ at: String = "") throws -> [String] {
        try scanTree(root: "\(path)/\(at)", environment: environment).files.map(\.path)
    }

    /// What git prints, its last newline taken off. Any exit status but those allowed fails the test's process.
    @discardableResult
    package func git(_ arguments: String..., input: String = "", in at: String? = nil, allowing: Set<Int32> = [0]) -> String {
        git(arguments, input: input, in: at, allowing: allowing)
    }

    @discardableResult
    package func git(_ arguments: [String], input: String = "", in at: String? = nil, allowing: Set<Int32> = [0]) -> String {
        let result = run(["git", "-C", at ?? path, "-c", "protocol.file.allow=always"] + arguments, input: input)
        precondition(allowing.contains(result.status), "git \(arguments): \(result.status) \(result.output)")
        return result.output.hasSuffix("\n") ? String(result.output.dropLast()) : result.output
    }

    /// What git prints between zero bytes.
    package func list(_ arguments: String..., input: [String] = [], allowing: Set<Int32> = [0]) -> [String] {
        git(arguments, input: input.map { "\($0)\0" }.joined(), allowing: allowing).utf8.split(separator: 0)
            .map { String($0)! }
    }

    private func run(_ arguments: [String], input: String) -> (status: Int32, output: String) {
        // Files and not pipes: nothing can block on the other side.
        let name = "\(folder.path)/\(UInt64.random(in: 0...UInt64.max))"
        let variables = [
            "PATH=\(environmentValue("PATH") ?? "/usr/bin:/bin")", "HOME=\(home)", "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C",
            "GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.com", "GIT_AUTHOR_DATE=1700000000 +0100",
            "GIT_COMMITTER_NAME=Bo", "GIT_COMMITTER_EMAIL=bo@example.com", "GIT_COMMITTER_DATE=1700000100 +0100"
        ]
        folder.write(String(name.dropFirst(folder.path.utf8.count + 1)) + ".in", input)
        defer {
            unlink("\(name).in")
            unlink("\(name).out")
        }
        #if canImport(Glibc)
        var actions = posix_spawn_file_actions_t()
        #else
        var actions: posix_spawn_file_actions_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "\(name).in", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "\(name).out", O_WRONLY | O_CREAT, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = variables.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var pid = pid_t()
        let failure = posix_spawnp(&pid, arguments[0], &actions, nil, &argv, &envp)
        precondition(failure == 0, "cannot start \(arguments[0]): \(String(cString: strerror(failure)))")
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let code = status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
        return (code, readText("\(name).out") ?? "")
    }
}
