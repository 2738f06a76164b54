/// What was shipped, as the user names it: a binary, or the program in an image on disk or in a registry.
import Action
import Diagnostics
import Files
import Image
import Pipeline
import Registry
import Verify

struct ShippedSource: Sendable {
    /// What is to be compared, and the artifact's binary that it is compared with.
    struct Shipped: Sendable {
        var name: String
        var bytes: [UInt8]
        var counterpart: ArtifactSession.Linked
    }

    let written: String
    let workspace: Workspace
    let plainHTTP: Bool

    /// What is meant to be on disk: a form in front, or something that is there.
    private var path: String? {
        for form in ImageForm.allCases where written.hasPrefix("\(form.rawValue):") {
            return workspace.path(String(written.dropFirst(form.rawValue.utf8.count + 1)))
        }
        let path = workspace.path(written)
        return fileStatus(path, followingLink: true) != nil || written.hasPrefix("/") || written.hasPrefix(".") ? path : nil
    }

    /// Nil when no registry is asked.
    func registryOptions() async throws -> RegistryOptions? {
        guard path == nil else { return nil }
        return try await workspace.registryOptions(for: ImageReference(written), plain: plainHTTP)
    }

    /// Blocks on files and the registry.
    func read(for linked: [ArtifactSession.Linked], _ options: RegistryOptions?) throws -> Shipped {
        guard let path else { return try read(registry: ImageReference(written), linked, options!) }
        guard let status = fileStatus(path, followingLink: true) else {
            throw ImageError("verify/no-file", "there is no file \(path)")
        }
        if status.kind == .folder {
            let layout = try ImageLayout(path)
            let index = try readFile("\(path)/index.json")
            return try program(ofLayout: index, linked) { try layout.content(digest: $0) }
        }
        let bytes = try readFile(path)
        if let archive = ImageArchive(bytes) { return try read(archive, linked) }
        let settings = GoBuildInfo(program: bytes)?.settings
        let mine = linked.first { $0.platform.os == settings?["GOOS"] && $0.platform.architecture == settings?["GOARCH"] }
        return Shipped(name: baseName(path), bytes: bytes, counterpart: mine ?? linked[0])
    }

    // MARK: - Images

    /// The artifact's binary that an image is looked through for: of linux, the machine's own first.
    private func counterpart(_ linked: [ArtifactSession.Linked]) throws -> ArtifactSession.Linked {
        let suitable = linked.filter { $0.platform.os == "linux" }
        guard let first = suitable.first(where: { $0.platform.architecture == machineArchitecture }) ?? suitable.first else {
            throw ImageError("image/not-for-linux", "the artifact is not built for linux, and images are")
        }
        return first
    }

    private func program(
        of image: BaseImage, _ mine: ArtifactSession.Linked, content: (ContentDescriptor) throws -> [UInt8]
    ) throws -> Shipped {
        let program = try findProgram(of: image, named: mine.artifact.name.value, content: content)
        return Shipped(name: "\(baseName(written)):\(program.path)", bytes: program.bytes, counterpart: mine)
    }

    private func program(
        ofLayout index: [UInt8], _ linked: [ArtifactSession.Linked], content: (String) throws -> [UInt8]
    ) throws -> Shipped {
        let mine = try counterpart(linked)
        let platform = ImagePlatform(mine.platform, mine.artifact)
        // What is said of an image stands beside it.
        let images = (ImageJSON(index)?["manifests"]?.list ?? []).compactMap(ContentDescriptor.init).filter { $0.artifactType == nil }
        guard let image = images.first(where: { $0.platform?.suits(platform) ?? true }) else {
            throw ImageError("image/base-platform", "\(written) has no image for \(platform)")
        }
        let read = try readBase(named: written, digest: image.digest.description, for: platform) { try content($0.digest) }
        return try program(of: read, mine) { try content($0.digest.description) }
    }

    private func read(_ archive: ImageArchive, _ linked: [ArtifactSession.Linked]) throws -> Shipped {
        if let index = archive["index.json"], archive["oci-layout"] != nil {
            return try program(ofLayout: index, linked) { digest in
                let name = digest.dropFirst("sha256:".utf8.count)
                guard let bytes = archive["blobs/sha256/\(name)"], Digest(of: bytes).description == digest else {
                    throw ImageError("image/not-in-layout", "\(written) does not have \(digest), or it is another")
                }
                return bytes
            }
        }
        guard let entry = archive["manifest.json"].flatMap({ ImageJSON($0) })?.list.first,
            let config = entry["Config"]?.text.flatMap({ archive[$0] }).flatMap({ ImageJSON($0) }), case let names = entry["Layers"]?.list.compactMap(\.text) ?? []
        else {
            throw ImageError(
                "image/no-layout", "\(written) is an archive, and of no image that can be read: it has neither index.json nor manifest.json")
        }
        var contents: [Digest: [UInt8]] = [:]
        let layers = names.compactMap { archive[$0] }.map { bytes in
            let digest = Digest(of: bytes)
            contents[digest] = bytes
            return ContentDescriptor(mediaType: MediaType.layer, digest: digest)
        }
        let image = BaseImage(name: written, digest: "", config: config, layers: layers)
        return try program(of: image, counterpart(linked)) { contents[$0.digest] ?? [] }
    }

    private func read(
        registry reference: ImageReference, _ linked: [ArtifactSession.Linked], _ options: RegistryOptions
    ) throws -> Shipped {
        let client = try RegistryClient(reference, actions: "pull", options: options)
        guard let digest = try reference.digest ?? client.digest(ofTag: reference.version) else {
            throw RegistryError(
                "registry/not-found", "there is no file \(written), and no image \(reference)",
                help: "name a file, an OCI layout, or an image as `registry.example.com/team/server:1.0`")
        }
        let mine = try counterpart(linked)
        let image = try readBase(named: written, digest: digest, for: ImagePlatform(mine.platform, mine.artifact)) { part in
            switch part {
            case .manifest(let digest): try client.manifest(digest: digest)
            case .configuration(let descriptor): try client.blob(descriptor)
            }
        }
        return try program(of: image, mine) { try client.blob($0) }
    }
}

/// An archive of an image, by the names of its members.
private struct ImageArchive {
    private let bytes: [UInt8]
    private let members: [String: TarMember]

    /// Nil when it is no tar archive.
    init?(_ bytes: [UInt8]) {
        guard let members = readTar(bytes) else { return nil }
        self.bytes = bytes
        self.members = Dictionary(members.map { ($0.path, $0) }) { $1 }
    }

    /// Links lead to another member of the archive, from where they stand.
    subscript(name: String) -> [UInt8]? {
        var name = name
        for _ in 0..<8 {
            guard let member = members[name] else { return nil }
            switch member.kind {
            case .file: return Array(bytes[member.content])
            case .hardLink(let target): name = target
            case .symbolicLink(let target):
                var parts = name.split(separator: "/").dropLast()
                for part in target.split(separator: "/") { if part == ".." { _ = parts.popLast() } else { parts.append(part) } }
                name = parts.joined(separator: "/")
            default: return nil
            }
        }
        return nil
    }
}

/// By Go's name.
private var machineArchitecture: String {
    #if arch(arm64)
    "arm64"
    #elseif arch(x86_64)
    "amd64"
    #else
    ""
    #endif
}
