/// What a sandbox tells, from all its sources in turn, on one thread that waits for them.
import CSandbox

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Owns its descriptors, but for `control`.
struct SandboxLoop: Sendable {
    let control: Int32
    /// Of each program, -1 for one without and for one that has said its last: the number may be another's by then.
    private var outputs: [Int32]
    /// Gets the descriptors of connections that were asked for, -1 for one that failed.
    let answers: Int32
    let events: [AsyncStream<Sandbox.Event>.Continuation]
    let onRead: @Sendable (String) -> Void

    init(
        control: Int32, outputs: [Int32], answers: Int32, events: [AsyncStream<Sandbox.Event>.Continuation],
        onRead: @escaping @Sendable (String) -> Void
    ) {
        self.control = control
        self.outputs = outputs
        self.answers = answers
        self.events = events
        self.onRead = onRead
    }

    private enum Source {
        case control
        case output(Int)
        case reads
    }

    /// Until the sandbox is gone.
    consuming func run() {
        var sources: [(descriptor: Int32, source: Source)] = [(control, .control)]
        sources += outputs.enumerated().filter { $0.element >= 0 }.map { ($0.element, .output($0.offset)) }
        var isOver = false
        while !isOver {
            var polled = sources.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
            // What was said before an end is heard before it.
            for (index, source) in sources.enumerated().reversed() where polled[index].revents != 0 {
                switch source.source {
                case .control: isOver = !hear(&sources)
                case .output(let program):
                    if forward(program) == .end {
                        outputs[program] = -1
                        drop(source.descriptor, from: &sources)
                    }
                case .reads:
                    if polled[index].revents & Int16(POLLIN) == 0 || !hearRead(source.descriptor) {
                        drop(source.descriptor, from: &sources)
                    }
                }
            }
        }
        for (descriptor, source) in sources {
            if case .output(let program) = source { while forward(program) == .some {} }
            if descriptor != control { close(descriptor) }
        }
        for program in events {
            program.yield(.ended(.signal(SIGKILL)))
            program.finish()
        }
        close(answers)
    }

    private func drop(_ descriptor: Int32, from sources: inout [(descriptor: Int32, source: Source)]) {
        close(descriptor)
        sources.removeAll { $0.descriptor == descriptor }
    }

    /// False when the sandbox is gone.
    private func hear(_ sources: inout [(descriptor: Int32, source: Source)]) -> Bool {
        var message = csandbox_message()
        guard csandbox_receive(control, &message) == 1 else { return false }
        let program = Int(message.index)
        switch Int(message.kind) {
        case CSANDBOX_STARTED:
            events[program].yield(.started(message.pid))
            if message.descriptor >= 0 { sources.append((message.descriptor, .reads)) }
        case CSANDBOX_FAILED:
            events[program].yield(.failed(message.value))
            events[program].finish()
        case CSANDBOX_ENDED:
            while forward(program) == .some {}
            let code = csandbox_code(message.value)
            events[program].yield(.ended(csandbox_exited(message.value) != 0 ? .code(code) : .signal(code)))
            events[program].finish()
        case CSANDBOX_CONNECTED:
            var connection = message.descriptor
            _ = write(answers, &connection, 4)
        default: break
        }
        return true
    }

    private enum Said {
        case some, nothingYet, end
    }

    /// Hands on what a program has written.
    private func forward(_ program: Int) -> Said {
        guard outputs[program] >= 0 else { return .end }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(outputs[program], &buffer, buffer.count)
        guard count > 0 else { return count < 0 && (errno == EINTR || errno == EAGAIN) ? .nothingYet : .end }
        events[program].yield(.output(Array(buffer[..<count])))
        return .some
    }

    private func hearRead(_ descriptor: Int32) -> Bool {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 8192) { path in
            switch csandbox_next_read(descriptor, path.baseAddress!, path.count) {
            case 1: onRead(String(cString: path.baseAddress!))
            case 0: break
            default: return false
            }
            return true
        }
    }
}
