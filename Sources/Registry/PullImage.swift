/// Contents out of a registry, each checked against its digest before anybody sees it.
///
/// Source of the protocol: OCI distribution specification 1.1, "Pull".
import Action
import Image

extension RegistryClient {
    /// A manifest or an index by its digest.
    package func manifest(digest: String) throws(RegistryError) -> [UInt8] {
        var request = HTTPRequest("GET", address("manifests/\(digest)"))
        request.headers = MediaType.manifests.map { ("Accept", $0) }
        let answer = try send(request)
        guard answer.status == 200 else { throw refusal("read: \(reference.repository)@\(digest)", answer) }
        guard Digest(of: answer.body).description == digest else { throw wrongContent(digest) }
        return answer.body
    }

    /// A content that a manifest names.
    package func blob(_ descriptor: ContentDescriptor) throws(RegistryError) -> [UInt8] {
        var request = HTTPRequest("GET", address("blobs/\(descriptor.digest)"))
        request.limit = descriptor.digest.size + 4096
        let answer = try send(request)
        guard answer.status == 200 else { throw refusal("read: \(descriptor.digest) of \(reference.repository)", answer) }
        guard Digest(of: answer.body) == descriptor.digest else { throw wrongContent(descriptor.digest.description) }
        return answer.body
    }

    /// The digest that a tag leads to now.
    package func digest(ofTag tag: String) throws(RegistryError) -> String? {
        var request = HTTPRequest("HEAD", address("manifests/\(tag)"))
        request.headers = MediaType.manifests.map { ("Accept", $0) }
        let answer = try send(request)
        if answer.status == 404 { return nil }
        guard answer.status == 200 else { throw refusal("looked up: \(reference.repository):\(tag)", answer) }
        return answer.header("docker-content-digest")
    }

    private func wrongContent(_ digest: String) -> RegistryError {
        RegistryError(
            "registry/wrong-content", "what \(reference.registry) has as \(digest) of \(reference.repository) is something else")
    }
}
