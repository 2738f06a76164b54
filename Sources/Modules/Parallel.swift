/// Work that is shared out to the machine's processors.
import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The results of `work` for 0 ..< count, in order; on as many threads as the machine has processors.
func inParallel<Value: Sendable>(_ count: Int, _ work: @Sendable (Int) -> Value) -> [Value] {
    let next = Atomic(0)
    let found = Mutex<[(Int, Value)]>([])
    let threads = min(count, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
        var part: [(Int, Value)] = []
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < count else { break }
            part.append((index, work(index)))
        }
        found.withLock { $0 += part }
    }
    var values = [Value?](repeating: nil, count: count)
    for (index, value) in found.withLock({ $0 }) { values[index] = value }
    return values.map { $0! }
}
