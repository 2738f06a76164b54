/// A pinned tool as the go command is asked for it; it knows names, not how a name is caught.

/// `go tool NAME` and `go run PACKAGE@VERSION` are to be this program.
package struct GoShim: Hashable, Sendable, CustomStringConvertible {
    /// What `go tool` may call it.
    package var names: [String]
    package var package: String
    /// Nil for a program of the repository itself.
    package var version: String?
    /// The module's own `tool` line: `go run PACKAGE`, without a version, means it too.
    package var isOfModule: Bool
    /// The output that is the program.
    package var action: ActionID
    package var file: String

    package init(
        names: [String], package: String, version: String?, isOfModule: Bool, action: ActionID, file: String
    ) {
        self.names = names
        self.package = package
        self.version = version
        self.isOfModule = isOfModule
        self.action = action
        self.file = file
    }

    package var description: String {
        "\(names.joined(separator: ","))=\(package)@\(version ?? "")\(isOfModule ? "!" : "")=\(action)/\(file)"
    }
}
