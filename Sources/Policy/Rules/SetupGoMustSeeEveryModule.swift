/// The rule that setup-go is told where the go.sum files are when it cannot find them.
import Diagnostics
import Scripts

extension PolicyRule {
    static let setupGoMustSeeEveryModule = PolicyRule(
        "setup-go-cache-path", "setup-go must be given the go.sum of the modules that its job uses", .warning,
        page: RulePage(
            what: """
                A setup-go that caches, without `cache-dependency-path`, in a job that works in a module below the root, or in a repository \
                whose go.sum is not at the root.
                """,
            why: "setup-go keys its cache by the go.sum at the root: changes of the other modules go unnoticed, or nothing is cached at all.",
            bad: """
                - uses: actions/setup-go@v6
                  with: { go-version: "1.27" }
                - run: go test ./...
                  working-directory: services/api
                """,
            good: """
                - uses: actions/setup-go@v6
                  with:
                    go-version: "1.27"
                    cache-dependency-path: "**/go.sum"
                - run: go test ./...
                  working-directory: services/api
                """,
            language: "yaml")
    ) { world, findings in
        let sums = world.repository.modules.filter { $0.hasGoSum && isOwnPath($0.goModPath) }
        let nested = sums.filter { $0.directory != "." }
        guard !nested.isEmpty else { return }
        let hasRoot = world.paths.contains("go.sum")
        for job in world.ciJobs where job.isGitHub {
            for step in job.steps(using: "actions/setup-go") where step.input("cache-dependency-path") == nil && caches(step) {
                let places = Set(job.commands.compactMap { GoInvocation($0) == nil ? nil : $0.folder })
                let used = nested.first { module in places.contains { isBelow($0.isEmpty ? "." : $0, module.directory) && module.directory != "." } }
                guard let used else { continue }
                findings.add(
                    hasRoot
                        ? "this setup-go keys its cache by the root's go.sum, and the job works in \(used.directory)"
                        : "this setup-go finds no go.sum at the root: the job works in \(used.directory)",
                    at: step.uses!.range, in: job.file.source, help: "add `cache-dependency-path: \"\(used.directory)/go.sum\"`, or `\"**/go.sum\"` for all")
            }
        }
    }
}

private func caches(_ step: WorkflowStep) -> Bool {
    guard let reference = step.uses?.value, step.input("cache")?.value != "false" else { return false }
    return majorVersion(of: reference).map { $0 >= 4 } ?? true || step.input("cache")?.value == "true"
}
