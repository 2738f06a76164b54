/// Repositories whose images are built: each with its pipeline, its Dockerfile, and its artifacts as `pipeline` links them.
import Files
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

enum ShippedProgram: String, Sendable, CaseIterable {
    case greeter, multiMain = "multi-main", workspace, vendored, replaced, stringer, fzf

    /// The artifacts of its image, the one that is built without a target first.
    var artifacts: [String] {
        switch self {
        case .greeter: ["server"]
        case .multiMain: ["hours", "minutes"]
        case .replaced: ["shout"]
        case .workspace, .vendored: ["app"]
        case .stringer, .fzf: [rawValue]
        }
    }

    /// Those of every shape. What nobody here wrote is built once, by the engine that starts sooner.
    static func built(by engine: ContainerEngine) -> [ShippedProgram] {
        allCases.filter { engine == .buildah || ($0 != .stringer && $0 != .fzf) }
    }

    var goVersion: String { self == .stringer ? "1.24.11" : "1.27.3" }

    struct Ready: Sendable {
        var desk: Desk
        /// OS/ARCHITECTURE/NAME, as `--artifacts` puts them.
        var linked: String

        func sha256(_ artifact: String, _ platform: String = "linux/amd64") async throws -> String {
            String(try await desk.shell("sha256sum '\(linked)/\(platform)/\(artifact)'").prefix(64))
        }
    }

    /// Linked, with its Dockerfile and .dockerignore; once for all engines.
    func ready() async throws -> Ready { try await Self.all.value[self]!.get() }

    /// One after the other: each keeps every core busy by itself.
    private static let all = Task {
        var all: [ShippedProgram: Result<Ready, any Error>] = [:]
        for program in allCases {
            do {
                all[program] = .success(try await program.prepare())
            } catch {
                // In words: an expectation that failed counts for the test that has it, and for no other.
                all[program] = .failure(Missing(description: "\(program.rawValue) is not ready: \(error)"))
            }
        }
        return all
    }

    /// What a constant holds outlives every test.
    private static let folders = Mutex<[String]>([])
    private static let isSwept: Void = {
        atexit { for folder in ShippedProgram.folders.withLock({ $0 }) { removeTree(folder) } }
    }()

    private func prepare() async throws -> Ready {
        let desk = try await desk()
        Self.isSwept
        Self.folders.withLock { $0.append(desk.folder.path) }
        if let pipeline { desk.write("pipeline.yaml", "version: 1\ngo: { version: \"\(goVersion)\"\(modules) }\n\(pipeline)") }
        let linked = "\(desk.folder.path)/linked"
        for words in [
            ["--write", "Dockerfile"], ["--dockerignore", "--write", ".dockerignore"],
            ["--prebuilt", "--artifacts", linked, "--write", "Dockerfile.prebuilt"],
        ] where self != .multiMain || !words.contains("--prebuilt") {
            try await emit(words, desk)
        }
        if self == .multiMain {
            // A stage of tests has no place beside binaries that are there already.
            try desk.edit("pipeline.yaml", "test: test, ", "")
            try await emit(["--prebuilt", "--artifacts", linked, "--write", "Dockerfile.prebuilt"], desk)
        }
        return Ready(desk: desk, linked: linked)
    }

    private func emit(_ words: [String], _ desk: Desk) async throws {
        let ended = try await desk.start(["dockerfile"] + words + ["--store", desk.store]).end()
        try #require(ended.exit == .code(0), "\(rawValue): \(ended.transcript)")
    }

    private func desk() async throws -> Desk {
        switch self {
        case .greeter: return try await Desk.example(store: WarmStore.path)
        case .multiMain:
            let desk = try await Desk.copy(of: "Tests/Fixtures/repos/multi-main", store: WarmStore.path)
            desk.write(
                "cmd/hours/version.go", "package main\n\nvar version = \"none\"\n\nfunc init() { println(version) }\n")
            try await desk.commit()
            return desk
        case .workspace, .vendored, .replaced: return try await Desk.fixture(rawValue, store: WarmStore.path)
        case .stringer, .fzf:
            guard let programs = RealParts.programs, let go = self == .fzf ? RealParts.go : RealParts.olderGo else {
                throw Missing(description: "scripts/real-programs, and Go 1.27.3 and 1.24.11, are needed")
            }
            let desk = try await Desk.copy(
                of: "\(programs)/\(self == .fzf ? "fzf" : "xtools")", store: WarmStore.path, goRoot: go, git: false)
            // An image is built from the repository alone, so what it needs of the proxy comes along.
            try await desk.shell(
                """
                mkdir proxy
                tar -C '\(programs)/proxy' --exclude='*.zip' -c . | tar -C proxy -x
                for module in $(sed -n 's/^[[:space:]]*\\(require \\)\\{0,1\\}\\([a-z.]*\\/[^ ]*\\) v.*/\\2/p' go.mod); do
                    cp '\(programs)'/proxy/"$module"/@v/*.zip proxy/"$module"/@v/
                done
                """)
            return desk
        }
    }

    private var modules: String {
        self == .stringer || self == .fzf ? ", proxy: \"file://${root}/proxy\", sumdb: \"off\"" : ""
    }

    /// Nil where the repository has one.
    private var pipeline: String? {
        switch self {
        case .greeter: nil
        case .multiMain:
            """
            artifacts:
              hours:
                build: ./cmd/hours
                platforms: [linux/amd64, linux/arm64]
                ldflags: -s -w -X main.version=${git.describe}
              minutes: ./cmd/minutes
            steps: { test: { test: ./internal/... } }
            image: { artifact: hours, test: test, targets: { minutes: {} }, passwd: true, tmp: true, timezones: true }

            """
        case .workspace: "artifacts: { app: { dir: app, build: . } }\nimage: { artifact: app }\n"
        case .vendored: "artifacts: { app: . }\nimage: { artifact: app, args: [a, \"b c\"] }\n"
        case .replaced: "artifacts: { shout: ./cmd/shout }\nimage: { artifact: shout }\n"
        case .stringer: "artifacts: { stringer: ./cmd/stringer }\nimage: { artifact: stringer }\n"
        case .fzf: "artifacts: { fzf: { build: ., ldflags: -s -w } }\nimage: { artifact: fzf, certificates: false }\n"
        }
    }
}
