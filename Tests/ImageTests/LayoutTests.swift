/// Layouts on disk: written whole, the same from anywhere, and read back with distrust.
import Action
import Files
import TestSupport
import Testing

@testable import Image

@Suite("Layouts")
struct LayoutTests {
    let place = TemporaryFolder()
    let blobs = MemoryBlobStore()

    private func bundle(_ architectures: [String] = ["amd64"], file: String = "program", referrers: Bool = true) throws -> ImageBundle {
        let images = try architectures.map { architecture in
            let layer = try makeLayer(
                [LayerFile("/bin/x", .bytes(Array("\(file) \(architecture)".utf8)), mode: 0o755)], origin: "test", time: 0,
                onScratch: true, into: blobs, memory: nil)
            return assembleImage(
                ImageRecipe(
                    platform: .init(os: "linux", architecture: architecture), layers: [layer], user: "1:1", entrypoint: ["/bin/x"]))
        }
        var bundle = ImageBundle(images, annotations: [:], blobs: blobs)
        if referrers { bundle.add(Referrer(of: bundle.root, type: "application/spdx+json", document: ["a": 1])) }
        return bundle
    }

    @Test("A layout has every content under its digest, and is found by its tag")
    func writesLayout() throws {
        let bundle = try bundle(["amd64", "arm64"])
        let path = "\(place.path)/image"
        try writeImage(bundle, as: .directory, to: path, name: "1.0", time: 0)
        let layout = try ImageLayout(path)
        for descriptor in bundle.parts + bundle.manifests {
            #expect(Digest(of: try layout.content(digest: descriptor.digest.description)) == descriptor.digest)
        }
        let index = try #require(ImageJSON(try readFile("\(path)/index.json")))
        let entries = index["manifests"]?.list ?? []
        #expect(entries.map { $0["annotations"]?["org.opencontainers.image.ref.name"]?.text } == ["1.0", nil])
        #expect(entries[0]["digest"]?.text == bundle.root.digest.description)
        let blobCount = (names(in: "\(path)/blobs/sha256") ?? []).count
        #expect(blobCount == Set((bundle.parts + bundle.manifests).map(\.digest)).count)
    }

