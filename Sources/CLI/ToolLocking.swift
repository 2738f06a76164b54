/// Keeps the lock file beside the pipeline file: what it has of the pinned tools, and asking the go command for the rest.
import Diagnostics
import Files
import Go
import Modules
import Pipeline
import Plan
import Processes
import Run
import Tools

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What may be done about a tool that the lock does not have.
enum LockUse: String, Sendable {
    /// It is left at that: nothing is fetched.
    case read
    /// It is resolved, and the lock is written.
    case write
    /// It is a mistake.
    case refuse

    /// `locked` is the user's word. In CI a lock is what was reviewed.
    init(locked: Bool?, _ environment: [String: String]) {
        let isCI = environment["CI"].map { !["", "0", "false"].contains($0) } ?? false
        self = locked ?? isCI ? .refuse : .write
    }
}

struct ToolLocking {
    let workspace: Workspace
    let output: Output
    let pipeline: Pipeline
    let source: SourceText
    let preparing: @Sendable (String) -> Void
    let fetched: @Sendable (Fetch) -> Void

    /// Relative to the root.
    var file: String { lockFile(ofPipeline: source.file) }

    /// An empty lock where there is no file.
    func load() throws -> ToolLock {
        guard let bytes = try? readFile("\(workspace.root)/\(file)") else { return ToolLock() }
        let (lock, mistakes) = ToolLock.parse(SourceText(file: file, text: String(decoding: bytes, as: UTF8.self)))
        guard mistakes.isEmpty else { throw CommandFailure(.misuse, mistakes, output) }
        return lock
    }

    /// The lock of every pin, or of those that it has where nothing may be fetched. Also whether the file was written.
    /// What was pinned before and has another hash now is an error, whatever may be done.
    func bringUpToDate(_ use: LockUse, _ facts: Facts) async throws -> (lock: ToolLock, isNew: Bool) {
        var lock = try load()
        let changed = otherHashes(than: lock, facts)
        guard changed.isEmpty else { throw CommandFailure(.red, changed, output) }
        switch use {
        case .read: return (lock, false)
        case .refuse:
            let missing = missing(in: lock, facts)
            guard missing.isEmpty else { throw CommandFailure(.misuse, missing, output) }
            return (lock, false)
        case .write:
            for pin in pins where lock[pin.demand] == nil { lock.put(try await resolve(pin, facts)) }
            let isNew = try write(lock, facts)
            return (lock, isNew)
        }
    }

    /// Of the pins only. False when the file says so already.
    func write(_ lock: ToolLock, _ facts: Facts) throws -> Bool {
        let place = "\(workspace.root)/\(file)"
        let known = try? readFile(place)
        let kept = pruned(lock, facts)
        if kept.isEmpty { return unlink(place) == 0 }
        let text = Array(kept.text.utf8)
        guard known != text else { return false }
        try replaceFile(file, text)
        return true
    }

    /// With what can be said without asking, and without what is pinned no longer.
    func pruned(_ lock: ToolLock, _ facts: Facts) -> ToolLock {
        var kept = ToolLock()
        for pin in pins { if let tool = lock[pin.demand] { kept.put(tool) } }
        for tool in modFileTools(facts) { kept.put(tool) }
        for program in programs { kept.put(program) }
        for toolchain in toolchains(lock, facts) { kept.put(toolchain) }
        return kept
    }

    /// Whole or not at all.
    func replaceFile(_ file: String, _ bytes: [UInt8]) throws {
        let place = "\(workspace.root)/\(file)"
        let beside = "\(place).\(uniqueName())"
        do {
            try createFile(beside, bytes, mode: 0o644)
            guard rename(beside, place) == 0 else { throw FileError(operation: "rename to", path: place) }
        } catch {
            unlink(beside)
            throw CommandFailure(.environment, "tool/unwritable", "\(file) could not be written: \(error)", output)
        }
    }

    // MARK: - Asking the go command

