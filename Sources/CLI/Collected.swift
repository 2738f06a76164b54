/// Values that one task leaves for another.
import Synchronization

final class Collected<Value: Sendable>: Sendable {
    private let state = Mutex<[Value]>([])

    func add(_ values: [Value]) { state.withLock { $0 += values } }
    var values: [Value] { state.withLock { $0 } }
}
