/// The rule that a CI job which compiles keeps Go's caches between runs.
import Diagnostics
import Scripts

extension PolicyRule {
    static let ciMustCacheGo = PolicyRule(
        "ci-without-go-cache", "CI must cache the build cache and the module cache", .warning,
        page: RulePage(
            what: """
                A job of a GitHub workflow that builds, tests or runs Go and has neither a setup-go that caches (from its v4 on by \
                itself, in v3 with `cache: true`) nor a cache of GOCACHE or the module cache. Jobs on runners of one's own, jobs where \
                an action that is not GitHub's may set up Go, and jobs of `pipeline run` are left alone.
                """,
            why: "Each job downloads every module and compiles every package again, and so does each `go run tool@version` in it.",
            bad: """
                steps:
                  - uses: actions/setup-go@v3
                    with: { go-version: "1.27" }
                  - run: go test ./...
                """,
            good: """
                steps:
                  - uses: actions/setup-go@v6
                    with: { go-version-file: go.mod }
                  - run: go test ./...
                """,
            language: "yaml")
    ) { world, findings in
        for job in world.ciJobs where job.isGitHub && job.job.uses == nil {
            guard let first = job.commands.first(where: isWork), !world.mayCache(job) else { continue }
            let setup = job.steps(using: "actions/setup-go").first
            if let setup {
                let cache = setup.input("cache")
                let range = cache?.range ?? setup.uses!.range
                findings.add(
                    cache?.value == "false" ? "this job compiles Go, and its caches are turned off" : "this setup-go does not cache by itself",
                    at: range, in: job.file.source,
                    help: cache?.value == "false" ? "take out `cache: false`, or cache GOCACHE and the module cache with actions/cache" : "use actions/setup-go@v4 or later, or write `cache: true`")
            } else {
                findings.add(
                    "job \(job.job.id.value) compiles Go, and caches neither GOCACHE nor the module cache", at: first.range, in: job.file.source,
                    help: "use actions/setup-go, which caches, or actions/cache with `~/.cache/go-build` and `~/go/pkg/mod`")
            }
        }
    }
}

/// Compiles something, and more than a released tool.
private func isWork(_ command: ScriptCommand) -> Bool {
    GoInvocation(command).map { ["build", "test", "run", "vet"].contains($0.verb) } ?? false
}

extension PolicyWorld {
    /// It caches, or nobody can tell.
    fileprivate func mayCache(_ job: CIJob) -> Bool {
        let steps = steps(of: job).map(\.step)
        let hasSetup = steps.contains { $0.uses?.value.action == "actions/setup-go" }
        for step in steps {
            if CacheStep(step)?.isOfGo ?? false { return true }
            guard let reference = step.uses?.value else { continue }
            if reference.action == "actions/setup-go" {
                if setsUpCache(step, reference) { return true }
            } else if reference.isLocal {
                if localActions(of: job).isEmpty { return true }
            } else if !reference.action.hasPrefix("actions/"), !hasSetup || reference.action.lowercased().contains("cache") {
                // Somebody else's action may well set up Go and cache.
                return true
            }
        }
        // A runner of one's own keeps its home; a label that is worked out may be one.
        let lines = (job.job.range.start.line...max(job.job.range.start.line, job.job.range.end.line)).compactMap { job.file.source.line($0) }
        return lines.contains { line in
            let text = line.drop { $0 == " " }
            guard text.hasPrefix("runs-on:") else { return false }
            let label = text.dropFirst("runs-on:".count)
            return !["ubuntu-", "macos-", "windows-", "matrix."].contains { label.contains($0) }
        } || job.commands.contains { command in command.words.first.map { fileName(of: $0.text) == "pipeline" } ?? false }
    }
}

/// A commit or a branch is taken for a recent version, and an expression for a yes.
private func setsUpCache(_ step: WorkflowStep, _ reference: UsesReference) -> Bool {
    switch step.input("cache")?.value {
    case "false": false
    case nil: majorVersion(of: reference).map { $0 >= 4 } ?? true
    default: true
    }
}