    /// What the go command takes for the pin's build, in a module without anything else; under the pipeline's policy.
    func resolve(_ pin: ToolPin, _ facts: Facts) async throws -> LockedTool {
        preparing("resolving \(pin.demand)")
        let folder = "\(workspace.store.temporary)/\(uniqueName())"
        defer { removeTree(folder) }
        try makeFolder(folder)
        // The first version whose modules name all they need; the tool's own takes its place.
        try createFile("\(folder)/go.mod", Array("module pinned\n\ngo 1.17\n".utf8), mode: 0o644)
        let answer = try await go(["get", pin.demand], in: folder, facts)
        guard answer.exit.isSuccess else { throw failure(pin, answer) }
        func text(_ name: String) -> String {
            (try? readFile("\(folder)/\(name)")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        guard
            let tool = LockedTool(
                package: pin.package, version: pin.version, goMod: text("go.mod"), goSum: text("go.sum"))
        else {
            throw CommandFailure(
                .red,
                [
                    source.diagnostic(
                        "tool/other-version", at: pin.range, "the go command takes another version for \(pin.demand)",
                        notes: [Diagnostic.Note("a module that it needs asks for a newer one")],
                        help: "pin that version")
                ], output)
        }
        return tool
    }

    /// The go command under the pipeline's policy, in a folder without settings of its own.
    func go(_ words: [String], in folder: String, _ facts: Facts) async throws -> CapturedOutput {
        let places = workspace.places(facts.toolchain)
        var environment = pipeline.toolEnvironment(facts)
        environment["GOCACHEPROG"] = nil
        environment["GOCACHE"] = nil
        var variables = environment.mapValues { text in text.resolved { places[$0] } }
        variables["GOCACHE"] = "\(workspace.store.temporary)/\(uniqueName())"
        variables["GOFLAGS"] = "-mod=mod"
        defer { removeTree(variables["GOCACHE"]!) }
        let start = nanosecondsSince1970
        let arguments = words.first == "get" ? ["get", "-x"] + words.dropFirst() : words
        var answer = try await capture(
            Command(
                executable: facts.toolchain.executable, arguments: arguments, environment: variables, directory: folder),
            limit: 64 << 20)
        var trace = FetchTrace()
        let said = String(decoding: answer.standardError, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        answer.standardError = Array(said.filter { !trace.take(String($0)) }.joined(separator: "\n").utf8)
        note(fetchesIn: folder, words, variables, trace, since: start)
        return answer
    }

    /// Tells of the modules that a go.sum names and that have come since.
    private func note(
        fetchesIn folder: String, _ words: [String], _ variables: [String: String], _ trace: FetchTrace, since start: Int64
    ) {
        let modFile = words.first { $0.hasPrefix("-modfile=") }.map { $0.dropFirst("-modfile=".utf8.count) } ?? "go.mod"
        let expected = expectedModules(sums: ["\(modFile.dropLast(".mod".utf8.count)).sum"], in: folder)
        let ledger = FetchLedger(store: workspace.store)
        let policy = FetchPolicy(
            proxy: variables["GOPROXY"] ?? "direct", noProxy: variables["GONOPROXY"] ?? variables["GOPRIVATE"] ?? "")
        let arrived = ledger.arrived(since: start, among: expected.map(\.module))
        for fetch in ledger.note(arrivalsAmong: arrived, under: policy, trace) { fetched(fetch) }
    }

    private func failure(_ pin: ToolPin, _ answer: CapturedOutput) -> CommandFailure {
        let words = String(decoding: answer.standardError, as: UTF8.self)
        let said = words.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("go: downloading ") }
        return CommandFailure(
            .red,
            [
                source.diagnostic(
                    "tool/unresolved", at: pin.range, "the go command cannot get \(pin.demand)",
                    notes: said.map { Diagnostic.Note($0) }, help: explain(words)?.help)
            ], output)
    }
}

/// Of the clock that gives files their times, which lags a little behind.
private var nanosecondsSince1970: Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) - 20_000_000
}
