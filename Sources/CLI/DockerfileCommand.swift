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
            """)

    @Option(help: ArgumentHelp("Write it to this file, whole or not at all.", valueName: "file"))
    var write: String?

    @Option(help: ArgumentHelp("Compare with this file; exit 1 with a diff when it differs.", valueName: "file"))
    var check: String?

    @Flag(help: "The matching .dockerignore instead.")
    var dockerignore = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func validate() throws {
        if write != nil, check != nil { throw ValidationError("--write and --check exclude each other") }
    }

    func run() async throws {
        let output = words.output()
        let workspace = try Workspace(place, output)
        let prepared = try await Preparation(workspace, output).prepare(place.pipeline)
        let text: String
        if dockerignore {
            text = emitDockerignore(prepared.pipeline, prepared.facts)
        } else {
            let (emitted, diagnostics) = emitDockerfile(
                prepared.pipeline, prepared.facts, graph: prepared.graph, source: prepared.source)
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
}
