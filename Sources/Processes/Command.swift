/// A program to start, spelt out: nothing of the caller's environment, folder or open files reaches it unsaid.

package struct Command: Hashable, Sendable {
    /// An absolute path.
    package var executable: String
    /// Without the program's own name.
    package var arguments: [String]
    /// All of the child's environment.
    package var environment: [String: String]
    /// An absolute path.
    package var directory: String

    package init(executable: String, arguments: [String], environment: [String: String], directory: String) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
    }
}

/// How a program ended. A non-zero code is a result, not an error.
package enum ExitStatus: Hashable, Sendable {
    case code(Int32)
    case signal(Int32)

    package var isSuccess: Bool { self == .code(0) }
}

/// The world's refusal to start or watch a program.
package struct ProcessError: Error, Hashable, Sendable, CustomStringConvertible {
    package var executable: String
    package var cause: String

    package init(executable: String, cause: String) {
        self.executable = executable
        self.cause = cause
    }

    package var description: String { "cannot run \(executable): \(cause)" }
}
