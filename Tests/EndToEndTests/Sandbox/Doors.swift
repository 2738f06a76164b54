/// Sockets of the outside that nobody in a sandbox may reach; it knows whether somebody did.
import Files
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

final class Doors: Sendable {
    let tcpPort: Int
    let udpPort: Int
    /// Of the abstract socket, without the zero before it.
    let abstractName = "pipeline-test-\(uniqueName())"
    private let tcp: Int32
    private let udp: Int32
    private let files: [Int32]

    /// `door` is made in the folder.
    init(in folder: String) throws {
        (tcp, tcpPort) = try loopback(SOCK_STREAM)
        (udp, udpPort) = try loopback(SOCK_DGRAM)
        files = [
            try unixSocket(Array("\(folder)/door".utf8)), try unixSocket([0] + Array(abstractName.utf8)),
        ]
        listen(tcp, 5)
    }

    deinit { for descriptor in files + [tcp, udp] { close(descriptor) } }

    /// Nobody came.
    var isUntouched: Bool {
        var waiting = (files + [tcp, udp]).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        return poll(&waiting, nfds_t(waiting.count), 0) == 0
    }
}

private func loopback(_ kind: __socket_type) throws -> (Int32, Int) {
    let descriptor = socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
        }
    }
    guard isBound else { throw Missing(description: "no loopback socket: \(String(cString: strerror(errno)))") }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
}

private func unixSocket(_ path: [UInt8]) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let size = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    let isBound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) == 0 && listen(descriptor, 5) == 0 }
    }
    guard isBound else { throw Missing(description: "no unix socket: \(String(cString: strerror(errno)))") }
    return descriptor
}
