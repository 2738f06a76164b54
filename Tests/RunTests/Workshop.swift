/// A place where the local executor runs real programs: a repository, a store and a home, all in one temporary folder.
import Action
import Cache
import Files
import Processes
import Run
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct Workshop {
    let folder = TemporaryFolder()
    let store: Store
    let groups = ProcessGroups()
    /// What a scratch tree is a copy of.
    var files: [String] = []

    init(_ files: [String: String] = [:]) throws {
        store = try Store(root: "\(folder.path)/store")
        try makeFolder("\(folder.path)/repo")
        for (name, text) in files { write(name, text) }
        self.files = files.keys.sorted()
    }

    var root: String { "\(folder.path)/repo" }
    var scratch: String { "\(folder.path)/scratch" }

    func write(_ name: String, _ text: String, mode: mode_t = 0o644) { folder.write("repo/\(name)", text, mode: mode) }
    func read(_ name: String) -> String? { folder.read("repo/\(name)") }

    /// The same with a further file of the repository that a scratch tree gets.
    func listing(_ name: String) -> Workshop {
        var other = self
        other.files.append(name)
        return other
    }

    var executor: LocalExecutor<DiskBlobStore> { executor(scratch: scratch) }

    private func executor(scratch: String) -> LocalExecutor<DiskBlobStore> {
        let store = store
        return LocalExecutor(
            places: Places(
                root: root, toolchain: "/toolchain/bin", goRoot: "/toolchain", moduleCache: "/modules",
                buildCache: { "/builds/\($0)" }, cacheProgram: { "/bin/cache \($0) \($1)" }, home: store.home, temporary: store.temporary, scratchTree: { _ in scratch }),
            blobs: store.blobs, groups: groups, files: files)
    }

    func execute(
        _ action: Action, products: [ActionID: [ActionResult.File]] = [:], scratch: String? = nil,
        onOutput: @escaping @Sendable ([String]) -> Void = { _ in }
    ) async -> Execution {
        await executor(scratch: scratch ?? self.scratch).execute(action, products: products, onOutput: onOutput)
    }

    /// Runs a script with nothing but a PATH; `change` says what else the action is.
    func shell(_ script: SymbolicText, _ change: (inout Action) -> Void = { _ in }) async -> Execution {
        var action = Action(id: "a", step: "a", kind: .run, title: "a", argv: ["/bin/sh", "-euc", script])
        action.environment = ["PATH": "/usr/bin:/bin"]
        change(&action)
        return await execute(action)
    }
}
