/// Reads an image out of an OCI layout on disk, by its digest, without trust in what lies there.
///
/// Source of the format: OCI image specification 1.1, "Image Layout".
import Action
import Files

package struct ImageLayout: Sendable {
    package let path: String

    /// An error when there is no layout.
    package init(_ path: String) throws(ImageError) {
        self.path = path
        guard let bytes = try? readFile("\(path)/oci-layout"), ImageJSON(bytes)?["imageLayoutVersion"] != nil else {
            throw ImageError("image/no-layout", "\(path) is no OCI layout: it has no oci-layout file")
        }
    }

    /// A content whose size need not be known.
    package func content(digest: String) throws(ImageError) -> [UInt8] {
        guard let name = Digest(written: digest, size: 0)?.sha256 else {
            throw ImageError("image/bad-digest", "\(digest) is no SHA-256 digest")
        }
        guard let bytes = try? readFile("\(path)/blobs/sha256/\(name)") else {
            throw ImageError("image/not-in-layout", "\(path) does not have \(digest)")
        }
        guard Digest(of: bytes).description == digest else {
            throw ImageError("image/damaged-layout", "in \(path) the content called \(digest) is another")
        }
        return bytes
    }
}

/// A document of a base image: the index and manifests are asked for in another way than what they name.
package enum BaseDocument {
    case manifest(digest: String)
    case configuration(ContentDescriptor)

    package var digest: String {
        switch self {
        case .manifest(let digest): digest
        case .configuration(let descriptor): descriptor.digest.description
        }
    }
}

/// The image of `digest` for `platform`, `content` being where its documents are had.
package func readBase(
    named name: String, digest: String, for platform: ImagePlatform, content: (BaseDocument) throws -> [UInt8]
) throws -> BaseImage {
    func document(_ part: BaseDocument) throws -> ImageJSON {
        guard let json = ImageJSON(try content(part)) else {
            throw ImageError("image/bad-base", "\(part.digest) of the base image \(name) is not JSON")
        }
        return json
    }
    var manifest = try document(.manifest(digest: digest))
    if manifest["manifests"] != nil {
        let entries = manifest["manifests"]!.list.compactMap(ContentDescriptor.init)
        guard let entry = entries.first(where: { $0.platform?.suits(platform) == true }) else {
            let known = Set(entries.compactMap { $0.platform?.description }).subtracting(["unknown/unknown"]).sorted()
            throw ImageError(
                "image/base-platform", "the base image \(name) is not there for \(platform)",
                help: known.isEmpty ? nil : "it is there for \(known.joined(separator: ", "))")
        }
        manifest = try document(.manifest(digest: entry.digest.description))
    }
    let layers = (manifest["layers"]?.list ?? []).map(ContentDescriptor.init)
    guard let config = manifest["config"].flatMap(ContentDescriptor.init), layers.allSatisfy({ $0 != nil }) else {
        throw ImageError("image/bad-base", "the base image \(name) has a manifest that names no configuration or no layers")
    }
    let base = BaseImage(
        name: name, digest: digest, config: try document(.configuration(config)), layers: layers.compactMap { $0 })
    guard let rootfs = base.config["rootfs"]?["diff_ids"]?.list, rootfs.count == base.layers.count else {
        throw ImageError("image/bad-base", "the base image \(name) has other layers in its configuration than in its manifest")
    }
    guard let os = base.config["os"]?.text, let architecture = base.config["architecture"]?.text,
        os == platform.os, architecture == platform.architecture
    else {
        throw ImageError(
            "image/base-platform",
            "the base image \(name) is for \(base.config["os"]?.text ?? "?")/\(base.config["architecture"]?.text ?? "?"), not for \(platform)")
    }
    return base
}
