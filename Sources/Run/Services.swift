/// Programs that run beside a step: started, waited for, ended. It knows no step.
import Action
import Files
import Processes
import Secrets
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

final class RunningService: Sendable {
    let name: String
    private enum State {
        case starting
        /// As the leader of this process group.
        case running(pid_t)
        /// It was asked to end, perhaps before it had started.
        case stopping
        case ended
    }

    /// The network that it is in.
    private let sandbox: Sandbox?
    private let task: Task<Supervised?, Never>
    private let state = Mutex(State.starting)

    /// Its output goes into the step's log, each line under the service's name.
    init(_ name: String, _ launch: Launch, _ groups: ProcessGroups, masking mask: SecretMask = .none, _ log: ActionLog) {
        self.name = name
        sandbox = if case .sandboxed(let sandbox, _) = launch { sandbox } else { nil }
        let start = OneShot<RunningService>()
        let output = Mutex(MaskedLines(mask))
        task = Task {
            let service = await start.value
            let result = try? await supervise(
                launch, in: groups, onStart: { service.hasStarted($0) }
            ) { bytes in
                for line in output.withLock({ $0.add(bytes) }) { log.add(line: "[\(name)] \(line)") }
            }
            for line in output.withLock({ $0.finish() }) { log.add(line: "[\(name)] \(line)") }
            service.state.withLock { $0 = .ended }
            return result
        }
        start.set(self)
    }

    var hasEnded: Bool {
        state.withLock { if case .ended = $0 { true } else { false } }
    }

    private func hasStarted(_ group: pid_t) {
        let isLate = state.withLock { state in
            if case .stopping = state { return true }
            state = .running(group)
            return false
        }
        if isLate { kill(-group, SIGKILL) }
    }

    /// Nil once it is ready, else what kept it from being so.
    func waitUntilReady(_ readiness: Readiness?, timeout: Duration) async -> String? {
        guard let readiness else { return nil }
        let end = ContinuousClock.now + timeout
        while ContinuousClock.now < end {
            if hasEnded { return "ended before it was ready" }
            if (try? await onThread { [sandbox] in readiness.isReached(in: sandbox) }) == true { return nil }
            try? await Task.sleep(for: .milliseconds(15))
        }
        return "was not ready at \(readiness.address) within \(timeout.formattedBriefly)"
    }

    /// Asks it to end (SIGTERM), and after the grace kills it.
    func stop() async {
        let group: pid_t? = state.withLock { state in
            switch state {
            case .starting:
                state = .stopping
                return nil
            case .running(let group):
                state = .stopping
                return group
            case .stopping, .ended: return nil
            }
        }
        guard let group else {
            _ = await task.value
            return
        }
        kill(-group, SIGTERM)
        let alarm = Task {
            try await Task.sleep(for: terminationGrace)
            kill(-group, SIGKILL)
        }
        _ = await task.value
        alarm.cancel()
    }
}

/// A value that is set once and may be waited for.
private final class OneShot<Value: Sendable>: Sendable {
    private let stream = AsyncStream<Value>.makeStream()

    func set(_ value: Value) {
        stream.continuation.yield(value)
        stream.continuation.finish()
    }

    var value: Value {
        get async {
            for await value in stream.stream { return value }
            preconditionFailure("nothing was set")
        }
    }
}

/// A sign that a service can be talked to, with its address spelt out.
struct Readiness: Sendable {
    var isHTTP: Bool
    /// `host:port`, for HTTP with the path after it.
    var address: String

    /// From within the sandbox, if there is one.
    func isReached(in sandbox: Sandbox?) -> Bool {
        let slash = address.firstIndex(of: "/") ?? address.endIndex
        let authority = address[..<slash]
        guard let colon = authority.lastIndex(of: ":") else { return false }
        guard let connection = connectTo(String(authority[..<colon]), String(authority[authority.index(after: colon)...]), in: sandbox)
        else { return false }
        defer { close(connection) }
        guard isHTTP else { return true }
        let path = slash == address.endIndex ? "/" : String(address[slash...])
        let request = "GET \(path) HTTP/1.1\r\nHost: \(authority)\r\nConnection: close\r\n\r\n"
        let bytes = Array(request.utf8)
        guard send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return false }
        var reply = [UInt8](repeating: 0, count: 64)
        let count = recv(connection, &reply, reply.count, Int32(MSG_WAITALL))
        let words = String(decoding: reply[..<max(0, count)], as: UTF8.self).split(separator: " ")
        guard words.count > 1, words[0].hasPrefix("HTTP/1."), let status = Int(words[1].prefix(3)) else { return false }
        return (200..<400).contains(status)
    }
}

extension Action.Service.Readiness {
    func mapAddress(_ resolve: (SymbolicText) -> String) -> Readiness {
        switch self {
        case .tcp(let address): Readiness(isHTTP: false, address: resolve(address).droppingScheme)
        case .http(let address): Readiness(isHTTP: true, address: resolve(address).droppingScheme)
        }
    }
}

extension String {
    fileprivate var droppingScheme: String {
        for scheme in ["tcp://", "http://"] where hasPrefix(scheme) { return String(dropFirst(scheme.count)) }
        return self
    }
}

/// A connected socket that gives up after a second, or nil.
private func connectTo(_ host: String, _ port: String, in sandbox: Sandbox?) -> Int32? {
    var hints = addrinfo()
    hints.ai_socktype = streamSocket
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, port, &hints, &found) == 0 else { return nil }
    defer { freeaddrinfo(found) }
    var next = found
    while let address = next {
        next = address.pointee.ai_next
        if let sandbox {
            let bytes = UnsafeRawBufferPointer(start: address.pointee.ai_addr, count: Int(address.pointee.ai_addrlen))
            guard let connection = sandbox.connect(to: Array(bytes)) else { continue }
            return connection
        }
        let connection = socket(address.pointee.ai_family, address.pointee.ai_socktype, 0)
        guard connection >= 0 else { continue }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(connection, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        if connect(connection, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 { return connection }
        close(connection)
    }
    return nil
}

#if canImport(Glibc)
private let streamSocket = Int32(SOCK_STREAM.rawValue)
#else
private let streamSocket = SOCK_STREAM
#endif

/// A loopback port that nothing listens on at this moment.
func freePort() throws -> Int {
    let descriptor = socket(AF_INET, streamSocket, 0)
    guard descriptor >= 0 else { throw FileError(operation: "open a socket for", path: "127.0.0.1") }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
        }
    }
    guard bound else { throw FileError(operation: "find a free port on", path: "127.0.0.1") }
    return Int(UInt16(bigEndian: address.sin_port))
}
