/// The stage that runs a step's tests in the build's own surroundings, for the machine that builds.
import Action
import Diagnostics
import Pipeline
import Plan

struct TestStage {
    let actions: [Action]

    /// Nil, with a diagnostic, when the step is none that a stage can run.
    init?(_ name: Located<String>, _ pipeline: Pipeline, _ graph: StepGraph, _ findings: inout Findings) {
        let actions = graph.actions.filter { $0.step == name.value && $0.kind == .test }
        guard !actions.isEmpty else {
            findings.report(
                "dockerfile/not-a-test", at: name.range, "the step `\(name.value)` does not run `go test`",
                help: "name a step that has `test:`, or leave the stage out")
            return nil
        }
        self.actions = actions
        let needs = actions.contains { action in
            words(of: action).isEmpty || !action.dependencies.allSatisfy { $0.role == .provision || $0.role == .order }
        }
        if needs {
            findings.report(
                "dockerfile/test-needs", at: name.range,
                "the step `\(name.value)` needs an artifact or a tool, which the stage for its tests does not have",
                help: "name a step of unit tests")
            return nil
        }
        if let secret = actions.flatMap(\.secrets).sorted().first {
            findings.report(
                "dockerfile/test-secrets", at: name.range,
                "the step `\(name.value)` is given the secret `\(secret)`, which the stage for its tests does not have",
                help: "name a step of unit tests")
            return nil
        }
    }

    /// Without the coverage, which nobody would see; none when they name what a stage does not have.
    func words(of action: Action) -> [ShellWord] {
        let argv = action.argv.filter { !$0.description.hasPrefix("-coverprofile=") }
        return argv.allSatisfy(\.isInContainer) ? argv.map { ShellWord($0) } : []
    }
}