    @Test("A layout is replaced whole; anything else is left alone")
    func replacesLayouts() throws {
        let path = "\(place.path)/image"
        try writeImage(try bundle(), as: .directory, to: path, name: "a", time: 0)
        try writeImage(try bundle(file: "other"), as: .directory, to: path, name: "a", time: 0)
        #expect((names(in: "\(path)/blobs/sha256") ?? []).count == 6)
        #expect(names(in: place.path) == ["image"])
        place.write("mine/file", "precious")
        #expect(throws: ImageError.self) {
            try writeImage(try bundle(), as: .directory, to: "\(place.path)/mine", name: "a", time: 0)
        }
        #expect(place.read("mine/file") == "precious")
    }

    @Test("An archive is the same in any folder", arguments: [ImageForm.archive, .dockerArchive])
    func isTheSameAnywhere(_ form: ImageForm) throws {
        let bundle = try bundle()
        try writeImage(bundle, as: form, to: "\(place.path)/a.tar", name: "x:1", time: 9)
        try writeImage(bundle, as: form, to: "\(place.path)/deeper/b.tar", name: "x:1", time: 9)
        #expect(try readFile("\(place.path)/a.tar") == readFile("\(place.path)/deeper/b.tar"))
    }

    @Test("Docker's archive holds one platform")
    func refusesTwoPlatforms() throws {
        let bundle = try bundle(["amd64", "arm64"])
        #expect(throws: ImageError.self) {
            try writeImage(bundle, as: .dockerArchive, to: "\(place.path)/a.tar", name: "x:1", time: 0)
        }
        #expect(names(in: place.path) == [])
    }

    @Test("A base is read by platform out of a layout, and refused where it is not what it says")
    func readsBases() throws {
        let bundle = try bundle(["amd64", "arm64"])
        let path = "\(place.path)/base"
        try writeImage(bundle, as: .directory, to: path, name: "a", time: 0)
        let layout = try ImageLayout(path)
        func base(_ digest: Digest, _ architecture: String) throws -> BaseImage {
            try readBase(named: "b", digest: digest.description, for: .init(os: "linux", architecture: architecture)) {
                try layout.content(digest: $0.digest)
            }
        }
        #expect(try base(bundle.root.digest, "arm64").layers.map(\.digest) == bundle.images[1].layers.map(\.digest))
        #expect(try base(bundle.images[0].manifest.digest, "amd64").layers.count == 1)
        let wrong = #expect(throws: ImageError.self) { try base(bundle.root.digest, "s390x") }
        #expect(wrong?.id == "image/base-platform" && wrong?.help == "it is there for linux/amd64, linux/arm64")
        let other = #expect(throws: ImageError.self) { try base(bundle.images[0].manifest.digest, "arm64") }
        #expect(other?.id == "image/base-platform")

        let file = "\(path)/blobs/sha256/\(bundle.root.digest.sha256)"
        removeTree(file)
        let lost = #expect(throws: ImageError.self) { try base(bundle.root.digest, "amd64") }
        #expect(lost?.id == "image/not-in-layout")
        try createFile(file, Array("{}".utf8), mode: 0o644)
        let damaged = #expect(throws: ImageError.self) { try base(bundle.root.digest, "amd64") }
        #expect(damaged?.id == "image/damaged-layout")
        #expect((#expect(throws: ImageError.self) { try ImageLayout(place.path) })?.id == "image/no-layout")
    }

    @Test(
        "What is no image is no base",
        arguments: [
            "nonsense", "{}", #"{"config":{"mediaType":"a","digest":"md5:1","size":1},"layers":[]}"#,
            #"{"config":{"mediaType":"a","digest":"sha256:\(zeros)","size":1},"layers":[{"digest":"x"}]}"#,
            #"{"config":{"mediaType":"a","digest":"sha256:\(zeros)","size":1},"layers":[{"mediaType":"a","digest":"sha256:\(zeros)","size":1}]}"#,
        ])
    func refusesOtherBases(_ manifest: String) {
        let zeros = String(repeating: "0", count: 64)
        let error = #expect(throws: ImageError.self) {
            try readBase(named: "b", digest: "sha256:\(zeros)", for: .init(os: "linux", architecture: "amd64")) { part in
                switch part {
                case .manifest: Array(manifest.replacing(#"\(zeros)"#, with: zeros).utf8)
                // A configuration that knows of no layer.
                case .configuration: Array(#"{"os":"linux","architecture":"amd64","rootfs":{"diff_ids":[]}}"#.utf8)
                }
            }
        }
        #expect(error?.id == "image/bad-base")
    }

    @Test("A digest that is none is no way out of a layout")
    func refusesPaths() throws {
        try writeImage(try bundle(), as: .directory, to: "\(place.path)/image", name: "a", time: 0)
        let layout = try ImageLayout("\(place.path)/image")
        for digest in ["../../index.json", "sha256:../../index.json", "sha512:aa", ""] {
            #expect((#expect(throws: ImageError.self) { try layout.content(digest: digest) })?.id == "image/bad-digest")
        }
    }

    @Test("The list of referrers grows by what is not in it")
    func listsReferrers() throws {
        let bundle = try bundle()
        let added = bundle.referrers.map(\.manifest)
        let first = try #require(referrersIndex(nil, adding: added))
        #expect(referrersIndex(first, adding: added) == first)
        let other = Referrer(of: bundle.root, type: "text/plain", document: ["b": 2]).manifest
        let second = try #require(referrersIndex(first, adding: [other]))
        #expect(ImageJSON(second)?["manifests"]?.list.map { $0["artifactType"]?.text } == ["application/spdx+json", "text/plain"])
        #expect(referrersIndex(Array("[]".utf8), adding: added) == nil)
    }
}
