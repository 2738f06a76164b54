/// Remembers which program a tool's name means, and the files that say so, so that the next call starts it at once.
import Cache
import Files
import Plan
import WorkTree

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A tool's program, and the Go that it is to find.
struct KnownTool: Sendable {
    var program: String
    /// GOROOT of the pinned toolchain.
    var goRoot: String
}

struct ToolMemory {
    let workspace: Workspace
    /// What was asked for, where, and by which program.
    private let question: String

    init(_ workspace: Workspace, pipeline: String?, tool: String) {
        self.workspace = workspace
        question = [
            "tool 1", workspace.root, workspace.place, ownExecutable, fileIdentity(ownExecutable),
            workspace.environment["PATH"] ?? "", workspace.environment["HOME"] ?? "", pipeline.map { "=\($0)" } ?? "", tool,
        ].map { "\($0.utf8.count):\($0)\n" }.joined()
    }

    func recall() -> KnownTool? {
        guard let bytes = workspace.store.facts.bytes(to: question) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        guard lines.count >= 4, lines.count.isMultiple(of: 2), let kept = Int(lines[0]),
            // What is used is to be seen by those who remove what is not: once in a while the long way is taken.
            (0..<longestMemory).contains(time(nil) - kept)
        else { return nil }
        for index in stride(from: 4, to: lines.count, by: 2) where fileIdentity(lines[index]) != lines[index + 1] { return nil }
        // A tool that is made of the repository's own files.
        if !lines[3].isEmpty {
            let gathering = FactGathering(workspace: workspace, output: Output(), preparing: { _ in })
            guard (try? gathering.lookAtTree())?.fingerprint == lines[3] else { return nil }
        }
        return KnownTool(program: lines[1], goRoot: lines[2])
    }

    /// Keeps what a build has found. `tree` is of before it.
    func keep(_ built: ToolSession.Built, _ known: KnownTool, _ prepared: Prepared, _ tree: WorkTree) {
        guard !prepared.isLockNew, let action = prepared.graph.actions.first(where: { $0.id == built.tool.action }),
            !(built.tool.owner.flatMap { prepared.facts.repository.scope(of: $0) }
                .map { prepared.facts.repository.reachesOutside($0) } ?? false)
        else { return }
        let moduleFiles = action.inputs.filter { path in
            ["go.work", "modules.txt"].contains(baseName(path)) || path.hasSuffix(".mod") || path.hasSuffix(".sum")
        }
        let isOwn = moduleFiles.count < action.inputs.count
        let root = workspace.root
        var watched = [built.program]
        watched += ["pipeline.yaml", "pipeline.yml", "pipelines", "go.work", prepared.facts.lockFile].map { "\(root)/\($0)" }
        if let file = prepared.pipeline.file { watched.append("\(root)/\(file)") }
        watched += prepared.facts.repository.modules.flatMap { [$0.goModPath, join($0.directory, "go.sum")] }.map { "\(root)/\($0)" }
        watched += moduleFiles.map { "\(root)/\($0)" }
        watched.append(prepared.facts.toolchain.executable)
        watched += workspace.searchPath.map { "\($0)/go" } + ["/usr/local/go/bin/go", "/usr/lib"]
        if let home = workspace.environment["HOME"] { watched.append("\(home)/sdk") }
        var lines = ["\(time(nil))", known.program, known.goRoot, isOwn ? tree.fingerprint : ""]
        for path in watched { lines += [path, fileIdentity(path)] }
        guard !lines.contains(where: { $0.contains("\n") }) else { return }
        try? workspace.store.facts.remember(bytes: Array(lines.joined(separator: "\n").utf8), to: question)
    }
}

/// In seconds. Less than the time after which something counts as not used.
private let longestMemory = 12 * 3600
