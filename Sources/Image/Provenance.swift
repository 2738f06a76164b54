/// How an image came to be, as a statement that others can sign; it knows no signature.
///
/// Source of the formats: in-toto Statement v1, SLSA provenance v1.
import Action

package let provenanceType = "application/vnd.in-toto+json"
package let provenancePredicate = "https://slsa.dev/provenance/v1"

/// What is known of a build of an image.
package struct Provenance: Sendable {
    /// What the image is called, and its manifest or index.
    package var name: String
    package var subject: Digest
    /// The artifact's name, and the program of each platform.
    package var artifact: String
    package var programs: [String: Digest]
    /// E.g. `go1.27.3`.
    package var goVersion: String
    /// The commit, and whether the tree had changes beside it; nil without git.
    package var commit: (id: String, isDirty: Bool)?
    /// Name and digest.
    package var base: (name: String, digest: String)?
    /// The program that made it, with its version.
    package var builder: String

    package init(
        name: String, subject: Digest, artifact: String, programs: [String: Digest], goVersion: String,
        commit: (id: String, isDirty: Bool)?, base: (name: String, digest: String)?, builder: String
    ) {
        self.name = name
        self.subject = subject
        self.artifact = artifact
        self.programs = programs
        self.goVersion = goVersion
        self.commit = commit
        self.base = base
        self.builder = builder
    }

    /// The same for the same commit: no times and no names of machines.
    package var statement: ImageJSON {
        var materials: [ImageJSON] = []
        if let commit {
            materials.append(
                .present([
                    "name": "source", "digest": ["gitCommit": .string(commit.id)],
                    "annotations": commit.isDirty ? ["modified": true] : nil,
                ]))
        }
        materials.append(["uri": .string("pkg:generic/go@\(goVersion.drop { !$0.isNumber })")])
        if let base {
            materials.append([
                "name": .string(base.name), "uri": .string("docker://\(base.name)"),
                "digest": ["sha256": .string(String(base.digest.dropFirst("sha256:".utf8.count)))],
            ])
        }
        let products = programs.keys.sorted().map { platform in
            ["name": .string("\(artifact) \(platform)"), "digest": ["sha256": .string(programs[platform]!.sha256)]] as ImageJSON
        }
        return [
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [["name": .string(name), "digest": ["sha256": .string(subject.sha256)]]],
            "predicateType": .string(provenancePredicate),
            "predicate": [
                "buildDefinition": [
                    "buildType": "urn:pipeline:image:1",
                    "externalParameters": [
                        "artifact": .string(artifact), "platforms": .array(programs.keys.sorted().map(ImageJSON.string)),
                    ],
                    "resolvedDependencies": .array(materials),
                ],
                "runDetails": ["builder": ["id": .string("urn:pipeline:\(builder)")], "byproducts": .array(products)],
            ],
        ]
    }
}
