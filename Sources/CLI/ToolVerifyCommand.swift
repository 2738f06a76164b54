/// `pipeline tool verify`: whether the lock is whole, and the module cache has what it names.
import ArgumentParser
import Cache
import Diagnostics
import Modules
import Pipeline
import Plan
import Report
import Tools

struct ToolVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the lock file against the pins, and the modules at hand against the lock file.",
        discussion: """
            Nothing is fetched. Every unpacked module that a pinned tool is built from is read and hashed; of those of
            go.mod, everything that go.sum names. The exit code is 1 when something is missing or is another.

            EXAMPLES
              pipeline tool verify
              pipeline tool verify --json     each module, its hash, and from where it was fetched
            """)

    @Flag(help: "Print every module, its state, and from where and when it was fetched, as JSON.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output(json: json)
        let workspace = try Workspace(place, output)
        let preparation = Preparation(workspace, output)
        let prepared = try await preparation.prepare(place.pipeline, .tools)
        var mistakes: [Diagnostic] = []
        var lock = ToolLock()
        if let source = prepared.source, prepared.pipeline.isLocked {
            let locking = preparation.locking(prepared.pipeline, source)
            lock = try locking.load()
            mistakes = locking.missing(in: lock, prepared.facts) + locking.needless(in: lock, prepared.facts)
        }
        let expected: [ExpectedModule]
        switch prepared.pipeline.tools {
        case .none where prepared.pipeline.binaries.isEmpty:
            if json { return output.print(renderToolVerificationJSON([], [])) }
            return output.remark("no tool is pinned here")
        case .none: expected = []
        case .pinned:
            expected = expectedModules(
                sums: lock.tools.map { SourceText(file: prepared.facts.lockFile, text: $0.toolModule.goSum) })
        case .modFile(let path):
            expected = expectedModules(sums: ["\(path.value.dropLast(".mod".utf8.count)).sum"], in: workspace.root)
        case .goMod:
            let repository = prepared.facts.repository
            let directories = Set(prepared.pipeline.pinnedTools(prepared.facts).compactMap(\.owner))
            let sums = directories.compactMap { repository.scope(of: $0) }
                .flatMap { repository.moduleFiles(of: $0, among: Set(prepared.facts.files)) }.filter { $0.hasSuffix(".sum") }
            expected = expectedModules(sums: Set(sums).sorted(), in: workspace.root)
        }
        let store = workspace.store
        let known = KnownHashes(path: store.knownModules, temporary: store.temporary)
        let verdicts = verifyModules(expected, in: ModuleCache(root: store.moduleCache), known: known)
        mistakes += verdicts.edited.map { edited in
            Diagnostic(
                id: "tool/other-content", message: edited.summary,
                notes: edited.lines.dropFirst().map { Diagnostic.Note(String($0.drop { $0 == " " })) })
        }
        if json {
            output.print(renderToolVerificationJSON(parts(expected, verdicts, prepared, store), mistakes))
            leave(mistakes.isEmpty ? .green : .red)
        }
        guard mistakes.isEmpty else { throw CommandFailure(.red, mistakes, output) }
        if output.verbosity > .quiet {
            let absent = expected.count - verdicts.right.count
            output.print(
                "\(verdicts.right.count) modules are as named" + (absent == 0 ? "" : "; \(absent) are not downloaded"))
        }
    }

    private func parts(
        _ expected: [ExpectedModule], _ verdicts: ModuleVerdicts, _ prepared: Prepared, _ store: Store
    ) -> [ToolPart] {
        let ledger = FetchLedger(store: store)
        let edited = Set(verdicts.edited.map(\.module))
        let modules = expected.map { expected in
            let (module, hash) = (expected.module, expected.hashes[0])
            let entry = ledger.entry(module.path, module.version, hash)
            return ToolPart(
                name: module.path, version: module.version, hash: hash,
                state: edited.contains(module) ? .edited : verdicts.right.contains(module) ? .right : .absent,
                source: entry?.source, time: entry?.time)
        }
        // Their hash was checked when they were fetched.
        let programs = prepared.pipeline.binaries.compactMap { binary -> ToolPart? in
            guard let download = binary.downloads.first(where: { $0.platform.value == prepared.facts.host }) else { return nil }
            let hash = "sha256:\(download.sha256)"
            let entry = ledger.entry(binary.name.value, nil, hash)
            return ToolPart(
                name: binary.name.value, version: nil, hash: hash, state: entry == nil ? .absent : .right, source: entry?.source,
                time: entry?.time)
        }
        return modules + programs
    }
}
