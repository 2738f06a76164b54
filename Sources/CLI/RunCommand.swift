/// `pipeline run`: prepares, decides, runs, reports; the exit code is the run's.
import Action
import ArgumentParser
import Cache
import Diagnostics
import Files
import Go
import Modules
import Pipeline
import Plan
import Processes
import Report
import Run

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the pipeline, or some of its steps with what they need.",
        discussion: """
            Only what is out of date runs: an action whose inputs are known from an earlier run is a hit, its outputs
            are put back and its output is replayed with -v.

            EXAMPLES
              pipeline run
              pipeline run test lint          these steps, and what they need
              pipeline run artifact.server    link one artifact
              pipeline run nightly            pipelines/nightly.yaml, unless a step has that name
              pipeline run generate --fix     write what the generators make
              pipeline run --keep-going -v
              pipeline run --clean            on HEAD's files alone: what a fresh clone would say
              pipeline run --clean HEAD~1 test
            """)

    @Argument(help: ArgumentHelp("Steps, artifact.NAME or tool.NAME; all when none is named.", valueName: "step"))
    var steps: [String] = []

    @Option(name: [.short, .long], help: ArgumentHelp("Actions at the same time.", valueName: "n"))
    var jobs: Int?

    @Flag(name: [.short, .long], help: "After a red step, run everything that does not need it.")
    var keepGoing = false

    @Flag(help: "First write what `generate` steps make into the repository, where it differs.")
    var fix = false

    @Flag(help: "Print one JSON object a line; see docs/json.md.")
    var json = false

    @OptionGroup var clean: CleanOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func validate() throws {
        if fix, clean.isUsed { throw ValidationError("--fix writes into your own files, and --clean leaves them alone") }
        if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs wants a number from 1 to 1024") }
    }

    func run() async throws {
        // The events are JSON; why a run cannot begin is for people, on standard error.
        let output = words.output()
        var workspace = try Workspace(place, output)
        var steps = steps
        // As in CI, what a commit has of the lock is what counts.
        let lockUse = clean.isUsed ? .refuse : lock.use(workspace.environment)
        if clean.isUsed { workspace = try clean.workspace(for: workspace, pipeline: place.pipeline, &steps, output) }
        let (name, wanted) = try choosePipeline(workspace, steps, output)
        let settings = RunSettings(jobs: jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), keepGoing: keepGoing)
        let session = RunSession(
            workspace: workspace, output: output, json: json, settings: settings,
            lockUse: lockUse)
        leave(try await session.run(pipeline: name, steps: wanted, fixing: fix))
    }

    /// The first word may name a pipeline of pipelines/.
    private func choosePipeline(
        _ workspace: Workspace, _ steps: [String], _ output: Output
    ) throws -> (String?, [String]) {
        guard place.pipeline == nil, let first = steps.first, namedPipelines(root: workspace.root).contains(first) else {
            return (place.pipeline, steps)
        }
        if case .found(let pipeline?, _, let source) = loadPipeline(root: workspace.root),
            let step = pipeline.steps.first(where: { $0.name.value == first })
        {
            throw CommandFailure(
                .misuse,
                [
                    source.diagnostic(
                        "arguments/ambiguous", at: step.name.range,
                        "`\(first)` is both a step here and the pipeline pipelines/\(first).yaml",
                        help: "say `--pipeline \(first)` for the pipeline, or rename one of them")
                ], output)
        }
        return (first, Array(steps.dropFirst()))
    }
}

/// One run from the pipeline file to the summary.
struct RunSession {
    let workspace: Workspace
    let output: Output
    /// Events as JSON instead of words for people.
    let json: Bool
    let settings: RunSettings
    let lockUse: LockUse
    /// What this run found out about modules.
    private let checks = ModuleChecks()
    private let cache: CacheSupply

