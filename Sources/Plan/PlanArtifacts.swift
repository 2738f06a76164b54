/// Plans what is linked: artifacts, one action per platform, and pinned tools, one action each.
import Action
import Diagnostics
import Go
import Pipeline

extension Planner {
    mutating func planArtifacts() {
        for artifact in pipeline.artifacts {
            guard
                let scope = scope(
                    of: artifact.directory, for: "artifact \(artifact.name.value)", at: artifact.package.range)
            else { continue }
            let platforms = artifact.platforms.isEmpty ? [facts.host] : artifact.platforms.map(\.value)
            for platform in platforms { planArtifact(artifact, scope, platform) }
        }
    }

    private mutating func planArtifact(_ artifact: ArtifactDeclaration, _ scope: GoScope, _ platform: Platform) {
        let name = artifact.name.value
        let settings = settings(scope, platform: platform, cgo: artifact.cgo, env: artifact.env)
        let file = platform.os == "windows" ? "\(name).exe" : name
        let id = ActionID("build:\(name):\(platform)")

        var argv: [SymbolicText] = ["\(.toolchain)/go", "build", "-o", "\(.output)/\(file)"]
        if !artifact.tags.isEmpty { argv += ["-tags", SymbolicText(artifact.tags.joined(separator: ","))] }
        if let ldflags = artifact.ldflags { argv += ["-ldflags", text(of: ldflags)] }
        argv.append(SymbolicText(artifact.package.value))

        var action = goAction(
            id, step: "artifact.\(name)", kind: .build, scope: scope, settings, directory: artifact.directory, argv: argv)
        action.title = "go build \(artifact.package.value) (\(platform))"
        setVariables(artifact.env, in: &action.environment)
        action.outputs = [Action.Output(file)]
        action.facts["platform"] = "\(platform)"
        action.sandbox = sandbox(pipeline.sandbox)
        var inputs = Set(moduleFiles(scope))
        if let index = index(scope, settings, tags: artifact.tags) {
            let directory = normalized(join(artifact.directory, artifact.package.value))
            guard let package = index.package(in: directory) else {
                return reportNoPackage(artifact, index)
            }
            guard package.name == "main" else {
                return report(
                    "plan/not-a-main", at: artifact.package.range,
                    "\(artifact.package.value) is package \(package.name), and only a main package makes a binary",
                    help: helpWithMains(index, artifact.directory))
            }
            inputs.formUnion(index.buildInputs(of: [package.importPath]))
        } else {
            inputs.formUnion(everyFile(scope))
        }
        action.inputs = inputs.sorted()
        actions.append(action)
        actionsOfStep["artifact.\(name)", default: []].append(id)
        if platform == facts.host { hostArtifacts[name] = (id, file) }
    }

    private mutating func reportNoPackage(_ artifact: ArtifactDeclaration, _ index: PackageIndex) {
        report(
            "plan/no-such-package", at: artifact.package.range, "there is no Go package in \(artifact.package.value)",
            help: helpWithMains(index, artifact.directory))
    }

    private func helpWithMains(_ index: PackageIndex, _ directory: String) -> String? {
        let mains = index.local.filter { index[$0.importPath]?.name == "main" && isInside($0.directory, directory) }
            .map { $0.directory == directory ? "." : "./\(relative("/\($0.directory)", to: directory == "." ? "/" : "/\(directory)"))" }
        return mains.isEmpty ? nil : "main packages: \(mains.joined(separator: ", "))"
    }

    // MARK: - Tools

    mutating func planTools() {
        switch pipeline.tools {
        case .none: break
        case .pinned(let pins): for (pin, tool) in zip(pins, tools) { planTool(pin, tool) }
        case .modFile(let path): planModFile(path)
        case .goMod(let range):
            for tool in tools where tool.owner != nil { planModuleTool(tool) }
            guard !tools.contains(where: { $0.owner != nil }), !isOfToolsAlone else { break }
            report(
                "plan/no-tool-lines", at: range, "`tools: go.mod` finds no `tool` line in any go.mod",
                help: "add one with `go get -tool PACKAGE@VERSION`, or pin tools here as NAME: PACKAGE@VERSION")
        }
        planBinaries()
    }

    /// There is nothing that could miss a tool: it may be on its way.
    private var isOfToolsAlone: Bool { pipeline.steps.isEmpty && pipeline.artifacts.isEmpty }

