/// How a program or an image came to be, as a statement that others can sign; it knows no signature.
///
/// Source of the formats: in-toto Statement v1, SLSA provenance v1.
import Action

package let provenanceType = "application/vnd.in-toto+json"
package let provenancePredicate = "https://slsa.dev/provenance/v1"

/// What is known of a build.
package struct Provenance: Sendable {
    /// Something that went into it: a "resource descriptor".
    package struct Material: Sendable {
        package var name: String?
        package var uri: String?
        /// Hexadecimal, by algorithm.
        package var digest: [String: String]
        package var annotations: [String: ImageJSON]

        package init(name: String? = nil, uri: String? = nil, digest: [String: String] = [:], annotations: [String: ImageJSON] = [:]) {
            self.name = name
            self.uri = uri
            self.digest = digest
            self.annotations = annotations
        }

        /// The tree had changes beside the commit when it `isDirty`.
        package static func commit(_ id: String, isDirty: Bool) -> Material {
            Material(name: "source", digest: ["gitCommit": id], annotations: isDirty ? ["modified": true] : [:])
        }

        /// `version`: e.g. `go1.27.3`.
        package static func go(_ version: String) -> Material { Material(uri: "pkg:generic/go@\(version.drop { !$0.isNumber })") }

        /// A file of the repository.
        package static func file(_ path: String, _ content: Digest) -> Material {
            Material(name: path, digest: ["sha256": content.sha256])
        }
    }

    /// What it is about.
    package var subjects: [(name: String, digest: Digest)]
    /// Names the kind of build, and so what the parameters mean.
    package var buildType: String
    /// What a user asked for, and what followed from it.
    package var parameters: [String: ImageJSON]
    package var settings: [String: ImageJSON] = [:]
    package var materials: [Material]
    /// The program that made it, with its version: `pipeline:1.0`.
    package var builder: String
    package var byproducts: [(name: String, digest: Digest)] = []

    package init(
        subjects: [(name: String, digest: Digest)], buildType: String, parameters: [String: ImageJSON], materials: [Material],
        builder: String
    ) {
        self.subjects = subjects
        self.buildType = buildType
        self.parameters = parameters
        self.materials = materials
        self.builder = builder
    }

    /// Of an image: `subject` is its manifest or index, `programs` are those of the artifact by platform, and `base` is the
    /// name and the digest of what it is built on.
    package init(
        name: String, subject: Digest, artifact: String, programs: [String: Digest], goVersion: String,
        commit: (id: String, isDirty: Bool)?, base: (name: String, digest: String)?, builder: String
    ) {
        let platforms = programs.keys.sorted()
        var materials = commit.map { [Material.commit($0.id, isDirty: $0.isDirty)] } ?? []
        materials.append(.go(goVersion))
        if let base {
            materials.append(
                Material(
                    name: base.name, uri: "docker://\(base.name)",
                    digest: ["sha256": String(base.digest.dropFirst("sha256:".utf8.count))]))
        }
        self.init(
            subjects: [(name, subject)], buildType: "urn:pipeline:image:1",
            parameters: ["artifact": .string(artifact), "platforms": .array(platforms.map(ImageJSON.string))], materials: materials,
            builder: builder)
        byproducts = platforms.map { ("\(artifact) \($0)", programs[$0]!) }
    }

    /// The same for the same commit: no times and no names of machines.
    package var statement: ImageJSON {
        let products = byproducts.map { ["name": .string($0.name), "digest": ["sha256": .string($0.digest.sha256)]] as ImageJSON }
        return inTotoStatement(
            of: subjects, provenancePredicate,
            [
                "buildDefinition": .present([
                    "buildType": .string(buildType), "externalParameters": .object(parameters),
                    "internalParameters": settings.isEmpty ? nil : .object(settings),
                    "resolvedDependencies": .array(materials.map(\.json)),
                ]),
                "runDetails": .present([
                    "builder": ["id": .string("urn:pipeline:\(builder)")], "byproducts": products.isEmpty ? nil : .array(products),
                ]),
            ])
    }
}

/// What `predicate` says, of content that is named by its digest.
package func inTotoStatement(
    of subjects: [(name: String, digest: Digest)], _ predicateType: String, _ predicate: ImageJSON
) -> ImageJSON {
    [
        "_type": .string(statementType),
        "subject": .array(subjects.map { ["name": .string($0.name), "digest": ["sha256": .string($0.digest.sha256)]] }),
        "predicateType": .string(predicateType), "predicate": predicate,
    ]
}

package let statementType = "https://in-toto.io/Statement/v1"

extension Provenance.Material {
    var json: ImageJSON {
        .present([
            "name": name.map(ImageJSON.string), "uri": uri.map(ImageJSON.string),
            "digest": digest.isEmpty ? nil : .texts(digest), "annotations": annotations.isEmpty ? nil : .object(annotations),
        ])
    }
}
