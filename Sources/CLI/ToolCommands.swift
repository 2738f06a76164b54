/// `pipeline tool`: its subcommands, and those that look at the pinned tools or put them somewhere.
import Action
import ArgumentParser
import Diagnostics
import Files
import Modules
import Pipeline
import Plan
import Report
import Run
import Tools

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct ToolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tool",
        abstract: "Pin developer tools, and run exactly those.",
        discussion: """
            Tools are pinned under `tools:` of the pipeline file or by the `tool` lines of go.mod; see docs/tools.md.

            EXAMPLES
              pipeline tool list
              pipeline tool run stringer -- -type=State ./internal/fsm
              pipeline tool add honnef.co/go/tools/cmd/staticcheck@v0.6.1
              pipeline tool install --bin bin
              pipeline tool verify
            """,
        subcommands: [
            ToolListCommand.self, ToolRunCommand.self, ToolInstallCommand.self, ToolAddCommand.self, ToolUpdateCommand.self,
            ToolRemoveCommand.self, ToolOutdatedCommand.self, ToolMigrateCommand.self, ToolLockCommand.self,
            ToolVerifyCommand.self,
        ])
}

struct ToolListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show every pinned tool: its name, version, package, and the file that pins it.",
        discussion: """
            EXAMPLES
              pipeline tool list
              pipeline tool list --json
            """)

    @Flag(help: "Print the tools as JSON.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output(json: json)
        let workspace = try Workspace(place, output)
        let prepared = try await Preparation(workspace, output).prepare(place.pipeline, .tools)
        let rows = prepared.pipeline.pinnedTools(prepared.facts).map { tool in
            ToolRow(
                tool: tool, file: tool.pinFile ?? prepared.pipeline.file ?? "",
                hash: tool.version.flatMap { prepared.facts.toolModules["\(tool.package)@\($0)"]?.hash }
                    ?? prepared.hash(ofBinary: tool))
        }
        if rows.isEmpty, !json { output.remark("no tool is pinned here") }
        output.print(json ? renderToolsJSON(rows) : renderTools(rows))
    }
}

struct ToolInstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Build the pinned tools and put their programs in a folder.",
        discussion: """
            The folder is GOBIN, else GOPATH's bin, else ~/go/bin, as for `go install`. Tools of one name cannot both be
            there: name one of them by its whole path.

            EXAMPLES
              pipeline tool install --bin bin
              pipeline tool install staticcheck
            """)

    @Argument(help: ArgumentHelp("Tools; all when none is named.", valueName: "name"))
    var names: [String] = []

    @Option(help: ArgumentHelp("The folder.", valueName: "folder"))
    var bin: String?

    @Flag(help: "Print what was installed, and what was fetched for it, as JSON.")
    var json = false

    @OptionGroup var lock: LockOptions
    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output(json: json)
        let workspace = try Workspace(place, output)
        guard let folder = folder(workspace) else {
            throw CommandFailure(
                .environment, "tool/no-bin", "there is no place for programs: neither GOBIN, GOPATH nor HOME is set",
                help: "say `--bin FOLDER`", output)
        }
        let names = names
        let session = ToolSession(workspace: workspace, output: output, lockUse: lock.use(workspace.environment))
        let (_, built) = try await session.build(pipeline: place.pipeline) { prepared, tools in
            let chosen =
                names.isEmpty
                ? tools.filter { prepared.graph.contains($0.action) }
                : try names.map { try PinnedTool.choose($0, among: tools, from: workspace.place, output) }
            for (file, rivals) in Dictionary(grouping: chosen, by: \.file).sorted(by: { $0.key < $1.key })
            where rivals.count > 1 {
                throw CommandFailure(
                    .misuse,
                    [
                        Diagnostic(
                            id: "tool/ambiguous", message: "\(rivals.count) tools would be \(folder)/\(file)",
                            notes: rivals.map { Diagnostic.Note("\($0)") }, help: "name the tools that you want")
                    ], output)
            }
            return chosen
        }
        for tool in built { try install(tool, folder, output) }
        if json {
            let installed = built.map { InstalledTool(tool: $0.tool, program: "\(folder)/\($0.tool.file)", digest: $0.digest) }
            return output.print(renderInstallationJSON(installed, fetched: session.fetched))
        }
        if built.isEmpty { output.remark("no tool is pinned here") }
    }

    private func folder(_ workspace: Workspace) -> String? {
        if let bin { return bin.hasPrefix("/") ? bin : "\(workspace.directory)/\(bin)" }
        if let bin = workspace.environment["GOBIN"], bin.hasPrefix("/") { return bin }
        if let path = workspace.environment["GOPATH"]?.split(separator: ":").first, path.hasPrefix("/") { return "\(path)/bin" }
        return workspace.environment["HOME"].flatMap { $0.hasPrefix("/") ? "\($0)/go/bin" : nil }
    }

    private func install(_ built: ToolSession.Built, _ folder: String, _ output: Output) throws {
        let place = "\(folder)/\(built.tool.file)"
        if (try? Digest(ofFile: place)) == built.digest {
            if output.verbosity > .quiet, !json { output.print("\(place) is \(built.tool) already") }
            return
        }
        do {
            try makeFolder(folder)
            let beside = "\(place).\(uniqueName())"
            try copyFile(built.program, to: beside, mode: 0o755)
            guard rename(beside, place) == 0 else { throw FileError(operation: "rename to", path: place) }
        } catch {
            throw CommandFailure(.environment, "tool/unwritable", "\(built.tool) could not be installed: \(error)", output)
        }
        if output.verbosity > .quiet, !json { output.print("\(place) is \(built.tool)") }
    }
}

struct ToolLockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Bring the lock file up to date with the pins; nothing is built.",
        discussion: """
            `pipeline run` and `pipeline tool run` do so by themselves, except with --locked or in CI.

            EXAMPLE
              pipeline tool lock && git diff pipeline.lock
            """)

    @Flag(help: "Print what is locked, and what was fetched for it, as JSON.")
    var json = false

    @OptionGroup var lock: LockOptions
    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output(json: json)
        let workspace = try Workspace(place, output)
        let use: LockUse = lock.locked == true ? .refuse : .write
        let fetched = Collected<Fetch>()
        var preparation = Preparation(workspace, output, lockUse: use) { output.remark($0) }
        preparation.fetched = { fetched.add([$0]) }
        let prepared = try await preparation.prepare(place.pipeline, .tools)
        if json {
            let locking = prepared.source.map { preparation.locking(prepared.pipeline, $0) }
            let tools = try locking?.load().tools ?? []
            return output.print(
                renderLockingJSON(
                    file: prepared.facts.lockFile, isWritten: prepared.isLockNew,
                    tools: tools.map { ($0.package, $0.version, $0.module, $0.hash) }, fetched: fetched.values))
        }
        guard output.verbosity > .quiet else { return }
        guard prepared.pipeline.isLocked else { return output.print("nothing is pinned in the pipeline file") }
        output.print("\(prepared.facts.lockFile) \(prepared.isLockNew ? "is written" : "is up to date")")
    }
}

extension Prepared {
    /// Of what is fetched for this machine.
    fileprivate func hash(ofBinary tool: PinnedTool) -> String? {
        pipeline.binaries.first { $0.name.value == tool.name && tool.owner == nil }?
            .downloads.first { $0.platform.value == facts.host }.map { "sha256:\($0.sha256)" }
    }
}
