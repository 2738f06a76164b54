/// What a run tells while it happens, in one ordered stream; it knows nothing of how it is shown.
import Action
import Diagnostics

package enum RunEvent: Sendable {
    case started(RunStart)
    /// Work before the graph can be made, e.g. `listing the packages of 2 modules`.
    case preparing(String)
    case actionStarted(ActionReference)
    /// Whole lines without their line feeds; a line is handed over once.
    case actionOutput(ActionReference, [String])
    /// The action is tried again after a red try.
    case actionRetried(ActionReference, attempt: Int, failure: Failure)
    case actionFinished(ActionOutcome)
    /// By an action, or while the lock was brought up to date.
    case fetched(Fetch, by: ActionReference?)
    /// Files of the repository that a generator has made anew, written because the user asked for it.
    case rewritten([String])
    case warning(Diagnostic)
    case finished(RunSummary)
}

/// An action, as far as a report needs to know it.
package struct ActionReference: Hashable, Sendable {
    package var id: ActionID
    package var step: String
    package var kind: ActionKind
    package var title: String

    package init(id: ActionID, step: String, kind: ActionKind, title: String) {
        self.id = id
        self.step = step
        self.kind = kind
        self.title = title
    }
}

package struct RunStart: Hashable, Sendable {
    package var pipeline: String
    /// The pipeline file; nil when it was inferred.
    package var file: String?
    /// `go1.27.3 linux/amd64`.
    package var toolchain: String
    /// Actions that this run is about.
    package var total: Int
    package var jobs: Int
    /// The files of a commit, where it is not about the user's own.
    package var tree: CommitTree?

    package init(pipeline: String, file: String?, toolchain: String, total: Int, jobs: Int, tree: CommitTree? = nil) {
        self.pipeline = pipeline
        self.file = file
        self.toolchain = toolchain
        self.total = total
        self.jobs = jobs
        self.tree = tree
    }
}

/// The folder that a run of `--clean` or `--staged` works in, and whose files are there.
package struct CommitTree: Hashable, Sendable {
    /// In hexadecimal; nil before the first one.
    package var commit: String?
    /// The first line of its message.
    package var summary: String
    /// The files are those of the index, on top of that commit.
    package var isStaged: Bool
    package var folder: String
    package var submodules: [String]
    /// Files that had to be written, and files or folders that did not belong there.
    package var written: Int
    package var removed: Int
    /// What that took.
    package var elapsed: Duration

    package init(
        commit: String?, summary: String, isStaged: Bool, folder: String, submodules: [String], written: Int, removed: Int,
        elapsed: Duration
    ) {
        self.commit = commit
        self.summary = summary
        self.isStaged = isStaged
        self.folder = folder
        self.submodules = submodules
        self.written = written
        self.removed = removed
        self.elapsed = elapsed
    }
}

package struct ActionOutcome: Sendable {
    package enum Status: String, Hashable, Sendable {
        case green, red
        /// It never started: something it needs is red, the run was failing, or it was not needed.
        case skipped
        case interrupted
    }

    package var action: ActionReference
    package var status: Status
    /// Its result was known, and nothing was run.
    package var cached: Bool
    /// What it took this time.
    package var elapsed: Duration
    /// What it took when it really ran; zero unless cached.
    package var saved: Duration
    package var key: CacheKey?
    /// Why it ran, was a hit or was skipped, e.g. `not run before`, `needs test, which is red`.
    package var reason: String
    package var failure: Failure?
    /// What the user can do about a red action, where its words are known.
    package var help: String?
    /// All that it printed, replayed for a hit.
    package var log: [String]
    package var outputs: [ProducedArtifact]
    /// What its go commands used of the build cache, now or when it really ran: see `ActionResult.buildUses`.
    package var buildUses: [String: Digest] = [:]
    /// Of a red action in a sandbox: what it looked for and was not shown, relative to the root where it is there.
    package var undeclaredReads: [String] = []
    /// What is said of it besides its own words.
    package var diagnostics: [Diagnostic] = []

    package init(
        action: ActionReference, status: Status, cached: Bool = false, elapsed: Duration = .zero,
        saved: Duration = .zero, key: CacheKey? = nil, reason: String = "", failure: Failure? = nil,
        log: [String] = [], outputs: [ProducedArtifact] = []
    ) {
        self.action = action
        self.status = status
        self.cached = cached
        self.elapsed = elapsed
        self.saved = saved
        self.key = key
        self.reason = reason
        self.failure = failure
        self.log = log
        self.outputs = outputs
    }
}

/// Why an action is red.
package enum Failure: Hashable, Sendable, CustomStringConvertible {
    case exit(code: Int32)
    case signal(Int32)
    case timeout(Duration)
    /// A checker had something to say.
    case notSilent
    /// The scratch tree differs from the repository in this many files.
    case stale(files: Int)
    case missingOutput(String)
    case holdsSecret(output: String, secret: String)
    /// A service ended or was not ready in time.
    case service(String, String)
    /// What the action was to be given is not what was built.
    case changedArtifact(String)
    /// Something that it uses is not what it should be.
    case refused(String)
    /// The action could not be started.
    case environment(String)

    package var description: String {
        switch self {
        case .exit(let code): "exit code \(code)"
        case .signal(let signal): "ended by signal \(signal)"
        case .timeout(let limit): "not done after \(limit.formattedBriefly)"
        case .notSilent: "it has findings"
        case .stale(let files): files == 1 ? "1 file is not up to date" : "\(files) files are not up to date"
        case .missingOutput(let path): "declared output \(path) was not made"
        case .holdsSecret(let output, let secret): "output \(output) holds the secret \(secret)"
        case .service(let name, let what): "service \(name) \(what)"
        case .changedArtifact(let what): what
        case .refused(let why): why
        case .environment(let what): what
        }
    }
}

extension Duration {
    /// `850ms`, `4.2s`, `3m05s`, `1h02m`.
    package var formattedBriefly: String {
        let milliseconds = wholeMilliseconds
        switch milliseconds {
        case ..<1000: return "\(milliseconds)ms"
        case ..<60_000: return "\(milliseconds / 1000).\(milliseconds % 1000 / 100)s"
        case ..<3_600_000:
            let seconds = milliseconds / 1000
            return "\(seconds / 60)m\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)s"
        default:
            let minutes = milliseconds / 60_000
            return "\(minutes / 60)h\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)m"
        }
    }

    package var wholeMilliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}

/// An output with its digest.
package struct ProducedArtifact: Hashable, Sendable {
    package var name: String
    package var digest: Digest
    /// A read-only file with that content.
    package var path: String

    package init(name: String, digest: Digest, path: String) {
        self.name = name
        self.digest = digest
        self.path = path
    }
}

package struct RunSummary: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable { case green, red, interrupted }

    package var status: Status
    package var executed: Int
    package var cached: Int
    package var failed: Int
    package var skipped: Int
    package var elapsed: Duration
    /// What the hits took when they really ran.
    package var saved: Duration

    package init(
        status: Status, executed: Int, cached: Int, failed: Int, skipped: Int, elapsed: Duration, saved: Duration
    ) {
        self.status = status
        self.executed = executed
        self.cached = cached
        self.failed = failed
        self.skipped = skipped
        self.elapsed = elapsed
        self.saved = saved
    }
}
