/// A client of a registry that misbehaves in known ways: it tries again, within bounds, and shows its login to nobody else.
import Action
import Image
import Synchronization
import TestSupport
import Testing

@testable import Registry

@Suite("Registry client")
struct ClientTests {
    private func client(
        _ server: LoopbackServer, _ credentials: RegistryCredentials? = nil, tries: Int = 3, piece: Int = 1 << 20
    ) throws -> RegistryClient {
        var options = RegistryOptions(credentials: credentials)
        (options.tries, options.pause, options.piece) = (tries, 0.01, piece)
        return try RegistryClient(ImageReference("\(server.name)/team/app:1"), actions: "pull,push", options: options)
    }

    private let content = Array("content".utf8)
    private var descriptor: ContentDescriptor { ContentDescriptor(mediaType: MediaType.layer, digest: Digest(of: content)) }

    /// Blocking: beside the pool.
    private func pull(_ client: RegistryClient) async throws -> [UInt8] {
        nonisolated(unsafe) let client = client
        let descriptor = descriptor
        return try await OwnThread { try client.blob(descriptor) }.value
    }

    @Test("Trouble of the registry's own passes: it is asked again", arguments: [500, 502, 503, 429, 408, 0])
    func triesAgain(_ status: Int) async throws {
        let content = content
        let counter = Counter()
        let server = LoopbackServer { _, _ in
            guard counter.next() < 3 else { return .answer(200, body: content) }
            return status == 0 ? .silence : .text(status, "not now", headers: ["Retry-After": "0"])
        }
        #expect(try await pull(client(server)) == content)
        #expect(server.asked.count == 3)
    }

