/// The program behind GOCACHEPROG in a sandbox: hands on what a go command says to those outside who know the store, and
/// what they answer. It knows no protocol.
import Cache
import CacheProgram
import Processes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Until both have nothing to say any more. When nobody is there, there are only misses: that is no reason to fail a build.
func relayBuildCache(to path: String) {
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE] { _ = signal(number, SIG_IGN) }
    guard let connection = connectTo(path) else {
        return serveBuildCache(input: 0, output: 1) {
            BuildCache(store: nil, family: CacheProgramCommand.defaultFamily, usesFile: nil, refuge: Refuge(in: "/tmp"))
        }
    }
    // Each way has its thread: one that waits must not keep the other from going on.
    startThread {
        forward(from: 0, to: connection)
        shutdown(connection, Int32(SHUT_WR))
    }
    forward(from: connection, to: 1)
}

private func forward(from source: Int32, to target: Int32) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    while true {
        let count = read(source, buffer.baseAddress, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        var rest = buffer[..<count]
        while !rest.isEmpty {
            let written = write(target, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}

private func connectTo(_ path: String) -> Int32? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    #if canImport(Glibc)
    let connection = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    #else
    let connection = socket(AF_UNIX, SOCK_STREAM, 0)
    #endif
    let isConnected = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(connection, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
        }
    }
    if isConnected { return connection }
    close(connection)
    return nil
}