    init(workspace: Workspace, output: Output, json: Bool, settings: RunSettings, lockUse: LockUse = .write) {
        self.workspace = workspace
        self.output = output
        self.json = json
        self.settings = settings
        self.lockUse = lockUse
        cache = CacheSupply(store: workspace.store)
    }

    /// With `fixing`, what generators make is written into the repository first.
    func run(pipeline name: String?, steps: [String], fixing: Bool = false) async throws -> ProcessExit {
        let start = ContinuousClock.now
        let groups = ProcessGroups()
        let interruption = Interruption(ending: groups)
        let (events, feed) = AsyncStream<RunEvent>.makeStream()
        async let shown: Void = show(events)

        let result: Result<RunSummary, any Error>
        do {
            result = .success(
                try await ProcessGroups.$current.withValue(groups) {
                    let emit: @Sendable (RunEvent) -> Void = { feed.yield($0.explained.placed(workspace.checkout)) }
                    if fixing { try await writeGenerated(name, steps, groups, interruption, emit: emit) }
                    return try await work(name, steps, start, groups, interruption, emit: emit)
                })
        } catch {
            result = .failure(error)
        }
        await end()
        if case .success(let summary) = result { feed.yield(.finished(summary)) }
        feed.finish()
        await shown
        switch try result.get().status {
        case .green: return .green
        case .red: return .red
        case .interrupted: return .interrupted
        }
    }

