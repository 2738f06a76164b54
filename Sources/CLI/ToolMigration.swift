/// From one way of pinning tools to another: worked out in a copy of the repository, shown as a diff, then written.
import Diagnostics
import Files
import Go
import Pipeline
import Plan
import Run
import Tools

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The three ways that docs/tools.md compares.
enum PinPattern: String, CaseIterable, Sendable {
    /// Under `tools:` of the pipeline file.
    case a
    /// `tool` lines of go.mod.
    case b
    /// `tool` lines of tools.mod.
    case c
}

struct ToolMigration {
    let editing: ToolEditing
    /// A copy of the repository.
    private let copy: String
    /// The module whose tools these are: its folder, relative to the root.
    private let directory: String
    /// Of whatever pattern or tool they were.
    private var pins: [OlderPin]
    /// Files that are no longer needed, relative to the root.
    private var superseded: Set<String> = []

    private var workspace: Workspace { editing.workspace }
    private var facts: Facts { editing.prepared.facts }

    init(_ editing: ToolEditing) throws {
        self.editing = editing
        let facts = editing.prepared.facts
        directory = facts.repository.module(owning: editing.workspace.place)?.directory ?? "."
        copy = "\(editing.workspace.store.temporary)/\(uniqueName())"
        pins = editing.tools.compactMap { tool in
            tool.version.map { OlderPin(name: tool.name, package: tool.package, version: $0, file: tool.pinFile ?? "") }
        }
        var known = Set(pins.map(\.package))
        let module = facts.repository.modules.first { [directory] in $0.directory == directory }?.file ?? GoModFile()
        for file in facts.files {
            guard let found = Self.olderPins(file, module, editing.workspace.root), !found.isEmpty else { continue }
            superseded.insert(file)
            for pin in found where known.insert(pin.package).inserted { pins.append(pin) }
        }
        // The rest of bingo's folder is of no use alone.
        if superseded.contains(where: { $0.hasPrefix(".bingo/") }) {
            superseded.formUnion(facts.files.filter { $0.hasPrefix(".bingo/") })
        }
    }

    private static func olderPins(_ file: String, _ module: GoModFile, _ root: String) -> [OlderPin]? {
        let isBingo = file.hasPrefix(".bingo/") && file.hasSuffix(".mod")
        guard isBingo || baseName(file) == "tools.go", let bytes = try? readFile("\(root)/\(file)") else { return nil }
        if !isBingo { return toolsFilePins(scanGoHead(bytes), file: file, module) }
        return bingoPin(SourceText(file: file, text: String(decoding: bytes, as: UTF8.self))).map { [$0] }
    }

    /// What would change, as a diff; empty when all is so already. Written, too, unless it is only to be shown.
    func migrate(to pattern: PinPattern, writing: Bool) async throws -> String {
        defer { removeTree(copy) }
        try ScratchTree(path: copy).fill(from: workspace.root, files: facts.files)
        for file in superseded { unlink("\(copy)/\(file)") }
        try await pin(in: pattern)
        let before = Set(facts.files)
        let after = Set(try filesBelow(copy))
        var diff = ""
        var changes: [(file: String, bytes: [UInt8]?)] = []
        for file in before.union(after).sorted() {
            let (old, new) = (try? readFile("\(workspace.root)/\(file)"), try? readFile("\(copy)/\(file)"))
            guard old != new, fileStatus("\(workspace.root)/\(file)")?.kind != .link else { continue }
            changes.append((file, new))
            diff += unifiedDiff(
                from: old.map { String(decoding: $0, as: UTF8.self) } ?? "", named: old == nil ? "/dev/null" : file,
                to: new.map { String(decoding: $0, as: UTF8.self) } ?? "", named: new == nil ? "/dev/null" : file)
        }
        guard writing else { return diff }
        for (file, bytes) in changes {
            if let bytes {
                try editing.locking.replaceFile(file, bytes)
            } else {
                unlink("\(workspace.root)/\(file)")
            }
        }
        return diff
    }

    // MARK: - In the copy

    private func pin(in pattern: PinPattern) async throws {
        if pattern != .a, let binary = editing.prepared.pipeline.binaries.first {
            throw CommandFailure(
                .misuse, "tool/no-module", "`\(binary.name.value)` is no Go module: only the pipeline file can pin it",
                help: "stay with `--to a`", editing.output)
        }
        let lines = editing.tools.filter { $0.version != nil && $0.owner == directory }
        let toolsFile = join(directory, "tools.mod")
        let dropped = lines.filter { $0.modFile == "go.mod" }.map(\.package)
        if pattern != .b, !dropped.isEmpty { try await go(["mod", "edit"] + dropped.map { "-droptool=\($0)" }) }
        if pattern != .c, case .modFile(let path) = editing.prepared.pipeline.tools {
            for file in [path.value, "\(path.value.dropLast(".mod".count)).sum"] { unlink("\(copy)/\(file)") }
        }
        let file = renamed(for: pattern)
        if pattern != .a, let file { unlink("\(copy)/\(lockFile(ofPipeline: file.file))") }
        switch pattern {
        case .a:
            guard let file else {
                throw CommandFailure(
                    .misuse, "tool/no-pipeline-file", "there is no pipeline file to pin tools in",
                    help: "write one with `pipeline init`", editing.output)
            }
            try await pinInPipelineFile(file)
        case .b:
            for pin in pins { try await go(["get", "-tool", "\(pin.package)@\(pin.version)"]) }
            if let file { try setTools("go.mod", in: file) }
        case .c:
            if fileStatus("\(copy)/\(toolsFile)") == nil {
                let module = facts.repository.modules.first { $0.directory == directory }?.file
                let text = "module \(module?.module?.value ?? "tools")\n\ngo \(module?.goVersion?.value ?? "1.24")\n"
                try createFile("\(copy)/\(toolsFile)", Array(text.utf8), mode: 0o644)
            }
            for pin in pins { try await go(["get", "-modfile=tools.mod", "-tool", "\(pin.package)@\(pin.version)"]) }
            if let file {
                try setTools(toolsFile, in: file)
                try lock(file.file)
            }
        }
    }

