/// Changes which tools are pinned: in the pipeline file as text, in go.mod by the go command; then the lock follows.
import Diagnostics
import Files
import Go
import Pipeline
import Plan
import Processes
import Tools

/// Where a repository pins its tools.
enum PinPlace {
    /// Under `tools:` of this file.
    case pipelineFile(Pipeline, SourceText, [ToolPin])
    /// `tool` lines of this file, for the module in this folder; relative to the root.
    case modFile(String, in: String)
}

struct ToolEditing {
    let workspace: Workspace
    let output: Output
    let preparation: Preparation
    let prepared: Prepared
    let name: String?

    init(_ workspace: Workspace, _ output: Output, pipeline name: String?) async throws {
        self.workspace = workspace
        self.output = output
        self.name = name
        preparation = Preparation(workspace, output) { output.remark($0) }
        prepared = try await preparation.prepare(name, .tools)
    }

    var tools: [PinnedTool] { prepared.pipeline.pinnedTools(prepared.facts) }

    /// The tool of that name, from where the user is; nil when there is none.
    func tool(_ name: String) throws -> PinnedTool? {
        if case .unknown = tools.named(name, from: workspace.place) { return nil }
        return try PinnedTool.choose(name, among: tools, from: workspace.place, output)
    }

    /// Where a new tool goes: to the others; the first of all to the pipeline file, if there is one.
    func place() throws -> PinPlace {
        switch prepared.pipeline.tools {
        case .pinned(let pins):
            guard let source = prepared.source else { break }
            return .pipelineFile(prepared.pipeline, source, pins)
        case .none:
            if let source = prepared.source { return .pipelineFile(prepared.pipeline, source, []) }
        case .modFile(let path):
            let folder = parentFolder(of: path.value)
            return .modFile(baseName(path.value), in: folder)
        case .goMod: break
        }
        guard let module = prepared.facts.repository.module(owning: workspace.place) ?? prepared.facts.repository.modules.first
        else {
            throw CommandFailure(
                .misuse, "tool/no-module", "there is no Go module in \(workspace.place)",
                help: "begin one with `go mod init`", output)
        }
        return .modFile("go.mod", in: module.directory)
    }

    // MARK: - The pipeline file

    /// Writes the file if the edit says what is `wanted`, and the lock after it.
    func commit(
        _ edit: PipelineEdit, wanting wanted: [String: String], programs: [String: Set<WantedDownload>]? = nil,
        in source: SourceText, renewing demands: Set<String> = []
    ) async throws {
        let text = edit.text
        let (pipeline, mistakes) = decodePipeline(SourceText(file: source.file, text: text))
        var found: [String: String] = [:]
        if case .pinned(let pins)? = pipeline?.tools { for pin in pins { found[pin.name.value] = pin.demand } }
        let programs = programs ?? prepared.pipeline.programs
        guard let pipeline, found == wanted, pipeline.programs == programs else {
            throw CommandFailure(
                .misuse,
                mistakes + [
                    Diagnostic(
                        id: "tool/cannot-edit", message: "\(source.file) is written in a way that cannot be changed line by line",
                        notes: wanted.sorted { $0.key < $1.key }.map { Diagnostic.Note("\($0.key): \($0.value)") },
                        help: "write `tools:` so by hand, then run `pipeline tool lock`")
                ], output)
        }
        var edited = pipeline
        edited.file = source.file
        let locking = preparation.locking(edited, SourceText(file: source.file, text: text))
        // First what may fail: no pin without its lock.
        var lock = try locking.load()
        if case .pinned(let pins) = edited.tools {
            for pin in pins where lock[pin.demand] == nil || demands.contains(pin.demand) {
                lock.put(try await locking.resolve(pin, prepared.facts))
            }
        }
        if text != source.text { try locking.replaceFile(source.file, Array(text.utf8)) }
        _ = try locking.write(lock, prepared.facts)
    }

    /// After a change of what `tool` lines pin in a file of their own.
    func lockAgain() async throws {
        guard case .modFile = prepared.pipeline.tools else { return }
        _ = try await Preparation(workspace, output, lockUse: .write) { output.remark($0) }.prepare(name, .tools)
    }

    // MARK: - The go command

    /// `go get -tool DEMAND` for go.mod or another file; under the pipeline's policy.
    func goGet(_ demand: String, _ modFile: String, in directory: String) async throws {
        if let version = GoVersion(prepared.facts.toolchain.version), version < GoVersion("1.24")! {
            throw CommandFailure(
                .misuse, "tool/needs-newer-go",
                "`tool` lines need Go 1.24, and this is Go \(prepared.facts.toolchain.version)",
                help: "pin it under `tools:` of a pipeline file", output)
        }
        let words = ["get"] + (modFile == "go.mod" ? [] : ["-modfile=\(modFile)"]) + ["-tool", demand]
        let answer = try await go(words, in: directory)
        guard answer.exit.isSuccess else { throw failure("go \(words.joined(separator: " "))", answer) }
    }

    /// The version that a package has at `@latest` or any other query, found by getting it.
    func version(of package: String, _ query: String) async throws -> String {
        if canonicalVersion(query) == query { return query }
        let folder = "\(workspace.store.temporary)/\(uniqueName())"
        defer { removeTree(folder) }
        try makeFolder(folder)
        try createFile("\(folder)/go.mod", Array("module pinned\n\ngo 1.17\n".utf8), mode: 0o644)
        let answer = try await locking.go(["get", "\(package)@\(query)"], in: folder, prepared.facts)
        guard answer.exit.isSuccess else { throw failure("go get \(package)@\(query)", answer) }
        let text = String(decoding: try readFile("\(folder)/go.mod"), as: UTF8.self)
        let required = GoModFile.parse(SourceText(file: "go.mod", text: text)).file.requires
        let owner = required.filter { package == $0.path || package.hasPrefix("\($0.path)/") }
            .max { $0.path.utf8.count < $1.path.utf8.count }
        guard let owner else { throw failure("go get \(package)@\(query)", answer) }
        return owner.version
    }

    private func go(_ words: [String], in directory: String) async throws -> CapturedOutput {
        try await locking.go(
            words, in: directory == "." ? workspace.root : "\(workspace.root)/\(directory)", prepared.facts)
    }

    var locking: ToolLocking {
        preparation.locking(prepared.pipeline, prepared.source ?? SourceText(file: "pipeline.yaml", text: ""))
    }

    func failure(_ words: String, _ answer: CapturedOutput) -> CommandFailure {
        let text = String(decoding: answer.standardError, as: UTF8.self)
        let said = text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("go: downloading ") }
        return CommandFailure(
            .red,
            [
                Diagnostic(
                    id: "tool/unresolved", message: "`\(words)` failed", notes: said.map { Diagnostic.Note($0) },
                    help: explain(text)?.help)
            ], output)
    }
}

extension Pipeline {
    /// The programs that are no Go modules, by name.
    var programs: [String: Set<WantedDownload>] {
        Dictionary(binaries.map { ($0.name.value, Set($0.downloads.map(WantedDownload.init))) }) { first, _ in first }
    }
}
