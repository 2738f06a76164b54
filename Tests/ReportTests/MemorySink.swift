/// Keeps what is written, call by call.
import Report
import Synchronization

final class MemorySink: OutputSink {
    private let kept = Mutex<[String]>([])

    var writes: [String] { kept.withLock { $0 } }
    var text: String { writes.joined() }

    func write(_ text: String) -> Bool {
        kept.withLock { $0.append(text) }
        return true
    }
}
