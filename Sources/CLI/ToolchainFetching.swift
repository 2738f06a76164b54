/// Brings a pinned Go that is not installed: the go command fetches its module, the lock holds it to its hash, and the
/// store keeps it among the modules.
///
/// Source of names: "Go Toolchains" of the Go documentation, and cmd/go/internal/toolchain.
import Diagnostics
import Files
import Go
import Modules
import Pipeline
import Processes
import Run
import Tools

struct ToolchainFetching {
    let locking: ToolLocking
    let lockUse: LockUse
    /// Without it, what is in the store already is all there is.
    let mayFetch: Bool

    private var workspace: Workspace { locking.workspace }
    private var cache: ModuleCache { ModuleCache(root: workspace.store.moduleCache) }

    /// The go command of a release, and its hash as the lock has it. `asked` is any go command from Go 1.21 on. Nil when
    /// it is not in the store, and is not to be fetched.
    func bring(_ release: String, askingFor asked: String, at pin: SourceRange?) async throws -> (go: String, locked: LockedToolchain)? {
        let module = ModuleVersion(path: toolchainModule, version: "v0.0.1-go\(release).\(ownPlatform.replacing("/", with: "-"))")
        guard let folder = cache.folder(of: module), let hashFile = cache.download(of: module, "ziphash") else { return nil }
        let known = try locking.load().toolchain(release, ownPlatform)
        if known == nil, lockUse == .refuse {
            throw failure(
                .misuse, "lock/missing", "\(locking.file) does not have go\(release) for \(ownPlatform)", at: pin,
                help: "run `pipeline run` where this Go is not installed, look at what it adds, and commit it")
        }
        let go = "\(folder)/bin/go"
        let isNew = fileStatus(hashFile) == nil || fileStatus(go) == nil
        if isNew {
            guard mayFetch else { return nil }
            locking.preparing("fetching go\(release)")
            let answer = try await run(["mod", "download", "-json", module.description], by: asked)
            guard answer.exit.isSuccess else { throw failure(answer, release, at: pin) }
        }
        guard let bytes = try? readFile(hashFile) else {
            throw failure(.environment, "go/not-fetched", "go\(release) was fetched, and has left no hash", at: pin)
        }
        let found = LockedToolchain(release: release, platform: ownPlatform, hash: String(decoding: bytes, as: UTF8.self))
        if let known, known.hash != found.hash {
            // Not for others either: nobody has vouched for it.
            if isNew { forget(module, folder) }
            throw failure(
                .red, "lock/other-hash", "go\(release) for \(ownPlatform) has another hash than \(locking.file)", at: pin,
                notes: ["fetched: \(found.hash)", "\(locking.file): \(known.hash)"],
                help: "what is published under one name does not change; if that is what you want, remove the block from \(locking.file)")
        }
        // Programs are none in a module's zip. The go command makes them so when it is told to be that release.
        if findProgram(go, path: "", directory: "/") == nil {
            guard mayFetch else { return nil }
            let answer = try await run(["version"], by: asked, as: release)
            guard answer.exit.isSuccess else { throw failure(answer, release, at: pin) }
        }
        if isNew { tell(module, found.hash) }
        return (go, found)
    }

    private func forget(_ module: ModuleVersion, _ folder: String) {
        removeTree(folder)
        for kind in ["zip", "ziphash", "info", "mod", "lock"] {
            if let file = cache.download(of: module, kind) { removeTree(file) }
        }
    }

    // MARK: - The go command

    private func run(_ words: [String], by go: String, as release: String? = nil) async throws -> CapturedOutput {
        let policy = locking.pipeline.go
        var variables = [
            "HOME": workspace.store.home, "PATH": "/usr/local/bin:/usr/bin:/bin", "GOENV": "off", "GOTELEMETRY": "off",
            "GOTOOLCHAIN": release.map { "go\($0)" } ?? "local", "GOMODCACHE": workspace.store.moduleCache, "GOWORK": "off",
            "GOCACHE": "\(workspace.store.temporary)/\(uniqueName())", "GOFLAGS": "-mod=mod",
        ]
        variables["GOPROXY"] = proxy
        variables["GOSUMDB"] = policy.sumdb
        defer { removeTree(variables["GOCACHE"]!) }
        return try await capture(
            Command(executable: go, arguments: words, environment: variables, directory: "/"), limit: 16 << 20)
    }

    private var proxy: String? {
        locking.pipeline.go.proxy.map { template in
            template.parts.map { part in
                switch part {
                case .text(let text): text
                case .reference(.root, _): workspace.root
                case .reference(let reference, _): "${\(reference)}"
                }
            }.joined()
        }
    }

    /// Toolchains are never private.
    private func tell(_ module: ModuleVersion, _ hash: String) {
        let source = FetchPolicy(proxy: proxy ?? "").source(of: module, FetchTrace(), in: cache)
        let fetch = Fetch(name: module.path, version: module.version, hash: hash, source: source)
        FetchLedger(store: workspace.store).note(fetch)
        locking.fetched(fetch)
    }

    // MARK: - Failures

    private func failure(_ answer: CapturedOutput, _ release: String, at pin: SourceRange?) -> CommandFailure {
        if ProcessGroups.current?.isClosed == true { return CommandFailure(.interrupted, [], locking.output) }
        let words = String(decoding: answer.standardError + answer.standardOutput, as: UTF8.self)
        // `-json` says why in a member of its answer.
        let said = words.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("go: downloading ") && $0 != "{" && $0 != "}" }
        let reason = said.first { $0.hasPrefix("\t\"Error\": ") }.map { String($0.dropFirst("\t\"Error\": ".count)) }
        return failure(
            .environment, "go/not-fetched", "go\(release) for \(ownPlatform) could not be fetched", at: pin,
            notes: reason.map { [$0.trimmingQuotes] } ?? said,
            help: explain(words)?.help ?? "check `go: proxy:`, or install this Go and put it on PATH")
    }

    private func failure(
        _ code: ProcessExit, _ id: String, _ message: String, at pin: SourceRange?, notes: [String] = [], help: String? = nil
    ) -> CommandFailure {
        let notes = notes.map { Diagnostic.Note($0) }
        let diagnostic =
            pin.map { locking.source.diagnostic(id, at: $0, message, notes: notes, help: help) }
            ?? Diagnostic(id: id, message: message, file: locking.source.file, notes: notes, help: help)
        return CommandFailure(code, [diagnostic], locking.output)
    }
}

private let toolchainModule = "golang.org/toolchain"

/// As Go names it.
private let ownPlatform: String = {
    #if os(macOS)
    let system = "darwin"
    #else
    let system = "linux"
    #endif
    #if arch(arm64)
    return "\(system)/arm64"
    #else
    return "\(system)/amd64"
    #endif
}()

extension String {
    fileprivate var trimmingQuotes: String {
        String(drop { $0 == "\"" }.reversed().drop { $0 == "\"" || $0 == "," }.reversed()).replacing("\\n", with: "\n")
            .replacing("\\t", with: "    ").replacing("\\\"", with: "\"")
    }
}
