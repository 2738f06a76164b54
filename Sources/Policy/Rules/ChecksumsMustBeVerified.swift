/// The rule that modules are checked against the checksum database.
import Diagnostics
import Scripts

extension PolicyRule {
    static let checksumsMustBeVerified = PolicyRule(
        "checksums-off", "Modules must be verified when they are fetched", .error,
        page: RulePage(
            what: """
                GOSUMDB=off, GONOSUMDB for everything, GONOSUMCHECK, GOINSECURE, and `-insecure` in GOFLAGS or `go get`: in commands, \
                Dockerfiles, workflows and `go env -w`. `sumdb: off` in the pipeline file makes GOSUMDB=off the policy, and then it is right.
                """,
            why: """
                A module that is fetched for the first time, and every tool that `go run tool@version` fetches, is then whatever the proxy or \
                the network says. For private modules GOPRIVATE names them, and only them.
                """,
            bad: "GOSUMDB=off go run example.com/cmd/tool@v1.2.3", good: "GOPRIVATE=git.corp.example go run example.com/cmd/tool@v1.2.3",
            language: "sh")
    ) { world, findings in
        if world.pipeline?.go.sumdb != "off" {
            for setting in world.goSettings(named: "GOSUMDB") where setting.value.text == "off" {
                findings.add(
                    "GOSUMDB=off: no module is checked against the checksum database", at: setting.value.range, in: setting.source,
                    help: "name private modules in GOPRIVATE, or say `go: { sumdb: off }` in the pipeline file if that is the policy")
            }
        }
        for name in ["GONOSUMDB", "GONOSUMCHECK", "GOINSECURE"] {
            for setting in world.goSettings(named: name) where setting.isForEverything(name) {
                findings.add(
                    name == "GONOSUMCHECK"
                        ? "GONOSUMCHECK asks for no checks; the go command does not know it any more"
                        : "\(name)=\(setting.value.text) \(name == "GOINSECURE" ? "fetches without a verified connection" : "checks no module")",
                    at: setting.value.range, in: setting.source,
                    severity: name == "GOINSECURE" && !setting.isEverything ? .warning : nil,
                    help: "name private modules in GOPRIVATE, and only them")
            }
        }
        for setting in world.goSettings(named: "GOFLAGS") where setting.words.contains("-insecure") {
            findings.add("GOFLAGS=-insecure fetches without a verified connection", at: setting.value.range, in: setting.source, help: "leave it out")
        }
        for (file, go) in world.goInvocations where go.verb == "get" {
            guard let flag = go.flag("insecure") else { continue }
            findings.add(
                "`go get -insecure` fetches without a verified connection", at: go.words[flag.words.lowerBound].range, in: file.source,
                help: "leave it out; name the host in GOINSECURE where there is no other way")
        }
    }
}

extension PolicyWorld.GoSetting {
    /// GONOSUMDB for some modules is what it is for.
    fileprivate func isForEverything(_ name: String) -> Bool {
        switch name {
        case "GONOSUMCHECK": !value.text.isEmpty && value.text != "0"
        case "GOINSECURE": !value.text.isEmpty && value.isLiteral
        default: isEverything
        }
    }

    fileprivate var isEverything: Bool { items.contains { ["*", "**", "*.*"].contains($0) } }
}
