/// A Go that can be run, and its own account of itself; it asks the go command and believes it.
import FoundationEssentials
import Processes

package struct GoToolchain: Codable, Hashable, Sendable {
    /// An absolute path, links resolved: the `go` of its own GOROOT, also when a launcher stands before it.
    package var executable: String
    /// Without `go`: `1.27.3`.
    package var version: String
    /// The answer of `go env -json` to a bare environment, which holds what this Go is (GOROOT, GOVERSION) and what
    /// it takes for granted (GOOS, GOARCH, GOAMD64, CC).
    package var environment: [String: String]

    package init(executable: String, version: String, environment: [String: String]) {
        self.executable = executable
        self.version = version
        self.environment = environment
    }

    /// Asks the go command at `executable`, an absolute path, in a declared environment: nothing the user set with
    /// `go env -w` or in the shell has a say, and no other toolchain is fetched.
    package static func ask(executable: String, home: String) async throws(GoError) -> GoToolchain {
        let command = Command(
            executable: executable, arguments: ["env", "-json"],
            environment: ["HOME": home, "PATH": systemPath, "GOENV": "off", "GOTOOLCHAIN": "local"],
            // Where no go.mod can have a say.
            directory: "/")
        let output = try await run(command, operation: "\(executable) env -json")
        guard var answer = try? JSONDecoder().decode([String: String].self, from: Data(output)),
            let version = answer["GOVERSION"].flatMap(releaseName)
        else {
            throw GoError(
                operation: "\(executable) env -json", cause: "this is not the answer of a Go that names its version")
        }
        // It names a folder made for this one call.
        answer["GOGCCFLAGS"] = nil
        return GoToolchain(
            executable: proper(executable, root: answer["GOROOT"]), version: version, environment: answer)
    }

    /// A launcher (of a wheel, a version switcher, a snap) costs at every call and may listen to its environment.
    private static func proper(_ executable: String, root: String?) -> String {
        if let root, case let go = "\(root)/bin/go", isExecutableFile(go) { return resolvedPath(go) ?? go }
        return executable
    }
}

/// Where launchers find their interpreter, and cgo its compiler.
let systemPath = "/usr/local/bin:/usr/bin:/bin"

/// `1.27.3` of `go1.27.3`, `go1.27.3 X:nodwarf5` and the first line of a VERSION file; of a development version what
/// follows `devel go`, up to a space.
func releaseName(_ text: String) -> String? {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard let name = words.first(where: { $0.hasPrefix("go1") }) else { return nil }
    return String(name.dropFirst(2))
}

/// Standard output of a go command that has to end well.
func run(_ command: Command, operation: String) async throws(GoError) -> [UInt8] {
    let captured: CapturedOutput
    do {
        captured = try await capture(command)
    } catch {
        throw GoError(operation: operation, cause: error.cause)
    }
    guard captured.exit.isSuccess else {
        var words = String(decoding: captured.standardError, as: UTF8.self)
        while words.last?.isWhitespace == true { words.removeLast() }
        if words.isEmpty {
            switch captured.exit {
            case .code(let code): words = "ended with exit code \(code) and said nothing"
            case .signal(let signal): words = "ended by signal \(signal)"
            }
        }
        throw GoError(operation: operation, cause: words)
    }
    return captured.standardOutput
}