    /// As the next run would write it.
    private func lock(_ pipelineFile: String) throws {
        let text = SourceText(file: pipelineFile, text: String(decoding: try readFile("\(copy)/\(pipelineFile)"), as: UTF8.self))
        guard let pipeline = decodePipeline(text).pipeline else { return }
        let locking = editing.preparation.locking(pipeline, text)
        var lock = ToolLock()
        for tool in locking.modFileTools(facts, in: copy) { lock.put(tool) }
        if !lock.isEmpty { try put(locking.file, lock.text) }
    }

    // MARK: - Names

    /// What steps call each pin: in way a its name there, else the program's name, or the whole path where two have that.
    private func name(of pin: OlderPin, in pattern: PinPattern) -> String {
        if pattern == .a { return names[pin.package] ?? pin.name }
        let program = programName(of: pin.package)
        return pins.count { programName(of: $0.package) == program } > 1 ? pin.package : program
    }

    /// By package, each given once.
    private var names: [String: String] {
        var taken: Set<String> = []
        var names: [String: String] = [:]
        for pin in pins {
            var name = pin.name
            var number = 2
            while !taken.insert(name).inserted {
                name = "\(pin.name)-\(number)"
                number += 1
            }
            names[pin.package] = name
        }
        return names
    }

    /// The pipeline file with its steps' names for the tools as they are to be.
    private func renamed(for pattern: PinPattern) -> SourceText? {
        guard let source = editing.prepared.source, let pipeline = decodePipeline(source).pipeline else { return editing.prepared.source }
        let changes = pipeline.toolMentions.compactMap { mention -> (ToolMention, String)? in
            guard case .found(let tool) = editing.tools.named(mention.name, from: mention.directory),
                let pin = pins.first(where: { $0.package == tool.package })
            else { return nil }
            let name = name(of: pin, in: pattern)
            return name == mention.name ? nil : (mention, name)
        }
        return SourceText(file: source.file, text: renamingTools(source, changes))
    }

    private func pinInPipelineFile(_ source: SourceText) async throws {
        var edit = PipelineEdit(source)
        if case .pinned = editing.prepared.pipeline.tools {} else { edit.setTools(to: nil) }
        var text = SourceText(file: source.file, text: edit.text)
        for pin in pins {
            var known: [ToolPin] = []
            let (pipeline, _) = decodePipeline(text)
            if case .pinned(let pinned)? = pipeline?.tools { known = pinned }
            if known.contains(where: { $0.package == pin.package }) { continue }
            var edit = PipelineEdit(text)
            edit.add(name(of: pin, in: .a), "\(pin.package)@\(pin.version)", to: known)
            text = SourceText(file: source.file, text: edit.text)
        }
        let (pipeline, mistakes) = decodePipeline(text)
        guard let pipeline else { throw CommandFailure(.misuse, mistakes, editing.output) }
        try put(source.file, text.text)
        guard case .pinned(let pinned) = pipeline.tools else { return }
        let locking = editing.preparation.locking(pipeline, text)
        var lock = ToolLock()
        let known = try locking.load()
        for pin in pinned {
            if let tool = known[pin.demand] { lock.put(tool) } else { lock.put(try await locking.resolve(pin, facts)) }
        }
        for program in locking.programs { lock.put(program) }
        try put(locking.file, lock.text)
    }

    private func setTools(_ value: String, in source: SourceText) throws {
        if pins.isEmpty { return }
        var edit = PipelineEdit(source)
        edit.setTools(to: value)
        try put(source.file, edit.text)
    }

    private func put(_ file: String, _ text: String) throws {
        let place = "\(copy)/\(file)"
        unlink(place)
        try createFile(place, Array(text.utf8), mode: 0o644)
    }

    private func go(_ words: [String]) async throws {
        let folder = directory == "." ? copy : "\(copy)/\(directory)"
        let answer = try await editing.locking.go(words, in: folder, facts)
        guard answer.exit.isSuccess else { throw editing.failure("go \(words.joined(separator: " "))", answer) }
    }
}
