/// The module in which a pinned tool is built, as its two files; it knows neither where they lie nor who wrote them.
import Action
import Go
import Pipeline

/// It requires what the tool is built from, and its go.sum vouches for that: the go command refuses anything else.
package struct ToolModule: Hashable, Sendable {
    package let goMod: String
    package let goSum: String
    /// Of the tool's own module, `h1:…`, for people.
    package let hash: String
    /// Names the two files' content.
    package let name: String

    package init(goMod: String, goSum: String, hash: String) {
        self.goMod = goMod
        self.goSum = goSum
        self.hash = hash
        name = Digest(of: Array("\(goMod.utf8.count):\(goMod)\(goSum)".utf8)).sha256
    }
}

extension ToolPin {
    /// `package@version`, as the go command wants it.
    package var demand: String { "\(package)@\(version)" }
}

extension Pipeline {
    /// What the go command sees when it fetches and builds a pinned tool: nothing of the repository's own settings but
    /// how modules are fetched.
    package func toolEnvironment(_ facts: Facts) -> [String: SymbolicText] {
        let settings = BuildSettings(
            platform: facts.host, cgo: false, moduleMode: "readonly", variables: [:], toolchain: facts.toolchain)
        var environment = settings.environment(policy: go, workspace: false)
        environment["GOFLAGS"] = "-trimpath -buildvcs=false"
        for entry in go.env where fetchVariables.contains(entry.name.value) {
            environment[entry.name.value] = entry.value.symbolic
        }
        return environment
    }
}

/// Settings of `go.env` that say how modules are fetched, and nothing of how they are built.
private let fetchVariables: Set<String> = [
    "GONOPROXY", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH", "GOPRIVATE",
]
