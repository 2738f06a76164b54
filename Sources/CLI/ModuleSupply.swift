/// Puts modules that a saved cache has where the go command looks before it downloads them.
import Action
import Cache
import Plan
import Run

struct ModuleSupply<Executor: ActionExecutor>: ActionExecutor {
    let executor: Executor
    let store: Store
    let facts: Facts

    func execute(
        _ action: Action, products: [ActionID: [ActionResult.File]], onOutput: @escaping @Sendable ([String]) -> Void
    ) async -> Execution {
        // The go command checks them against go.sum, refuses what is wrong, and downloads what is not there.
        if action.kind == .download {
            _ = try? await onThread { store.archivedModules.bring(archivedModules(facts)) }
        }
        return await executor.execute(action, products: products, onOutput: onOutput)
    }
}
