/// Whole runs of random graphs with random ends: every promise of the loop, whatever the order.
import Action
import Plan
import Run
import Testing
import TestSupport

@Suite struct RandomRunTests {
    @Test(arguments: 1...25 as ClosedRange<UInt64>)
    func promises(seed: UInt64) async {
        var numbers = SeededNumbers(seed: seed)
        let graph = RandomScheduleTests.graph(&numbers)
        let jobs = Int.random(in: 1...5, using: &numbers)
        let keepGoing = Bool.random(using: &numbers)
        let red = Set(graph.actions.map(\.id).filter { _ in Int.random(in: 0..<8, using: &numbers) == 0 })
        let bench = Bench()
        let executor = bench.executor { action, _ in
            Execution(failure: red.contains(action.id) ? .exit(code: 1) : nil, log: ["line"])
        }
        let outcome = await bench.run(graph, executor, jobs: jobs, keepGoing: keepGoing)

        #expect(outcome.outcomes.map(\.action.id).sorted() == graph.actions.map(\.id).sorted(), "seed \(seed): each ends once")
        #expect(executor.record.mostRunning <= jobs)
        #expect(Set(executor.started).count == executor.started.count)
        #expect(outcome.status == (outcome.outcomes.contains { $0.status == .red } ? .red : .green))
        #expect(Set(outcome.outcomes.filter { $0.status == .red }.map(\.action.id)).isSubset(of: red))

        var (started, printed, green, finished) = (Set<ActionID>(), Set<ActionID>(), Set<ActionID>(), Set<ActionID>())
        for event in bench.events {
            switch event {
            case .actionStarted(let action):
                #expect(graph[action.id].dependencies.allSatisfy { green.contains($0.action) }, "seed \(seed): \(action.id) is early")
                #expect(started.insert(action.id).inserted)
            case .actionOutput(let action, _):
                #expect(started.contains(action.id) && !finished.contains(action.id))
                printed.insert(action.id)
            case .actionFinished(let outcome):
                let id = outcome.action.id
                #expect(finished.insert(id).inserted)
                #expect((outcome.status == .skipped) == !started.contains(id))
                if outcome.status == .green { green.insert(id) }
            default: Issue.record("seed \(seed): \(event)")
            }
        }
        #expect(printed == started && finished.count == graph.actions.count)

        if keepGoing {
            var lost = red
            for action in graph.actions where action.dependencies.contains(where: { lost.contains($0.action) }) { lost.insert(action.id) }
            #expect(green == Set(graph.actions.map(\.id)).subtracting(lost), "seed \(seed)")
        }

        // The next run does only what is not known.
        let again = bench.executor()
        let second = await bench.run(graph, again, jobs: jobs)
        #expect(second.status == .green)
        #expect(Set(again.started.map { ActionID($0) }) == Set(graph.actions.map(\.id)).subtracting(green), "seed \(seed)")
    }
}
