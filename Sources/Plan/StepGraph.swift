/// The actions of a pipeline in an order that respects their needs; it knows their shape, not how they fare.
import Action

package struct StepGraph: Sendable {
    /// Every action stands after those it depends on; among equals the user's order is kept.
    package let actions: [Action]
    private let positions: [ActionID: Int]
    /// Steps that the user asked for by name.
    private let asked: Set<String>

    /// Actions name only actions of the same graph and in no circle: the planner's own invariants.
    package init(_ unordered: [Action], asked: Set<String> = []) {
        var byID: [ActionID: Int] = [:]
        for (index, action) in unordered.enumerated() {
            precondition(byID.updateValue(index, forKey: action.id) == nil, "two actions are named \(action.id)")
        }
        var order: [Action] = []
        var state = [Int](repeating: 0, count: unordered.count)
        // An explicit stack: a chain of ten thousand actions must not overflow the thread's.
        for root in unordered.indices where state[root] == 0 {
            var stack = [(index: root, next: 0)]
            state[root] = 1
            while let top = stack.last {
                let dependencies = unordered[top.index].dependencies
                if top.next == dependencies.count {
                    order.append(unordered[top.index])
                    state[top.index] = 2
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let need = dependencies[top.next].action
                guard let index = byID[need] else { preconditionFailure("\(need) is not in the graph") }
                precondition(state[index] != 1, "\(need) depends on itself")
                if state[index] == 0 {
                    state[index] = 1
                    stack.append((index, 0))
                }
            }
        }
        actions = order
        self.asked = asked
        positions = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1.id, $0) })
    }

    package subscript(id: ActionID) -> Action { actions[position(of: id)] }

    package func position(of id: ActionID) -> Int {
        guard let position = positions[id] else { preconditionFailure("\(id) is not in the graph") }
        return position
    }

    package func contains(_ id: ActionID) -> Bool { positions[id] != nil }

    /// Names that a user can ask for, in graph order.
    package var steps: [String] {
        var seen = Set<String>()
        return actions.map(\.step).filter { seen.insert($0).inserted }
    }

    /// The part of the graph that these steps need, whole when `steps` is empty.
    package func selecting(_ steps: Set<String>) -> StepGraph {
        guard !steps.isEmpty else { return self }
        var wanted = Set<ActionID>()
        for action in actions.reversed() where steps.contains(action.step) || wanted.contains(action.id) {
            wanted.insert(action.id)
            for dependency in action.dependencies { wanted.insert(dependency.action) }
        }
        return StepGraph(actions.filter { wanted.contains($0.id) }, asked: steps)
    }

    /// The user asked for this action itself, not only for what needs it.
    package func isWanted(_ id: ActionID) -> Bool { asked.contains(self[id].step) }
}
