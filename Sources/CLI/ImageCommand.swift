/// `pipeline image`: the artifact as an OCI image, without a daemon: written to disk, pushed to a registry, or both.
import Action
import ArgumentParser
import Diagnostics
import Dockerfile
import Files
import Image
import Pipeline
import Registry
import Report
import Run

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Make the image of `image:` without a daemon, from the binary that `run` links.",
        discussion: """
            The digest is the same on every machine. Files are from 1970, or from SOURCE_DATE_EPOCH.

            EXAMPLES
              pipeline image                                        only its digests
              pipeline image --output oci-dir:build/image
              pipeline image --output docker-archive:server.tar     for `docker load`
              pipeline image server --platforms linux/amd64,linux/arm64 --push registry.example.com/team/server:1.0
            """)

    @Argument(help: ArgumentHelp("The artifact, when it is not the one of `image:`.", valueName: "artifact"))
    var artifact: String?

    @Option(
        help: ArgumentHelp(
            "Write it there: oci-dir, oci-archive or docker-archive, a colon and a path. May be given more than once.",
            valueName: "form:path"))
    var output: [String] = []

    @Option(help: ArgumentHelp("GOOS/GOARCH pairs, with commas between them; else those of the artifact.", valueName: "list"))
    var platforms: String?

    @Option(help: ArgumentHelp("Push it to a registry under this name.", valueName: "reference"))
    var push: String?

    @Option(help: ArgumentHelp("What it is called in --output; else the tag of --push, else latest.", valueName: "tag"))
    var tag: String?

    @Option(help: ArgumentHelp("The certificates that go into the image, where it is to have any.", valueName: "file"))
    var certificates: String?

    @Option(help: ArgumentHelp("Take the base image from this OCI layout, not from its registry.", valueName: "folder"))
    var baseLayout: String?

    @Flag(help: "Attach neither a bill of materials nor provenance.")
    var noAttest = false

    @Flag(help: "Speak http, not https, to registries of other machines.")
    var plainHTTP = false

    @Flag(help: "Print one JSON object; see docs/json.md.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func validate() throws {
        if let tag, !isTag(tag) { throw ValidationError("--tag wants letters, digits and any of `._-`") }
        _ = try forms()
    }

    private func forms() throws -> [(form: ImageForm, path: String)] {
        try output.map { text in
            guard let colon = text.firstIndex(of: ":"), let form = ImageForm(rawValue: String(text[..<colon])),
                case let path = String(text[text.index(after: colon)...]), !path.isEmpty
            else {
                let known = ImageForm.allCases.map { "\($0.rawValue):PATH" }.joined(separator: ", ")
                throw ValidationError("--output wants one of \(known), not \(text)")
            }
            return (form, path)
        }
    }

    private func wantedPlatforms() throws -> [Platform] {
        var wanted: [Platform] = []
        for text in (platforms ?? "").split(separator: ",") {
            guard let platform = Platform(String(text)), platform.os == "linux" else {
                throw ImageError(
                    "image/bad-platform", "an image cannot be made for \(text)",
                    help: "say platforms of linux, as in --platforms linux/amd64,linux/arm64")
            }
            if !wanted.contains(platform) { wanted.append(platform) }
        }
        return wanted
    }

    func run() async throws {
        let output = words.output(json: json)
        do {
            let report = try await make(output)
            output.print(json ? renderImageJSON(report) : renderImage(report))
        } catch let error as ImageError {
            throw CommandFailure(error, output)
        } catch let error as RegistryError {
            throw CommandFailure(error, output)
        } catch let error as FileError {
            throw CommandFailure(.environment, "image/unwritable", "\(error)", output)
        }
    }

    private func make(_ output: Output) async throws -> ImageReport {
        let workspace = try Workspace(place, output)
        let (forms, wanted) = (try forms(), try wantedPlatforms())
        let target = try push.map { try ImageReference($0) }
        guard target?.digest == nil else {
            throw RegistryError("registry/bad-reference", "\(push!) has a digest, which an image gets from what is in it", help: "name a tag")
        }
        let time = try imageTime(workspace.environment)
        let built = try await link(workspace, output, wanted)
        let image = built.image
        let base = image.isOnScratch ? nil : try ImageReference(image.base.value)
        let baseOptions = try await registryOptions(base, workspace)
        let pushOptions = try await registryOptions(target, workspace)
        let making = ImageMaking(
            workspace: workspace, built: built, time: time, certificates: certificates.map(workspace.path),
            baseLayout: baseLayout.map(workspace.path), attests: !noAttest)
        let name = tag ?? target?.tag ?? "latest"
        // From here on a signal ends the process: what is half written stands beside its place.
        for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
        return try await onThread {
            let bases = try baseOptions.map {
                try ImageBases(image.base.value, layout: making.baseLayout, store: workspace.store, options: $0)
            }
            let bundle = try making.bundle(bases)
            var report = making.report(bundle)
            for (form, path) in forms {
                let called = form == .dockerArchive ? "\(target.map { "\($0.registry)/\($0.repository)" } ?? image.artifact.value):\(name)" : name
                try writeImage(bundle, as: form, to: workspace.path(path), name: called, time: time)
                report.outputs.append("\(form.rawValue):\(path)")
            }
            if let target, let pushOptions {
                let client = try RegistryClient(target, actions: "pull,push", options: pushOptions)
                let sources = base.map { $0.registry == target.registry ? [$0.repository] : [] } ?? []
                let done = try client.push(bundle, from: sources) { output.remark($0) }
                report.push = ImageReport.Push(
                    reference: "\(target)", present: done.present, mounted: done.mounted, uploaded: done.uploaded,
                    uploadedBytes: done.uploadedBytes, requests: done.requests)
            }
            return report
        }
    }

    private func registryOptions(_ reference: ImageReference?, _ workspace: Workspace) async throws -> RegistryOptions? {
        guard let reference else { return nil }
        return try await workspace.registryOptions(for: reference, plain: plainHTTP)
    }

    /// Builds what the image is of, and sees that it can start there.
    private func link(_ workspace: Workspace, _ output: Output, _ wanted: [Platform]) async throws -> BuiltImage {
        let named = artifact
        let session = ArtifactSession(workspace: workspace, output: output) { pipeline in
            guard let name = named ?? pipeline.imagedArtifact,
                let index = pipeline.artifacts.firstIndex(where: { $0.name.value == name })
            else { return }
            let range = pipeline.artifacts[index].name.range
            // What is not for linux is not linked for an image.
            let shipped = pipeline.artifacts[index].platforms.filter { $0.value.os == "linux" }
            if !wanted.isEmpty {
                pipeline.artifacts[index].platforms = wanted.map { Located($0, at: range) }
            } else if !shipped.isEmpty {
                pipeline.artifacts[index].platforms = shipped
            }
        }
        let (prepared, linked) = try await session.link(pipeline: place.pipeline) { prepared in
            let pipeline = prepared.pipeline
            let names = pipeline.artifacts.map(\.name.value)
            guard let name = named ?? pipeline.imagedArtifact, let found = pipeline.artifacts.first(where: { $0.name.value == name })
            else {
                throw ImageError(
                    "image/which-artifact", named.map { "there is no artifact `\($0)`" } ?? "nothing says which artifact the image is of",
                    help: names.isEmpty
                        ? "declare one under `artifacts:`" : "artifacts: \(names.joined(separator: ", "))")
            }
            try check(pipeline.image?.around(found) ?? ImageDeclaration(of: found), of: found, prepared)
            return [found]
        }
        // In the order asked for: that of the links is a matter of luck.
        let shipped = linked.filter { $0.platform.os == "linux" }.sorted { a, b in
            func position(_ one: ArtifactSession.Linked) -> Int {
                one.artifact.platforms.firstIndex { $0.value == one.platform } ?? 0
            }
            return position(a) < position(b)
        }
        guard let first = shipped.first else { throw notForLinux }
        let image = prepared.pipeline.image?.around(first.artifact) ?? ImageDeclaration(of: first.artifact)
        let findings = try shipped.flatMap { one in
            checkStaticArtifact(
                try readFile(one.program), of: one.artifact, for: one.platform, in: image, prepared.facts,
                file: prepared.pipeline.file, source: prepared.source)
        }
        guard !findings.hasErrors else { throw CommandFailure(.misuse, findings, output) }
        return BuiltImage(image: image, linked: shipped, toolchain: prepared.facts.toolchain, git: prepared.facts.git)
    }

    /// What can be known before anything is linked.
    private func check(_ image: ImageDeclaration, of artifact: ArtifactDeclaration, _ prepared: Prepared) throws {
        guard image.extra.final == nil else {
            throw ImageError(
                "image/extra", "`image: { extra: { final: … } }` is instructions for a builder, and here is none",
                help: "build the image with `pipeline dockerfile`, or say the same with other keys of `image:`")
        }
        if !artifact.platforms.isEmpty, !artifact.platforms.contains(where: { $0.value.os == "linux" }) { throw notForLinux }
        if image.hasCertificates, certificates == nil { throw image.certificatesNeeded }
    }
}

private let notForLinux = ImageError(
    "image/not-for-linux", "the artifact is not built for linux",
    help: "say `--platforms linux/amd64`, or give the artifact `platforms: [linux/amd64, linux/arm64]`")

extension Pipeline {
    /// What an image is of when nobody says.
    fileprivate var imagedArtifact: String? { image?.artifact.value ?? (artifacts.count == 1 ? artifacts[0].name.value : nil) }
}

extension Workspace {
    /// As the user means it, from where they are.
    func path(_ written: String) -> String { written.hasPrefix("/") ? written : "\(directory)/\(written)" }
}

/// Of every file and every document: SOURCE_DATE_EPOCH, or 0.
private func imageTime(_ environment: [String: String]) throws -> Int {
    guard let text = environment["SOURCE_DATE_EPOCH"], !text.isEmpty else { return 0 }
    // What a tar archive's header has room for.
    guard let seconds = Int(text), (0..<(1 << 33)).contains(seconds) else {
        throw ImageError("image/bad-time", "SOURCE_DATE_EPOCH is \(text), which is no number of seconds since 1970")
    }
    return seconds
}
