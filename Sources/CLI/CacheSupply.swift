/// Unpacks a restored build cache beside a run, from its first go command to its end.
import Cache
import Run
import Synchronization

final class CacheSupply: Sendable {
    private let store: Store
    private let state = Mutex(State())

    private struct State {
        var work: Task<Void, Never>?
        var isStopped = false
    }

    init(store: Store) { self.store = store }

    func begin() {
        state.withLock { state in
            guard state.work == nil, !state.isStopped, !store.archives.isEmpty else { return }
            state.work = Task { [store] in
                _ = try? await onThread { store.bringBuildCache { self.state.withLock { $0.isStopped } } }
            }
        }
    }

    /// Returns when nothing is under way any more.
    func end() async {
        let work = state.withLock { state in
            state.isStopped = true
            return state.work
        }
        await work?.value
    }
}
