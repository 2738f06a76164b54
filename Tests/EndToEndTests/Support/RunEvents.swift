/// What `pipeline run --json` said, each line held against docs/json.md as it is read.
import Testing

struct RunEvents: Sendable {
    struct Finished: Sendable {
        var step: String
        var action: String
        var kind: String
        var cached: Bool
        var status: String
        var key: String
        var failure: JSONValue
        var outputs: [JSONValue]
    }

    let ended: Ended
    let all: [JSONValue]

    init(_ ended: Ended) throws {
        self.ended = ended
        let lines = ended.out.split(separator: "\n")
        all = try lines.map { line in
            try #require(try? JSONValue(line), "not JSON: \(line)\n\(ended.transcript)")
        }
        for event in all { check(event) }
        if case .code(let code) = ended.exit, [0, 1, 130].contains(code) {
            #expect(all.last?["event"].string == "run.finished", "\(ended.transcript)")
        }
    }

    // MARK: - Documented members

    private static let members: [String: Set<String>] = [
        "run.preparing": ["message"],
        "run.started": ["version", "pipeline", "file", "toolchain", "total", "jobs", "tree"],
        "action.started": ["step", "action", "kind", "title"],
        "action.output": ["step", "action", "lines"],
        "action.retried": ["step", "action", "attempt", "failure"],
        "action.finished": [
            "step", "action", "kind", "title", "cached", "status", "elapsed_ms", "saved_ms", "key", "reason", "failure",
            "help", "outputs",
        ],
        "action.skipped": ["step", "action", "kind", "title", "reason"],
        "fetched": ["step", "action", "name", "version", "hash", "from"],
        "rewritten": ["files"],
        "warning": ["diagnostic"],
        "run.finished": ["status", "executed", "cached", "failed", "skipped", "elapsed_ms", "saved_ms"],
    ]
    private static let kinds: Set<String> = [
        "download", "build", "vet", "test", "tool", "tool-build", "generate", "fmt", "tidy", "policy", "run",
    ]

    private func check(_ event: JSONValue) {
        guard let name = event["event"].string, let members = Self.members[name] else {
            Issue.record("an event that is not documented: \(event)")
            return
        }
        #expect(event.names?.isSuperset(of: members.union(["event"])) == true, "\(name) lacks members: \(event)")
        if let kind = event["kind"].string { #expect(Self.kinds.contains(kind)) }
        if name == "action.finished" {
            #expect(["green", "red", "interrupted"].contains(event["status"].string ?? ""))
            #expect(event["cached"].bool != nil && event["elapsed_ms"].int != nil && event["saved_ms"].int != nil)
            #expect(event["key"].string?.isHexadecimal(64) == true, "key: \(event["key"])")
            #expect((event["status"].string == "red") == (event["failure"] != .null), "\(event)")
        }
    }

    // MARK: - What happened

    func events(_ name: String) -> [JSONValue] { all.filter { $0["event"].string == name } }

    var finished: [Finished] {
        events("action.finished").map { event in
            Finished(
                step: event["step"].string ?? "", action: event["action"].string ?? "",
                kind: event["kind"].string ?? "", cached: event["cached"].bool ?? false,
                status: event["status"].string ?? "", key: event["key"].string ?? "", failure: event["failure"],
                outputs: event["outputs"].list ?? [])
        }
    }

    /// Ids of the actions that really ran, in the order of their ends.
    var ran: [String] { finished.filter { !$0.cached }.map(\.action) }
    var summary: JSONValue { events("run.finished").last ?? .null }
    var status: String? { summary["status"].string }
    var executed: Int? { summary["executed"].int }

    /// Lines that an action printed, in this run.
    func output(of action: String) -> [String] {
        events("action.output").filter { $0["action"].string == action }
            .flatMap { $0["lines"].list ?? [] }.compactMap(\.string)
    }

    func finished(_ action: String) throws -> Finished {
        try #require(finished.first { $0.action == action }, "no \(action) in \(ended.transcript)")
    }

    func expectGreen(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(ended.exit == .code(0), "\(ended.transcript)", sourceLocation: sourceLocation)
        #expect(status == "green", sourceLocation: sourceLocation)
    }

    func expectNothingRan(sourceLocation: SourceLocation = #_sourceLocation) {
        expectGreen(sourceLocation: sourceLocation)
        #expect(executed == 0, "ran \(ran)", sourceLocation: sourceLocation)
        #expect(events("action.started").isEmpty, sourceLocation: sourceLocation)
        #expect((summary["cached"].int ?? 0) > 0, sourceLocation: sourceLocation)
    }
}

extension String {
    func isHexadecimal(_ count: Int) -> Bool {
        utf8.count == count && allSatisfy { "0123456789abcdef".contains($0) }
    }
}
