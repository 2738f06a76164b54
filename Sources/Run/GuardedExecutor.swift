/// Lets actions run only when nothing speaks against it; it knows no reason that may.
import Action

/// What speaks against an action: it must not run, or what it did must not count.
package struct Objection: Hashable, Sendable {
    /// One line.
    package var summary: String
    /// The whole story, for the action's log.
    package var lines: [String]

    package init(summary: String, lines: [String]) {
        self.summary = summary
        self.lines = lines
    }
}

/// Asked before and after each try of an action. It may block: it is asked on a thread of its own.
package protocol ActionGuard: Sendable {
    func objection(before action: Action) -> Objection?
    /// Of a green try.
    func objection(after action: Action) -> Objection?
}

package struct GuardedExecutor<Executor: ActionExecutor, Guard: ActionGuard>: ActionExecutor {
    let executor: Executor
    let `guard`: Guard

    package init(_ executor: Executor, guardedBy guard: Guard) {
        self.executor = executor
        self.guard = `guard`
    }

    package func execute(
        _ action: Action, products: [ActionID: [ActionResult.File]], onOutput: @escaping @Sendable ([String]) -> Void
    ) async -> Execution {
        if let objection = await ask({ $0.objection(before: action) }) {
            onOutput(objection.lines)
            return Execution(failure: .refused(objection.summary), log: objection.lines)
        }
        var execution = await executor.execute(action, products: products, onOutput: onOutput)
        if execution.failure == nil, !execution.interrupted,
            let objection = await ask({ $0.objection(after: action) })
        {
            onOutput(objection.lines)
            execution.log += objection.lines
            execution.failure = .refused(objection.summary)
        }
        return execution
    }

    private func ask(_ question: @escaping @Sendable (Guard) -> Objection?) async -> Objection? {
        let asked = `guard`
        // The question throws nothing.
        return (try? await onThread { question(asked) }) ?? nil
    }
}
