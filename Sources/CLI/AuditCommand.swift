/// `pipeline audit`: the review of the repository, as findings with their places and fixes.
import ArgumentParser
import Diagnostics
import Files
import Policy
import Report

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension Diagnostic.Severity: ExpressibleByArgument {}

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Review Dockerfiles, workflows, scripts and go.mod against the policy on running Go.",
        discussion: """
            Nothing is executed. docs/audit.md explains the rules, and how to allow a finding with a reason.

            EXAMPLES
              pipeline audit
              pipeline audit --fail-on error --sarif > audit.sarif
              pipeline audit --fix --dry-run
              pipeline audit --explain unpinned-tool
              pipeline audit --baseline audit-baseline.txt --write-baseline
            """)

    @Flag(help: "Print the findings as JSON.")
    var json = false

    @Flag(help: "Print them as SARIF 2.1.0.")
    var sarif = false

    @Flag(help: "Print them as annotations of GitHub Actions.")
    var github = false

    @Option(help: ArgumentHelp("The least severity that is red: error, warning or note. Default warning.", valueName: "severity"))
    var failOn: Diagnostic.Severity?

    @Flag(help: "Mend what can be mended mechanically, then review again.")
    var fix = false

    @Flag(help: "With --fix: print the changes as a diff, and make none.")
    var dryRun = false

    @Option(help: ArgumentHelp("Print the page of a rule.", valueName: "rule"))
    var explain: String?

    @Flag(help: "List the rules.")
    var rules = false

    @Option(help: ArgumentHelp("Findings that were there before, and are not told.", valueName: "file"))
    var baseline: String?

    @Flag(help: "Write today's findings to the baseline file.")
    var writeBaseline = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func validate() throws {
        if [json, sarif, github].count(where: { $0 }) > 1 { throw ValidationError("--json, --sarif and --github exclude each other") }
        if dryRun, !fix { throw ValidationError("--dry-run belongs to --fix") }
        if fix, writeBaseline { throw ValidationError("--fix and --write-baseline exclude each other") }
    }

    func run() async throws {
        let output = words.output(json: json)
        if rules { return output.print(renderRules(PolicyRule.all)) }
        if let explain { return output.print(try page(of: explain, output)) }
        let workspace = try Workspace(place, output)
        let gathering = AuditGathering(workspace: workspace, output: output, pipelineName: place.pipeline)
        var gathered = try await gathering.gather()
        let known = try knownFindings(gathered.world, workspace, output)
        if writeBaseline { return try write(gathered.world, known.path, workspace, output) }

        var report = audit(gathered.world, baseline: known.baseline)
        if fix {
            let changed = try mend(report, workspace, output)
            if changed, !dryRun {
                gathered = try await gathering.gather()
                report = audit(gathered.world, baseline: known.baseline)
            }
        }
        tell(gathered.mistakes + (known.baseline?.mistakes ?? []), output)
        if !(fix && dryRun) { show(report, gathered.world, output) }
        if report.fails(on: failOn ?? gathered.world.pipeline?.audit.failOn ?? .warning) { throw CommandFailure(.findings, [], output) }
    }

    private func page(of name: String, _ output: Output) throws -> String {
        if let rule = PolicyRule.named(name) { return rule.manual }
        let near = nearestName(to: name, among: PolicyRule.all.flatMap { [$0.id, $0.name] })
        throw CommandFailure(
            .misuse, "audit/unknown-rule", "there is no rule `\(name)`",
            help: near.map { "did you mean `\($0)`?" } ?? "`pipeline audit --rules` lists them", output)
    }

    private func show(_ report: AuditReport, _ world: PolicyWorld, _ output: Output) {
        if json {
            output.print(renderAuditJSON(report))
        } else if sarif {
            output.print(renderAuditSARIF(report, rules: PolicyRule.all, version: version))
        } else if github {
            output.print(renderAuditAnnotations(report))
        } else if !report.findings.isEmpty || output.verbosity > .quiet {
            output.print(renderAudit(report, files: world.files.count, style: output.style))
        }
    }

    /// What could not be read is no finding, and is not kept quiet either.
    private func tell(_ mistakes: [Diagnostic], _ output: Output) {
        guard !mistakes.isEmpty, !json, !sarif, !github else { return }
        if output.verbosity == .verbose {
            output.show(mistakes)
        } else {
            output.remark("\(counted(mistakes.count, "place")) could not be read as what \(mistakes.count == 1 ? "it seems" : "they seem") to be; -v shows more")
        }
    }

    // MARK: - Baseline

    private func knownFindings(
        _ world: PolicyWorld, _ workspace: Workspace, _ output: Output
    ) throws -> (path: String?, baseline: Baseline?) {
        let declared = world.pipeline?.audit.baseline?.value
        guard let name = baseline ?? declared else { return (nil, nil) }
        let path = name.hasPrefix("/") || baseline != nil ? name : "\(workspace.root)/\(name)"
        if writeBaseline { return (path, nil) }
        guard let bytes = try? readFile(path) else {
            throw CommandFailure(
                .misuse, "audit/no-baseline", "there is no baseline file \(name)",
                help: "`pipeline audit --baseline \(name) --write-baseline` writes it", output)
        }
        return (path, Baseline(SourceText(file: name, text: String(decoding: bytes, as: UTF8.self))))
    }

    private func write(_ world: PolicyWorld, _ path: String?, _ workspace: Workspace, _ output: Output) throws {
        guard let path else {
            throw CommandFailure(
                .misuse, "audit/no-baseline", "--write-baseline needs the name of the file",
                help: "say `--baseline audit-baseline.txt`, or `audit: { baseline: … }` in the pipeline file", output)
        }
        let findings = audit(world).findings
        try replaceFile(path, Baseline.text(of: findings), output)
        output.remark("\(path) now holds \(counted(findings.count, "finding"))")
    }

    // MARK: - Fixes

    /// Whether something was, or would be, changed.
    private func mend(_ report: AuditReport, _ workspace: Workspace, _ output: Output) throws -> Bool {
        func text(_ file: String) -> String? {
            (try? readFile("\(workspace.root)/\(file)")).flatMap { String(validating: $0, as: UTF8.self) }
        }
        let (texts, applied) = apply(report.findings.compactMap(\.fix), read: text)
        for (file, new) in texts.sorted(by: { $0.key < $1.key }) {
            if dryRun {
                output.print(unifiedDiff(from: text(file) ?? "", named: "a/\(file)", to: new, named: "b/\(file)"))
            } else {
                try replaceFile("\(workspace.root)/\(file)", new, output)
            }
        }
        output.remark("\(dryRun ? "would mend" : "mended") \(counted(applied.count, "finding")) in \(counted(texts.count, "file"))")
        return !applied.isEmpty
    }

    /// Whole or not at all, with the mode it has.
    private func replaceFile(_ path: String, _ text: String, _ output: Output) throws {
        do {
            var status = stat()
            let mode = stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0o644
            let beside = "\(path).\(uniqueName())"
            try createFile(beside, Array(text.utf8), mode: mode)
            guard rename(beside, path) == 0 else { throw FileError(operation: "rename to", path: path) }
        } catch {
            throw CommandFailure(.environment, "audit/unwritable", "\(error)", output)
        }
    }
}
