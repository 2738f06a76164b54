/// Reads what the review looks at: the files that run commands, the modules, the pipeline file. It decides nothing.
import Diagnostics
import Files
import Go
import Pipeline
import Policy
import Scripts
import WorkTree

struct AuditGathering {
    let workspace: Workspace
    let output: Output
    let pipelineName: String?

    struct Gathered {
        var world: PolicyWorld
        /// What is wrong with go.mod and the files that were read; the review goes on without it.
        var mistakes: [Diagnostic]
    }

    func gather() async throws -> Gathered {
        let tree = try FactGathering(workspace: workspace, output: output) { _ in }.lookAtTree()
        // Of a Go file the tree knows already whether `go generate` finds a line in it; most are never opened.
        let candidates = zip(tree.files, tree.contents).filter { file, content in
            !file.isSymlink && file.size <= maximumSize && isOwnPath(file.path)
                && (content?.hasDirectives != false || !file.path.hasSuffix(".go"))
        }
        let files = await read(candidates.map { Candidate(path: $0.0.path, isExecutable: $0.0.mode & 0o111 != 0) })
        let root = workspace.root
        let text: @Sendable (String) -> String? = { path in
            (try? readFile("\(root)/\(path)")).map { String(decoding: $0, as: UTF8.self) }
        }
        let paths = tree.files.map(\.path)
        let (repository, mistakes) = GoRepository.find(paths: paths, read: text)
        let (pipeline, source) = try pipeline()
        let world = PolicyWorld(
            files: files, paths: paths, repository: repository, pipeline: pipeline, pipelineSource: source,
            isGit: fileStatus("\(root)/.git") != nil, read: text)
        return Gathered(world: world, mistakes: mistakes + files.flatMap(\.mistakes))
    }

    /// Nil without a pipeline file; with several, the one that is named.
    private func pipeline() throws -> (Pipeline?, SourceText?) {
        switch loadPipeline(root: workspace.root, name: pipelineName) {
        case .absent: return (nil, nil)
        case .found(let pipeline?, let diagnostics, let source) where !diagnostics.hasErrors: return (pipeline, source)
        case .found(_, let diagnostics, _): throw CommandFailure(.misuse, diagnostics, output)
        }
    }

    private struct Candidate: Sendable {
        var path: String
        var isExecutable: Bool
    }

    /// In parallel, by slices: each file is read and parsed for itself.
    private func read(_ candidates: [Candidate]) async -> [ReadFile] {
        let root = workspace.root
        let size = max(64, candidates.count / 16 + 1)
        return await withTaskGroup(of: [ReadFile].self) { group in
            for start in stride(from: 0, to: candidates.count, by: size) {
                let slice = candidates[start..<min(start + size, candidates.count)]
                group.addTask { slice.compactMap { readForAudit($0.path, isExecutable: $0.isExecutable, root: root) } }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }
}

/// Scripts and workflows are small; what is larger was generated.
private let maximumSize: Int64 = 1 << 20

private func readForAudit(_ path: String, isExecutable: Bool, root: String) -> ReadFile? {
    if fileKind(path: path, firstLine: nil) != nil {
        guard let bytes = try? readFile("\(root)/\(path)") else { return nil }
        return readScripts(path: path, text: String(decoding: bytes, as: UTF8.self))
    }
    // A script without an ending says what it is in its first line.
    guard isExecutable, !baseName(path).dropFirst().contains("."), let bytes = try? readFile("\(root)/\(path)"), bytes.starts(with: [0x23, 0x21])
    else { return nil }
    return readScripts(path: path, text: String(decoding: bytes, as: UTF8.self))
}
