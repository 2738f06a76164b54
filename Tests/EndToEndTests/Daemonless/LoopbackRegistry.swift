/// The distribution project's own registry on a free port of loopback, ended with this value; it knows no image.
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

final class LoopbackRegistry: Sendable {
    let name: String
    private let folder = TemporaryFolder()
    private let program: ChildProgram

    /// With `login`, only ada may use it, and her password is `secret`.
    init(login: Bool = false) async throws {
        guard let registry = RealParts.program("docker-registry") else { throw Missing(description: "docker-registry is needed") }
        name = "127.0.0.1:\(freePort())"
        // bcrypt of `secret`.
        folder.write("users", "ada:$2b$05$hUlWCIkxBevrjCyumhEnMec5ZhM3hZsuFP5PNQgMYoUQ1kPQE1gVy\n")
        let auth = login ? "auth: {htpasswd: {realm: test, path: \(folder.path)/users}}\n" : ""
        let config = folder.write(
            "config.yml",
            """
            version: 0.1
            log: {level: info, accesslog: {disabled: false}}
            storage: {filesystem: {rootdirectory: \(folder.path)/data}}
            http: {addr: "\(name)"}
            \(auth)
            """)
        program = try ChildProgram(
            ["/bin/sh", "-c", "exec '\(registry)' serve '\(config)' >'\(folder.path)/log' 2>&1"],
            environment: ["PATH": "/usr/bin:/bin"], directory: folder.path)
        for _ in 0..<200 {
            if folder.read("log")?.contains("listening on") == true { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Missing(description: "docker-registry does not start: \(folder.read("log") ?? "")")
    }

    deinit {
        program.signal(SIGKILL)
        waitpid(program.pid, nil, 0)
    }

    /// Methods and paths of all requests so far, out of its log.
    var requests: [String] {
        (folder.read("log") ?? "").lines.compactMap { line in
            guard let start = line.firstIndex(of: "\""), line.hasPrefix("127.0.0.1 - ") else { return nil }
            let words = line[line.index(after: start)...].split(separator: " ")
            return words.count > 1 ? "\(words[0]) \(words[1])" : nil
        }
    }

    /// Those that bring something.
    var uploads: [String] { requests.filter { ["POST", "PUT", "PATCH"].contains($0.prefix { $0 != " " }) } }

    /// Its address for skopeo.
    func docker(_ image: String) -> String { "docker://\(name)/\(image)" }
}

/// Free a moment ago: nobody else on this machine asks for it by number.
private func freePort() -> Int {
    #if canImport(Glibc)
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
    let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            precondition(bind(descriptor, generic, size) == 0 && getsockname(descriptor, generic, &size) == 0)
        }
        return Int(UInt16(bigEndian: pointer.pointee.sin_port))
    }
}

extension Trait where Self == ConditionTrait {
    /// What scripts/test-parts installs for images without a daemon.
    static var needsImageTools: Self {
        .enabled(
            if: RealParts.isRequired
                || ["skopeo", "umoci", "docker-registry"].allSatisfy { RealParts.program($0) != nil },
            "skopeo, umoci or docker-registry is missing: run scripts/test-parts")
    }
}
