/// Pushes to a registry that keeps everything in memory and breaks where a test wants it to.
import Action
import Files
import Image
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// What a registry keeps; repositories by the words of their paths.
final class MemoryRegistry: Sendable {
    struct Kept: Sendable {
        var blobs: [String: [UInt8]] = [:]
        var manifests: [String: [UInt8]] = [:]
        var uploads: [String: [UInt8]] = [:]
        var broken = 0
    }

    let kept = Mutex(Kept())
    /// Says whether this request is one that breaks, by the count of those that broke.
    let breaks: @Sendable (Asked, Int) -> Bool
    let mounts: Bool
    let listsReferrers: Bool

    init(mounts: Bool = true, listsReferrers: Bool = false, breaks: @escaping @Sendable (Asked, Int) -> Bool = { _, _ in false }) {
        self.mounts = mounts
        self.listsReferrers = listsReferrers
        self.breaks = breaks
    }

    func answer(_ asked: Asked) -> Reply {
        kept.withLock { kept in
            if breaks(asked, kept.broken) {
                kept.broken += 1
                return .silence
            }
            let path = asked.path.prefix { $0 != "?" }
            let query = asked.path.dropFirst(path.count + 1).split(separator: "&").map { $0.replacing("%3A", with: ":").replacing("%2F", with: "/") }
            func value(_ name: String) -> String? { query.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) } }
            let words = path.split(separator: "/").map(String.init)
            let name = words.last ?? ""
            switch (asked.method, words.dropFirst(3).first ?? "") {
            case (_, "referrers"): return listsReferrers ? .text(200, #"{"manifests":[]}"#) : .text(404, "")
            case ("HEAD", "blobs"): return .answer(kept.blobs[name] == nil ? 404 : 200)
            case ("POST", "blobs"):
                if mounts, let digest = value("mount"), kept.blobs["elsewhere \(digest)"] != nil {
                    kept.blobs[digest] = kept.blobs["elsewhere \(digest)"]
                    return .answer(201)
                }
                let upload = "u\(kept.uploads.count)"
                kept.uploads[upload] = []
                return .answer(202, headers: ["Location": "/v2/team/app/blobs/uploads/\(upload)?state=1"])
            case ("DELETE", "blobs"): return .answer(204)
            case ("PATCH", "blobs"):
                guard asked.headers["content-range"]?.hasPrefix("\(kept.uploads[name]?.count ?? -1)-") == true else { return .text(416, "") }
                kept.uploads[name]! += asked.body
                return .answer(202, headers: ["Location": "\(words.last!)?state=2"])
            case ("PUT", "blobs"):
                let bytes = (kept.uploads[name] ?? []) + asked.body
                guard let digest = value("digest"), Digest(of: bytes).description == digest else { return .text(400, "") }
                kept.blobs[digest] = bytes
                return .answer(201)
            case ("PUT", "manifests"):
                kept.manifests[name] = asked.body
                kept.manifests[Digest(of: asked.body).description] = asked.body
                return .answer(201)
            case ("HEAD", "manifests"), ("GET", "manifests"):
                guard let bytes = kept.manifests[name] else { return .answer(404) }
                return .answer(200, headers: ["Docker-Content-Digest": Digest(of: bytes).description], body: bytes)
            default: return .text(405, "")
            }
        }
    }
}

@Suite("Pushes")
struct PushTests {
    let blobs = MemoryBlobStore()

    private func bundle(_ architectures: [String] = ["amd64", "arm64"]) throws -> ImageBundle {
        let images = try architectures.map { architecture in
            let layer = try makeLayer(
                [LayerFile("/bin/x", .bytes(Array((0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }) + Array(architecture.utf8)), mode: 0o755)],
                origin: "test", time: 0, onScratch: true, into: blobs, memory: nil)
            return assembleImage(
                ImageRecipe(
                    platform: .init(os: "linux", architecture: architecture), layers: [layer], user: "1:1", entrypoint: ["/bin/x"]))
        }
        var bundle = ImageBundle(images, annotations: [:], blobs: blobs)
        bundle.add(Referrer(of: bundle.root, type: "application/spdx+json", document: ["a": 1]))
        return bundle
    }

