/// What a run has come to so far, as far as its closing words need it; it knows no layout.
import Action
import Run

struct RunTally: Sendable {
    struct Artifact: Hashable, Sendable {
        var name: String
        /// `linux/amd64`; nil when the action's id names none.
        var platform: String?
        var digest: Digest
        var path: String
    }

    private(set) var total = 0
    /// Green or red, whether run or known.
    private(set) var done = 0
    private(set) var cached = 0
    private(set) var failures: [ActionOutcome] = []
    private(set) var artifacts: [Artifact] = []
    /// Where it was not the user's own files.
    private(set) var tree: CommitTree?

    mutating func start(_ run: RunStart) {
        total = run.total
        tree = run.tree
    }

    mutating func add(_ outcome: ActionOutcome) {
        if outcome.status == .green || outcome.status == .red { done += 1 }
        if outcome.cached { cached += 1 }
        if outcome.status == .red { failures.append(outcome) }
        // A tool is how things are made, not what is shipped.
        guard outcome.status == .green, outcome.action.kind != .toolBuild else { return }
        for output in outcome.outputs {
            let artifact = Artifact(
                name: output.name, platform: outcome.action.id.platform, digest: output.digest, path: output.path)
            if !artifacts.contains(where: { $0.name == artifact.name && $0.platform == artifact.platform }) {
                artifacts.append(artifact)
            }
        }
    }

    /// Names of the red steps, each once.
    var failedSteps: [String] {
        var seen = Set<String>()
        return failures.map(\.action.step).filter { seen.insert($0).inserted }
    }
}

extension ActionID {
    /// The last part of `build:server:linux/amd64`.
    fileprivate var platform: String? {
        guard let part = text.split(separator: ":").last, part.split(separator: "/").count == 2 else { return nil }
        return String(part)
    }
}
