/// Plans the steps: each kind's command line, inputs and outputs.
import Action
import Diagnostics
import Go
import Pipeline

extension Planner {
    mutating func planStep(_ step: Step) {
        let name = step.name.value
        guard name != "download", !name.hasPrefix("artifact."), !name.hasPrefix("tool.") else {
            return report(
                "plan/reserved-name", at: step.name.range, "a step cannot be called `\(name)`",
                notes: [Diagnostic.Note("`download`, `artifact.NAME` and `tool.NAME` select what comes before the steps")])
        }
        let first = actions.count
        directory = step.directory
        wantedTools = step.tools.map { chooseTools($0) }
        switch step.kind {
        case .build(let packages): planPackages(step, .build, packages, ["build", "-o", "/dev/null"], tests: false)
        case .vet(let packages): planPackages(step, .vet, packages, ["vet"], tests: true)
        case .test(let options): planTest(step, options)
        case .tool(let name, let arguments): planToolRun(step, name, arguments)
        case .generate(let packages, let fresh): planGenerate(step, packages, fresh: fresh)
        case .formatCheck: planFormatCheck(step)
        case .tidyCheck: planTidyCheck(step)
        case .policyCheck: planPolicyCheck(step)
        case .run(let options): planRun(step, options)
        }
        for index in actions.indices.dropFirst(first) where actions[index].step == step.name.value {
            var action = actions[index]
            finish(&action, step)
            actions[index] = action
            actionsOfStep[step.name.value, default: []].append(actions[index].id)
        }
    }

    /// What every kind has: limits, own variables, declared inputs.
    private mutating func finish(_ action: inout Action, _ step: Step) {
        action.timeout = step.timeout ?? .seconds(600)
        action.retries = step.retries
        action.isCached = step.cached
        // The review is this very program's own.
        if action.kind != .policy { action.sandbox = sandbox(step.sandbox ?? pipeline.sandbox, network: step.hasNetwork) }
        setVariables(step.env, in: &action.environment)
        give(step.secrets, in: &action.environment, of: &action.facts)
        switch step.kind {
        case .test, .tool, .generate, .run: handArtifacts(to: &action, step)
        // These only read sources: an artifact comes first, and that is all.
        case .build, .vet, .formatCheck, .tidyCheck, .policyCheck: break
        }
        if let extra = step.inputs {
            action.inputs = Set(action.inputs).union(matching(extra, in: step.directory)).sorted()
        }
        connect(&action)
    }

    /// Where the kernel has none, what would be nice to have is done without, and said once.
    mutating func sandbox(_ mode: SandboxMode, network: Bool = false) -> Action.Sandbox? {
        switch mode {
        case .off: return nil
        case .strict: return network ? .network : .closed
        case .auto:
            guard let refusal = facts.sandboxRefusal else { return network ? .network : .closed }
            let warning = Diagnostic(
                id: "sandbox/unavailable", severity: .warning,
                message: "steps run in the open, where `sandbox: auto` would keep them to their inputs: \(refusal)",
                file: pipeline.file)
            if !diagnostics.contains(warning) { diagnostics.append(warning) }
            return nil
        }
    }

    /// Go's own variables are in the settings already, where they have a say in caches, unless only a plan knows what
    /// they name.
    mutating func setVariables(_ entries: [EnvironmentEntry], in environment: inout [String: SymbolicText]) {
        for entry in entries {
            let name = entry.name.value
            let isKnown = entry.value.references.allSatisfy { $0.value == .root }
            if name.hasPrefix("GO"), isKnown, environment[name] != nil { continue }
            let value = text(of: entry.value)
            if name == "GOFLAGS", let flags = environment[name] {
                environment[name] = "\(flags) \(value)"
            } else {
                environment[name] = value
            }
        }
    }

    // MARK: - The Go kinds

