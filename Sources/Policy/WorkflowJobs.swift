/// The jobs of CI with what runs in them: their commands, followed through make and scripts, and the caches they have. It
/// knows workflows, no rule.
import Diagnostics
import Scripts

struct CIJob {
    let file: ReadFile
    let job: WorkflowJob
    /// Of the steps themselves, in order.
    let commands: [ScriptCommand]

    var isGitHub: Bool { file.kind == .workflow }

    /// The steps with this index and their commands.
    func commands(of step: WorkflowStep) -> [ScriptCommand] {
        commands.filter { $0.context == .workflowStep(job: job.id.value, step: step.index) }
    }

    func steps(using action: String) -> [WorkflowStep] { job.steps.filter { $0.uses?.value.action == action } }
}

extension PolicyWorld {
    /// Of workflows and of .gitlab-ci.yml; composite actions are parts of jobs, not jobs.
    var ciJobs: [CIJob] {
        files.flatMap { file -> [CIJob] in
            guard let workflow = file.workflow, file.kind != .action else { return [] }
            return workflow.jobs.map { job in
                CIJob(
                    file: file, job: job,
                    commands: file.commands.filter { command in
                        switch command.context {
                        case .workflowStep(let id, _): id == job.id.value
                        case .gitlabJob(let name): name == job.id.value
                        default: false
                        }
                    })
            }
        }
    }

    /// Everything a job runs, through make, scripts and package scripts of this repository.
    func reached(from job: CIJob) -> [Reached] {
        job.commands.flatMap { reached(from: $0, in: job.file.source, places: ["."]) } + localActions(of: job).flatMap { action in
            action.commands.flatMap { reached(from: $0, in: action.source, places: ["."]) }
        }
    }

    /// The composite actions of this repository that a job uses.
    func localActions(of job: CIJob) -> [ReadFile] {
        job.job.steps.compactMap { $0.uses?.value }.filter(\.isLocal).compactMap { reference in
            ["action.yml", "action.yaml"].lazy.compactMap { joined(reference.action, $0) }.compactMap { self.file($0) }.first
        }
    }

    /// Steps of a job and of the composite actions that it uses.
    func steps(of job: CIJob) -> [(step: WorkflowStep, source: SourceText)] {
        job.job.steps.map { ($0, job.file.source) }
            + localActions(of: job).flatMap { action in (action.workflow?.jobs ?? []).flatMap(\.steps).map { ($0, action.source) } }
    }
}

/// A step that keeps files between runs, of `actions/cache` and its kin.
struct CacheStep {
    let step: WorkflowStep
    /// One path a line.
    let paths: [String]
    let key: Located<String>?

    init?(_ step: WorkflowStep) {
        guard let action = step.uses?.value.action, !action.hasSuffix("/save"),
            ["actions/cache", "actions/cache/restore", "buildjet/cache", "namespacelabs/nscloud-cache-action", "runs-on/cache"].contains(action)
        else { return nil }
        self.step = step
        paths = (step.input("path")?.value ?? "").split(whereSeparator: \.isNewline).map { $0.filter { $0 != " " } }
        key = step.input("key")
    }

    var hasBuildCache: Bool { paths.contains { $0.contains("go-build") || $0.lowercased().contains("gocache") } }
    var hasModuleCache: Bool { paths.contains { $0.contains("pkg/mod") || $0.lowercased().contains("gomodcache") || $0 == "~/go" || $0.hasSuffix("/go/pkg") } }
    var isOfGo: Bool { hasBuildCache || hasModuleCache }
}

/// `v5` of `actions/setup-go@v5.0.1`; nil for commits and branches.
func majorVersion(of reference: UsesReference) -> Int? {
    guard let ref = reference.ref, ref.first == "v" else { return nil }
    return Int(ref.dropFirst().prefix { $0.isNumber })
}
