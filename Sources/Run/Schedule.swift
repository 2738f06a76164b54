/// Which action may start next: the state of every action, changed here and nowhere else. It starts nothing itself.
import Action
import Plan

package struct Schedule: Sendable {
    package enum State: Hashable, Sendable {
        /// For this many actions to end.
        case waiting(Int)
        case ready
        case running
        case green
        case red
        case skipped(reason: String)
    }

    private let graph: StepGraph
    private var states: [State]
    private let dependents: [[Int]]
    /// Ready positions, kept so that the next one is the first of the graph.
    private var ready: [Int]
    private var unfinished: Int
    /// By position: the build cache that the go command of a compiling action fills or uses.
    private let families: [String?]
    /// Of actions that run and do nothing but compile.
    private var filling: Set<String> = []

    package init(_ graph: StepGraph) {
        self.graph = graph
        var dependents = [[Int]](repeating: [], count: graph.actions.count)
        states = []
        ready = []
        for (position, action) in graph.actions.enumerated() {
            let needs = Set(action.dependencies.map { graph.position(of: $0.action) })
            for need in needs { dependents[need].append(position) }
            states.append(needs.isEmpty ? .ready : .waiting(needs.count))
            if needs.isEmpty { ready.append(position) }
        }
        self.dependents = dependents
        families = graph.actions.map(\.buildFamily)
        unfinished = states.count
    }

    package subscript(id: ActionID) -> State { states[graph.position(of: id)] }

    /// Every action has ended or been skipped.
    package var isFinished: Bool { unfinished == 0 }

    /// The first action of the graph that may start; it counts as running from now on.
    ///
    /// Two go commands at once would both compile what neither finds in the cache yet, and each takes all processors
    /// anyway. So where one compiles, others that share its build cache wait for it.
    package mutating func next() -> Action? {
        var found: Int?
        for index in ready.indices where found.map({ ready[index] < ready[$0] }) ?? true {
            if let family = families[ready[index]], filling.contains(family) { continue }
            found = index
        }
        guard let first = found else { return nil }
        let position = ready.remove(at: first)
        states[position] = .running
        if let family = families[position], graph.actions[position].kind != .test { filling.insert(family) }
        return graph.actions[position]
    }

    /// A running action has ended. Returns the actions that are skipped because it is red.
    package mutating func finish(_ id: ActionID, green: Bool) -> [Action] {
        let position = graph.position(of: id)
        precondition(states[position] == .running, "\(id) ended without having started")
        states[position] = green ? .green : .red
        unfinished -= 1
        if let family = families[position], graph.actions[position].kind != .test { filling.remove(family) }
        guard !green else {
            for dependent in dependents[position] {
                guard case .waiting(let count) = states[dependent] else { continue }
                states[dependent] = count == 1 ? .ready : .waiting(count - 1)
                if count == 1 { ready.append(dependent) }
            }
            return []
        }
        var skipped: [Int] = []
        var front = [(position, "needs \(graph.actions[position].step), which is red")]
        while let (cause, reason) = front.popLast() {
            for dependent in dependents[cause] {
                guard case .waiting = states[dependent] else { continue }
                skip(dependent, reason)
                skipped.append(dependent)
                front.append((dependent, "needs \(graph.actions[dependent].step), which was skipped"))
            }
        }
        return skipped.sorted().map { graph.actions[$0] }
    }

    /// Nothing starts any more. Returns the actions that never will.
    package mutating func stop(reason: String) -> [Action] {
        var skipped: [Action] = []
        for position in states.indices {
            switch states[position] {
            case .waiting, .ready:
                skip(position, reason)
                skipped.append(graph.actions[position])
            case .running, .green, .red, .skipped: break
            }
        }
        ready = []
        return skipped
    }

    private mutating func skip(_ position: Int, _ reason: String) {
        states[position] = .skipped(reason: reason)
        unfinished -= 1
    }
}

extension Action {
    /// Nil where it is not for certain that the command compiles.
    fileprivate var buildFamily: String? {
        switch kind {
        case .build, .toolBuild, .vet, .test: break
        case .download, .tool, .generate, .fmt, .tidy, .policy, .run: return nil
        }
        for place in places {
            switch place {
            case .buildCache(let family), .cacheProgram(let family): return family
            default: continue
            }
        }
        return nil
    }
}
