/// The rule that code which nobody has reviewed does not run where secrets are.
import Diagnostics
import Scripts

extension PolicyRule {
    static let secretsMustNotMeetUnreviewedTools = PolicyRule(
        "secrets-with-unreviewed-tool", "A step with secrets must only run reviewed versions of tools", .error,
        page: RulePage(
            what: """
                A workflow step with a secret in its environment (its own, the job's or the workflow's) that runs `go run pkg@version` of a \
                package whose version is not pinned in a reviewed place: `tools:` of the pipeline file, or go.mod.
                """,
            why: "`go run pkg@version` executes downloaded code; with a secret in its environment it can send that away.",
            bad: """
                - run: go run example.com/cmd/release@v1.2.3
                  env: { TOKEN: "${{ secrets.TOKEN }}" }
                """,
            good: """
                - run: go tool release   # pinned by a `tool` line of go.mod, whose change is reviewed
                  env: { TOKEN: "${{ secrets.TOKEN }}" }
                """,
            language: "yaml")
    ) { world, findings in
        for job in world.ciJobs where job.isGitHub {
            let around = (job.file.workflow?.env ?? []) + job.job.env
            for step in job.job.steps {
                guard let secret = (step.env + around).first(where: { isSecret($0.value.text) }) else { continue }
                for command in job.commands(of: step) {
                    guard let go = GoInvocation(command), go.verb == "run", let word = go.targetWords.first else { continue }
                    let reference = PackageReference(word.text, isLiteral: word.isLiteral)
                    guard reference.isRemote, reference.version != .missing, world.ownModule(of: reference) == nil else { continue }
                    if case .exact(let version) = reference.version, world.pin(of: reference, for: command)?.version == version { continue }
                    if case .commit = reference.version { continue }
                    findings.add(
                        "`\(reference.name)` is not pinned in a reviewed place, and runs with the secret \(secret.name) in its environment",
                        at: word.range, in: job.file.source,
                        notes: [Diagnostic.Note("the secret is here", file: job.file.file, range: secret.value.range)],
                        help: "pin it by a `tool` line or under `tools:`, or give the secret only to the step that needs it")
                }
            }
        }
    }
}

private func isSecret(_ value: String) -> Bool {
    value.contains("secrets.") || value.contains("secrets[") || value.contains("github.token")
}
