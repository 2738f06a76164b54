/// A place for one test: a copy of a repository, a home that no user has touched, a store, and the binary to run there.
import Files
import TestSupport
import Testing

final class Desk: Sendable {
    let folder = TemporaryFolder()
    let store: String
    private let goRoot: String?

    var home: String { "\(folder.path)/home" }
    /// The copy of the repository.
    var root: String { "\(folder.path)/\(name)" }
    private let name: String

    /// An empty repository. `store` is one of its own when nil; `goRoot` nil stands for no Go on PATH.
    init(_ name: String = "repository", store: String? = nil, goRoot: String? = RealParts.go) {
        self.name = name
        self.goRoot = goRoot
        self.store = store ?? "\(folder.path)/store"
        try! makeFolder("\(folder.path)/\(name)")
        try! makeFolder("\(folder.path)/home")
    }

    /// A copy of a folder of the checkout, committed to git unless `git` is false.
    static func copy(
        of place: String, store: String? = nil, goRoot: String? = RealParts.go, git: Bool = true
    ) async throws -> Desk {
        let source = place.hasPrefix("/") ? place : "\(RealParts.checkout)/\(place)"
        let desk = Desk(baseName(source), store: store, goRoot: goRoot)
        try await desk.shell("cp -R '\(source)/.' '\(desk.root)'")
        if git { try await desk.commit() }
        return desk
    }

    static func example(store: String? = nil) async throws -> Desk {
        try await copy(of: "examples/greeter", store: store)
    }

    static func fixture(_ name: String, store: String? = nil) async throws -> Desk {
        try await copy(of: "Tests/Fixtures/repos/\(name)", store: store, git: false)
    }

    // MARK: - Files

    func write(_ file: String, _ text: String, mode: UInt32 = 0o644) { folder.write("\(name)/\(file)", text, mode: mode) }

    func remove(_ file: String) { removeTree("\(root)/\(file)") }

    func read(_ file: String) -> String? { folder.read("\(name)/\(file)") }

    /// Replaces the one place in a file where `old` stands.
    func edit(_ file: String, _ old: String, _ new: String) throws {
        let parts = try #require(read(file)).components(separatedBy: old)
        try #require(parts.count == 2, "\(old) stands \(parts.count - 1) times in \(file)")
        write(file, parts.joined(separator: new))
    }

    // MARK: - Programs

    /// What a user's shell would have, and one variable that no step may see.
    var environment: [String: String] {
        [
            "PATH": (goRoot.map { "\($0)/bin:" } ?? "") + "/usr/bin:/bin", "HOME": home, "USER": "someone",
            "CALLERS_SECRET": "do not pass on", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
        ]
    }

    /// `pipeline COMMAND … --store STORE`, in the repository, started.
    func start(
        _ arguments: [String], in directory: String? = nil, environment more: [String: String] = [:], with wrapper: [String] = []
    ) throws -> ChildProgram {
        guard let binary = RealParts.binary else { throw Missing(description: "there is no pipeline binary") }
        let takesStore = arguments.first.map {
            ["run", "plan", "explain", "validate", "init", "image", "verify", "attest", "env", "shell"].contains($0)
        } ?? false
        return try ChildProgram(
            wrapper + [binary] + arguments + (takesStore ? ["--store", store] : []),
            environment: environment.merging(more) { $1 }, directory: directory ?? root)
    }

    /// The same, to its end.
    func pipeline(
        _ arguments: String..., in directory: String? = nil, environment more: [String: String] = [:]
    ) async throws -> Ended {
        try await start(arguments, in: directory, environment: more).end()
    }

    /// `pipeline run --json …`.
    func run(_ arguments: String..., environment more: [String: String] = [:]) async throws -> RunEvents {
        try await RunEvents(start(["run", "--json"] + arguments, environment: more).end())
    }

    struct Planned: Sendable {
        var key: String
        var would: String
    }

    /// `pipeline plan --json`, by action.
    func plan(_ steps: String...) async throws -> [String: Planned] {
        let ended = try await start(["plan", "--json"] + steps).end()
        try #require(ended.exit == .code(0), "\(ended.transcript)")
        let actions = try #require(JSONValue(ended.out)["actions"].list)
        return Dictionary(
            uniqueKeysWithValues: actions.map { action in
                (action["id"].string ?? "", Planned(key: action["key"].string ?? "", would: action["would"].string ?? ""))
            })
    }

    @discardableResult
    func shell(_ script: String) async throws -> String {
        let ended = try await ChildProgram(["/bin/sh", "-euc", script], environment: environment, directory: root).end()
        try #require(ended.exit == .code(0), "\(script): \(ended.transcript)")
        return ended.out
    }

    func commit() async throws {
        try await shell(
            """
            [ -d .git ] || git -c init.defaultBranch=main init -q
            git add -A
            git -c user.name=Ada -c user.email=ada@example.com commit -q -m "As it is"
            """)
    }
}

extension String {
    func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }

    var lines: [String] { split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
}