    private mutating func planPackages(
        _ step: Step, _ kind: ActionKind, _ packages: [String], _ words: [SymbolicText], tests: Bool
    ) {
        let name = step.name.value
        guard let scope = scope(of: step.directory, for: "step \(name)", at: step.name.range) else { return }
        var settings = settings(scope, cgo: step.cgo, env: step.env)
        settings.trimsPaths = step.trimsPaths
        guard let selected = select(packages, step, scope, settings, tests: tests) else { return }
        let argv = ["\(.toolchain)/go"] + words + tagWords(step.tags) + selected.patterns.map { SymbolicText($0) }
        var action = goAction(
            ActionID("\(kind.rawValue):\(name)"), step: name, kind: kind, scope: scope, settings,
            directory: step.directory, argv: argv)
        action.inputs = selected.inputs.sorted()
        actions.append(action)
    }

    private mutating func planTest(_ step: Step, _ options: TestOptions) {
        let name = step.name.value
        guard let scope = scope(of: step.directory, for: "step \(name)", at: step.name.range) else { return }
        var settings = settings(scope, cgo: step.cgo || options.race, env: step.env)
        settings.trimsPaths = step.trimsPaths
        guard let selected = select(options.packages, step, scope, settings, tests: true) else { return }
        let shards = max(1, min(options.shards, selected.packages.count))
        for shard in 0..<shards {
            var argv: [SymbolicText] = ["\(.toolchain)/go", "test"]
            if options.race { argv.append("-race") }
            if options.coverage { argv.append("-coverprofile=\(.output)/coverage.out") }
            argv += tagWords(step.tags) + options.arguments.map { SymbolicText($0) }
            var inputs = selected.inputs
            if shards == 1 {
                argv += selected.patterns.map { SymbolicText($0) }
            } else {
                let dealt = selected.packages.enumerated().filter { $0.offset % shards == shard }.map(\.element)
                argv += dealt.map { SymbolicText($0.importPath) }
                inputs = testInputs(dealt, scope, settings, step)
            }
            var action = goAction(
                ActionID(shards == 1 ? "test:\(name)" : "test:\(name):\(shard + 1)"), step: name, kind: .test,
                scope: scope, settings, directory: step.directory, argv: argv)
            action.title = shards == 1
                ? "go test \(selected.patterns.joined(separator: " "))" : "go test, shard \(shard + 1) of \(shards)"
            action.inputs = inputs.sorted()
            if options.coverage { action.outputs = [Action.Output("coverage.out")] }
            actions.append(action)
        }
    }

    func tagWords(_ tags: [String]) -> [SymbolicText] {
        tags.isEmpty ? [] : ["-tags", SymbolicText(tags.joined(separator: ","))]
    }

    private struct Selection {
        var patterns: [String]
        var packages: [(importPath: String, directory: String)]
        var inputs: Set<String>
    }

    /// The packages that a step's patterns mean; nil, with a diagnostic, when there are none.
    private mutating func select(
        _ patterns: [String], _ step: Step, _ scope: GoScope, _ settings: BuildSettings, tests: Bool
    ) -> Selection? {
        let spelt = patterns.flatMap { spell($0, scope, step.directory) }
        guard let index = index(scope, settings, tags: step.tags) else {
            return Selection(patterns: spelt, packages: [], inputs: everyFile(scope).union(moduleFiles(scope)))
        }
        var packages: [(importPath: String, directory: String)] = []
        for pattern in patterns {
            let found = index.matching(pattern, in: step.directory)
            if found.isEmpty {
                report(
                    "plan/no-packages", at: step.name.range,
                    "step \(step.name.value): \(pattern) matches no package"
                        + (step.directory == "." ? "" : " in \(step.directory)"))
                return nil
            }
            packages += found.filter { new in !packages.contains { $0.importPath == new.importPath } }
        }
        let inputs = tests
            ? testInputs(packages, scope, settings, step)
            : index.buildInputs(of: packages.map(\.importPath)).union(moduleFiles(scope))
        return Selection(patterns: spelt, packages: packages, inputs: inputs)
    }

