/// What is said of an image by manifests of their own, which registries list beside it; it knows no particular statement.
///
/// Source of the format: OCI image specification 1.1, "Guidelines for Artifact Usage" and "Image Manifest", `subject`.
import Action

package struct Referrer: Sendable {
    package var subject: ContentDescriptor
    package var manifest: ContentDescriptor
    /// What the manifest names.
    package var parts: [ContentDescriptor]
    package var documents: [Digest: [UInt8]]

    /// `document` says something of `subject`, a manifest or an index, in the format that `type` names.
    package init(of subject: ContentDescriptor, type: String, document: ImageJSON, annotations: [String: String] = [:]) {
        var documents: [Digest: [UInt8]] = [:]
        let part = addDocument(document, type, to: &documents)
        let empty = addDocument(.object([:]), MediaType.empty, to: &documents)
        let plain = ContentDescriptor(mediaType: subject.mediaType, digest: subject.digest)
        manifest = addDocument(
            .present([
                "schemaVersion": 2, "mediaType": .string(MediaType.manifest), "artifactType": .string(type),
                "config": empty.json, "layers": .array([part.json]), "subject": plain.json,
                "annotations": annotations.isEmpty ? nil : .texts(annotations),
            ]), MediaType.manifest, to: &documents)
        manifest.artifactType = type
        manifest.annotations = annotations
        self.subject = plain
        parts = [part, empty]
        self.documents = documents
    }
}

extension ContentDescriptor {
    /// The tag under which a registry without a list of referrers is told of them: OCI distribution specification 1.1,
    /// "Referrers Tag Schema".
    package var referrersTag: String { "sha256-\(digest.sha256)" }
}

/// The list under that tag with `added` in it; the same bytes when they are there already. Nil when `present` is no index.
package func referrersIndex(_ present: [UInt8]?, adding added: [ContentDescriptor]) -> [UInt8]? {
    var manifests: [ImageJSON] = []
    if let present {
        guard let index = ImageJSON(present), let list = index["manifests"]?.list else { return nil }
        manifests = list
    }
    let known = Set(manifests.compactMap { $0["digest"]?.text })
    let news = added.filter { !known.contains($0.digest.description) }
    if let present, news.isEmpty { return present }
    let index: ImageJSON = [
        "schemaVersion": 2, "mediaType": .string(MediaType.index), "manifests": .array(manifests + news.map(\.json)),
    ]
    return index.bytes
}
