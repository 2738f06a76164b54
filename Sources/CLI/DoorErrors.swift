/// With which exit code a command ends when git, an image or a registry refuses; it knows no command.
import Git
import Image
import Registry

extension CommandFailure {
    /// What cannot be read of a repository.
    static func unreadable(_ error: any Error, _ output: Output) -> CommandFailure {
        CommandFailure(.environment, "git/unreadable", "\(error)", output)
    }

    init(_ error: ImageError, _ output: Output) {
        let exitCode: ProcessExit =
            error.id == "image/holds-secret" ? .red : environmentFaults.contains(error.id) ? .environment : .misuse
        self.init(exitCode, error.id, error.description, help: error.help, output)
    }

    init(_ error: RegistryError, _ output: Output) {
        let exitCode: ProcessExit = error.id == "registry/bad-reference" ? .misuse : .environment
        self.init(exitCode, error.id, error.description, help: error.help, output)
    }
}

/// Faults of the machine, not of what was asked for.
private let environmentFaults: Set<String> = ["image/lost-content", "image/damaged-layout", "image/no-timezones"]

extension Workspace {
    /// The git repository that the root is in; nil where there is none with a work tree.
    func gitRepository() throws(GitError) -> GitRepository? { try GitRepository.open(at: root, environment: git) }

    /// For what makes no sense without one: `id` and `help` say so.
    func gitRepository(else id: String, help: String, _ output: Output) throws -> GitRepository {
        do {
            if let found = try gitRepository() { return found }
        } catch {
            throw CommandFailure.unreadable(error, output)
        }
        throw CommandFailure(.misuse, id, "\(root) is in no git repository with a work tree", help: help, output)
    }
}
