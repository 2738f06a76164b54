/// Random graphs, run in random order with random failures: the schedule's promises hold in every one.
import Action
import Plan
import Run
import Testing
import TestSupport

@Suite struct RandomScheduleTests {
    static func graph(_ numbers: inout SeededNumbers) -> StepGraph {
        let count = Int.random(in: 1...40, using: &numbers)
        return StepGraph(
            (0..<count).map { number in
                let needs = (0..<number).shuffled(using: &numbers).prefix(Int.random(in: 0...3, using: &numbers))
                return action("a\(number)", .init(order: needs.map { "a\($0)" }))
            }.shuffled(using: &numbers))
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func promises(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let graph = Self.graph(&numbers)
        let stops = Int.random(in: 0..<6, using: &numbers) == 0
        var schedule = Schedule(graph)
        var running: [Action] = []
        var (green, red, skipped) = (Set<ActionID>(), Set<ActionID>(), Set<ActionID>())

        func skip(_ actions: [Action]) {
            for action in actions { #expect(skipped.insert(action.id).inserted, "seed \(seed): \(action.id) is skipped twice") }
        }
        while !schedule.isFinished {
            if Bool.random(using: &numbers), let next = schedule.next() {
                #expect(next.dependencies.allSatisfy { green.contains($0.action) }, "seed \(seed): \(next.id) is early")
                running.append(next)
            } else if let index = running.indices.randomElement(using: &numbers) {
                let ended = running.remove(at: index)
                let isGreen = Int.random(in: 0..<5, using: &numbers) > 0
                #expect((isGreen ? green : red).contains(ended.id) == false)
                if isGreen { green.insert(ended.id) } else { red.insert(ended.id) }
                skip(schedule.finish(ended.id, green: isGreen))
            } else if stops, green.count > 3 {
                skip(schedule.stop(reason: "enough"))
            }
        }
        #expect(running.isEmpty)
        #expect(green.count + red.count + skipped.count == graph.actions.count, "seed \(seed): each ends once")
        #expect(green.isDisjoint(with: skipped) && red.isDisjoint(with: skipped))
        guard !stops else { return }
        // Exactly what needs a red one, however far away, is skipped.
        var lost = red
        for action in graph.actions where action.dependencies.contains(where: { lost.contains($0.action) }) { lost.insert(action.id) }
        #expect(skipped == lost.subtracting(red), "seed \(seed)")
    }
}
