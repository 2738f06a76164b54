/// `pipeline tool add`, `update`, `remove` and `outdated`: what the user says, turned into edits. Each may be said twice.
import ArgumentParser
import Diagnostics
import Pipeline
import Plan
import Report
import Tools

struct ToolAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Pin a tool where the others are pinned, and lock it.",
        discussion: """
            Without a version, the newest release is pinned. The pipeline file keeps its comments and its order; go.mod
            is changed by `go get -tool`.

            EXAMPLES
              pipeline tool add honnef.co/go/tools/cmd/staticcheck@v0.6.1
              pipeline tool add lint=honnef.co/go/tools/cmd/staticcheck
              pipeline tool add protoc --url https://example.com/protoc-{os}-{arch}.zip \\
                --sha256 linux/amd64=8970e3d8… --sha256 linux/arm64=1f3c… --path bin/protoc
            """)

    @Argument(help: ArgumentHelp("What to pin, by an own name if it is to have one.", valueName: "[name=]package[@version]"))
    var tool: String

    @OptionGroup var program: ProgramArguments

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output()
        let workspace = try Workspace(place, output)
        let editing = try await ToolEditing(workspace, output, pipeline: place.pipeline)
        if !program.isEmpty { return try await editing.pin(tool, program, replacing: false) }
        let parts = tool.split(separator: "=", maxSplits: 1).map(String.init)
        let demand = (parts.last ?? "").split(separator: "@", maxSplits: 1).map(String.init)
        guard (1...2).contains(parts.count), let package = demand.first, package.contains("/"), !package.hasPrefix(".") else {
            throw CommandFailure(
                .misuse, "tool/no-package", "`\(tool)` is not the import path of a tool",
                help: "say it as in `golang.org/x/tools/cmd/stringer@v0.25.0`", output)
        }
        let query = demand.count > 1 ? demand[1] : "latest"
        switch try editing.place() {
        case .modFile(let modFile, let directory):
            guard parts.count == 1 else {
                throw CommandFailure(
                    .misuse, "tool/no-own-name", "a `tool` line has no name of its own",
                    help: "leave `\(parts[0])=` away", output)
            }
            try await editing.goGet("\(package)@\(query)", modFile, in: directory)
            try await editing.lockAgain()
            output.remark("\(join(directory, modFile)) has tool \(package)")
        case .pipelineFile(_, let source, let pins):
            let name = parts.count > 1 ? parts[0] : programName(of: package)
            let version = try await editing.version(of: package, query)
            let wanted = "\(package)@\(version)"
            let known = pins.first { $0.name.value == name }
            if let known, known.package != package {
                throw CommandFailure(
                    .misuse,
                    [
                        source.diagnostic(
                            "tool/name-taken", at: known.name.range, "`\(name)` is \(known.demand)",
                            help: "give the new one a name of its own: NAME=\(wanted)")
                    ], output)
            }
            var edit = PipelineEdit(source)
            if let known { edit.replace(known, with: wanted) } else { edit.add(name, wanted, to: pins) }
            try await editing.commit(edit, wanting: pins.demands.merging([name: wanted]) { $1 }, in: source)
            output.remark(known?.demand == wanted ? "\(name) is \(wanted) already" : "\(name) is \(wanted)")
        }
    }
}

