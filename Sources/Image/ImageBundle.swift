/// Everything that one image is, with where its contents can be had; it writes nothing.
import Action
import Files

/// A content that is not in the store but where the base came from.
package typealias ContentFetch = (ContentDescriptor) throws -> [UInt8]

package struct ImageBundle {
    /// The index, or the only manifest.
    package var root: ContentDescriptor
    /// By platform, in the order asked for.
    package var images: [AssembledImage]
    /// Manifests that say something of an image of the bundle, or of the root.
    package var referrers: [Referrer]
    /// Small ones: manifests, configurations, what referrers hold.
    package var documents: [Digest: [UInt8]]
    private let blobs: any BlobStore
    private let fetch: ContentFetch

    /// One platform's image stands for itself; several get an index.
    package init(
        _ images: [AssembledImage], annotations: [String: String], blobs: any BlobStore,
        fetch: @escaping ContentFetch = { throw ImageError.lost($0) }
    ) {
        self.images = images
        self.blobs = blobs
        self.fetch = fetch
        documents = images.reduce(into: [:]) { $0.merge($1.documents) { $1 } }
        if images.count == 1 {
            root = images[0].manifest
        } else {
            let index = assembleIndex(images, annotations: annotations)
            root = index.descriptor
            documents.merge(index.documents) { $1 }
        }
        referrers = []
    }

    package mutating func add(_ referrer: Referrer) {
        referrers.append(referrer)
        documents.merge(referrer.documents) { $1 }
    }

    /// Whole, and as its digest says.
    package func content(_ descriptor: ContentDescriptor) throws -> [UInt8] {
        if let bytes = documents[descriptor.digest] ?? blobs.bytes(of: descriptor.digest) { return bytes }
        let bytes = try fetch(descriptor)
        guard Digest(of: bytes) == descriptor.digest else { throw ImageError.lost(descriptor) }
        return bytes
    }

    /// Every content but manifests and the index, each once: layers and configurations.
    package var parts: [ContentDescriptor] {
        distinct(images.flatMap { $0.layers + [$0.config] } + referrers.flatMap(\.parts))
    }

    /// Manifests after what they name: of images, then the index, then of referrers.
    package var manifests: [ContentDescriptor] {
        distinct(images.map(\.manifest) + [root] + referrers.map(\.manifest))
    }
}

private func distinct(_ descriptors: [ContentDescriptor]) -> [ContentDescriptor] {
    var seen = Set<Digest>()
    return descriptors.filter { seen.insert($0.digest).inserted }
}

/// Why an image cannot be made or read.
package struct ImageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `image/…`.
    package var id: String
    package var description: String
    package var help: String?

    package init(_ id: String, _ description: String, help: String? = nil) {
        self.id = id
        self.description = description
        self.help = help
    }

    package static func lost(_ descriptor: ContentDescriptor) -> ImageError {
        ImageError("image/lost-content", "the content \(descriptor.digest) is not to be had, or is damaged")
    }
}