    private func testInputs(
        _ packages: [(importPath: String, directory: String)], _ scope: GoScope, _ settings: BuildSettings, _ step: Step
    ) -> Set<String> {
        guard let index = index(scope, settings, tags: step.tags) else { return everyFile(scope) }
        var inputs = index.buildInputs(of: packages.map(\.importPath), tests: true).union(moduleFiles(scope))
        // Tests read files beside their sources and below testdata; vet reads none of them.
        if case .test = step.kind { for package in packages { inputs.formUnion(files.testReads(in: package.directory)) } }
        return inputs
    }

    /// At a workspace's root the go command does not take `./...` for its modules: they are named.
    func spell(_ pattern: String, _ scope: GoScope, _ directory: String) -> [String] {
        guard scope == .workspace, pattern == "./..." else { return [pattern] }
        let modules = facts.repository.moduleDirectories(of: scope)
        if modules.contains(where: { isInside(directory, $0) }) , !modules.contains(where: { $0 != directory && isInside($0, directory) }) {
            return [pattern]
        }
        return modules.filter { isInside($0, directory) }
            .map { $0 == directory ? "./..." : "./\(relative("/\($0)", to: directory == "." ? "/" : "/\(directory)"))/..." }
    }

    // MARK: - Checks

    private mutating func planFormatCheck(_ step: Step) {
        let sources = files.below(step.directory).filter { $0.hasSuffix(".go") && !$0.isSkippedByGo }.sorted()
        guard !sources.isEmpty else {
            return report("plan/no-packages", at: step.name.range, "step \(step.name.value) finds no Go file to check")
        }
        let prefix = step.directory == "." ? 0 : step.directory.utf8.count + 1
        var action = Action(
            id: ActionID("fmt:\(step.name.value)"), step: step.name.value, kind: .fmt,
            title: "gofmt -d (\(sources.count) files)",
            argv: ["\(.toolchain)/gofmt", "-d"] + sources.map { SymbolicText(String($0.dropFirst(prefix))) })
        action.environment = settings(.module(".")).environment(policy: pipeline.go, workspace: false)
        action.directory = step.directory
        action.facts = facts.toolchainFacts
        action.inputs = sources
        action.verdict = .silence
        actions.append(action)
    }

    private mutating func planTidyCheck(_ step: Step) {
        let name = step.name.value
        guard let scope = scope(of: step.directory, for: "step \(name)", at: step.name.range) else { return }
        if let version = GoVersion(facts.toolchain.version), let first = GoVersion("1.23"), version < first {
            return report(
                "plan/needs-newer-go", at: step.name.range,
                "step \(name): `tidy: check` needs Go 1.23, and this is Go \(facts.toolchain.version)",
                notes: [Diagnostic.Note("`go mod tidy -diff` came with Go 1.23")])
        }
        for directory in facts.repository.moduleDirectories(of: scope) where isInside(directory, step.directory) || scope != .workspace {
            var action = goAction(
                ActionID(scope == .workspace ? "tidy:\(name):\(directory)" : "tidy:\(name)"), step: name, kind: .tidy,
                scope: scope, settings(scope), directory: directory,
                argv: ["\(.toolchain)/go", "mod", "tidy", "-diff"])
            // tidy looks at one module and must not take vendor/ for the truth.
            action.environment["GOFLAGS"] = "-mod=mod"
            let folders = [directory] + facts.repository.replacementDirectories(of: scope)
            action.inputs = Set(folders.flatMap(files.below))
                .filter { $0.hasSuffix(".go") || $0.hasSuffix("go.mod") || $0.hasSuffix("go.sum") }
                .union(moduleFiles(scope)).sorted()
            actions.append(action)
        }
    }

