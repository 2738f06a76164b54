/// Small repositories with the findings that they have, as text: `=== name`, `expect file:line:column rule` lines, then the
/// files, each after a line `-- path --`.
import Diagnostics
import Files
import Go
import Pipeline
import Policy
import Scripts
import Testing

struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var expected: [String]
    var files: [(path: String, text: String)]

    var testDescription: String { name }

    /// Cases of one file of Cases/.
    static func parse(_ text: String) -> [Case] {
        var cases: [Case] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix("=== ") {
                cases.append(Case(name: String(line.dropFirst(4)), expected: [], files: []))
            } else if line.hasPrefix("expect "), cases.last?.files.isEmpty ?? false {
                cases[cases.count - 1].expected.append(String(line.dropFirst("expect ".count)))
            } else if line.hasPrefix("-- "), line.hasSuffix(" --") {
                cases[cases.count - 1].files.append((String(line.dropFirst(3).dropLast(3)), ""))
            } else {
                let last = cases[cases.count - 1].files.count - 1
                cases[cases.count - 1].files[last].text += "\(line)\n"
            }
        }
        return cases
    }

    static func text(of cases: [Case]) -> String {
        cases.map { one in
            "=== \(one.name)\n" + one.expected.map { "expect \($0)\n" }.joined() + one.files.map { "-- \($0.path) --\n\($0.text)" }.joined()
        }.joined()
    }

    var report: AuditReport { audit(world(files), baseline: nil) }

    var found: [String] { report.findings.map(described) }
}

func described(_ finding: Finding) -> String {
    let place = finding.diagnostic.range.map { ":\($0.start.line):\($0.start.column)" } ?? ""
    return "\(finding.diagnostic.file ?? "")\(place) \(finding.rule)"
}

/// What the review looks at, from files that are only here.
func world(_ files: [(path: String, text: String)], isGit: Bool = true, checking: Bool = true) -> PolicyWorld {
    let texts = Dictionary(files.map { ($0.path, $0.text) }) { $1 }
    let read: @Sendable (String) -> String? = { texts[$0] }
    let (repository, _) = GoRepository.find(paths: files.map(\.path), read: read)
    var pipeline: Pipeline?
    var source: SourceText?
    if let text = texts["pipeline.yaml"] {
        let parsed = SourceText(file: "pipeline.yaml", text: text)
        let (decoded, diagnostics) = decodePipeline(parsed)
        if checking { #expect(diagnostics == [], "\(text)") }
        (pipeline, source) = (decoded, parsed)
    }
    let scripts = files.compactMap { readScripts(path: $0.path, text: $0.text) }
    if checking { for file in scripts { #expect(file.mistakes == [], "\(file.file)") } }
    return PolicyWorld(
        files: scripts, paths: files.map(\.path), repository: repository, pipeline: pipeline, pipelineSource: source, isGit: isGit,
        read: read)
}

/// The folder of this file.
let testFolder = parentFolder(of: #filePath)