    private func work(
        _ name: String?, _ steps: [String], _ start: ContinuousClock.Instant, _ groups: ProcessGroups,
        _ interruption: Interruption, emit: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> RunSummary {
        let downloads = Collected<ActionOutcome>()
        var preparation = Preparation(workspace, output, lockUse: lockUse) { emit(.preparing($0)) }
        preparation.fetched = { emit(.fetched($0, by: nil)) }
        let tree = try preparation.gathering.lookAtTree()
        let memory = RunMemory(workspace, pipeline: name, steps: steps)
        // Logs to be replayed are not remembered.
        if output.verbosity != .verbose, let run = memory.recall(tree) { return replay(run, start, emit) }
        // From here on nothing that this run may use is removed by others.
        let lease = workspace.checkout?.lease ?? (try? workspace.store.lease())
        defer { lease?.end() }
        let warnings = Collected<Diagnostic>()
        let emit: @Sendable (RunEvent) -> Void = { event in
            if case .warning(let warning) = event { warnings.add([warning]) }
            emit(event)
        }
        for warning in workspace.checkout?.warnings ?? [] { emit(.warning(warning)) }
        let prepared: Prepared
        do {
            prepared = try await preparation.prepare(name, tree: tree) { actions, digests, facts in
                emit(.preparing("downloading modules"))
                let outcome = await perform(
                    StepGraph(actions, asked: Set(actions.map(\.step))), facts, digests, groups, interruption, earlier: [],
                    emit: { event in
                        switch event {
                        case .warning, .fetched: emit(event)
                        default: break
                        }
                    })
                downloads.add(outcome.outcomes.filter { !$0.cached })
                if outcome.status != .green { throw DownloadFailed(outcome: outcome, actions: actions, facts: facts) }
            }
        } catch let failed as DownloadFailed {
            // The graph is not known; the run is about the download alone.
            emit(.started(announcement(named: name ?? baseName(workspace.root), nil, failed.facts, failed.actions.count)))
            for outcome in failed.outcome.outcomes { emit(.actionFinished(outcome)) }
            return RunSummary(of: failed.outcome, elapsed: ContinuousClock.now - start)
        }
        for warning in prepared.warnings { emit(.warning(warning)) }
        let graph = try prepared.graph.selecting(named: steps, output)
        try workspace.checkout?.refusePointers(graph, output)
        let troubles = knownSecrets.troubles(of: graph)
        guard troubles.isEmpty else { throw CommandFailure(.environment, troubles, output) }
        try await workspace.requireSandbox(for: graph, output)
        let announcements = Collected<RunStart>()
        let outcome = await perform(
            graph, prepared.facts, prepared.digests, groups, interruption, earlier: downloads.values,
            emit: { emit($0.tellingUndeclaredReads(of: prepared)) },
            copies: prepared.copies, announcing: { total in
                let start = announcement(named: prepared.pipeline.name, prepared.pipeline.file, prepared.facts, total)
                announcements.add([start])
                return start
            })
        workspace.store.sweep()
        workspace.record(outcome, of: prepared, isWhole: steps.isEmpty, emit)
        if outcome.status == .green {
            try putOutputs(outcome, prepared.copies)
            if warnings.values.isEmpty, !prepared.isLockNew, let start = announcements.values.first {
                memory.keep(outcome.outcomes, start, prepared, graph, tree)
            }
        }
        let modules = ModuleCache(root: workspace.store.moduleCache)
        workspace.store.noteUse(
            ofModuleFolders: checks.right.compactMap(modules.folder) + [prepared.facts.toolchain.environment["GOROOT"] ?? ""])
        // What this run has used is as recent as it gets; modules are only removed while no run is live.
        lease?.end()
        _ = try? workspace.store.pruneIfDue(StoreBounds(prepared.pipeline.cache)) { interruption.isRequested }
        return RunSummary(of: outcome, elapsed: ContinuousClock.now - start)
    }

    /// Tells of a run that finds everything known.
    private func replay(
        _ run: RememberedRun, _ start: ContinuousClock.Instant, _ emit: @Sendable (RunEvent) -> Void
    ) -> RunSummary {
        var announced = run.start
        announced.jobs = settings.jobs
        announced.tree = workspace.checkout?.announcement
        emit(.started(announced))
        for outcome in run.outcomes { emit(.actionFinished(outcome)) }
        return RunSummary(
            of: RunOutcome(outcomes: run.outcomes, status: .green), elapsed: ContinuousClock.now - start)
    }

    private func announcement(named name: String, _ file: String?, _ facts: Facts, _ total: Int) -> RunStart {
        RunStart(
            pipeline: name, file: file, toolchain: "go\(facts.toolchain.version) \(facts.host)", total: total,
            jobs: settings.jobs, tree: workspace.checkout?.announcement)
    }

    /// Whoever performs something ends the session.
    func end() async { await cache.end() }

    func perform(
        _ graph: StepGraph, _ facts: Facts, _ digests: FileDigests, _ groups: ProcessGroups,
        _ interruption: Interruption, earlier: [ActionOutcome], emit: @escaping @Sendable (RunEvent) -> Void,
        copies: [ActionID: String] = [:], onRewriting: (@Sendable ([String]) -> Void)? = nil,
        announcing: ((Int) -> RunStart)? = nil
    ) async -> RunOutcome {
        let store = workspace.store
        let decisions = workspace.decide(graph, digests, copies: copies)
        let earlier = earlier.filter { graph.contains($0.action.id) }
        if let announcing {
            let idle = decisions.count { decision in
                decision.would == .hit && decision.result == nil && !earlier.contains { $0.action.id == decision.action }
            }
            emit(.started(announcing(decisions.count - idle)))
        }
        let (places, modules) = (workspace.places(facts.toolchain), ModuleGuard(workspace, graph, facts, checks))
        let executor = GuardedExecutor(
            ModuleSupply(
                executor: FetchWitness(
                    executor: LocalExecutor(
                        places: places, blobs: store.blobs, groups: groups, files: facts.files, secrets: knownSecrets.given,
                        onRewriting: onRewriting),
                    ledger: FetchLedger(store: store), modules: modules, places: places,
                    tell: { emit(.fetched($0, by: $1)) }),
                store: store, facts: facts, modules: modules, cache: cache),
            guardedBy: modules)
        let outcome = await runGraph(
            graph, decisions: decisions, earlier: earlier, settings: settings,
            in: RunContext(
                cache: store.actionCache, blobs: store.blobs, executor: executor, root: workspace.root,
                digests: digests, isInterrupted: { interruption.isRequested }, emit: emit))
        do {
            let noted = Set(earlier.map(\.action.id))
            try workspace.note(outcome.outcomes.filter { !noted.contains($0.action.id) }, decisions)
        } catch {
            emit(.warning(Diagnostic(
                id: "run/not-noted", severity: .warning,
                message: "`pipeline explain` will not know of this run: \(error)")))
        }
        return outcome
    }

    private func putOutputs(_ outcome: RunOutcome, _ copies: [ActionID: String]) throws {
        for done in outcome.outcomes {
            guard let copy = copies[done.action.id], let file = done.outputs.first else { continue }
            let place = "\(workspace.outputFolder)/\(copy)"
            if (try? Digest(ofFile: place)) == file.digest { continue }
            do {
                // Read again: it may have been damaged since it was found.
                let source = try workspace.store.blobs.file(
                    file.digest, named: baseName(file.path), executable: true, checked: true)
                guard let source else { throw FileError(operation: "find", path: file.path, code: ENOENT) }
                try makeFolder(parentFolder(of: place))
                let beside = "\(place).\(uniqueName())"
                try copyFile(source, to: beside, mode: 0o755)
                guard rename(beside, place) == 0 else { throw FileError(operation: "rename to", path: place) }
            } catch {
                throw CommandFailure(
                    .environment, "run/output", "the output of \(done.action.step) could not be put at \(copy): \(error)",
                    self.output)
            }
        }
    }

    private func show(_ events: AsyncStream<RunEvent>) async {
        let sink = Output.standardOutput
        let style = output.style
        if json {
            await report(events, with: JSONReporter(to: sink, verbosity: output.verbosity))
        } else if style.redraws, output.verbosity == .normal {
            await report(
                events,
                with: LiveReporter(
                    to: sink, style: style, verbosity: output.verbosity,
                    size: { DescriptorSink.standardOutput.size ?? TerminalSize(columns: 80, rows: 24) }))
        } else {
            await report(events, with: PlainReporter(to: sink, style: style, verbosity: output.verbosity))
        }
    }
}

private struct DownloadFailed: Error {
    var outcome: RunOutcome
    var actions: [Action]
    var facts: Facts
}

extension StepGraph {
    /// The part that these names ask for; a name that is none of its steps is a mistake.
    func selecting(named steps: [String], _ output: Output) throws -> StepGraph {
        let known = self.steps
        let unknown = steps.filter { !known.contains($0) }
        guard unknown.isEmpty else {
            let diagnostics = unknown.map { name in
                Diagnostic(
                    id: "arguments/unknown-step", message: "there is no step `\(name)`",
                    help: nearestName(to: name, among: known).map { "did you mean `\($0)`?" }
                        ?? "steps: \(known.joined(separator: ", "))")
            }
            throw CommandFailure(.misuse, diagnostics, output)
        }
        return selecting(Set(steps))
    }
}

extension RunEvent {
    /// A red action of the go command, with what to do about it.
    fileprivate var explained: RunEvent {
        guard case .actionFinished(var outcome) = self, outcome.status == .red else { return self }
        switch outcome.action.kind {
        case .download, .build, .toolBuild, .vet, .tidy: break
        // Their words are the user's own programs'.
        case .test, .tool, .generate, .fmt, .policy, .run: return self
        }
        outcome.help = explain(outcome.log.joined(separator: "\n"))?.help
        return .actionFinished(outcome)
    }

    /// The same, with a clean tree's files called as the user knows them.
    fileprivate func placed(_ checkout: CleanCheckout?) -> RunEvent {
        guard let checkout else { return self }
        switch self {
        case .actionOutput(let action, let lines): return .actionOutput(action, lines.map(checkout.relative))
        case .actionFinished(var outcome):
            outcome.log = outcome.log.map(checkout.relative)
            return .actionFinished(outcome)
        default: return self
        }
    }
}
