/// What `${…}` stands for in a plan, and the dependencies that follow from naming it.
import Action
import Diagnostics
import Go
import Pipeline

extension Planner {
    /// A template with its references turned into places; one that cannot be is a diagnostic.
    mutating func text(of template: Template) -> SymbolicText {
        var text: SymbolicText = ""
        for part in template.parts {
            switch part {
            case .text(let literal): text = text + SymbolicText(literal)
            case .reference(let reference, let range): text = text + self.text(of: reference, at: range)
            }
        }
        return text
    }

    private mutating func text(of reference: Reference, at range: SourceRange) -> SymbolicText {
        switch reference {
        case .root: return SymbolicText(.root)
        case .servicePort(let name): return SymbolicText(.port(service: name))
        case .artifact(let name):
            if let artifact = hostArtifacts[name] {
                return SymbolicText(.product(artifact.action, named: artifact.file))
            }
            report(
                "plan/no-host-artifact", at: range,
                "${artifact.\(name)} is the artifact for this machine, and \(name) is not built for \(facts.host)",
                help: "add \(facts.host) to its platforms")
        case .tool(let name):
            if let tool = tool(named: name, at: range) { return SymbolicText(.product(tool.action, named: tool.file)) }
        case .git(let fact):
            if let value = facts.git[fact] { return SymbolicText(value) }
            report(
                "plan/no-git", at: range, "${git.\(fact.rawValue)} is not known: this is no git repository with a commit")
        }
        return ""
    }

    /// Nil, with a diagnostic, when no tool or more than one is meant.
    mutating func tool(named name: String, at range: SourceRange) -> PinnedTool? {
        switch tools.named(name, from: directory) {
        case .found(let tool) where missing.contains(tool.action):
            report(
                "plan/no-host-tool", at: range, "the tool `\(name)` is not pinned for this machine, which is \(facts.host)",
                help: "add \(facts.host) to its platforms")
        case .found(let tool): return tool
        case .ambiguous(let found):
            report(
                "plan/ambiguous-tool", at: range,
                "`\(name)` may be \(found.map(\.description).joined(separator: " or "))",
                help: "say the whole path, or pin one of them under `tools:` with a name of its own")
        case .unknown:
            let names = tools.map(\.name)
            report(
                "plan/unknown-tool", at: range, "no tool is called `\(name)`",
                help: nearestName(to: name, among: names).map { "did you mean `\($0)`?" }
                    ?? (names.isEmpty ? nil : "known tools: \(names.joined(separator: ", "))"))
        }
        return nil
    }

    /// The tools that a step names for its PATH. Two programs of one name are a mistake: which is meant cannot be told.
    mutating func chooseTools(_ names: [Located<String>]) -> [PinnedTool] {
        var chosen: [PinnedTool] = []
        for name in names {
            guard let tool = tool(named: name.value, at: name.range), !chosen.contains(tool) else { continue }
            if let other = chosen.first(where: { $0.file == tool.file }) {
                report(
                    "plan/ambiguous-tool", at: name.range, "`\(tool.file)` on PATH would be \(other) or \(tool)",
                    help: "name one of them here, and run the other by `${tool.NAME}`")
            }
            chosen.append(tool)
        }
        return chosen
    }

    /// Folders of the pinned tools, for PATH. Names that mean several tools are left out: nobody is to get the wrong one.
    var toolFolders: [SymbolicText] { toolsByName.map { SymbolicText(.folder($0.action, named: $0.file)) } }

    private var toolsByName: [PinnedTool] {
        if let wantedTools { return wantedTools }
        return tools.filter { tool in
            !missing.contains(tool.action) && tools.filter { $0.file == tool.file }.nearest(to: directory) == [tool]
        }
    }

    /// The same tools for those who ask the go command for them. What `go tool` keeps for itself stays Go's.
    var goShims: [GoShim] {
        toolsByName.map { tool in
            var seen: Set<String> = []
            let names = [tool.name, tool.file, tool.package].filter { name in
                seen.insert(name).inserted && !goBuiltinTools.contains(name)
                    && tools.named(name, from: directory) == .found(tool)
            }
            return GoShim(
                names: names, package: tool.package, version: tool.version, isOfModule: tool.owner != nil,
                action: tool.action, file: tool.file)
        }
    }

    /// Adds the dependencies that an action's places imply.
    func connect(_ action: inout Action) {
        for place in action.places.sorted(by: { $0.description < $1.description }) {
            guard case .product(let id, _) = place else {
                if case .folder(let id, _) = place { add(id, .tool, to: &action) }
                continue
            }
            add(id, tools.contains { $0.action == id } ? .tool : .input, to: &action)
        }
    }

    private func add(_ id: ActionID, _ role: Action.Dependency.Role, to action: inout Action) {
        guard !action.dependencies.contains(where: { $0.action == id }) else { return }
        action.dependencies.append(Action.Dependency(id, role))
    }

    /// `PIPELINE_ARTIFACT_SERVER` for the artifact `server`.
    func variable(of artifact: String) -> String {
        "PIPELINE_ARTIFACT_"
            + String(artifact.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// Repository files that globs mean; a glob that ends in `/` or names a folder means all below it.
    func matching(_ globs: [Located<String>], in directory: String) -> [String] {
        var found = Set<Int>()
        for glob in globs {
            let pattern = Glob(normalized(join(directory, glob.value)))
            let range = facts.files.indices(atOrBelow: pattern.literal)
            found.formUnion(pattern.isLiteral ? range : range.filter { pattern.matches(facts.files[$0]) })
        }
        return found.sorted().map { facts.files[$0] }
    }
}

extension [String] {
    /// Of paths in byte order: where the path itself and all below it stand; everything for the empty path. `0` follows `/`
    /// in ASCII.
    fileprivate func indices(atOrBelow path: String) -> [Int] {
        if path.isEmpty { return Array<Int>(indices) }
        let own = lowerBound(path)
        let isThere = own < count && self[own] == path
        let below = lowerBound("\(path)/")..<lowerBound("\(path)0")
        return (isThere ? [own] : []) + below
    }

    /// The first that does not come before `path`.
    private func lowerBound(_ path: String) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].utf8.lexicographicallyPrecedes(path.utf8) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
