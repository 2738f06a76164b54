/// Documents of images: what they say, and that they say it in the same bytes however often they are made.
import Action
import Files
import TestSupport
import Testing

@testable import Image

@Suite("Assembling images")
struct AssembleTests {
    let blobs = MemoryBlobStore()

    private func recipe(_ platform: ImagePlatform = .init(os: "linux", architecture: "amd64"), base: BaseImage? = nil) throws -> ImageRecipe {
        let layer = try makeLayer(
            [LayerFile("/usr/local/bin/server", .bytes(Array("program".utf8)), mode: 0o755)], origin: "test", time: 5,
            onScratch: base == nil, into: blobs, memory: nil)
        return ImageRecipe(
            platform: platform, layers: [layer], base: base, user: "65532:65532", ports: [8080, 80],
            entrypoint: ["/usr/local/bin/server"], arguments: ["-v"],
            labels: ["org.opencontainers.image.title": "server", "team": "blue"], time: 5)
    }

    private func read(_ image: AssembledImage, _ document: ContentDescriptor) throws -> ImageJSON {
        let bytes = try #require(image.documents[document.digest])
        return try #require(ImageJSON(bytes))
    }

    @Test("An image on scratch says what was asked for, and no more")
    func saysWhatWasAsked() throws {
        let image = assembleImage(try recipe())
        let config = try read(image, image.config)
        let expected: ImageJSON = [
            "Cmd": ["-v"], "Entrypoint": ["/usr/local/bin/server"],
            "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            "ExposedPorts": ["80/tcp": [:], "8080/tcp": [:]],
            "Labels": ["org.opencontainers.image.title": "server", "team": "blue"], "StopSignal": "SIGTERM",
            "User": "65532:65532", "WorkingDir": "/",
        ]
        #expect(config["config"] == expected)
        #expect(config["created"] == "1970-01-01T00:00:05Z")
        #expect(config["rootfs"]?["diff_ids"]?.list == image.diffIDs.map(ImageJSON.string))
        #expect(config["history"]?.list.count == 1)
        let manifest = try read(image, image.manifest)
        #expect(manifest["annotations"] == ["org.opencontainers.image.title": "server"])
        #expect(manifest["layers"]?.list.count == 1)
        #expect(manifest["config"]?["digest"]?.text == image.config.digest.description)
    }

    @Test("The digest never changes")
    func isPinned() throws {
        let digest = assembleImage(try recipe()).manifest.digest.sha256
        #expect(digest == "9f187cf44bc31269d1a2652f66b63d2308b5393bba44b001fe2734a5aaff123f")
    }

    @Test("A base's environment, labels and layers stay; its user, entrypoint and arguments do not")
    func buildsOnABase() throws {
        let below = assembleImage(try recipe())
        var config = try read(below, below.config).members
        config["config"] = [
            "Env": ["PATH=/bin", "LANG=C"], "WorkingDir": "/srv", "User": "root", "Cmd": ["sh"], "Entrypoint": ["/init"],
            "Labels": ["team": "red", "base": "yes"], "ExposedPorts": ["53/udp": [:]], "OnBuild": ["RUN x"],
        ]
        let base = BaseImage(
            name: "base@sha256:1", digest: "sha256:1", config: .object(config),
            layers: [
                ContentDescriptor(
                    mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip", digest: below.layers[0].digest)
            ])
        let image = assembleImage(try recipe(base: base))
        let made = try read(image, image.config)
        let expected: ImageJSON = [
            "Cmd": ["-v"], "Entrypoint": ["/usr/local/bin/server"], "Env": ["PATH=/bin", "LANG=C"],
            "ExposedPorts": ["53/udp": [:], "80/tcp": [:], "8080/tcp": [:]],
            "Labels": ["base": "yes", "org.opencontainers.image.title": "server", "team": "blue"], "StopSignal": "SIGTERM",
            "User": "65532:65532", "WorkingDir": "/srv",
        ]
        #expect(made["config"] == expected)
        #expect(image.layers.map(\.mediaType) == [MediaType.layer, MediaType.layer])
        #expect(image.layers[0].digest == below.layers[0].digest && image.layers.count == 2)
        #expect(made["rootfs"]?["diff_ids"]?.list.count == 2 && made["history"]?.list.count == 2)
        #expect(imageAnnotations(try recipe(base: base))["org.opencontainers.image.base.name"] == "base@sha256:1")
    }

    @Test("Several platforms have an index; a layer both have is there once")
    func hasAnIndex() throws {
        let images = [
            assembleImage(try recipe()), assembleImage(try recipe(.init(os: "linux", architecture: "arm", variant: "v7"))),
        ]
        let bundle = ImageBundle(images, annotations: ["a": "b"], blobs: blobs)
        let index = try #require(ImageJSON(try bundle.content(bundle.root)))
        #expect(
            index["manifests"]?.list.map { $0["platform"] } == [
                ["architecture": "amd64", "os": "linux"], ["architecture": "arm", "os": "linux", "variant": "v7"],
            ])
        #expect(bundle.parts.count == 3 && bundle.manifests.count == 3)
        #expect(bundle.manifests.last?.digest == bundle.root.digest)
    }

    @Test("Lost and damaged contents are errors")
    func noticesDamage() throws {
        let image = assembleImage(try recipe())
        blobs.damage(image.layers[0].digest, Array("other".utf8))
        let bundle = ImageBundle([image], annotations: [:], blobs: blobs)
        #expect(throws: ImageError.lost(image.layers[0])) { try bundle.content(image.layers[0]) }
        let liar = ImageBundle([image], annotations: [:], blobs: blobs) { _ in [1, 2, 3] }
        #expect(throws: ImageError.lost(image.layers[0])) { try liar.content(image.layers[0]) }
    }

    @Test(
        "Seconds since 1970 as a date",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"), (1_767_225_599, "2025-12-31T23:59:59Z"),
        ])
    func writesTimes(_ seconds: Int, _ text: String) {
        #expect(utcTime(seconds) == text)
    }
}
