/// `pipeline tool run`: becomes the program of a pinned tool; a call that is known from before does nothing else.
import ArgumentParser
import Diagnostics
import Go
import Plan
import Processes

struct ToolRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a pinned tool, built first where it is not yet.",
        discussion: """
            NAME is the name under `tools:`, the last element of the tool's path, or its whole path. The tool gets the
            caller's folder, environment and streams, with the pinned Go first in PATH; its exit code is the command's.
            A name that `go tool` keeps for itself (vet, cover, pprof …) is Go's own; the whole path means the pinned one.

            EXAMPLES
              pipeline tool run stringer -- -type=State ./internal/fsm
              pipeline tool run honnef.co/go/tools/cmd/staticcheck ./...
            """)

    @OptionGroup var lock: LockOptions
    @OptionGroup var place: PlaceOptions

    @Argument(help: "The tool.")
    var name: String

    @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("The tool's arguments.", valueName: "args"))
    var arguments: [String] = []

    func run() async throws {
        let call = ToolCall(
            directory: place.directory, pipeline: place.pipeline, store: place.store, name: name,
            arguments: arguments.first == "--" ? Array(arguments.dropFirst()) : arguments)
        let output = Output()
        let workspace = try Workspace(place, output)
        if let known = call.recall(workspace) { throw call.become(known, workspace) }
        try await call.build(workspace, lock.use(workspace.environment), output)
    }
}

/// A tool, asked for by its name.
struct ToolCall: Sendable {
    var directory: String?
    var pipeline: String?
    var store: String?
    var name: String
    var arguments: [String]

    /// Of arguments as people mostly write them, so that the argument parser's time is saved. Nil for all others, which
    /// it explains.
    init?(plain arguments: [String]) {
        guard arguments.starts(with: ["tool", "run"]) else { return nil }
        var rest = arguments.dropFirst(2)
        var options: [String: String] = [:]
        while let option = rest.first, option.hasPrefix("-") {
            rest = rest.dropFirst()
            guard ["-C", "-p", "--directory", "--pipeline", "--store"].contains(option), let value = rest.popFirst() else {
                return nil
            }
            options[option] = value
        }
        guard let name = rest.popFirst() else { return nil }
        if rest.first == "--" { rest = rest.dropFirst() }
        self.init(
            directory: options["-C"] ?? options["--directory"], pipeline: options["-p"] ?? options["--pipeline"],
            store: options["--store"], name: name, arguments: Array(rest))
    }

    init(directory: String?, pipeline: String?, store: String?, name: String, arguments: [String]) {
        self.directory = directory
        self.pipeline = pipeline
        self.store = store
        self.name = name
        self.arguments = arguments
    }

    /// Returns only when there is more to do than to start the program.
    static func runIfKnown(_ arguments: [String]) {
        guard let call = ToolCall(plain: arguments) else { return }
        var place = PlaceOptions()
        (place.directory, place.pipeline, place.store) = (call.directory, call.pipeline, call.store)
        guard let workspace = try? Workspace(place, Output()), let known = call.recall(workspace) else { return }
        call.become(known, workspace).show()
        leave(.environment)
    }

    func recall(_ workspace: Workspace) -> KnownTool? {
        if goBuiltinTools.contains(name) { return nil }
        return ToolMemory(workspace, pipeline: pipeline, tool: name).recall()
    }

    /// Returns only when the program cannot be started.
    func become(_ known: KnownTool, _ workspace: Workspace) -> CommandFailure {
        become(known.program, arguments, known.goRoot, workspace)
    }

    func build(_ workspace: Workspace, _ lockUse: LockUse, _ output: Output) async throws -> Never {
        if goBuiltinTools.contains(name) { try await runBuiltin(workspace, output) }
        let tree = try FactGathering(workspace: workspace, output: output, preparing: { _ in }).lookAtTree()
        let name = name
        let session = ToolSession(workspace: workspace, output: output, lockUse: lockUse)
        let (prepared, tools) = try await session.build(pipeline: pipeline) { _, tools in
            [try PinnedTool.choose(name, among: tools, from: workspace.place, output)]
        }
        let known = KnownTool(program: tools[0].program, goRoot: workspace.places(prepared.facts.toolchain).goRoot)
        ToolMemory(workspace, pipeline: pipeline, tool: name).keep(tools[0], known, prepared, tree)
        throw become(known, workspace)
    }

    /// As `go tool` does it: a tool of the distribution comes before any other of its name.
    private func runBuiltin(_ workspace: Workspace, _ output: Output) async throws -> Never {
        let prepared = try await Preparation(workspace, output).prepare(pipeline, .tools)
        let tools = prepared.pipeline.pinnedTools(prepared.facts)
        let pinned = tools.filter { $0.name == name || $0.file == name }
        if let first = pinned.first {
            output.remark("`\(name)` is Go's own tool; \(first) is run by its whole path: pipeline tool run \(first.package)")
        }
        let toolchain = prepared.facts.toolchain
        throw become(
            toolchain.executable, ["tool", name] + arguments, workspace.places(toolchain).goRoot, workspace)
    }

    /// The caller's environment, but for Go: the pinned one is found, and no other.
    private func become(_ program: String, _ arguments: [String], _ goRoot: String, _ workspace: Workspace) -> CommandFailure {
        var environment = workspace.environment
        environment["PATH"] = "\(goRoot)/bin" + (environment["PATH"].map { ":\($0)" } ?? "")
        environment["GOROOT"] = goRoot
        environment["GOTOOLCHAIN"] = "local"
        let error = replaceProcess(
            with: Command(
                executable: program, arguments: arguments, environment: environment, directory: workspace.directory))
        return CommandFailure(.environment, "tool/not-started", error.description)
    }
}
