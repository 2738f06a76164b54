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
        case .pinned(let pins): for pin in pins { planTool(pin) }
        case .goMod(let range): planModuleTools(range)
        }
    }

    /// `go install` keeps clear of the repository's own module: the pin alone decides.
    private mutating func planTool(_ pin: ToolPin) {
        let settings = BuildSettings(
            platform: facts.host, cgo: false, moduleMode: "readonly", variables: [:], toolchain: facts.toolchain)
        let file = programName(of: pin.package)
        var action = Action(
            id: ActionID("tool:\(pin.name.value)"), step: "tool.\(pin.name.value)", kind: .toolBuild,
            title: "go install \(pin.package)@\(pin.version)",
            argv: ["\(.toolchain)/go", "install", SymbolicText("\(pin.package)@\(pin.version)")])
        action.environment = settings.environment(policy: pipeline.go, workspace: false)
        action.environment["GOBIN"] = SymbolicText(.output)
        action.environment["GOFLAGS"] = "-trimpath -buildvcs=false"
        for entry in pipeline.go.env where fetchVariables.contains(entry.name.value) {
            action.environment[entry.name.value] = entry.value.symbolic
        }
        action.facts = facts.toolchainFacts
        action.outputs = [Action.Output(file)]
        action.retries = 1
        actions.append(action)
        actionsOfStep[action.step] = [action.id]
        tools.append((pin.name.value, action.id, file))
    }

    private mutating func planModuleTools(_ range: SourceRange) {
        var owners: [String: String] = [:]
        for module in facts.repository.modules {
            for tool in module.file.tools {
                let file = programName(of: tool.value)
                if let other = owners[file] {
                    report(
                        "plan/ambiguous-tool", at: range, "two `tool` lines are called \(file): \(other) and \(tool.value)",
                        help: "pin one of them under `tools:` with a name of its own")
                    continue
                }
                owners[file] = tool.value
                planModuleTool(tool.value, file, module.directory)
            }
        }
        if owners.isEmpty {
            report(
                "plan/no-tool-lines", at: range, "`tools: go.mod` finds no `tool` line in any go.mod",
                help: "add one with `go get -tool PACKAGE@VERSION`, or pin tools here as NAME: PACKAGE@VERSION")
        }
    }

    private mutating func planModuleTool(_ package: String, _ file: String, _ directory: String) {
        guard let scope = facts.repository.scope(of: directory) else { return }
        let settings = settings(scope)
        var action = goAction(
            ActionID("tool:\(file)"), step: "tool.\(file)", kind: .toolBuild, scope: scope, settings,
            directory: directory,
            argv: ["\(.toolchain)/go", "build", "-o", "\(.output)/\(file)", SymbolicText(package)])
        action.title = "go build \(package)"
        action.outputs = [Action.Output(file)]
        var inputs = Set(moduleFiles(scope))
        if let index = index(scope, settings, tags: []) {
            inputs.formUnion(index.buildInputs(of: [package]))
        } else {
            inputs.formUnion(everyFile(scope))
        }
        action.inputs = inputs.sorted()
        actions.append(action)
        actionsOfStep[action.step] = [action.id]
        tools.append((file, action.id, file))
    }
}

/// The go command's name for the binary of a main package: its last element, a major version left out.
func programName(of package: String) -> String {
    let elements = package.split(separator: "/")
    guard let last = elements.last else { return package }
    let isMajor = last.first == "v" && last.count > 1 && last.dropFirst().allSatisfy(\.isNumber) && last != "v0" && last != "v1"
    return String(isMajor && elements.count > 1 ? elements[elements.count - 2] : last)
}

/// Settings of `go.env` that say how modules are fetched, and nothing of how they are built.
private let fetchVariables: Set<String> = [
    "GONOPROXY", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH", "GOPRIVATE",
]
