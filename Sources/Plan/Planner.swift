/// Turns a pipeline and the facts into the graph of its actions: pure, so that a plan can be looked at without running.
import Action
import Diagnostics
import Go
import Pipeline

/// The graph, or why there is none; warnings may come with either.
package func plan(_ pipeline: Pipeline, _ facts: Facts, source: SourceText?) -> (graph: StepGraph?, [Diagnostic]) {
    var planner = Planner(pipeline, facts, source)
    planner.planTools()
    planner.planArtifacts()
    for step in pipeline.steps { planner.planStep(step) }
    // No action has them, and they must be known all the same.
    for label in pipeline.image?.labels ?? [] { _ = planner.text(of: label.value) }
    planner.resolveNeeds()
    let diagnostics = planner.diagnostics.inSourceOrder()
    return (diagnostics.hasErrors ? nil : StepGraph(planner.actions), diagnostics)
}

struct Planner {
    let pipeline: Pipeline
    let facts: Facts
    let source: SourceText?
    let files: FileIndex
    var actions: [Action] = []
    var diagnostics: [Diagnostic] = []
    /// Actions of each step, for those that need it.
    var actionsOfStep: [String: [ActionID]] = [:]
    /// The action and file that make an artifact for the machine's own platform.
    var hostArtifacts: [String: (action: ActionID, file: String)] = [:]
    /// Every pinned tool.
    let tools: [PinnedTool]
    /// Tools that there is no program of for this machine.
    var missing: Set<ActionID> = []
    /// The folder of what is being planned: where a name may mean another tool.
    var directory = "."
    /// Those that the step being planned wants on PATH; nil means all of them.
    var wantedTools: [PinnedTool]?
    /// What downloads each scope's modules; nil for a scope without any.
    private var downloads: [GoScope: ActionID?] = [:]
    private var indexes: [ListingKey: PackageIndex] = [:]

    init(_ pipeline: Pipeline, _ facts: Facts, _ source: SourceText?) {
        self.pipeline = pipeline
        self.facts = facts
        self.source = source
        files = FileIndex(facts.files)
        tools = pipeline.pinnedTools(facts)
        for (key, listing) in facts.listings { indexes[key] = PackageIndex(listing, root: facts.root) }
    }

    // MARK: - Words for mistakes

    mutating func report(
        _ id: String, at range: SourceRange?, _ message: String, notes: [Diagnostic.Note] = [], help: String? = nil
    ) {
        let diagnostic =
            if let source, let range {
                source.diagnostic(id, at: range, message, notes: notes, help: help)
            } else {
                Diagnostic(id: id, message: message, file: pipeline.file, notes: notes, help: help)
            }
        // A step's variables are read once for the step and once for each of its services.
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }

    // MARK: - Settings and scopes

    func settings(
        _ scope: GoScope, platform: Platform? = nil, cgo: Bool = false, env: [EnvironmentEntry] = []
    ) -> BuildSettings {
        pipeline.buildSettings(scope, facts, platform: platform ?? facts.host, cgo: cgo, env: env)
    }

    /// Nil, with a diagnostic, when no Go module owns the folder.
    mutating func scope(of directory: String, for what: String, at range: SourceRange?) -> GoScope? {
        if let scope = facts.repository.scope(of: directory) { return scope }
        report(
            "plan/no-module", at: range, "\(what) is in \(directory == "." ? "the root" : directory), where there is no Go module",
            notes: facts.repository.modules.isEmpty
                ? [] : [Diagnostic.Note("modules: \(facts.repository.modules.map(\.directory).joined(separator: ", "))")],
            help: facts.repository.modules.isEmpty ? "begin one with `go mod init`" : "say `dir:` with one of these folders")
        return nil
    }

    func index(_ scope: GoScope, _ settings: BuildSettings, tags: [String]) -> PackageIndex? {
        indexes[ListingKey(scope: scope, platform: settings.platform, cgo: settings.cgo, tags: tags)]
    }

    /// Also of replaced and vendored modules: the Go version that each names decides how it is compiled.
    func moduleFiles(_ scope: GoScope) -> [String] {
        let others = facts.repository.replacementDirectories(of: scope).map { join($0, "go.mod") }
            + [join(scope.directory, "vendor/modules.txt")]
        return facts.repository.moduleFiles(of: scope, among: files.all) + others.filter(files.all.contains)
    }

    /// All files of a scope's modules: what an action may depend on while its packages cannot be listed.
    func everyFile(_ scope: GoScope) -> Set<String> {
        let repository = facts.repository
        return Set((repository.moduleDirectories(of: scope) + repository.replacementDirectories(of: scope)).flatMap(files.below))
    }

