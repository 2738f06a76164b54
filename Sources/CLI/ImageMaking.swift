/// From linked programs to an image with what is said of it; it knows no option and writes nothing but the store.
import Action
import Files
import Git
import Go
import Image
import Pipeline
import Report

/// What an image is made of.
struct BuiltImage: Sendable {
    var image: ImageDeclaration
    /// One a platform.
    var linked: [ArtifactSession.Linked]
    var toolchain: GoToolchain
    /// What its labels may name.
    var git: [Reference.GitFact: String]
}

struct ImageMaking: Sendable {
    let workspace: Workspace
    let built: BuiltImage
    /// Seconds since 1970.
    let time: Int
    /// Absolute paths.
    let certificates: String?
    let baseLayout: String?
    let attests: Bool

    /// Blocks on files and registries.
    func bundle(_ bases: ImageBases?) throws -> ImageBundle {
        let image = built.image
        let goRoot = built.toolchain.environment["GOROOT"] ?? parentFolder(of: parentFolder(of: built.toolchain.executable))
        let files = try image.files(ImageFileSources(certificates: certificates, goRoot: goRoot))
        let store = workspace.store
        var recipes: [ImageRecipe] = []
        for linked in built.linked {
            let platform = ImagePlatform(linked.platform, linked.artifact)
            recipes.append(
                try image.recipe(
                    for: platform, base: bases?.base(for: platform), files: files, linked: linked.program, linked.digest,
                    time: time, git: built.git, blobs: store.blobs, memory: StoredLayers(store: store)))
        }
        var bundle = ImageBundle(
            recipes.map(assembleImage), annotations: recipes.count > 1 ? imageAnnotations(recipes[0]) : [:],
            blobs: store.blobs, fetch: { try bases?.fetch($0) ?? { throw ImageError.lost($0) }($0) })
        if attests { try attest(&bundle, recipes.first?.base) }
        try checkForSecrets(bundle, files)
        return bundle
    }

    /// Whoever gets the image would get them.
    private func checkForSecrets(_ bundle: ImageBundle, _ files: [LayerFile]) throws {
        let mask = knownSecrets.mask
        if mask.isEmpty { return }
        func check(_ name: String?, _ part: String) throws {
            guard let name else { return }
            throw ImageError(
                "image/holds-secret", "\(part) holds the secret \(name)",
                help: "give it to the running program in its environment, not in the image")
        }
        for document in bundle.documents.values { try check(mask.secret(in: document), "what the image says of itself") }
        var contents = built.linked.map { ("the program \($0.artifact.name.value)", $0.program) }
        for case .file(let path, _) in files.map(\.content) { contents.append((path, path)) }
        for (part, path) in contents {
            var search = mask.search()
            try readPieces(of: path) { search.add($0) }
            try check(search.found, part)
        }
    }

    /// A bill of materials for each platform's program, and provenance for the whole.
    private func attest(_ bundle: inout ImageBundle, _ base: BaseImage?) throws {
        let name = built.image.artifact.value
        var programs: [String: Digest] = [:]
        for (assembled, linked) in zip(bundle.images, built.linked) {
            programs["\(linked.platform)"] = linked.digest
            guard let build = GoBuildInfo(program: try readFile(linked.program)) else { continue }
            let bill = billOfMaterials(of: name, digest: linked.digest, build, creator: "pipeline-\(version)", time: time)
            bundle.add(Referrer(of: assembled.manifest, type: billOfMaterialsType, document: bill))
        }
        let provenance = Provenance(
            name: name, subject: bundle.root.digest, artifact: name, programs: programs,
            goVersion: "go\(built.toolchain.version)", commit: commit(), base: base.map { ($0.name, $0.digest) },
            builder: "pipeline:\(version)")
        bundle.add(
            Referrer(
                of: bundle.root, type: provenanceType, document: provenance.statement,
                annotations: ["in-toto.io/predicate-type": provenancePredicate]))
    }

    /// Nil outside git, and where git cannot be read: then nothing is said of a commit.
    private func commit() -> (id: String, isDirty: Bool)? {
        guard let repository = try? workspace.gitRepository(), let head = try? repository.head(),
            let isDirty = try? repository.isDirty() || repository.hasUntracked()
        else { return nil }
        return (head.id, isDirty)
    }

    func report(_ bundle: ImageBundle) -> ImageReport {
        ImageReport(
            artifact: built.image.artifact.value, root: bundle.root.digest, mediaType: bundle.root.mediaType,
            platforms: zip(bundle.images, built.linked).map { image, linked in
                ImageReport.Platform(
                    platform: "\(image.platform)", manifest: image.manifest.digest, config: image.config.digest,
                    layers: image.layers.map(\.digest), program: linked.digest, path: built.image.program)
            },
            referrers: bundle.referrers.map { ($0.manifest.artifactType ?? "", $0.subject.digest, $0.manifest.digest) })
    }
}
