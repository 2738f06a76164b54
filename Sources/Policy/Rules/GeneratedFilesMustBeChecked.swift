/// The rule that CI notices when generated files are out of date.
import Diagnostics
import Go
import Pipeline
import Scripts

extension PolicyRule {
    static let generatedFilesMustBeChecked = PolicyRule(
        "generate-unchecked", "CI must verify that generated files are up to date", .warning,
        page: RulePage(
            what: """
                `//go:generate` lines in a repository with CI, none of whose jobs generates and then looks for differences (`git diff`, \
                `git status`), and no `generate` step with `fresh` in the pipeline file. Jobs that run make, mage, task or scripts which \
                cannot be followed are taken to do so.
                """,
            why: "The generator's input and its output drift apart, and the next one to run it finds a diff that is none of theirs.",
            bad: "- run: go test ./...", good: "- run: go generate ./... && git diff --exit-code\n- run: go test ./...", language: "yaml")
    ) { world, findings in
        let jobs = world.ciJobs
        guard !jobs.isEmpty, let first = world.generateDirectives.first, !world.pipelineChecksGeneration else { return }
        guard !jobs.contains(where: world.mayCheckGeneration) else { return }
        findings.add(
            "no CI job checks that what this generates is up to date", at: first.range, in: first.source,
            help: "run `go generate ./... && git diff --exit-code`, or a `generate` step with `fresh: true` in the pipeline file")
    }
}

extension PolicyWorld {
    /// The first word of each directive, in the order of files.
    fileprivate var generateDirectives: [(source: SourceText, range: SourceRange)] {
        files.lazy.filter { $0.kind == .goSource }.flatMap { file in
            file.commands.filter { $0.context == .goGenerate && !$0.words.isEmpty }.map { (file.source, $0.range) }
        }
    }

    fileprivate var pipelineChecksGeneration: Bool {
        (pipeline?.steps ?? []).contains { step in if case .generate(_, fresh: true) = step.kind { true } else { false } }
    }

    fileprivate func mayCheckGeneration(_ job: CIJob) -> Bool {
        if job.job.uses != nil { return true }
        let all = reached(from: job)
        let looks = all.contains { reached in
            let words = reached.command.words.map(\.text)
            return words.first.map { fileName(of: $0) == "git" } ?? false
                && words.contains { ["diff", "status", "diff-index", "diff-files", "ls-files"].contains($0) }
        }
        let generates = all.contains { reached in
            reached.command.words.contains { word in
                let text = word.text.lowercased()
                return text.contains("gen") || text.contains("mock") || text.contains("proto") || text.contains("stringer")
            }
        }
        if looks && generates { return true }
        // What leads out of sight may well check.
        return all.contains { reached in
            guard let program = reached.command.words.first?.text else { return false }
            let name = fileName(of: program)
            if ["mage", "bazel", "earthly", "dagger", "pipeline", "nix", "tox", "pre-commit", "buf"].contains(name) { return true }
            guard ["make", "gmake", "just", "task", "npm", "yarn", "pnpm"].contains(name) || program.contains("/") else { return false }
            let words = reached.command.words.map { $0.text.lowercased() }
            return words.contains { word in ["gen", "verify", "check", "ci", "lint", "all", "diff", "dirty", "clean", "validate"].contains { word.contains($0) } }
                || reached.command.words.contains { !$0.isLiteral }
        }
    }
}
