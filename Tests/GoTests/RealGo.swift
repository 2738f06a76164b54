/// The Gos of the machine that tests may ask, and a bare environment to ask them in.
import Go
import Processes
import TestSupport
import Testing

enum RealGo {
    /// PIPELINE_TEST_GO alone if it is set; else the first Go of PATH or $HOME/sdk, and all others of $HOME/sdk.
    static let all: [String] = {
        if let named = environmentValue("PIPELINE_TEST_GO") { return [named] }
        let home = environmentValue("HOME")
        let path = (environmentValue("PATH") ?? "").split(separator: ":").map(String.init)
        let sdks = (home.map { folderNames("\($0)/sdk") } ?? []).filter { $0.hasPrefix("go1") }.sorted().reversed()
        let folders = path + sdks.map { "\(home!)/sdk/\($0)/bin" }
        let candidates = goCandidates(path: folders, home: nil, version: nil, root: "/nonexistent")
        return candidates.filter {
            $0.claimedVersion.flatMap { GoVersion($0) }.map { $0 >= GoVersion("1.24")! } ?? true
        }
        .map(\.executable)
    }()

    static var first: String? { all.first }

    /// A missing Go is a visible skip, unless PIPELINE_REQUIRE_REAL=1 makes it a failure.
    static let isWanted = !all.isEmpty || environmentValue("PIPELINE_REQUIRE_REAL") == "1"
    static let absence: Comment = "no Go: set PIPELINE_TEST_GO, or have one on PATH or in $HOME/sdk"

    /// For tests that try every Go: without one, a name that fails.
    static var required: [String] { all.isEmpty ? ["go, which is nowhere to be found"] : all }
}

/// A folder to work in, and a home that no user has touched.
struct GoDesk {
    let folder = TemporaryFolder()
    let executable: String
    var proxy = "off"

    init(_ executable: String) { self.executable = executable }

    var root: String { "\(folder.path)/work" }

    var environment: [String: String] {
        [
            "HOME": "\(folder.path)/home", "PATH": "/usr/bin:/bin", "GOENV": "off", "GOTOOLCHAIN": "local",
            "GOPROXY": proxy, "GOSUMDB": "off", "GOFLAGS": "", "CGO_ENABLED": "0", "GOCACHE": "\(folder.path)/cache",
            "GOMODCACHE": "\(folder.path)/modules",
        ]
    }

    func write(_ files: [String: String]) {
        for (name, text) in files { folder.write("work/\(name)", text) }
    }

    func go(_ arguments: String..., in directory: String = ".", with variables: [String: String] = [:]) async throws
        -> CapturedOutput
    {
        try await go(arguments, in: directory, with: variables)
    }

    func go(_ arguments: [String], in directory: String = ".", with variables: [String: String] = [:]) async throws
        -> CapturedOutput
    {
        try await capture(
            Command(
                executable: executable, arguments: arguments,
                environment: environment.merging(variables) { $1 }, directory: "\(root)/\(directory)"))
    }

    func list(_ patterns: String..., tests: Bool = false) async throws(GoError) -> [GoPackage] {
        try await askGoList(
            toolchain(),
            GoListQuestion(patterns: patterns, directory: root, environment: environment, tests: tests))
    }

    func toolchain() async throws(GoError) -> GoToolchain {
        try await GoToolchain.ask(executable: executable, home: "\(folder.path)/home")
    }
}

extension CapturedOutput {
    var words: String { String(decoding: standardError, as: UTF8.self) }
}
