/// The rule that modules come from where the pipeline file says.
import Diagnostics
import Scripts

extension PolicyRule {
    static let modulesMustComeThroughTheProxy = PolicyRule(
        "proxy-bypassed", "Modules must come through the proxy that the policy names", .error,
        page: RulePage(
            what: "GOPROXY=direct, or another GOPROXY than `go: proxy:` of the pipeline file. Without a proxy there, nothing is said.",
            why: "What goes past the proxy is in no record, and is gone when its author takes it away.",
            bad: "GOPROXY=direct go run example.com/cmd/tool@v1.2.3", good: "go run example.com/cmd/tool@v1.2.3", language: "sh")
    ) { world, findings in
        guard let policy = world.pipeline?.go.proxy, let pipeline = world.pipelineSource, policy.references.isEmpty else { return }
        for setting in world.goSettings(named: "GOPROXY") where setting.value.isLiteral && !setting.value.text.isEmpty {
            // `off` fetches nothing, which no policy forbids.
            guard setting.value.text != policy.source, setting.value.text != "off" else { continue }
            findings.add(
                "GOPROXY=\(setting.value.text) goes past the proxy of the pipeline file", at: setting.value.range, in: setting.source,
                notes: [Diagnostic.Note("the policy is \(policy.source)", file: pipeline.file, range: policy.range)], help: "leave it out")
        }
    }
}