    /// Built in a module of its own, keeping clear of the repository's: the pin alone decides, and what the lock has of
    /// it. Without a lock there is nothing to hold it to.
    private mutating func planTool(_ pin: ToolPin, _ tool: PinnedTool) {
        let file = tool.file
        let module = facts.toolModules[pin.demand]
        let words: [SymbolicText] =
            if let module {
                ["build", "-C", SymbolicText(.toolModule(module.name)), "-o", "\(.output)/\(file)", SymbolicText(pin.package)]
            } else {
                ["install", SymbolicText(pin.demand)]
            }
        var action = Action(
            id: tool.action, step: tool.step, kind: .toolBuild,
            title: "go \(module == nil ? "install" : "build") \(pin.demand)", argv: ["\(.toolchain)/go"] + words)
        action.environment = pipeline.toolEnvironment(facts)
        if module == nil { action.environment["GOBIN"] = SymbolicText(.output) }
        action.facts = facts.toolchainFacts
        action.facts["module hash"] = module?.hash
        action.outputs = [Action.Output(file)]
        action.retries = 1
        actions.append(action)
        actionsOfStep[action.step] = [action.id]
    }

    /// Apart from the module's own build list: the file has one for the tools alone, and its own .sum beside it.
    private mutating func planModFile(_ path: Located<String>) {
        guard facts.toolModFile != nil else {
            return report(
                "plan/no-mod-file", at: path.range, "there is no \(path.value)",
                help: "begin it with `go mod init -modfile=\(path.value) tools`, and add tools with `pipeline tool add`")
        }
        guard let directory = tools.first?.owner else {
            if isOfToolsAlone { return }
            return report(
                "plan/no-tool-lines", at: path.range, "\(path.value) has no `tool` line",
                help: "add one with `pipeline tool add PACKAGE@VERSION`")
        }
        guard let module = facts.repository.modules.first(where: { $0.directory == directory }) else {
            return report(
                "plan/no-module", at: path.range, "there is no go.mod beside \(path.value)",
                notes: [Diagnostic.Note("the go command takes another file than go.mod, but only for a module that has one")])
        }
        let sum = path.value.dropLast(".mod".count) + ".sum"
        for tool in tools where tool.owner != nil {
            var action = Action(
                id: tool.action, step: tool.step, kind: .toolBuild, title: "go build -modfile=\(tool.modFile) \(tool.package)",
                argv: [
                    "\(.toolchain)/go", "build", SymbolicText("-modfile=\(tool.modFile)"), "-o", "\(.output)/\(tool.file)",
                    SymbolicText(tool.package),
                ])
            action.environment = pipeline.toolEnvironment(facts)
            action.directory = directory
            action.facts = facts.toolchainFacts
            action.outputs = [Action.Output(tool.file)]
            action.retries = 1
            // A program of the repository itself may be made of any of its files.
            let isOwn = tool.version == nil || facts.toolModFile?.replaces.contains(where: \.isLocal) == true
            action.inputs = Set([path.value, String(sum)].filter(files.all.contains))
                .union(isOwn ? everyFile(.module(module.directory)) : []).sorted()
            actions.append(action)
            actionsOfStep[action.step] = [action.id]
        }
    }

    /// Of its module's own build list, as `go tool` would build it.
    private mutating func planModuleTool(_ tool: PinnedTool) {
        guard let directory = tool.owner, let scope = facts.repository.scope(of: directory) else { return }
        let settings = settings(scope)
        var action = goAction(
            tool.action, step: tool.step, kind: .toolBuild, scope: scope, settings, directory: directory,
            argv: ["\(.toolchain)/go", "build", "-o", "\(.output)/\(tool.file)", SymbolicText(tool.package)])
        action.title = "go build \(tool.package)"
        action.outputs = [Action.Output(tool.file)]
        var inputs = Set(moduleFiles(scope))
        if let index = index(scope, settings, tags: []) {
            inputs.formUnion(index.buildInputs(of: [tool.package]))
        } else {
            inputs.formUnion(everyFile(scope))
        }
        action.inputs = inputs.sorted()
        actions.append(action)
        actionsOfStep[action.step] = [action.id]
    }
}

/// The go command's name for the binary of a main package: its last element, a major version left out.
package func programName(of package: String) -> String {
    let elements = package.split(separator: "/")
    guard let last = elements.last else { return package }
    let isMajor = last.first == "v" && last.count > 1 && last.dropFirst().allSatisfy(\.isNumber) && last != "v0" && last != "v1"
    return String(isMajor && elements.count > 1 ? elements[elements.count - 2] : last)
}
