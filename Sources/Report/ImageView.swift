/// An image that was made, for people and for programs; it knows digests and places, not how they came to be.
import Action

package struct ImageReport: Sendable {
    package struct Platform: Sendable {
        package var platform: String
        package var manifest: Digest
        package var config: Digest
        package var layers: [Digest]
        /// The linked file that is in it.
        package var program: Digest
        /// In the image.
        package var path: String

        package init(
            platform: String, manifest: Digest, config: Digest, layers: [Digest], program: Digest, path: String
        ) {
            self.platform = platform
            self.manifest = manifest
            self.config = config
            self.layers = layers
            self.program = program
            self.path = path
        }
    }

    /// What a registry was told.
    package struct Push: Sendable {
        package var reference: String
        package var present: Int
        package var mounted: Int
        package var uploaded: Int
        package var uploadedBytes: Int
        package var requests: Int

        package init(
            reference: String, present: Int, mounted: Int, uploaded: Int, uploadedBytes: Int, requests: Int
        ) {
            self.reference = reference
            self.present = present
            self.mounted = mounted
            self.uploaded = uploaded
            self.uploadedBytes = uploadedBytes
            self.requests = requests
        }
    }

    package var artifact: String
    /// The index, or the only manifest.
    package var root: Digest
    package var mediaType: String
    package var platforms: [Platform]
    /// Type and manifest of what is said of the image.
    package var referrers: [(type: String, subject: Digest, manifest: Digest)]
    /// `FORM:PATH`.
    package var outputs: [String]
    package var push: Push?

    package init(
        artifact: String, root: Digest, mediaType: String, platforms: [Platform],
        referrers: [(type: String, subject: Digest, manifest: Digest)]
    ) {
        self.artifact = artifact
        self.root = root
        self.mediaType = mediaType
        self.platforms = platforms
        self.referrers = referrers
        outputs = []
    }
}

package func renderImage(_ image: ImageReport) -> String {
    var lines = ["image \(image.artifact) \(image.root)"]
    for platform in image.platforms {
        let size = platform.layers.reduce(0) { $0 + $1.size }
        let count = platform.layers.count
        lines.append("  \(platform.platform) \(platform.manifest), \(count) layer\(count == 1 ? "" : "s"), \(size) bytes")
        lines.append("    \(platform.path) is the pipeline's artifact.\(image.artifact), \(platform.program)")
    }
    for referrer in image.referrers { lines.append("  \(referrer.type) \(referrer.manifest)") }
    for output in image.outputs { lines.append("wrote \(output)") }
    if let push = image.push {
        lines.append(
            "pushed \(push.reference): \(push.uploaded) uploaded (\(push.uploadedBytes) bytes), \(push.mounted) mounted, \(push.present) there already")
    }
    return lines.joined(separator: "\n") + "\n"
}

package func renderImageJSON(_ image: ImageReport) -> String {
    JSON.object([
        ("version", .number(1)), ("artifact", .string(image.artifact)), ("digest", .string(image.root.description)),
        ("media_type", .string(image.mediaType)), ("platforms", .array(image.platforms.map(json))),
        (
            "referrers",
            .array(
                image.referrers.map { referrer in
                    JSON.object([
                        ("type", .string(referrer.type)), ("subject", .string(referrer.subject.description)),
                        ("digest", .string(referrer.manifest.description)),
                    ])
                })
        ), ("outputs", .array(image.outputs.map { JSON.string($0) })), ("push", image.push.map(json) ?? .null),
    ]).text + "\n"
}

private func json(_ platform: ImageReport.Platform) -> JSON {
    let layers = platform.layers.map { layer in
        JSON.object([("digest", .string(layer.description)), ("size", .number(layer.size))])
    }
    return .object([
        ("platform", .string(platform.platform)), ("digest", .string(platform.manifest.description)),
        ("config", .string(platform.config.description)), ("layers", .array(layers)),
        (
            "program",
            .object([
                ("path", .string(platform.path)), ("digest", .string(platform.program.description)),
                ("size", .number(platform.program.size)),
            ])
        ),
    ])
}

private func json(_ push: ImageReport.Push) -> JSON {
    .object([
        ("reference", .string(push.reference)), ("present", .number(push.present)), ("mounted", .number(push.mounted)),
        ("uploaded", .number(push.uploaded)), ("uploaded_bytes", .number(push.uploadedBytes)),
        ("requests", .number(push.requests)),
    ])
}
