/// `pipeline dockerfile`: the production Dockerfile of the pipeline's image, printed, written or checked.
import ArgumentParser
import Diagnostics
import Dockerfile
import Files
import Report

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct DockerfileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dockerfile",
        abstract: "Emit the multi-stage Dockerfile of `image:`, from the plan that `run` uses.",
        discussion: """
            EXAMPLES
              pipeline dockerfile
              pipeline dockerfile --write Dockerfile
              pipeline dockerfile --check Dockerfile     in CI: exit 1 with a diff when it is not up to date
              pipeline dockerfile --dockerignore --write .dockerignore
              pipeline dockerfile --prebuilt --artifacts dist --write Dockerfile
              docker buildx build --build-context artifacts=dist .
            """)

    @Option(help: ArgumentHelp("Write it to this file, whole or not at all.", valueName: "file"))
    var write: String?

    @Option(help: ArgumentHelp("Compare with this file; exit 1 with a diff when it differs.", valueName: "file"))
    var check: String?

    @Flag(help: "The matching .dockerignore instead.")
    var dockerignore = false

    @Flag(help: "Build nothing in the image: take the binaries from a build context named `artifacts`.")
    var prebuilt = false

    @Option(
        help: ArgumentHelp(
            "With --prebuilt: link the binaries, check that they can start in the image, and put them here.",
            valueName: "folder"))
    var artifacts: String?

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func validate() throws {
        if write != nil, check != nil { throw ValidationError("--write and --check exclude each other") }
        if artifacts != nil, !prebuilt { throw ValidationError("--artifacts wants --prebuilt") }
        if prebuilt, dockerignore { throw ValidationError("--prebuilt and --dockerignore exclude each other") }
    }

    func run() async throws {
        let output = words.output()
        let workspace = try Workspace(place, output)
        let prepared: Prepared
        if let artifacts {
            prepared = try await putArtifacts(in: artifacts, workspace, output)
        } else {
            prepared = try await Preparation(workspace, output).prepare(place.pipeline)
        }
        let text: String
        if dockerignore {
            text = emitDockerignore(prepared.pipeline, prepared.facts)
        } else {
            let (emitted, diagnostics) = emitDockerfile(
                prepared.pipeline, prepared.facts, graph: prepared.graph, prebuilt: prebuilt, source: prepared.source)
            guard let emitted else { throw CommandFailure(.misuse, diagnostics, output) }
            output.show(diagnostics)
            text = emitted
        }
        if let check {
            let file = try? readFile(check)
            let present = file.map { String(decoding: $0, as: UTF8.self) } ?? ""
            let difference =
                file == nil
                ? unifiedDiff(from: "", named: "/dev/null", to: text, named: check)
                : checkDockerfile(text: text, against: present, named: check)
            guard difference.isEmpty else {
                output.print(difference)
                throw CommandFailure(
                    .red, "dockerfile/stale", "\(check) is not what this pipeline emits",
                    help: "pipeline dockerfile --write \(check)", output)
            }
        } else if let write {
            do {
                let beside = "\(write).\(uniqueName())"
                try createFile(beside, Array(text.utf8), mode: 0o644)
                guard rename(beside, write) == 0 else { throw FileError(operation: "rename to", path: write) }
            } catch {
                throw CommandFailure(.environment, "dockerfile/unwritable", "\(error)", output)
            }
        } else {
            output.print(text)
        }
    }

    /// Links what the image and its targets are made of, for linux, into a folder for `--build-context`.
    private func putArtifacts(in folder: String, _ workspace: Workspace, _ output: Output) async throws -> Prepared {
        let session = ArtifactSession(workspace: workspace, output: output)
        let (prepared, linked) = try await session.link(pipeline: place.pipeline) { prepared in
            let names = (prepared.pipeline.image?.all ?? []).map(\.artifact.value)
            return prepared.pipeline.artifacts.filter { names.contains($0.name.value) }
        }
        guard let image = prepared.pipeline.image else { return prepared }
        let shipped = linked.filter { $0.platform.os == "linux" }
        do {
            let diagnostics = try shipped.flatMap { artifact in
                checkStaticArtifact(
                    try readFile(artifact.program), of: artifact.artifact, for: artifact.platform, in: image, prepared.facts,
                    file: prepared.pipeline.file, source: prepared.source)
            }
            guard !diagnostics.hasErrors else { throw CommandFailure(.misuse, diagnostics, output) }
            for artifact in shipped {
                let place = "\(folder)/\(artifact.platform)/\(artifact.artifact.name.value)"
                try makeFolder(parentFolder(of: place))
                let beside = "\(place).\(uniqueName())"
                try copyFile(artifact.program, to: beside, mode: 0o755)
                guard rename(beside, place) == 0 else { throw FileError(operation: "rename to", path: place) }
            }
        } catch let error as FileError {
            throw CommandFailure(.environment, "dockerfile/unwritable", "\(error)", output)
        }
        return prepared
    }
}
