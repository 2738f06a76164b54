/// How images name their parts: media type, digest, size; it knows none of the contents.
///
/// Source of the format: OCI image specification 1.1, "OCI Content Descriptors".
import Action

package enum MediaType {
    package static let index = "application/vnd.oci.image.index.v1+json"
    package static let manifest = "application/vnd.oci.image.manifest.v1+json"
    package static let config = "application/vnd.oci.image.config.v1+json"
    package static let layer = "application/vnd.oci.image.layer.v1.tar+gzip"
    package static let empty = "application/vnd.oci.empty.v1+json"
    package static let dockerList = "application/vnd.docker.distribution.manifest.list.v2+json"
    package static let dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"

    package static let manifests = [index, manifest, dockerList, dockerManifest]

    package static func isIndex(_ type: String) -> Bool { type == index || type == dockerList }

    /// The OCI name of what Docker calls otherwise; the content is the same.
    static func ofLayer(_ type: String) -> String {
        switch type {
        case "application/vnd.docker.image.rootfs.diff.tar.gzip": layer
        case "application/vnd.docker.image.rootfs.diff.tar": "application/vnd.oci.image.layer.v1.tar"
        default: type
        }
    }
}

package struct ContentDescriptor: Sendable, Hashable {
    package var mediaType: String
    package var digest: Digest
    package var artifactType: String?
    package var platform: ImagePlatform?
    package var annotations: [String: String]

    package init(
        mediaType: String, digest: Digest, artifactType: String? = nil, platform: ImagePlatform? = nil,
        annotations: [String: String] = [:]
    ) {
        self.mediaType = mediaType
        self.digest = digest
        self.artifactType = artifactType
        self.platform = platform
        self.annotations = annotations
    }

    /// Nil when it is none, or its digest is not SHA-256.
    package init?(_ json: ImageJSON) {
        guard let type = json["mediaType"]?.text, let size = json["size"]?.integer, size >= 0,
            let digest = json["digest"]?.text.flatMap({ Digest(written: $0, size: size) })
        else { return nil }
        self.init(
            mediaType: type, digest: digest, artifactType: json["artifactType"]?.text,
            platform: json["platform"].flatMap(ImagePlatform.init), annotations: json["annotations"]?.texts ?? [:])
    }

    package var json: ImageJSON {
        .present([
            "mediaType": .string(mediaType), "digest": .string(digest.description), "size": ImageJSON(digest.size),
            "artifactType": artifactType.map { .string($0) }, "platform": platform?.json,
            "annotations": annotations.isEmpty ? nil : .texts(annotations),
        ])
    }
}

extension Digest {
    /// `sha256:` and 64 lower-case hexadecimal digits.
    package init?(written text: String, size: Int) {
        let digits = text.utf8.dropFirst(7)
        guard text.hasPrefix("sha256:"), digits.count == 64,
            digits.allSatisfy({ (48...57) ~= $0 || (97...102) ~= $0 })
        else { return nil }
        self.init(sha256: String(text.dropFirst(7)), size: size)
    }
}

/// By Go's names, which are those of the specification.
package struct ImagePlatform: Sendable, Hashable, CustomStringConvertible {
    package var os: String
    package var architecture: String
    /// Of the processor, e.g. `v7` of arm.
    package var variant: String?

    package init(os: String, architecture: String, variant: String? = nil) {
        self.os = os
        self.architecture = architecture
        self.variant = variant
    }

    init?(_ json: ImageJSON) {
        guard let os = json["os"]?.text, let architecture = json["architecture"]?.text else { return nil }
        self.init(os: os, architecture: architecture, variant: json["variant"]?.text)
    }

    var json: ImageJSON {
        .present([
            "os": .string(os), "architecture": .string(architecture), "variant": variant.map { .string($0) },
        ])
    }

    /// A processor without a variant is one of whatever variant there is.
    package func suits(_ wanted: ImagePlatform) -> Bool {
        os == wanted.os && architecture == wanted.architecture
            && (variant == wanted.variant || variant == nil || wanted.variant == nil || architecture == "arm64")
    }

    package var description: String { "\(os)/\(architecture)" + (variant.map { "/\($0)" } ?? "") }
}
