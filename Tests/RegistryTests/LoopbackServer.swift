/// A server on loopback that answers as a test says, one request a connection; it knows HTTP/1.1 as far as libcurl
/// speaks it to registries.
import Synchronization
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct Asked: Sendable {
    var method: String
    /// With its query.
    var path: String
    /// Names in lower case.
    var headers: [String: String]
    var body: [UInt8]

    var line: String { "\(method) \(path)" }
}

enum Reply: Sendable {
    case answer(Int, headers: [String: String] = [:], body: [UInt8] = [])
    /// The connection ends without a word.
    case silence

    static func text(_ status: Int, _ body: String, headers: [String: String] = [:]) -> Reply {
        .answer(status, headers: headers, body: Array(body.utf8))
    }
}

final class LoopbackServer: Sendable {
    let port: Int
    private let listener: Int32
    private let log = Mutex<[Asked]>([])

    var name: String { "127.0.0.1:\(port)" }
    var asked: [Asked] { log.withLock { $0 } }
    var lines: [String] { asked.map(\.line) }

    init(_ answer: @escaping @Sendable (Asked, _ server: String) -> Reply) {
        listener = socket(AF_INET, streamSocket, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (descriptor, length) = (listener, size)
        precondition(withGeneric(&address) { bind(descriptor, $0, length) } == 0 && listen(listener, 16) == 0)
        _ = withGeneric(&address) { getsockname(descriptor, $0, &size) }
        let port = Int(UInt16(bigEndian: address.sin_port))
        self.port = port
        // Weak: the thread ends when the listener is closed.
        _ = OwnThread { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                if let asked = read(connection) {
                    self?.log.withLock { $0.append(asked) }
                    write(answer(asked, "127.0.0.1:\(port)"), to: connection, isHead: asked.method == "HEAD")
                }
                close(connection)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}

#if canImport(Glibc)
private let streamSocket = Int32(SOCK_STREAM.rawValue)
#else
private let streamSocket = SOCK_STREAM
#endif

private func withGeneric<Result>(_ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Result) -> Result {
    withUnsafeMutablePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body) }
}

private func read(_ connection: Int32) -> Asked? {
    var bytes: [UInt8] = []
    var asked: Asked?
    var wanted = Int.max
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < wanted {
        let count = recv(connection, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        bytes += buffer[..<count]
        guard asked == nil, let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
            headers[parts[0].lowercased(), default: ""] += headers[parts[0].lowercased()] == nil ? value : ", \(value)"
        }
        asked = Asked(method: String(words[0]), path: String(words[1]), headers: headers, body: [])
        bytes.removeSubrange(..<end.upperBound)
        wanted = headers["content-length"].flatMap { Int($0) } ?? 0
    }
    asked?.body = bytes
    return asked
}

private func write(_ reply: Reply, to connection: Int32, isHead: Bool) {
    guard case .answer(let status, let headers, let body) = reply else { return }
    var head = "HTTP/1.1 \(status) Said\r\nConnection: close\r\n"
    if !isHead { head += "Content-Length: \(body.count)\r\n" }
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    var rest = (Array((head + "\r\n").utf8) + (isHead ? [] : body))[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { send(connection, $0.baseAddress!, $0.count, noSignal) }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
    }
}

#if canImport(Glibc)
private let noSignal = Int32(MSG_NOSIGNAL)
#else
private let noSignal: Int32 = 0
#endif