    // MARK: - Shared actions

    /// The action that downloads a scope's modules; nil when there are none to download.
    mutating func download(_ scope: GoScope) -> ActionID? {
        if let known = downloads[scope] { return known }
        let action = downloadAction(scope, pipeline, facts)
        downloads[scope] = .some(action?.id)
        if let action { actions.append(action) }
        return action?.id
    }

    /// An action of the go command with all that these have in common.
    mutating func goAction(
        _ id: ActionID, step: String, kind: ActionKind, scope: GoScope, _ settings: BuildSettings,
        directory: String, argv: [SymbolicText], tools: [SymbolicText] = []
    ) -> Action {
        let title = argv.map { argument in
            argument.places.isEmpty ? argument.description : baseName(argument)
        }.joined(separator: " ")
        var action = Action(id: id, step: step, kind: kind, title: title, argv: argv)
        action.environment = settings.environment(
            policy: pipeline.go, workspace: scope == .workspace, tools: tools)
        action.directory = directory
        action.facts = facts.toolchainFacts
        action.facts["C compiler"] = settings.compiler
        if let download = download(scope) { action.dependencies.append(Action.Dependency(download, .provision)) }
        return action
    }

    /// For titles: a place by its last word.
    private func baseName(_ text: SymbolicText) -> String {
        text.description.split(separator: "/").last.map(String.init) ?? text.description
    }

    // MARK: - Needs

    mutating func resolveNeeds() {
        let places = Dictionary(grouping: actions.indices) { actions[$0].step }
        for step in pipeline.steps {
            for need in step.needs {
                let needed: [ActionID] =
                    switch need.value {
                    case .step(let name): actionsOfStep[name] ?? []
                    case .artifact(let name): actionsOfStep["artifact.\(name)"] ?? []
                    }
                for index in places[step.name.value] ?? [] {
                    for id in needed where !actions[index].dependencies.contains(where: { $0.action == id }) {
                        actions[index].dependencies.append(Action.Dependency(id, .order))
                    }
                }
            }
        }
    }
}

/// The action that brings a scope's modules into the module cache, known before any package can be listed. Nil when
/// there is nothing to download.
package func downloadAction(_ scope: GoScope, _ pipeline: Pipeline, _ facts: Facts) -> Action? {
    if facts.repository.requiresNothing(scope) || facts.repository.isVendored(scope) { return nil }
    let name = scope.directory == "." ? "download" : "download:\(scope.directory)"
    var action = Action(
        id: ActionID(name), step: "download", kind: .download,
        title: "go mod download" + (scope.directory == "." ? "" : " (\(scope.directory))"),
        argv: ["\(.toolchain)/go", "mod", "download"])
    action.environment = pipeline.buildSettings(scope, facts, platform: facts.host, cgo: false)
        .environment(policy: pipeline.go, workspace: scope == .workspace)
    action.directory = scope.directory
    // Local replacements name their go.mod too. The go command adds missing hashes to go.sum without a word: it gets
    // a copy, unless the module needs what is outside of the repository.
    let names: Set<String> = ["go.mod", "go.sum", "go.work", "go.work.sum"]
    action.inputs = facts.files.filter { names.contains(lastName(of: $0)) }
    if !facts.repository.reachesOutside(scope) { action.tree = .inputs }
    action.facts = facts.toolchainFacts
    action.retries = 1
    return action
}

private func lastName(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
}

extension Facts {
    var toolchainFacts: [String: String] { ["toolchain": "go\(toolchain.version) \(host)"] }
}

extension Pipeline {
    func buildSettings(
        _ scope: GoScope, _ facts: Facts, platform: Platform, cgo: Bool, env: [EnvironmentEntry] = []
    ) -> BuildSettings {
        var variables: [String: SymbolicText] = [:]
        var wantsCgo = cgo
        // What git says is only known to the step itself; it decides no build cache.
        for entry in go.env + env where entry.value.references.allSatisfy({ $0.value == .root }) {
            if entry.name.value == "CGO_ENABLED" {
                wantsCgo = wantsCgo || entry.value.source == "1"
            } else {
                variables[entry.name.value] = entry.value.symbolic
            }
        }
        // A workspace is vendored at its own root.
        let vendored = facts.repository.isVendored(scope)
        var settings = BuildSettings(
            platform: platform, cgo: wantsCgo, moduleMode: vendored ? "vendor" : "readonly", variables: variables,
            toolchain: facts.toolchain)
        if wantsCgo { settings.compiler = settings.compilerCommand.flatMap { facts.compilers[$0] } }
        return settings
    }
}
