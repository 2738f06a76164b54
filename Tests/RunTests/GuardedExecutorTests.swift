/// An objection keeps an action from running, or from counting; without one nothing is different.
import Action
import Plan
import Run
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(10))) struct GuardedExecutorTests {
    private struct Watch: ActionGuard {
        var before: Set<ActionID> = []
        var after: Set<ActionID> = []

        func objection(before action: Action) -> Objection? { objection(before, action) }
        func objection(after action: Action) -> Objection? { objection(after, action) }
        private func objection(_ actions: Set<ActionID>, _ action: Action) -> Objection? {
            actions.contains(action.id) ? Objection(summary: "no \(action.id)", lines: ["first", "second"]) : nil
        }
    }

    private let bench = Bench()

    @Test func anActionThatIsRefusedDoesNotRun() async {
        let inner = bench.executor()
        let outcome = await bench.run(
            [action("a"), action("b", order("a"))], GuardedExecutor(inner, guardedBy: Watch(before: ["a"])))
        #expect(outcome.words == ["a red: no a", "b skipped: needs a, which is red"])
        #expect(inner.started == [] && outcome["a"]?.log == ["first", "second"])
        #expect(bench.story.contains("output a: first|second"))
    }

    /// Nothing of it is remembered, and what it printed is still there.
    @Test func aGreenActionThatIsRefusedAfterwardsIsRed() async {
        let inner = bench.executor { _, _ in Execution(log: ["done"]) }
        let refused = await bench.run([action("a")], GuardedExecutor(inner, guardedBy: Watch(after: ["a"])))
        #expect(refused.words == ["a red: no a"] && refused["a"]?.log == ["done", "first", "second"])
        let again = await bench.run([action("a")], GuardedExecutor(inner, guardedBy: Watch()))
        #expect(again.words == ["a green"] && inner.started == ["a", "a"])
    }

    /// Its own words matter more.
    @Test func aRedActionIsNotAskedAbout() async {
        let inner = bench.executor { _, _ in Execution(failure: .exit(code: 3)) }
        let outcome = await bench.run([action("a")], GuardedExecutor(inner, guardedBy: Watch(after: ["a"])))
        #expect(outcome["a"]?.failure == .exit(code: 3))
    }

    /// A hit asks nobody: nothing runs.
    @Test func aHitIsNotRefused() async {
        let inner = bench.executor()
        _ = await bench.run([action("a")], GuardedExecutor(inner, guardedBy: Watch()))
        let hit = await bench.run([action("a")], GuardedExecutor(inner, guardedBy: Watch(before: ["a"])))
        #expect(hit.words == ["a green, cached"])
    }
}
