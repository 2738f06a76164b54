/// `pipeline verify`: builds again elsewhere, or takes what was shipped, and says what differs and why.
import Action
import ArgumentParser
import Diagnostics
import Files
import Image
import Pipeline
import Plan
import Processes
import Registry
import Report
import Run
import Verify

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Build again elsewhere with empty caches, and compare bit for bit.",
        discussion: """
            The artifact as `pipeline run` links it, against a second build of the same files: in another folder, with
            empty caches, for another user, on one processor. A difference is explained, and the exit code is 4.

            EXAMPLES
              pipeline verify
              pipeline verify server                                       one artifact
              pipeline verify server --against ./server-1.4                what was shipped, without a second build
              pipeline verify server --against registry.example.com/team/server:1.4
              pipeline verify server --against oci-dir:build/image         also oci-archive: and docker-archive:
            """)

    @Argument(help: ArgumentHelp("Artifacts; all when none is named.", valueName: "artifact"))
    var artifacts: [String] = []

    @Option(
        help: ArgumentHelp(
            "Compare with this binary, or with the program of this image: a layout, an archive, a reference.",
            valueName: "file|image"))
    var against: String?

    @Flag(help: "Speak http, not https, to registries of other machines.")
    var plainHTTP = false

    @Flag(help: "Print one JSON object; see docs/json.md.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output(json: json)
        do {
            let report = try await report(output)
            if json {
                output.print(renderVerifyJSON(report))
            } else {
                output.print(renderVerify(report))
                output.show(report.binaries.flatMap(\.causes))
            }
            leave(report.isEqual ? .green : .unrepeatable)
        } catch let error as ImageError {
            throw CommandFailure(error, output)
        } catch let error as RegistryError {
            throw CommandFailure(error, output)
        } catch let error as FileError {
            throw CommandFailure(.environment, "verify/unreadable", "\(error)", output)
        }
    }

    private func report(_ output: Output) async throws -> VerifyReport {
        let workspace = try Workspace(place, output)
        let wanted = artifacts
        let (prepared, linked) = try await ArtifactSession(workspace: workspace, output: output).link(pipeline: place.pipeline) {
            try $0.pipeline.choose(artifacts: wanted, output)
        }
        let inOrder = linked.sorted { ($0.artifact.name.value, "\($0.platform)") < ($1.artifact.name.value, "\($1.platform)") }
        guard let against else { return try await buildAgain(workspace, prepared, inOrder, output) }
        guard Set(inOrder.map(\.artifact.name.value)).count == 1 else {
            throw CommandFailure(
                .misuse, "verify/which-artifact", "--against is about one artifact, and here are several",
                help: "name one: \(prepared.pipeline.artifacts.map(\.name.value).joined(separator: ", "))", output)
        }
        let source = ShippedSource(written: against, workspace: workspace, plainHTTP: plainHTTP)
        let options = try await source.registryOptions()
        let shipped = try await onThread { try source.read(for: inOrder, options) }
        let mine = shipped.counterpart
        let comparison = Comparison(workspace: workspace, prepared: prepared)
        let binary = try await onThread {
            try comparison.compare(mine, ComparedBinary(name: shipped.name, bytes: shipped.bytes, folders: [workspace.root]), BuildEvidence())
        }
        return VerifyReport(binaries: [binary], second: shipped.name)
    }

    private func buildAgain(
        _ workspace: Workspace, _ prepared: Prepared, _ linked: [ArtifactSession.Linked], _ output: Output
    ) async throws -> VerifyReport {
        try prepared.refuseOutside(workspace, output)
        let groups = ProcessGroups()
        let interruption = Interruption(ending: groups)
        let lease = try? workspace.store.lease()
        defer { lease?.end() }
        // The first build may have ended just now: the clock is to have moved on where the second looks at it.
        let end = time(nil)
        while time(nil) == end, !interruption.isRequested { try await Task.sleep(for: .milliseconds(50)) }
        let checkout = try await onThread { try OtherCheckout(of: prepared, in: workspace) }
        defer { checkout.remove() }
        let second = SecondBuild(
            workspace: workspace, output: output, prepared: prepared, checkout: checkout, pipeline: place.pipeline,
            artifacts: Set(linked.map(\.artifact.name.value)).sorted())
        let result = try await second.make(groups)
        let comparison = Comparison(workspace: workspace, prepared: prepared, checkout: checkout, generated: result.generated)
        let binaries = try await onThread {
            try linked.map { linked in
                guard let made = result.programs[linked.action.text] else {
                    throw CommandFailure(.environment, "verify/not-made", "the second build did not make \(linked.action)", output)
                }
                return try comparison.compare(linked, made.path)
            }
        }
        return VerifyReport(
            binaries: binaries, second: "elsewhere", variations: result.varied, generators: Set(result.generated.values).sorted())
    }
}

extension ArtifactSession.Linked {
    /// As the plan names it.
    var action: ActionID { ActionID("build:\(artifact.name.value):\(platform)") }
}

extension Pipeline {
    /// Those that are named, or all. A name that is none is a mistake.
    func choose(artifacts wanted: [String], _ output: Output) throws -> [ArtifactDeclaration] {
        let names = artifacts.map(\.name.value)
        let unknown = wanted.filter { !names.contains($0) }
        guard unknown.isEmpty, !names.isEmpty else {
            throw CommandFailure(
                .misuse,
                (unknown.isEmpty ? [nil] : unknown.map { $0 }).map { name in
                    Diagnostic(
                        id: "arguments/unknown-artifact", message: name.map { "there is no artifact `\($0)`" } ?? "there is no artifact here",
                        help: name.flatMap { nearestName(to: $0, among: names) }.map { "did you mean `\($0)`?" }
                            ?? (names.isEmpty ? "declare one under `artifacts:`" : "artifacts: \(names.joined(separator: ", "))"))
                }, output)
        }
        return wanted.isEmpty ? artifacts : artifacts.filter { wanted.contains($0.name.value) }
    }
}

extension Prepared {
    /// A copy of the repository does not have what lies beside it, and neither has anybody else.
    fileprivate func refuseOutside(_ workspace: Workspace, _ output: Output) throws {
        let scopes = pipeline.artifacts.compactMap { facts.repository.scope(of: $0.directory) }
        guard scopes.contains(where: facts.repository.reachesOutside) else { return }
        throw CommandFailure(
            .unrepeatable, "verify/outside", "a `replace` of go.mod leads out of the repository: nobody else has that folder",
            help: "bring the module into the repository, or require a version of it", output)
    }
}