    @Test("After so many tries it gives up, and says why")
    func givesUp() async throws {
        let server = LoopbackServer { _, _ in .text(503, #"{"errors":[{"code":"UNAVAILABLE","message":"on holiday"}]}"#) }
        let error = await #expect(throws: RegistryError.self) { try await pull(client(server)) }
        #expect(error?.id == "registry/refused" && error?.description.contains("on holiday") == true)
        #expect(server.asked.count == 3)
        let silent = LoopbackServer { _, _ in .silence }
        let other = await #expect(throws: RegistryError.self) { try await pull(client(silent)) }
        #expect(other?.id == "registry/unreachable" && other?.description.contains("3 times") == true)
    }

    @Test("What is wrong stays wrong: it is asked once", arguments: [(404, "registry/not-found"), (403, "registry/not-allowed"), (400, "registry/refused")])
    func doesNotInsist(_ status: Int, _ id: String) async throws {
        let server = LoopbackServer { _, _ in .text(status, "no") }
        let error = await #expect(throws: RegistryError.self) { try await pull(client(server)) }
        #expect(error?.id == id)
        #expect(server.asked.count == 1)
    }

    @Test("Another content than the digest's is refused; so is more than was promised")
    func checksContent() async throws {
        let server = LoopbackServer { _, _ in .text(200, "another") }
        let error = await #expect(throws: RegistryError.self) { try await pull(client(server)) }
        #expect(error?.id == "registry/wrong-content")
        let flood = LoopbackServer { _, _ in .answer(200, body: [UInt8](repeating: 1, count: 100_000)) }
        let other = await #expect(throws: RegistryError.self) { try await pull(client(flood)) }
        #expect(other?.id == "registry/unreachable")
    }

    @Test("A token is fetched with the login, for what is to be done, and shown from then on")
    func fetchesToken() async throws {
        let content = content
        let server = LoopbackServer { asked, name in
            if asked.path.hasPrefix("/token") {
                guard asked.headers["authorization"] == "Basic YWRhOnNlY3JldA==" else { return .text(401, "who?") }
                return .text(200, #"{"token":"T1"}"#)
            }
            guard asked.headers["authorization"] == "Bearer T1" else {
                let challenge = #"Bearer realm="http://\#(name)/token",service="reg",scope="repository:team/app:pull""#
                return .text(401, "", headers: ["WWW-Authenticate": challenge])
            }
            return .answer(200, body: content)
        }
        #expect(try await pull(client(server, .password(user: "ada", "secret"))) == content)
        #expect(
            server.lines[1] == "GET /token?service=reg&scope=repository%3Ateam%2Fapp%3Apull%2Cpush")
        #expect(server.lines.count == 3)
        let error = await #expect(throws: RegistryError.self) { try await pull(client(server)) }
        #expect(error?.id == "registry/not-allowed" && error?.help == "say `docker login \(server.name)` first")
    }

    @Test("A refresh token is exchanged, not shown")
    func exchangesToken() async throws {
        let content = content
        let server = LoopbackServer { asked, name in
            if asked.path == "/token" {
                let form = String(decoding: asked.body, as: UTF8.self)
                guard asked.method == "POST", form.contains("refresh_token=R%2F1"), form.contains("grant_type=refresh_token") else {
                    return .text(400, "")
                }
                return .text(200, #"{"access_token":"T2"}"#)
            }
            guard asked.headers["authorization"] == "Bearer T2" else {
                return .text(401, "", headers: ["WWW-Authenticate": #"Bearer realm="http://\#(name)/token",service="reg""#])
            }
            return .answer(200, body: content)
        }
        #expect(try await pull(client(server, .refreshToken("R/1"))) == content)
    }

    @Test("A password is shown where it is asked for, once")
    func showsPassword() async throws {
        let content = content
        let server = LoopbackServer { asked, _ in
            asked.headers["authorization"] == "Basic YWRhOnNlY3JldA=="
                ? .answer(200, body: content) : .text(401, "", headers: ["WWW-Authenticate": "Basic realm=x"])
        }
        #expect(try await pull(client(server, .password(user: "ada", "secret"))) == content)
        let error = await #expect(throws: RegistryError.self) { try await pull(client(server, .password(user: "ada", "wrong"))) }
        #expect(error?.id == "registry/not-allowed")
        #expect(server.asked.count == 4)
    }

    @Test("Where the registry sends on to another host, that one gets no login")
    func keepsLoginToItself() async throws {
        let content = content
        let other = LoopbackServer { _, _ in .answer(200, body: content) }
        let there = other.name
        let server = LoopbackServer { asked, _ in
            asked.headers["authorization"] == nil
                ? .text(401, "", headers: ["WWW-Authenticate": "Basic realm=x"])
                : .answer(307, headers: ["Location": "http://\(there)/elsewhere"])
        }
        #expect(try await pull(client(server, .password(user: "ada", "secret"))) == content)
        #expect(other.lines == ["GET /elsewhere"])
        #expect(other.asked[0].headers["authorization"] == nil)
    }

    @Test("Circles of redirects end", .timeLimit(.minutes(10)))
    func leavesCircles() async throws {
        let server = LoopbackServer { _, _ in .answer(302, headers: ["Location": "/again"]) }
        let error = await #expect(throws: RegistryError.self) { try await pull(client(server)) }
        #expect(error?.id == "registry/bad-redirect")
    }

    @Test("A password is not sent to an address without encryption, unless the registry has none itself")
    func distrustsChallenges() async throws {
        let server = LoopbackServer { _, _ in
            .text(401, "", headers: ["WWW-Authenticate": #"Bearer realm="ftp://elsewhere/token""#])
        }
        let error = await #expect(throws: RegistryError.self) { try await pull(client(server, .password(user: "a", "b"))) }
        #expect(error?.id == "registry/bad-challenge")
        #expect(server.asked.count == 1)
    }

    @Test("Nobody there is an error with the address, soon", .timeLimit(.minutes(10)))
    func noticesNobody() async throws {
        let port = LoopbackServer { _, _ in .silence }.port
        var options = RegistryOptions()
        (options.tries, options.pause) = (2, 0.01)
        let client = try RegistryClient(ImageReference("127.0.0.1:\(port)/a"), actions: "pull", options: options)
        let error = await #expect(throws: RegistryError.self) { try await pull(client) }
        #expect(error?.id == "registry/unreachable" && error?.description.contains("127.0.0.1:\(port)") == true)
    }
}

/// Counts from 1, over threads.
final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
