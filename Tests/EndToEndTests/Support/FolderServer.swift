/// A folder, served over plain HTTP on a free port of loopback; it knows nothing of what is in it.
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

final class FolderServer: Sendable {
    let address: String
    private let program: ChildProgram

    init(_ folder: String) async throws {
        guard let python = RealParts.program("python3") else { throw Missing(description: "there is no python3") }
        try makeFolder(folder)
        let script = """
            import functools, http.server, sys
            handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
            print(server.server_address[1], flush=True)
            server.serve_forever()
            """
        program = try ChildProgram([python, "-c", script, folder], environment: [:], directory: "/")
        let end = ContinuousClock.now + .seconds(60)
        while !program.outSoFar.hasSuffix("\n") {
            guard ContinuousClock.now < end else { throw Missing(description: "the server does not start") }
            try await Task.sleep(for: .milliseconds(20))
        }
        address = "http://127.0.0.1:\(program.outSoFar.dropLast())"
    }

    /// What was asked for, a line each.
    func stop() async -> [String] {
        program.signal(SIGTERM)
        return await program.end().err.lines
    }
}
