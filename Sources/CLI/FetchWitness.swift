/// Sees what actions fetch, and from where: has the go command tell of it, and takes that out of what people see.
import Action
import Go
import Modules
import Plan
import Run
import Synchronization

struct FetchWitness<Executor: ActionExecutor>: ActionExecutor {
    let executor: Executor
    let ledger: FetchLedger
    /// Knows which action uses which modules.
    let modules: ModuleGuard
    let places: Places
    let tell: @Sendable (Fetch, ActionReference) -> Void

    func execute(
        _ action: Action, products: [ActionID: [ActionResult.File]], onOutput: @escaping @Sendable ([String]) -> Void
    ) async -> Execution {
        if let download = action.download {
            let execution = await executor.execute(action, products: products, onOutput: onOutput)
            if execution.failure == nil, !execution.interrupted {
                let fetch = Fetch(
                    name: action.outputs.first?.path ?? "", version: nil, hash: "sha256:\(download.sha256)",
                    source: withoutSecrets(download.url))
                ledger.note(fetch)
                tell(fetch, ActionReference(action))
            }
            return execution
        }
        let absent = ledger.absent(among: modules.fetched(by: action).map(\.module))
        guard !absent.isEmpty, let traced = action.tracingFetches else {
            return await executor.execute(action, products: products, onOutput: onOutput)
        }
        let said = GrowingTrace()
        let isAll = action.kind == .download
        // What a listing says besides is said again by the command itself.
        @Sendable func isShown(_ line: String) -> Bool { isAll ? !FetchTrace.isPart(line) : line.hasPrefix("go: downloading ") }
        var execution = await executor.execute(traced, products: products) { lines in
            said.take(lines)
            let others = lines.filter(isShown)
            if !others.isEmpty { onOutput(others) }
        }
        execution.log = execution.log.filter(isShown)
        if !isAll, !execution.interrupted {
            let before = execution.log
            execution = await executor.execute(action, products: products, onOutput: onOutput)
            execution.log = before + execution.log
        }
        for fetch in ledger.note(arrivalsAmong: absent, under: policy(of: action), said.trace) {
            tell(fetch, ActionReference(action))
        }
        return execution
    }

    private func policy(of action: Action) -> FetchPolicy {
        func value(_ name: String) -> String? {
            action.environment[name].map { text in text.resolved { places[$0] } }
        }
        return FetchPolicy(proxy: value("GOPROXY") ?? "direct", noProxy: value("GONOPROXY") ?? value("GOPRIVATE") ?? "")
    }
}

extension Action {
    /// The same with the go command telling what it fetches; for a build of a tool, a listing of its packages instead,
    /// which fetches what the build would. Nil for other commands.
    fileprivate var tracingFetches: Action? {
        var traced = self
        switch kind {
        case .download: traced.argv.insert("-x", at: 3)
        case .toolBuild:
            guard argv.count > 2, argv[1] == "build", let end = argv.firstIndex(of: "-o") else { return nil }
            traced.argv = [argv[0], "list"] + argv[2..<end] + ["-x", "-deps"] + argv[(end + 2)...]
            traced.outputs = []
        case .build, .vet, .test, .tool, .generate, .fmt, .tidy, .policy, .run: return nil
        }
        return traced
    }
}

/// A trace that lines are added to while they come.
private final class GrowingTrace: Sendable {
    private let state = Mutex(FetchTrace())

    func take(_ lines: [String]) { state.withLock { trace in for line in lines { _ = trace.take(line) } } }
    var trace: FetchTrace { state.withLock { $0 } }
}
