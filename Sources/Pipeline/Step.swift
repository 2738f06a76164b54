/// One step as the user wrote it; it knows the step kinds and their options, not the commands behind them.
import Diagnostics

package struct Step: Sendable {
    package var name: Located<String>
    package var kind: StepKind
    package var needs: [Located<Need>]
    /// Where it runs, relative to the repository's root.
    package var directory: String
    package var env: [EnvironmentEntry]
    /// Those that its command is given, by name; its services are not.
    package var secrets: [Located<String>] = []
    /// Build tags of the Go kinds.
    package var tags: [String]
    package var cgo: Bool
    /// Whether the programs know no folder of the machine. Without, they name the files that they were made from.
    package var trimsPaths: Bool
    /// Each package's directives are a matter of their own.
    package var isParallel: Bool
    /// The pinned tools that are on PATH, by name; nil means all of them.
    package var tools: [Located<String>]?
    /// Extra input globs, relative to `directory`; for a `run` step nil means every file that git does not ignore.
    package var inputs: [Located<String>]?
    /// Files that a `run` step makes, relative to `directory`.
    package var outputs: [Located<String>]
    /// `cache: false` runs the step each time.
    package var cached: Bool
    /// Nil means ten minutes.
    package var timeout: Duration?
    /// Tries after the first red one.
    package var retries: Int
    /// Nil means what the pipeline says.
    package var sandbox: SandboxMode?
    /// In a sandbox it has the machine's network.
    package var hasNetwork = false

    package init(
        name: Located<String>, kind: StepKind, needs: [Located<Need>] = [], directory: String = ".",
        env: [EnvironmentEntry] = [], tags: [String] = [], cgo: Bool = false, trimsPaths: Bool = true, isParallel: Bool = false,
        tools: [Located<String>]? = nil, inputs: [Located<String>]? = nil, outputs: [Located<String>] = [], cached: Bool = true, timeout: Duration? = nil,
        retries: Int = 0
    ) {
        self.name = name
        self.kind = kind
        self.needs = needs
        self.directory = directory
        self.env = env
        self.tags = tags
        self.cgo = cgo
        self.trimsPaths = trimsPaths
        self.isParallel = isParallel
        self.tools = tools
        self.inputs = inputs
        self.outputs = outputs
        self.cached = cached
        self.timeout = timeout
        self.retries = retries
    }
}

/// `sandbox:`: whether a step sees its declared inputs and nothing else.
package enum SandboxMode: String, Hashable, Sendable, CaseIterable {
    case strict
    /// As `strict` where the kernel lets it, else as `off`.
    case auto
    case off
}

/// What must be green before a step starts.
package enum Need: Hashable, Sendable {
    case step(String)
    case artifact(String)
}

package enum StepKind: Sendable {
    /// Compiles packages without keeping a binary.
    case build(packages: [String])
    case vet(packages: [String])
    case test(TestOptions)
    /// Runs a pinned tool.
    case tool(name: Located<String>, arguments: [Template])
    /// Runs `go generate` in a scratch tree; with `fresh`, any difference from the committed files is red.
    case generate(packages: [String], fresh: Bool)
    /// `fmt: check`: gofmt would change nothing.
    case formatCheck
    /// `tidy: check`: `go mod tidy` would change nothing.
    case tidyCheck
    /// `policy: check`: `pipeline audit` finds nothing.
    case policyCheck
    /// A command of the user's; with services it is an integration step.
    case run(RunOptions)

    /// The key that chose this kind in the pipeline file.
    package var key: String {
        switch self {
        case .build: "build"
        case .vet: "vet"
        case .test: "test"
        case .tool: "tool"
        case .generate: "generate"
        case .formatCheck: "fmt"
        case .tidyCheck: "tidy"
        case .policyCheck: "policy"
        case .run(let options): options.isShell ? "shell" : "run"
        }
    }
}

package struct TestOptions: Sendable {
    package var packages: [String]
    package var race: Bool
    package var coverage: Bool
    /// Actions that the packages are dealt out to.
    package var shards: Int
    /// Further arguments of `go test`, before the packages.
    package var arguments: [String]

    package init(
        packages: [String], race: Bool = false, coverage: Bool = false, shards: Int = 1, arguments: [String] = []
    ) {
        self.packages = packages
        self.race = race
        self.coverage = coverage
        self.shards = shards
        self.arguments = arguments
    }
}

package struct RunOptions: Sendable {
    package enum Command: Sendable {
        case argv([Template])
        /// Given to `/bin/sh -euc`, and only because the user asked for a shell.
        case shell(Template)
    }

    package var command: Command
    package var services: [Service]

    package init(command: Command, services: [Service] = []) {
        self.command = command
        self.services = services
    }

    var isShell: Bool {
        if case .shell = command { true } else { false }
    }
}

/// A program that runs beside a `run` step and is ended after it.
package struct Service: Sendable {
    package enum Readiness: Sendable {
        /// A TCP connection is accepted at `host:port`.
        case tcp(Template)
        /// A GET answers with a status of 200 to 399; an `http://` address.
        case http(Template)
    }

    package var name: Located<String>
    package var run: [Template]
    package var ready: Readiness?
    /// How long it may take to be ready; nil means thirty seconds.
    package var timeout: Duration?
    package var env: [EnvironmentEntry]
    /// Those that it is given, by name.
    package var secrets: [Located<String>] = []

    package init(
        name: Located<String>, run: [Template], ready: Readiness? = nil, timeout: Duration? = nil,
        env: [EnvironmentEntry] = []
    ) {
        self.name = name
        self.run = run
        self.ready = ready
        self.timeout = timeout
        self.env = env
    }
}
