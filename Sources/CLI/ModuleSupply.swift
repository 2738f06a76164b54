/// Puts modules that a saved cache has where the go command looks before it downloads them.
import Action
import Cache
import Files
import Plan
import Run

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct ModuleSupply<Executor: ActionExecutor>: ActionExecutor {
    let executor: Executor
    let store: Store
    let facts: Facts

    func execute(
        _ action: Action, products: [ActionID: [ActionResult.File]], onOutput: @escaping @Sendable ([String]) -> Void
    ) async -> Execution {
        for case .toolModule(let name) in action.places {
            _ = try? await onThread { try store.write(toolModule: facts.toolModules.values.first { $0.name == name }) }
        }
        // The go command checks them against go.sum, refuses what is wrong, and downloads what is not there.
        if action.kind == .download {
            _ = try? await onThread { store.archivedModules.bring(archivedModules(facts)) }
        }
        return await executor.execute(action, products: products, onOutput: onOutput)
    }
}

extension Store {
    /// Puts the files of a tool's module where the go command is told to work. What is there is as good: it is named by
    /// its content.
    fileprivate func write(toolModule module: ToolModule?) throws {
        guard let module else { return }
        let folder = "\(toolModules)/\(module.name)"
        try makeFolder(folder)
        for (name, text) in [("go.mod", module.goMod), ("go.sum", module.goSum)] {
            let (place, bytes) = ("\(folder)/\(name)", Array(text.utf8))
            if (try? readFile(place)) == bytes { continue }
            let beside = "\(temporary)/\(uniqueName())"
            try createFile(beside, bytes, mode: 0o644)
            guard rename(beside, place) == 0 else { throw FileError(operation: "rename to", path: place) }
        }
    }
}