struct ToolUpdateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Pin the newest release of all tools, or of some, or a given version.",
        discussion: """
            EXAMPLES
              pipeline tool update
              pipeline tool update staticcheck
              pipeline tool update stringer@v0.26.0
              pipeline tool update protoc --url https://example.com/protoc-28.zip --sha256 linux/amd64=5d0f…
            """)

    @Argument(help: ArgumentHelp("Tools; all when none is named.", valueName: "name[@version]"))
    var names: [String] = []

    @OptionGroup var program: ProgramArguments
    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output()
        let workspace = try Workspace(place, output)
        let editing = try await ToolEditing(workspace, output, pipeline: place.pipeline)
        if !program.isEmpty {
            guard names.count == 1, editing.prepared.pipeline.binaries.contains(where: { $0.name.value == names[0] }) else {
                throw CommandFailure(
                    .misuse, "tool/unknown", "no program that is no Go module is called `\(names.joined(separator: " "))`",
                    help: "pin it with `pipeline tool add NAME --url … --sha256 …`", output)
            }
            return try await editing.pin(names[0], program, replacing: true)
        }
        var wishes: [(tool: PinnedTool, query: String)] = []
        for name in names {
            let parts = name.split(separator: "@", maxSplits: 1).map(String.init)
            let tool = try PinnedTool.choose(parts.first ?? name, among: editing.tools, from: workspace.place, output)
            wishes.append((tool, parts.count > 1 ? parts[1] : "latest"))
        }
        // Programs of the repository itself are as new as it is.
        if names.isEmpty { wishes = editing.tools.filter { $0.version != nil }.map { ($0, "latest") } }
        guard case .pinned(let pins) = editing.prepared.pipeline.tools, let source = editing.prepared.source else {
            for (tool, query) in wishes {
                try await editing.goGet("\(tool.package)@\(query)", tool.modFile, in: tool.owner ?? ".")
                output.remark("\(tool.package) is at \(query)")
            }
            return try await editing.lockAgain()
        }
        var edit = PipelineEdit(source)
        var wanted = pins.demands
        // From the end of the file on: what is edited moves nothing that is still to be edited.
        for (tool, query) in wishes.sorted(by: { $0.tool.place(among: pins) > $1.tool.place(among: pins) }) {
            guard let pin = pins.first(where: { $0.name.value == tool.name }) else { continue }
            let version = try await editing.version(of: pin.package, query)
            if version == pin.version {
                output.remark("\(tool.name) is \(pin.demand) already")
                continue
            }
            let demand = "\(pin.package)@\(version)"
            edit.replace(pin, with: demand)
            wanted[tool.name] = demand
            output.remark("\(tool.name): \(pin.version) → \(version)")
        }
        try await editing.commit(edit, wanting: wanted, in: source)
    }
}

struct ToolRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Pin a tool no longer.",
        discussion: """
            EXAMPLE
              pipeline tool remove staticcheck
            """)

    @Argument(help: ArgumentHelp("Tools.", valueName: "name"))
    var names: [String]

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output()
        let workspace = try Workspace(place, output)
        let editing = try await ToolEditing(workspace, output, pipeline: place.pipeline)
        var going: [PinnedTool] = []
        for name in names {
            if let tool = try editing.tool(name) {
                if !going.contains(tool) { going.append(tool) }
            } else {
                output.remark("no tool is called `\(name)`")
            }
        }
        for tool in going where tool.owner != nil {
            try await editing.goGet("\(tool.package)@none", tool.modFile, in: tool.owner ?? ".")
            output.remark("\(tool) is pinned no longer")
        }
        if going.contains(where: { $0.owner != nil }) { try await editing.lockAgain() }
        if case .pinned(var pins) = editing.prepared.pipeline.tools, let source = editing.prepared.source {
            var edit = PipelineEdit(source)
            let before = pins.count
            for tool in going.sorted(by: { $0.place(among: pins) > $1.place(among: pins) }) {
                guard let index = pins.firstIndex(where: { $0.name.value == tool.name }) else { continue }
                edit.remove(pins[index], from: pins, besides: editing.prepared.pipeline.binaries.count)
                pins.remove(at: index)
                output.remark("\(tool) is pinned no longer")
            }
            if pins.count < before { try await editing.commit(edit, wanting: pins.demands, in: source) }
        }
        for tool in going {
            // The file is another after each edit.
            let editing = try await ToolEditing(workspace, output, pipeline: place.pipeline)
            let binary = editing.prepared.pipeline.binaries.first { $0.name.value == tool.name }
            if tool.owner == nil, let binary { try await editing.unpin(binary) }
        }
    }
}

struct ToolOutdatedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outdated",
        abstract: "Show the pinned tools that have a newer release.",
        discussion: """
            EXAMPLE
              pipeline tool outdated
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output()
        let workspace = try Workspace(place, output)
        let editing = try await ToolEditing(workspace, output, pipeline: place.pipeline)
        var lines: [String] = []
        for tool in editing.tools {
            guard let version = tool.version else { continue }
            let latest = try await editing.version(of: tool.package, "latest")
            if latest != version { lines.append("\(tool.name)  \(version)  \(latest)  \(tool.package)") }
        }
        if lines.isEmpty { output.remark("every tool is the newest") }
        output.print(lines.joined(separator: "\n"))
    }
}

extension [ToolPin] {
    /// By name.
    fileprivate var demands: [String: String] { Dictionary(map { ($0.name.value, $0.demand) }) { first, _ in first } }
}

extension PinnedTool {
    /// Where its pin stands in the file.
    fileprivate func place(among pins: [ToolPin]) -> Int { pins.firstIndex { $0.name.value == name } ?? -1 }
}
