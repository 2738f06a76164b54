/// What one action has printed so far: masked, in whole lines, and who hears of it.
import Secrets
import Synchronization

final class ActionLog: Sendable {
    private let state: Mutex<(stream: MaskedLines, lines: [String])>
    private let onOutput: @Sendable ([String]) -> Void

    init(masking mask: SecretMask = .none, _ onOutput: @escaping @Sendable ([String]) -> Void) {
        state = Mutex((stream: MaskedLines(mask), lines: []))
        self.onOutput = onOutput
    }

    func add(_ bytes: [UInt8]) { append { $0.add(bytes) } }
    func finish() { append { $0.finish() } }
    /// Of another stream, which has masked it.
    func add(line: String) { append { _ in [line] } }

    var lines: [String] { state.withLock { $0.lines } }

    private func append(_ cut: (inout MaskedLines) -> [String]) {
        state.withLock { state in
            let lines = cut(&state.stream)
            guard !lines.isEmpty else { return }
            state.lines += lines
            onOutput(lines)
        }
    }
}

/// The output of one program. Secrets go first: a line that is cut may be cut inside of one.
struct MaskedLines: Sendable {
    private var stream: MaskedStream
    private var splitter = LineSplitter()

    init(_ mask: SecretMask) { stream = MaskedStream(mask) }

    mutating func add(_ bytes: [UInt8]) -> [String] { splitter.add(stream.add(bytes)) }
    mutating func finish() -> [String] { splitter.add(stream.finish()) + splitter.finish() }
}
