/// An image into a registry: first what is named, then who names it, and nothing that is there already.
///
/// Source of the protocol: OCI distribution specification 1.1, "Push".
import Action
import Image

/// What a push did.
package struct PushReport: Sendable, Hashable {
    /// Contents that the registry had.
    package var present = 0
    /// Contents that it took over from another of its repositories.
    package var mounted = 0
    package var uploaded = 0
    /// Of what was uploaded.
    package var uploadedBytes = 0
    /// Requests of any kind.
    package var requests = 0
}

extension RegistryClient {
    /// The image gets the reference's tag, if it has one. `sources` are repositories of this registry that may have some
    /// of the contents.
    package func push(
        _ bundle: ImageBundle, from sources: [String] = [], progress: (String) -> Void = { _ in }
    ) throws -> PushReport {
        var report = PushReport()
        for source in sources { alsoRead(source) }
        for part in bundle.parts {
            try push(part, bundle, from: sources, &report, progress)
        }
        for manifest in bundle.manifests {
            let isRoot = manifest.digest == bundle.root.digest
            try push(
                manifest, bundle.content(manifest), as: isRoot ? reference.tag ?? manifest.digest.description : nil, &report,
                progress)
        }
        for subject in Set(bundle.referrers.map(\.subject)).sorted(by: { $0.digest.sha256 < $1.digest.sha256 }) {
            try list(bundle.referrers.filter { $0.subject == subject }.map(\.manifest), of: subject, &report)
        }
        report.requests = requests
        return report
    }

    // MARK: - Contents

    private func push(
        _ part: ContentDescriptor, _ bundle: ImageBundle, from sources: [String], _ report: inout PushReport,
        _ progress: (String) -> Void
    ) throws {
        if try has(part) {
            report.present += 1
            return
        }
        for source in sources where source != reference.repository {
            if try mount(part, from: source) {
                report.mounted += 1
                progress("took \(part.digest) over from \(source)")
                return
            }
        }
        let bytes = try bundle.content(part)
        // What breaks in the middle is begun again: how much arrived is not always known.
        var attempt = 1
        while !(try upload(bytes, part.digest, mayFail: attempt < options.tries)) {
            attempt += 1
            if try has(part) { break }
        }
        report.uploaded += 1
        report.uploadedBytes += bytes.count
        progress("uploaded \(part.digest), \(bytes.count) bytes")
    }

    private func has(_ part: ContentDescriptor) throws(RegistryError) -> Bool {
        let answer = try send(HTTPRequest("HEAD", address("blobs/\(part.digest)")))
        if answer.status == 404 { return false }
        guard answer.status == 200 else { throw refusal("looked up: \(part.digest) of \(reference.repository)", answer) }
        return true
    }

    /// Not taken over is no error: the registry may not do such things, or not have it.
    private func mount(_ part: ContentDescriptor, from source: String) throws(RegistryError) -> Bool {
        let url = adding("from", source, to: adding("mount", part.digest.description, to: address("blobs/uploads/")))
        var request = HTTPRequest("POST", url)
        request.body = []
        let answer = try send(request)
        if answer.status == 202, let location = answer.header("location") {
            // The registry has begun an upload instead, which is not wanted yet.
            _ = try? send(HTTPRequest("DELETE", resolve(location, against: request.url)), again: false)
        }
        return answer.status == 201
    }

    /// False when it broke, and `mayFail`.
    private func upload(_ bytes: [UInt8], _ digest: Digest, mayFail: Bool) throws(RegistryError) -> Bool {
        var begin = HTTPRequest("POST", address("blobs/uploads/"))
        begin.body = []
        let begun = try send(begin)
        guard begun.status == 202, let location = begun.header("location") else {
            throw refusal("uploaded to \(reference.repository)", begun)
        }
        var place = resolve(location, against: begin.url)
        var rest = bytes[...]
        let piece = max(options.piece, begun.header("oci-chunk-min-length").flatMap(Int.init) ?? 0)
        while rest.count > piece {
            var request = HTTPRequest("PATCH", place)
            request.body = rest.prefix(piece)
            request.headers = [
                ("Content-Type", "application/octet-stream"),
                ("Content-Range", "\(rest.startIndex)-\(rest.startIndex + piece - 1)"),
            ]
            guard let answer = try once(request, mayFail: mayFail) else { return false }
            guard answer.status == 202 else { throw refusal("uploaded to \(reference.repository)", answer) }
            if let next = answer.header("location") { place = resolve(next, against: place) }
            rest = rest.dropFirst(piece)
        }
        var finish = HTTPRequest("PUT", adding("digest", digest.description, to: place))
        finish.body = rest
        finish.headers = [("Content-Type", "application/octet-stream")]
        if rest.startIndex > 0 {
            finish.headers.append(("Content-Range", "\(rest.startIndex)-\(rest.startIndex + rest.count - 1)"))
        }
        guard let answer = try once(finish, mayFail: mayFail) else { return false }
        guard answer.status == 201 || answer.status == 204 else { throw refusal("uploaded to \(reference.repository)", answer) }
        return true
    }

    /// Nil when the connection or the registry failed, and `mayFail`.
    private func once(_ request: HTTPRequest, mayFail: Bool) throws(RegistryError) -> HTTPAnswer? {
        do throws(RegistryError) {
            let answer = try send(request, again: false)
            return mayFail && isPassing(answer.status) ? nil : answer
        } catch {
            guard mayFail, error.id == "registry/unreachable" else { throw error }
            return nil
        }
    }

    // MARK: - Manifests

    private func push(
        _ manifest: ContentDescriptor, _ bytes: [UInt8], as tag: String?, _ report: inout PushReport,
        _ progress: (String) -> Void
    ) throws(RegistryError) {
        let version = tag ?? manifest.digest.description
        if try digest(ofTag: version) == manifest.digest.description {
            report.present += 1
            return
        }
        try put(bytes, manifest.mediaType, as: version)
        report.uploaded += 1
        report.uploadedBytes += bytes.count
        progress("uploaded \(version), \(bytes.count) bytes")
    }

    private func put(_ bytes: [UInt8], _ type: String, as version: String) throws(RegistryError) {
        var request = HTTPRequest("PUT", address("manifests/\(version)"))
        request.headers = [("Content-Type", type)]
        request.body = bytes[...]
        let answer = try send(request)
        guard (200...204).contains(answer.status) else {
            throw refusal("uploaded: \(reference.repository):\(version)", answer)
        }
    }

    /// A registry that lists referrers does so by itself; any other is told by a tag.
    private func list(
        _ referrers: [ContentDescriptor], of subject: ContentDescriptor, _ report: inout PushReport
    ) throws(RegistryError) {
        let known = try send(HTTPRequest("GET", address("referrers/\(subject.digest)")))
        if known.status == 200, ImageJSON(known.body)?["manifests"] != nil { return }
        var request = HTTPRequest("GET", address("manifests/\(subject.referrersTag)"))
        request.headers = [("Accept", MediaType.index)]
        let answer = try send(request)
        guard answer.status == 200 || answer.status == 404 else { throw refusal("read: \(subject.referrersTag)", answer) }
        let present = answer.status == 200 ? answer.body : nil
        guard let index = referrersIndex(present, adding: referrers) else {
            throw RegistryError(
                "registry/bad-referrers", "the tag \(subject.referrersTag) of \(reference.repository) is no list of referrers",
                help: "remove that tag, or push with --no-attest")
        }
        if index == present { return }
        try put(index, MediaType.index, as: subject.referrersTag)
        report.uploaded += 1
        report.uploadedBytes += index.count
    }
}
