/// Recalls a run that would find everything known, and so does not have to be planned; keeps those that can be.
import Action
import Cache
import Files
import Git
import Plan
import Run
import WorkTree

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What decides a plan is the work tree, looked at on every run, and a few files and variables beside it. Where all of
/// them are as they were when everything was known, everything is known.
struct RunMemory {
    let workspace: Workspace
    /// What was asked for, where, and by which program.
    private let question: String

    init(_ workspace: Workspace, pipeline: String?, steps: [String]) {
        self.workspace = workspace
        let words = [
            "run 1", workspace.root, ownExecutable, fileIdentity(ownExecutable), workspace.environment["PATH"] ?? "",
            workspace.environment["HOME"] ?? "", pipeline.map { "=\($0)" } ?? "",
        ]
        question = (words + steps).map { "\($0.utf8.count):\($0)\n" }.joined()
    }

    func recall(_ tree: WorkTree) -> RememberedRun? {
        guard let bytes = workspace.store.facts.bytes(to: question), let run = RememberedRun(bytes),
            run.fingerprint == tree.fingerprint,
            // What is used is to be seen by those who remove what is not: once in a while the long way is taken.
            (0..<longestMemory).contains(time(nil) - run.time),
            run.watched.allSatisfy({ identity($0.path) == $0.identity })
        else { return nil }
        for outcome in run.outcomes {
            for output in outcome.outputs where fileSignature(output.path)?.size != output.digest.size { return nil }
        }
        return run
    }

    /// Keeps a green run, unless something about it cannot be watched.
    func keep(_ outcomes: [ActionOutcome], _ start: RunStart, _ prepared: Prepared, _ graph: StepGraph, _ tree: WorkTree) {
        guard outcomes.allSatisfy({ $0.status == .green }), graph.actions.allSatisfy(\.isCached),
            !prepared.facts.repository.modules.contains(where: {
                prepared.facts.repository.reachesOutside(.module($0.directory))
            }),
            !prepared.pipeline.namesGit || isWholeWorkTree(tree)
        else { return }
        let run = RememberedRun(
            fingerprint: tree.fingerprint, time: time(nil),
            watched: watched(prepared, graph, tree).map { .init(path: $0, identity: identity($0)) }, start: start,
            outcomes: outcomes)
        try? workspace.store.facts.remember(bytes: run.bytes, to: question)
    }

    private func watched(_ prepared: Prepared, _ graph: StepGraph, _ tree: WorkTree) -> [String] {
        let root = workspace.root
        // A pipeline file that git ignores, or a new one that would be taken instead.
        var paths = ["pipeline.yaml", "pipeline.yml", "pipelines"].map { "\(root)/\($0)" }
        if let file = prepared.pipeline.file { paths.append("\(root)/\(file)") }
        // Where another Go might turn up.
        paths.append(prepared.facts.toolchain.executable)
        paths += workspace.searchPath.map { "\($0)/go" } + ["/usr/local/go/bin/go", "/usr/lib"]
        if let home = workspace.environment["HOME"] { paths.append("\(home)/sdk") }
        // What lies in the repository though git ignores it.
        let known = Set(tree.files.map(\.path))
        for action in graph.actions {
            paths += action.inputs.filter { !known.contains($0) }.map { "\(root)/\($0)" }
            for output in action.outputs where output.inTree {
                let path = join(action.directory, output.path)
                if !known.contains(path) { paths.append("\(root)/\(path)") }
            }
        }
        paths += prepared.pipeline.artifacts.compactMap(\.output).map { "\(workspace.outputFolder)/\($0.value)" }
        if graph.actions.contains(where: { $0.kind == .policy }) { paths.append(ownExecutable) }
        if prepared.pipeline.namesGit { paths.append(gitState) }
        let secrets = graph.actions.reduce(into: Set<String>()) { $0.formUnion($1.secrets) }
        paths += prepared.pipeline.secrets.filter { secrets.contains($0.name.value) }.map(\.watched)
        var seen = Set<String>()
        return paths.filter { seen.insert($0).inserted }
    }

    /// What is dirty elsewhere, above the root or in a submodule, is not looked at on every run.
    private func isWholeWorkTree(_ tree: WorkTree) -> Bool {
        // Of a commit's own files nothing is dirty.
        if workspace.checkout != nil { return true }
        return RepositoryLayout.discover(from: workspace.root)?.workTree == workspace.root
            && !tree.files.contains { $0.path == ".gitmodules" }
    }

    private func identity(_ path: String) -> String {
        if path.hasPrefix("secret:") { return secretIdentity(path, workspace) }
        guard path == gitState else { return fileIdentity(path) }
        if let checkout = workspace.checkout { return checkout.identity }
        return RepositoryLayout.discover(from: workspace.root).map { GitFingerprint($0).text } ?? ""
    }
}

/// Stands for all that git says of the commit and its tags.
private let gitState = "git"

/// In seconds. Less than the time after which something counts as not used.
private let longestMemory = 12 * 3600
