/// A run for programs: one object a line, as docs/json.md promises them. It leaves out nothing but what -q asks for.
import Action
import Run

package struct JSONReporter: RunReporter {
    private let sink: any OutputSink
    private let verbosity: Verbosity
    private var pending = ""

    package init(to sink: any OutputSink, verbosity: Verbosity = .normal) {
        self.sink = sink
        self.verbosity = verbosity
    }

    package mutating func handle(_ event: RunEvent) {
        switch event {
        case .started(let run):
            say(
                "run.started",
                [
                    ("version", 1), ("pipeline", .string(run.pipeline)), ("file", JSON(run.file)),
                    ("toolchain", .string(run.toolchain)), ("total", .number(run.total)), ("jobs", .number(run.jobs)),
                    ("tree", run.tree.map(JSON.init) ?? .null),
                ])
        case .preparing(let what): say("run.preparing", [("message", .string(what))])
        case .actionStarted(let action): say("action.started", action, Self.nature(of: action))
        case .actionOutput(let action, let lines):
            if verbosity > .quiet { say("action.output", action, [("lines", .array(lines.map(JSON.string)))]) }
        case .actionRetried(let action, let attempt, let failure):
            say("action.retried", action, [("attempt", .number(attempt)), ("failure", JSON(failure))])
        case .actionFinished(let outcome): say(outcome)
        case .fetched(let fetch, let action):
            say("fetched", [("step", JSON(action?.step)), ("action", JSON(action?.id.text))] + JSON.members(of: fetch))
        case .rewritten(let files): say("rewritten", [("files", .array(files.map(JSON.string)))])
        case .warning(let diagnostic): say("warning", [("diagnostic", JSON(diagnostic))])
        case .finished(let summary):
            say(
                "run.finished",
                [
                    ("status", .string(summary.status.rawValue)), ("executed", .number(summary.executed)),
                    ("cached", .number(summary.cached)), ("failed", .number(summary.failed)),
                    ("skipped", .number(summary.skipped)), ("elapsed_ms", .number(summary.elapsed.wholeMilliseconds)),
                    ("saved_ms", .number(summary.saved.wholeMilliseconds)),
                ])
        }
    }

    package mutating func refresh() {
        guard !pending.isEmpty else { return }
        sink.write(pending)
        pending = ""
    }

    package mutating func close() { refresh() }

    private mutating func say(_ outcome: ActionOutcome) {
        guard outcome.status != .skipped else {
            return say(
                "action.skipped", outcome.action,
                Self.nature(of: outcome.action) + [("reason", .string(outcome.reason))])
        }
        if outcome.cached, verbosity == .verbose, !outcome.log.isEmpty {
            say("action.output", outcome.action, [("lines", .array(outcome.log.map(JSON.string)))])
        }
        let told: [(name: String, value: JSON)] =
            outcome.diagnostics.isEmpty ? [] : [("diagnostics", .array(outcome.diagnostics.map { JSON($0) }))]
        say(
            "action.finished", outcome.action,
            Self.nature(of: outcome.action) + [
                ("cached", .boolean(outcome.cached)), ("status", .string(outcome.status.rawValue)),
                ("elapsed_ms", .number(outcome.elapsed.wholeMilliseconds)),
                ("saved_ms", .number(outcome.saved.wholeMilliseconds)), ("key", JSON(outcome.key?.text)),
                ("reason", .string(outcome.reason)), ("failure", outcome.failure.map(JSON.init) ?? nil),
                ("help", JSON(outcome.help)), ("outputs", .array(outcome.outputs.map(JSON.init))),
            ] + told)
    }

    private mutating func say(
        _ event: String, _ action: ActionReference, _ members: [(name: String, value: JSON)] = []
    ) {
        say(event, [("step", .string(action.step)), ("action", .string(action.id.text))] + members)
    }

    private static func nature(of action: ActionReference) -> [(name: String, value: JSON)] {
        [("kind", .string(action.kind.rawValue)), ("title", .string(action.title))]
    }

    private mutating func say(_ event: String, _ members: [(name: String, value: JSON)]) {
        JSON.object([("event", .string(event))] + members).write(to: &pending)
        pending += "\n"
    }
}

extension JSON {
    fileprivate init(_ tree: CommitTree) {
        self = [
            "commit": JSON(tree.commit), "staged": .boolean(tree.isStaged), "summary": .string(tree.summary),
            "folder": .string(tree.folder), "submodules": .array(tree.submodules.map(JSON.string)),
            "written": .number(tree.written), "removed": .number(tree.removed),
            "elapsed_ms": .number(tree.elapsed.wholeMilliseconds),
        ]
    }

    /// `kind` is for programs, `message` for people.
    fileprivate init(_ failure: Failure) {
        let facts: [(name: String, value: JSON)] =
            switch failure {
            case .exit(let code): [("kind", "exit"), ("code", .number(Int(code)))]
            case .signal(let signal): [("kind", "signal"), ("signal", .number(Int(signal)))]
            case .timeout(let limit): [("kind", "timeout"), ("limit_ms", .number(limit.wholeMilliseconds))]
            case .notSilent: [("kind", "findings")]
            case .stale(let files): [("kind", "stale"), ("files", .number(files))]
            case .missingOutput(let path): [("kind", "missing-output"), ("path", .string(path))]
            case .holdsSecret(let output, let secret):
                [("kind", "holds-secret"), ("path", .string(output)), ("secret", .string(secret))]
            case .service(let name, _): [("kind", "service"), ("service", .string(name))]
            case .changedArtifact: [("kind", "changed-artifact")]
            case .refused: [("kind", "refused")]
            case .environment: [("kind", "environment")]
            }
        self = .object(facts + [("message", .string(failure.description))])
    }

    fileprivate init(_ output: ProducedArtifact) {
        self = [
            "name": .string(output.name), "digest": .string(output.digest.description),
            "size": .number(output.digest.size), "path": .string(output.path),
        ]
    }
}
