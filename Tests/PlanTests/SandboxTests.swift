/// Which actions run in a sandbox.
import Action
import Plan
import Testing

@Suite struct SandboxPlanTests {
    private let file = """
        sandbox: strict
        artifacts: { server: ./cmd/server }
        steps:
          a: { run: [x] }
          b: { run: [x], sandbox: off }
          c: { run: [x], network: true }
          d: { policy: check }

        """

    @Test func stepsAndArtifactsAsThePipelineSays() throws {
        let graph = try World.service.plan(file)
        func sandbox(_ step: String) -> Action.Sandbox? { graph.actions.first { $0.step == step }!.sandbox }
        #expect(sandbox("a") == .closed && sandbox("b") == nil && sandbox("c") == .network && sandbox("d") == nil)
        #expect(sandbox("artifact.server") == .closed && sandbox("download") == nil)
    }
}
