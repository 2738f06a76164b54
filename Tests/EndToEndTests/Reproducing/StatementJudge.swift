/// Python packages as judges of statements and bills of materials, and as makers of keys; scripts/test-parts brings them.
import Files
import TestSupport
import Testing

struct StatementJudge: Sendable {
    /// A python that has the packages.
    static let python: String? = findProgram(
        "statement-judge", path: environmentValue("PATH") ?? "", directory: "/")

    private let folder: String

    /// Keys are made in `folder`.
    init(_ folder: String) { self.folder = folder }

    /// `KIND.pem` and `KIND.pub.pem`.
    func makeKey(_ kind: String) async throws { try await run(["key", kind, folder]) }

    /// What is wrong with each document; `ok` when nothing is. Signatures must be by all `keys`, and by nobody else.
    func judge(_ files: [(kind: String, path: String)], _ keys: [String]) async throws -> [String] {
        let keys = keys.map { "\(folder)/\($0).pub.pem" }.joined(separator: ",")
        return try await run(["judge", keys] + files.map { "\($0.kind)=\($0.path)" }).lines.dropLast()
    }

    /// Another subject in the payload, under the old signature.
    func forge(envelope: String, to path: String) async throws { try await run(["forge", envelope, path]) }

    @discardableResult
    private func run(_ arguments: [String]) async throws -> String {
        guard let python = Self.python else { throw Missing(description: "statement-judge is needed: scripts/test-parts") }
        let script = "\(RealParts.checkout)/Tests/EndToEndTests/Reproducing/judge.py"
        let ended = try await ChildProgram([python, script] + arguments, environment: ["PATH": "/usr/bin:/bin"], directory: folder).end()
        try #require(ended.exit == .code(0), "\(ended.transcript)")
        return ended.out
    }
}

extension Trait where Self == ConditionTrait {
    static var needsStatementJudge: Self {
        .enabled(
            if: StatementJudge.python != nil || RealParts.isRequired,
            "no statement-judge on PATH: run scripts/test-parts FOLDER and put FOLDER on PATH")
    }
}
