/// Puts modules that a saved cache has where the go command looks before it downloads them.
import Action
import Cache
import Files
import Modules
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
    let modules: ModuleGuard
    let cache: CacheSupply

    func execute(
        _ action: Action, products: [ActionID: [ActionResult.File]], onOutput: @escaping @Sendable ([String]) -> Void
    ) async -> Execution {
        if action.environment["GOCACHEPROG"] != nil { cache.begin() }
        for case .toolModule(let name) in action.places {
            _ = try? await onThread { try store.write(toolModule: facts.toolModules.values.first { $0.name == name }) }
        }
        // What is wrong, or not there, is left to the go command, which refuses or downloads it.
        if action.kind == .download {
            _ = try? await onThread {
                guard store.archivedModules.bring(archivedModules(facts)) > 0 else { return }
                unpackModules(
                    modules.fetched(by: action), in: ModuleCache(root: store.moduleCache), temporary: store.temporary,
                    known: KnownHashes(path: store.knownModules, temporary: store.temporary))
            }
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
