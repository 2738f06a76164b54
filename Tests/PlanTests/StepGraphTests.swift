/// The order of a graph, its parts, and random graphs in every order.
import Action
import Plan
import Testing
import TestSupport

@Suite struct StepGraphTests {
    private func action(_ name: String, needs: [String] = [], step: String? = nil) -> Action {
        var action = Action(id: ActionID(name), step: step ?? name, kind: .run, title: name, argv: ["\(name)"])
        action.dependencies = needs.map { Action.Dependency(ActionID($0), .input) }
        return action
    }

    private func order(_ graph: StepGraph) -> [String] { graph.actions.map(\.id.text) }

    @Test func needsStandFirstAndTheUsersOrderIsKept() {
        #expect(order(StepGraph([action("c"), action("a"), action("b")])) == ["c", "a", "b"])
        let graph = StepGraph([action("d", needs: ["b", "c"]), action("c", needs: ["a"]), action("b", needs: ["a"]), action("a")])
        #expect(order(graph) == ["a", "b", "c", "d"])
        #expect(graph.position(of: "c") == 2)
        #expect(graph["c"].title == "c")
        #expect(graph.contains("a") && !graph.contains("x"))
    }

    @Test func nothingIsAGraphToo() {
        #expect(StepGraph([]).actions == [])
        #expect(StepGraph([]).steps == [])
    }

    @Test func stepsAreNamedOnce() {
        let graph = StepGraph([action("t1", step: "test"), action("v", step: "vet"), action("t2", needs: ["v"], step: "test")])
        #expect(graph.steps == ["test", "vet"])
    }

    @Test func aSelectionHasWhatItNeedsAndNothingElse() {
        let graph = StepGraph([
            action("download"), action("a", needs: ["download"]), action("b", needs: ["a"]), action("c", needs: ["a"]),
            action("t1", needs: ["b"], step: "test"), action("t2", step: "test"), action("d"),
        ])
        let selected = graph.selecting(["test"])
        #expect(order(selected) == ["download", "a", "b", "t1", "t2"])
        #expect(selected.isWanted("t1") && selected.isWanted("t2") && !selected.isWanted("b"))
        #expect(order(graph.selecting(["d", "c"])) == ["download", "a", "c", "d"])
        #expect(order(graph.selecting([])) == order(graph))
        #expect(!graph.isWanted("d"))
        #expect(order(graph.selecting(["unknown"])) == [])
    }

    @Test(arguments: [true, false])
    func aChainOfTenThousand(forwards: Bool) {
        let chain = (0..<10_000).map { action("\($0)", needs: $0 == 0 ? [] : ["\($0 - 1)"]) }
        let graph = StepGraph(forwards ? chain : chain.reversed())
        #expect(graph.actions == chain)
        #expect(graph.selecting(["9999"]).actions.count == 10_000)
        #expect(graph.selecting(["4999"]).actions.count == 5_000)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func anyOrderOfTheSameActionsHasTheSameKeys(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let count = Int.random(in: 1...60, using: &numbers)
        let actions = (0..<count).map { number in
            action("a\(number)", needs: (0..<number).shuffled(using: &numbers).prefix(Int.random(in: 0...3, using: &numbers)).map { "a\($0)" })
        }
        func keys(_ graph: StepGraph) -> [ActionID: CacheKey] {
            var keys: [ActionID: CacheKey] = [:]
            for action in graph.actions { keys[action.id] = Manifest(of: action, digest: { _ in nil }, key: { keys[$0] }).key }
            return keys
        }
        let expected = keys(StepGraph(actions))
        #expect(expected.count == count)
        for _ in 0..<5 {
            let graph = StepGraph(actions.shuffled(using: &numbers))
            for action in graph.actions {
                #expect(action.dependencies.allSatisfy { graph.position(of: $0.action) < graph.position(of: action.id) })
            }
            #expect(keys(graph) == expected, "seed \(seed)")
        }
    }

    @Test func twoOfOneNameAreOurMistake() async {
        await #expect(processExitsWith: .failure) {
            let action = Action(id: "a", step: "a", kind: .run, title: "a", argv: [])
            _ = StepGraph([action, action])
        }
    }

    @Test func aCircleIsOurMistake() async {
        await #expect(processExitsWith: .failure) {
            var (a, b) = (
                Action(id: "a", step: "a", kind: .run, title: "a", argv: []),
                Action(id: "b", step: "b", kind: .run, title: "b", argv: [])
            )
            a.dependencies = [Action.Dependency("b", .order)]
            b.dependencies = [Action.Dependency("a", .order)]
            _ = StepGraph([a, b])
        }
    }
}
