/// What an image is to be, before any of it is made; it knows nothing of how the program came to be.
import Action

package struct ImageRecipe: Sendable {
    package var platform: ImagePlatform
    /// What the image has of its own, in order.
    package var layers: [ImageLayer]
    /// Nil for scratch.
    package var base: BaseImage?
    /// Numeric `UID:GID`.
    package var user: String
    /// TCP.
    package var ports: [Int]
    package var entrypoint: [String]
    package var arguments: [String]
    package var labels: [String: String]
    /// `NAME=VALUE`, after the base's.
    package var environment: [String]
    /// In Docker's form; OCI has none, and lets it pass.
    package var healthcheck: ImageJSON?
    package var stopSignal: String
    /// Seconds since 1970; the layers' files have the same.
    package var time: Int

    package init(
        platform: ImagePlatform, layers: [ImageLayer], base: BaseImage? = nil, user: String, ports: [Int] = [],
        entrypoint: [String], arguments: [String] = [], labels: [String: String] = [:], environment: [String] = [],
        healthcheck: ImageJSON? = nil, stopSignal: String = "SIGTERM", time: Int = 0
    ) {
        self.platform = platform
        self.layers = layers
        self.base = base
        self.user = user
        self.ports = ports
        self.entrypoint = entrypoint
        self.arguments = arguments
        self.labels = labels
        self.environment = environment
        self.healthcheck = healthcheck
        self.stopSignal = stopSignal
        self.time = time
    }
}

/// An image that others build upon, for one platform. Its layers stay as they are.
package struct BaseImage: Sendable {
    /// As the pipeline file names it, with its digest.
    package var name: String
    /// Of what was named: an index, or a manifest.
    package var digest: String
    package var config: ImageJSON
    package var layers: [ContentDescriptor]

    package init(name: String, digest: String, config: ImageJSON, layers: [ContentDescriptor]) {
        self.name = name
        self.digest = digest
        self.config = config
        self.layers = layers
    }
}

/// What is made of recipes: documents, and which contents belong to them.
package struct AssembledImage: Sendable {
    package var platform: ImagePlatform
    package var manifest: ContentDescriptor
    package var config: ContentDescriptor
    package var layers: [ContentDescriptor]
    /// Of the layers' tar archives, in the same order.
    package var diffIDs: [String]
    /// By digest.
    package var documents: [Digest: [UInt8]]
}

/// Adds a document, and says how others name it.
func addDocument(
    _ json: ImageJSON, _ mediaType: String, to documents: inout [Digest: [UInt8]]
) -> ContentDescriptor {
    let bytes = json.bytes
    let digest = Digest(of: bytes)
    documents[digest] = bytes
    return ContentDescriptor(mediaType: mediaType, digest: digest)
}