    private func push(_ server: LoopbackServer, piece: Int = 1 << 20, from sources: [String] = []) async throws -> PushReport {
        var options = RegistryOptions()
        (options.tries, options.pause, options.piece) = (3, 0.01, piece)
        nonisolated(unsafe) let client = try RegistryClient(ImageReference("\(server.name)/team/app:1"), actions: "pull,push", options: options)
        nonisolated(unsafe) let bundle = try bundle()
        return try await OwnThread { try client.push(bundle, from: sources) }.value
    }

    @Test("A second push uploads nothing", arguments: [false, true])
    func uploadsOnce(_ listsReferrers: Bool) async throws {
        let registry = MemoryRegistry(listsReferrers: listsReferrers)
        let server = LoopbackServer { asked, _ in registry.answer(asked) }
        let first = try await push(server)
        // Two layers, two configurations, the bill and its empty configuration; two manifests, the index, the referrer, a list.
        #expect(first.uploaded == (listsReferrers ? 10 : 11) && first.present == 0)
        let before = server.asked.count
        let second = try await push(server)
        #expect(second.uploaded == 0 && second.uploadedBytes == 0 && second.present == 10)
        #expect(server.asked.dropFirst(before).allSatisfy { $0.method == "HEAD" || $0.method == "GET" })
        let bundle = try bundle()
        registry.kept.withLock { kept in
            #expect(Digest(of: kept.manifests["1"] ?? []) == bundle.root.digest)
            #expect((kept.manifests[bundle.root.referrersTag] != nil) == !listsReferrers)
        }
    }

    @Test("Large contents go in pieces, each where the one before ended")
    func uploadsInPieces() async throws {
        let registry = MemoryRegistry()
        let server = LoopbackServer { asked, _ in registry.answer(asked) }
        _ = try await push(server, piece: 1000)
        let patches = server.asked.filter { $0.method == "PATCH" }
        #expect(patches.count > 2 && patches.allSatisfy { $0.body.count == 1000 })
        let bundle = try bundle()
        registry.kept.withLock { kept in
            #expect(bundle.parts.allSatisfy { Digest(of: kept.blobs[$0.digest.description] ?? []) == $0.digest })
        }
    }

    @Test("What breaks in the middle is begun again", arguments: ["PATCH", "PUT", "POST", "HEAD"])
    func beginsAgain(_ method: String) async throws {
        let registry = MemoryRegistry { asked, broken in asked.method == method && broken < 2 }
        let server = LoopbackServer { asked, _ in registry.answer(asked) }
        let report = try await push(server, piece: 1000)
        #expect(report.uploaded == 11)
        #expect(registry.kept.withLock { $0.broken } == 2)
    }

    @Test("What breaks every time is given up", .timeLimit(.minutes(10)))
    func givesUp() async throws {
        let registry = MemoryRegistry { asked, _ in asked.method == "PUT" }
        let server = LoopbackServer { asked, _ in registry.answer(asked) }
        let error = await #expect(throws: RegistryError.self) { try await push(server) }
        #expect(error?.id == "registry/unreachable")
        #expect(registry.kept.withLock { $0.broken } == 3)
    }

    @Test("Something else under the referrers' tag is left as it is")
    func leavesOtherTags() async throws {
        let registry = MemoryRegistry()
        let tag = try bundle().root.referrersTag
        registry.kept.withLock { $0.manifests[tag] = Array("not a list".utf8) }
        let server = LoopbackServer { asked, _ in registry.answer(asked) }
        let error = await #expect(throws: RegistryError.self) { try await push(server) }
        #expect(error?.id == "registry/bad-referrers")
        #expect(registry.kept.withLock { $0.manifests[tag] } == Array("not a list".utf8))
    }

    @Test("Contents of another repository are taken over, not uploaded", arguments: [true, false])
    func takesOver(_ mounts: Bool) async throws {
        let registry = MemoryRegistry(mounts: mounts)
        let layers = try bundle().images.flatMap(\.layers)
        for layer in layers {
            registry.kept.withLock { $0.blobs["elsewhere \(layer.digest)"] = blobs.bytes(of: layer.digest) }
        }
        let server = LoopbackServer { asked, _ in registry.answer(asked) }
        let report = try await push(server, from: ["team/base"])
        #expect(report.mounted == (mounts ? 2 : 0))
        #expect(report.uploaded == (mounts ? 9 : 11))
    }
}
