/// Where an image's parts come from besides the build: bases out of registries and layouts, layers made before.
import Action
import Cache
import Files
import Image
import Pipeline
import Registry

/// Remembers layers that were made: the same files are not compressed twice.
struct StoredLayers: LayerMemory {
    let store: Store

    private struct Entry: Codable {
        var compressed: Digest
        var diffID: Digest
    }

    func layer(for recipe: String) -> ImageLayer? {
        // Read whole: one that is damaged is made again, not found again.
        guard let entry = store.facts.answer(to: recipe, as: Entry.self), store.blobs.bytes(of: entry.compressed) != nil
        else { return nil }
        return ImageLayer(
            descriptor: ContentDescriptor(mediaType: MediaType.layer, digest: entry.compressed), diffID: entry.diffID, origin: "")
    }

    func remember(_ layer: ImageLayer, for recipe: String) {
        try? store.facts.remember(Entry(compressed: layer.descriptor.digest, diffID: layer.diffID), to: recipe)
    }
}

/// The base of an image. To be used by one thread at a time.
final class ImageBases {
    private let store: Store
    private let name: String
    private let digest: String
    private let layout: ImageLayout?
    private let options: RegistryOptions
    private var client: RegistryClient?

    /// `name` is a reference with a digest; `layout` a folder to take it from instead of its registry.
    init(_ name: String, layout: String?, store: Store, options: RegistryOptions) throws {
        let reference = try ImageReference(name)
        self.name = name
        self.store = store
        self.options = options
        digest = reference.digest ?? ""
        self.layout = try layout.map { try ImageLayout($0) }
        guard !digest.isEmpty else {
            throw ImageError("image/unpinned-base", "the base image \(name) is not pinned by a digest")
        }
    }

    func base(for platform: ImagePlatform) throws -> BaseImage {
        try readBase(named: name, digest: digest, for: platform) { try document($0) }
    }

    /// A layer, which is then in the store.
    func fetch(_ descriptor: ContentDescriptor) throws -> [UInt8] {
        let bytes = try layout?.content(digest: descriptor.digest.description) ?? registry().blob(descriptor)
        _ = try? store.blobs.put(bytes)
        return bytes
    }

    /// Documents are small, and asked for on every run: they are remembered by their digests.
    private func document(_ part: BaseDocument) throws -> [UInt8] {
        let question = "image document 1 \(part.digest)"
        if let known = store.facts.bytes(to: question), Digest(of: known).description == part.digest { return known }
        let bytes: [UInt8]
        if let layout {
            bytes = try layout.content(digest: part.digest)
        } else {
            switch part {
            case .manifest(let digest): bytes = try registry().manifest(digest: digest)
            case .configuration(let descriptor): bytes = try registry().blob(descriptor)
            }
        }
        try? store.facts.remember(bytes: bytes, to: question)
        return bytes
    }

    private func registry() throws -> RegistryClient {
        if let client { return client }
        let made = try RegistryClient(ImageReference(name), actions: "pull", options: options)
        client = made
        return made
    }
}

extension Workspace {
    /// How a registry is spoken to by this user. `plain`: http to any machine.
    func registryOptions(for reference: ImageReference, plain: Bool) async throws -> RegistryOptions {
        let places = CredentialPlaces(environment: environment, directory: directory)
        var options = RegistryOptions(credentials: try await credentials(for: reference.registry, in: places))
        options.plainHTTP = plain
        // What Go programs and Docker look at, in this order.
        let files = [environment["SSL_CERT_FILE"], "/etc/docker/certs.d/\(reference.registry)/ca.crt"].compactMap { $0 }
        options.authorities = files.first { !$0.isEmpty && fileStatus($0, followingLink: true) != nil }
        return options
    }
}
