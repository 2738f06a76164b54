/// The loop over a scripted executor: who runs when, what is told, what is remembered.
import Action
import Files
import Plan
import Run
import Synchronization
import Testing

@Suite struct RunGraphTests {
    private let bench = Bench()

    @Test func theStoryOfTwoActions() async {
        let executor = bench.executor { action, _ in Execution(log: ["\(action.id) says", "", "this"]) }
        let outcome = await bench.run([action("a"), action("b", order("a"))], executor)
        #expect(
            bench.story == [
                "started a", "output a: a says||this", "a green", "started b", "output b: b says||this", "b green",
            ])
        #expect(outcome.words == ["a green", "b green"])
        #expect(outcome.status == .green)
        #expect(outcome["a"]?.log == ["a says", "", "this"])
        #expect(outcome["a"]?.reason == "not run before with these inputs")
    }

    @Test func nothingToDoIsGreen() async {
        let outcome = await bench.run([], bench.executor())
        #expect(outcome.words == [] && outcome.status == .green && bench.story == [])
    }

    /// Each action waits until as many run as may.
    @Test(.timeLimit(.minutes(10)), arguments: [1, 2, 4])
    func asManyRunAsMay(jobs: Int) async {
        let running = Mutex((now: 0, most: 0))
        let executor = bench.executor { _, _ in
            running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            while running.withLock({ $0.most < jobs }) { await Task.yield() }
            running.withLock { $0.now -= 1 }
            return Execution()
        }
        let outcome = await bench.run((0..<12).map { action("a\($0)") }, executor, jobs: jobs)
        #expect(outcome.outcomes.count == 12)
        #expect(executor.record.mostRunning == jobs)
    }

    // MARK: - Red

    private func redScript(_ names: String...) -> ScriptedExecutor.Script {
        { action, _ in names.contains(action.id.text) ? Execution(failure: .exit(code: 3), log: ["no"]) : Execution() }
    }
    private let branches = [action("a"), action("b", order("a")), action("c"), action("d", order("c"))]

    @Test func aRedActionEndsTheRun() async {
        let executor = bench.executor(redScript("a"))
        let outcome = await bench.run(branches, executor, jobs: 1)
        #expect(
            outcome.words == [
                "a red: exit code 3", "b skipped: needs a, which is red", "c skipped: another action is red",
                "d skipped: another action is red",
            ])
        #expect(outcome.status == .red)
        #expect(executor.started == ["a"])
    }

    @Test func withKeepGoingWhatDoesNotNeedItRuns() async {
        let executor = bench.executor(redScript("a"))
        let outcome = await bench.run(branches, executor, jobs: 1, keepGoing: true)
        #expect(outcome.words == ["a red: exit code 3", "b skipped: needs a, which is red", "c green", "d green"])
        #expect(outcome.status == .red)
    }

    /// What runs beside it is not broken off.
    @Test(.timeLimit(.minutes(10))) func whatRunsMayEnd() async {
        let isRed = Mutex(false)
        let executor = bench.executor { action, _ in
            if action.id == "slow" {
                while !isRed.withLock({ $0 }) { await Task.yield() }
                return Execution()
            }
            isRed.withLock { $0 = true }
            return Execution(failure: .notSilent)
        }
        let outcome = await bench.run([action("slow"), action("red"), action("later", order("slow"))], executor, jobs: 2)
        #expect(Set(outcome.words) == ["red red: it has findings", "slow green", "later skipped: another action is red"])
    }

    @Test func aRedResultIsNotRemembered() async {
        let executor = bench.executor(redScript("a"))
        _ = await bench.run([action("a")], executor)
        _ = await bench.run([action("a")], executor)
        #expect(executor.started == ["a", "a"])
        #expect(bench.cache.keys == [])
    }

    /// Nobody misses a download when what it is for does not run.
    @Test func whatOnlySuppliesIsSkippedSilently() async {
        let actions = [
            action("a"), action("download", order("a"), kind: .download), action("b", [.init("download", .provision)]),
        ]
        let outcome = await bench.run(actions, bench.executor(redScript("a")))
        #expect(outcome.words == ["a red: exit code 3", "b skipped: needs download, which was skipped"])
    }

    // MARK: - Again

    @Test func aRedTryIsTriedAgain() async {
        let executor = bench.executor { _, attempt in
            attempt < 3 ? Execution(failure: .exit(code: Int32(attempt)), log: ["try \(attempt)"]) : Execution(log: ["good"])
        }
        let outcome = await bench.run([action("a") { $0.retries = 3 }], executor)
        #expect(
            bench.story == [
                "started a", "output a: try 1", "retried a: try 2, exit code 1", "output a: try 2",
                "retried a: try 3, exit code 2", "output a: good", "a green",
            ])
        #expect(outcome["a"]?.log == ["good"])
        #expect(outcome["a"]?.failure == nil)
    }

    @Test func notMoreOftenThanSaid() async {
        let executor = bench.executor(redScript("a"))
        let outcome = await bench.run([action("a") { $0.retries = 2 }], executor)
        #expect(executor.started == ["a", "a", "a"])
        #expect(outcome.words == ["a red: exit code 3"])
    }

    // MARK: - Interrupted

    @Test func anInterruptedRunStartsNothingMore() async {
        let bench = bench
        let executor = bench.executor { action, _ in
            bench.interrupt()
            var execution = Execution(log: ["half"])
            execution.interrupted = true
            return execution
        }
        let outcome = await bench.run(
            [action("a") { $0.retries = 5 }, action("b", order("a")), action("c")], executor, jobs: 1)
        #expect(
            outcome.words == ["a interrupted", "b skipped: the run was interrupted", "c skipped: the run was interrupted"])
        #expect(outcome.status == .interrupted)
        #expect(executor.started == ["a"])
        #expect(bench.cache.keys == [])
    }

    @Test func whatEndsGreenAllTheSameIsRemembered() async {
        let bench = bench
        let executor = bench.executor { _, _ in
            bench.interrupt()
            return Execution()
        }
        let outcome = await bench.run([action("a"), action("b", order("a"))], executor)
        #expect(outcome.words == ["a green", "b skipped: the run was interrupted"])
        #expect(outcome.status == .interrupted)
        #expect(bench.cache.keys.count == 1)
    }

    // MARK: - What is handed on

    @Test func anActionIsGivenWhatItDependsOnAndNoMore() async throws {
        let executor = bench.executor()
        _ = await bench.run(
            [
                action("a") { $0.outputs = [Action.Output("a.bin")] }, action("b") { $0.outputs = [Action.Output("b.bin")] },
                action("c", input("a") + order("b")), action("d", input("b")),
            ], executor)
        let products = executor.record.products.mapValues { $0.mapValues { $0.map(\.path) } }
        #expect(products == ["a": [:], "b": [:], "c": ["a": ["a.bin"], "b": ["b.bin"]], "d": ["b": ["b.bin"]]])
    }

    @Test func whatRanBeforeIsNotRunAgain() async {
        let executor = bench.executor()
        let download = action("download", kind: .download)
        let before = ActionOutcome(action: ActionReference(download), status: .green, elapsed: .seconds(3))
        let outcome = await bench.run(
            StepGraph([download, action("a", [.init("download", .provision)])]), executor, earlier: [before])
        #expect(executor.started == ["a"])
        #expect(outcome.words == ["download green", "a green"])
        #expect(outcome["download"]?.elapsed == .seconds(3))
    }

    @Test func theSummaryCounts() async {
        _ = await bench.run([action("known")], bench.executor())
        let outcome = await bench.run(
            [action("known"), action("green"), action("red"), action("after", order("red"))],
            bench.executor(redScript("red")), keepGoing: true)
        let summary = RunSummary(of: outcome, elapsed: .seconds(9))
        #expect(
            summary
                == RunSummary(
                    status: .red, executed: 2, cached: 1, failed: 1, skipped: 1, elapsed: .seconds(9), saved: summary.saved))
    }

    /// A store that is full makes no step red.
    @Test func aResultThatCannotBeKeptIsAWarning() async {
        struct Full: ActionCache {
            func result(for key: CacheKey) -> ActionResult? { nil }
            func store(_ result: ActionResult, for key: CacheKey) throws(FileError) {
                throw FileError(operation: "write", path: "/store/x", code: 28)
            }
        }
        let graph = StepGraph([action("a")])
        let warnings = Mutex<[String]>([])
        let context = RunContext(
            cache: Full(), blobs: bench.blobs, executor: bench.executor(), root: bench.folder.path, digests: FileDigests([:]),
            isInterrupted: { false },
            emit: { if case .warning(let diagnostic) = $0 { warnings.withLock { $0.append("\(diagnostic.id): \(diagnostic.message)") } } })
        let decisions = decide(graph, digests: FileDigests([:]), cache: Full(), blobs: bench.blobs)
        let outcome = await runGraph(graph, decisions: decisions, settings: RunSettings(jobs: 1), in: context)
        #expect(outcome.words == ["a green"])
        #expect(
            warnings.withLock { $0 } == [
                "run/not-remembered: the result of a could not be stored: cannot write /store/x: No space left on device"
            ])
    }
}
