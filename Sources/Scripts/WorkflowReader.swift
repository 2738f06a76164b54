/// GitHub's workflows and composite actions to jobs, steps and commands. It knows their keys, and which shells are read.
import Diagnostics
import YAML

struct WorkflowReader {
    let file: YAMLFile
    let sink: ScriptSink

    /// What holds for a step unless it says otherwise.
    private struct Defaults {
        var shell: String?
        var folder: Located<String>?
        var env: [ScriptAssignment] = []

        /// With what `defaults: run:` and `env:` of a workflow or job say.
        func with(_ node: YAMLNode, env more: [ScriptAssignment]) -> Defaults {
            let run = node["defaults"]?["run"]
            return Defaults(
                shell: run?["shell"]?.scalar ?? shell, folder: run?["working-directory"]?.located ?? folder,
                env: env + more)
        }
    }

    /// Nil when it is no mapping.
    func readWorkflow() -> WorkflowFile? {
        guard let root = file.root, !root.entries.isEmpty else { return nil }
        let env = file.assignments(root["env"], marking)
        let defaults = Defaults().with(root, env: env)
        let jobs = (root["jobs"]?.entries ?? []).map { entry in readJob(entry, defaults) }
        return WorkflowFile(name: root["name"]?.located, env: env, jobs: jobs)
    }

    func readAction() -> WorkflowFile? {
        guard let root = file.root, !root.entries.isEmpty else { return nil }
        let runs = root["runs"]
        let steps = readSteps(runs?["steps"], Defaults(), isWindows: false) { .actionStep(step: $0) }
        let job = WorkflowJob(
            id: Located("", at: runs?.range ?? root.range), steps: steps, range: runs?.range ?? root.range)
        return WorkflowFile(name: root["name"]?.located, jobs: [job])
    }

    private func readJob(_ entry: YAMLEntry, _ defaults: Defaults) -> WorkflowJob {
        let job = entry.value
        let env = file.assignments(job["env"], marking)
        let runners = job["runs-on"]?.scalars.map { $0.value.lowercased() } ?? []
        let steps = readSteps(
            job["steps"], defaults.with(job, env: env), isWindows: runners.contains { $0.hasPrefix("windows") }
        ) { .workflowStep(job: entry.key.value, step: $0) }
        return WorkflowJob(
            id: entry.key, env: env, needs: job["needs"]?.scalars ?? [],
            uses: job["uses"]?.located?.map { UsesReference($0) }, hasMatrix: job["strategy"]?["matrix"] != nil,
            steps: steps, range: SourceRange(entry.key.range.start, max(entry.key.range.end, job.range.end)))
    }

    private func readSteps(
        _ node: YAMLNode?, _ defaults: Defaults, isWindows: Bool, context: (Int) -> ScriptContext
    ) -> [WorkflowStep] {
        (node?.items ?? []).enumerated().map { index, node in
            let env = file.assignments(node["env"], marking)
            let step = WorkflowStep(
                index: index, name: node["name"]?.located, id: node["id"]?.located, condition: node["if"]?.located,
                uses: node["uses"]?.located?.map { UsesReference($0) },
                with: (node["with"]?.entries ?? []).compactMap { entry in
                    entry.value.located.map { WorkflowInput(entry.key, $0) }
                }, env: env, run: node["run"]?.located, shell: node["shell"]?.scalar ?? defaults.shell,
                workingDirectory: node["working-directory"]?.located ?? defaults.folder, range: node.range)
            if let run = file.text(node["run"]), isRead(step.shell, isWindows: isWindows) {
                readCommands(run, of: step, defaults.env + env, context(index))
            }
            return step
        }
    }

    private func readCommands(
        _ text: ScriptText, of step: WorkflowStep, _ env: [ScriptAssignment], _ context: ScriptContext
    ) {
        let place = step.workingDirectory?.value ?? ""
        let folder = place.contains("${{") ? nil : resolvedFolder(place, from: "")
        let state = ShellState(sink, context, folder: folder, environment: env)
        let script = text.replacing(from: "${{", to: "}}") { expression in
            expression.hasPrefix("env.") ? state.value(of: String(expression.dropFirst(4))) : nil
        }
        ShellReader(script, state).read()
    }

    private func marking(_ text: ScriptText) -> ScriptText {
        text.replacing(from: "${{", to: "}}") { _ in nil }
    }

    /// A runner of Windows has PowerShell unless another shell is named.
    private func isRead(_ shell: String?, isWindows: Bool) -> Bool {
        guard let program = shell?.split(separator: " ").first else { return !isWindows }
        return ShellState.shells.contains(lastPathElement(String(program)))
    }
}
