/// The build cache for go commands in a sandbox: they come in by a socket, and see the store's files but cannot write to
/// them. It knows sockets, no protocol.
import Files
import Processes
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How a sandboxed go command gets at the build cache.
package struct CacheDoor: Sendable {
    /// The folder that the cache's answers name files of.
    package var files: String
    /// GOCACHEPROG, for the path of a socket.
    package var program: @Sendable (String) -> String
    /// Serves the go command at the other ends of an input and an output, until it ends: the family, the file that gets
    /// what was used, and a folder for what there is no room for elsewhere. It blocks.
    package var serve: @Sendable (_ input: Int32, _ output: Int32, _ family: String, _ uses: String, _ refuge: String) -> Void

    package init(
        files: String, program: @escaping @Sendable (String) -> String,
        serve: @escaping @Sendable (
            _ input: Int32, _ output: Int32, _ family: String, _ uses: String, _ refuge: String
        ) -> Void
    ) {
        self.files = files
        self.program = program
        self.serve = serve
    }
}

/// A socket that is listened at, and who has come.
final class CacheSocket: Sendable {
    private let listener: Int32
    private let open = Mutex(0)

    /// `folder` may have any length, unlike the path of a socket.
    init(
        _ name: String, in folder: String, serve: @escaping @Sendable (_ input: Int32, _ output: Int32) -> Void
    ) throws(FileError) {
        let place = openFolder(folder)
        defer { if place >= 0 { close(place) } }
        listener = socket(AF_UNIX, streamSocket, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array("/proc/self/fd/\(place)/\(name)".utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let listener = listener
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && listen(listener, 64) == 0
            }
        }
        guard place >= 0, isBound else {
            let error = FileError(operation: "listen at", path: "\(folder)/\(name)")
            if listener >= 0 { close(listener) }
            throw error
        }
        _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
        open.withLock { $0 += 1 }
        startThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                if connection < 0, errno == EINTR || errno == ECONNABORTED { continue }
                guard connection >= 0 else { break }
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                open.withLock { $0 += 1 }
                startThread { [self] in
                    // Whoever is gone is no reason for this process to end.
                    var broken = sigset_t()
                    sigemptyset(&broken)
                    sigaddset(&broken, SIGPIPE)
                    pthread_sigmask(SIG_BLOCK, &broken, nil)
                    if let (input, output) = takeOver(from: connection) {
                        serve(input, output)
                        close(input)
                        close(output)
                    }
                    close(connection)
                    open.withLock { $0 -= 1 }
                }
            }
            open.withLock { $0 -= 1 }
        }
    }

    /// Lets nobody in any more, and waits until all are out. Once the sandbox is gone they are, but for those that a step
    /// has talk to each other: they are left to it.
    func end() async {
        shutdown(listener, Int32(SHUT_RDWR))
        let limit = ContinuousClock.now + .seconds(2)
        while open.withLock({ $0 > 0 }), ContinuousClock.now < limit { try? await Task.sleep(for: .milliseconds(1)) }
        close(listener)
    }
}

private func openFolder(_ path: String) -> Int32 { Int32(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) }

#if canImport(Glibc)
private let streamSocket = Int32(SOCK_STREAM.rawValue)
#else
private let streamSocket = SOCK_STREAM
#endif