    /// The review is done by this very program: another one may have other rules, so its digest decides too.
    private mutating func planPolicyCheck(_ step: Step) {
        var action = Action(
            id: ActionID("policy:\(step.name.value)"), step: step.name.value, kind: .policy, title: "pipeline audit",
            argv: ["\(.ownProgram)", "audit"])
        if let name = pipeline.file?.split(separator: "/"), name.count == 2 {
            action.argv += ["--pipeline", SymbolicText(String(name[1].prefix { $0 != "." }))]
        }
        action.environment = ["HOME": "\(.home)"]
        action.facts = ["pipeline": facts.program]
        action.inputs = facts.files
        actions.append(action)
    }

    // MARK: - Programs

    private mutating func planToolRun(_ step: Step, _ name: Located<String>, _ arguments: [Template]) {
        guard let tool = tool(named: name.value, at: name.range) else { return }
        let scope = facts.repository.scope(of: step.directory) ?? .module(".")
        var action = goAction(
            ActionID("tool:\(step.name.value):run"), step: step.name.value, kind: .tool, scope: scope,
            settings(scope, cgo: step.cgo, env: step.env), directory: step.directory,
            argv: [SymbolicText(.product(tool.action, named: tool.file))] + arguments.map { text(of: $0) },
            tools: toolFolders)
        action.title = ([name.value] + arguments.map(\.source)).joined(separator: " ")
        if step.inputs == nil { action.inputs = facts.files }
        actions.append(action)
    }

    private mutating func planRun(_ step: Step, _ options: RunOptions) {
        let scope = facts.repository.scope(of: step.directory) ?? .module(".")
        let settings = settings(scope, cgo: step.cgo, env: step.env)
        let argv: [SymbolicText]
        let title: String
        switch options.command {
        case .argv(let words):
            argv = words.map { text(of: $0) }
            title = words.map(\.source).joined(separator: " ")
        case .shell(let script):
            argv = ["/bin/sh", "-euc", text(of: script)]
            title = script.source.split(separator: "\n").first.map(String.init) ?? "sh"
        }
        var action = goAction(
            ActionID("run:\(step.name.value)"), step: step.name.value, kind: .run, scope: scope, settings,
            directory: step.directory, argv: argv, tools: toolFolders)
        action.title = title
        // What it makes is not what it is made from, even where git does not ignore it.
        let made = Set(step.outputs.map { normalized(join(step.directory, $0.value)) })
        if step.inputs == nil { action.inputs = facts.files.filter { !made.contains($0) } }
        action.outputs = step.outputs.map { Action.Output($0.value, inTree: true) }
        handArtifacts(to: &action, step)
        for service in options.services {
            var environment = action.environment
            setVariables(step.env, in: &environment)
            for entry in service.env { environment[entry.name.value] = text(of: entry.value) }
            give(service.secrets, in: &environment, of: &action.facts)
            let ready: Action.Service.Readiness? =
                switch service.ready {
                case .tcp(let address): .tcp(text(of: address))
                case .http(let address): .http(text(of: address))
                case nil: nil
                }
            action.services.append(
                Action.Service(
                    name: service.name.value, argv: service.run.map { text(of: $0) }, environment: environment,
                    ready: ready, timeout: service.timeout ?? .seconds(30)))
        }
        for case .product(let id, let file) in action.places {
            guard let artifact = hostArtifacts.first(where: { $0.value.action == id && $0.value.file == file }) else { continue }
            action.environment[variable(of: artifact.key)] = SymbolicText(.product(id, named: file))
        }
        actions.append(action)
    }

    /// The artifacts that a step needs, in its variables.
    private func handArtifacts(to action: inout Action, _ step: Step) {
        for need in step.needs {
            guard case .artifact(let name) = need.value, let artifact = hostArtifacts[name] else { continue }
            action.environment[variable(of: name)] = SymbolicText(.product(artifact.action, named: artifact.file))
        }
    }
}

extension String {
    /// In a folder that the go command's patterns pass over.
    fileprivate var isSkippedByGo: Bool {
        split(separator: "/").dropLast().contains { $0 == "vendor" || $0 == "testdata" || $0.hasPrefix("_") || $0.hasPrefix(".") }
    }
}
