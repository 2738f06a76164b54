/// The tools that a repository pins, and which of them a name means; it knows neither how one is built nor where it is.
import Action
import Go
import Pipeline

package struct PinnedTool: Hashable, Sendable {
    /// What people call it: the name under `tools:`, else the program's.
    package var name: String
    /// Import path of its main package.
    package var package: String
    /// Nil for a program of the repository itself.
    package var version: String?
    /// The folder of the module whose `tool` line it is; nil when the pipeline file pins it.
    package var owner: String?
    /// The file with that line, beside the module's go.mod.
    package var modFile = "go.mod"
    /// What builds it.
    package var action: ActionID
    /// The program's file name.
    package var file: String

    package init(name: String, package: String, version: String?, owner: String? = nil, action: ActionID, file: String) {
        self.name = name
        self.package = package
        self.version = version
        self.owner = owner
        self.action = action
        self.file = file
    }

    /// The file with its `tool` line, relative to the root; nil when the pipeline file pins it.
    package var pinFile: String? { owner.map { join($0, modFile) } }

    /// What selects its build.
    package var step: String { "tool.\(action.text.dropFirst("tool:".utf8.count))" }
}

/// Which tool a name means.
package enum ToolChoice: Hashable, Sendable {
    case found(PinnedTool)
    case ambiguous([PinnedTool])
    case unknown
}

extension Pipeline {
    /// In the order of the files; what is no Go module comes last.
    package func pinnedTools(_ facts: Facts) -> [PinnedTool] { pinnedModules(facts) + pinnedBinaries }

    private func pinnedModules(_ facts: Facts) -> [PinnedTool] {
        switch tools {
        case .none: []
        case .pinned(let pins):
            pins.map { pin in
                PinnedTool(
                    name: pin.name.value, package: pin.package, version: pin.version,
                    action: ActionID("tool:\(pin.name.value)"), file: programName(of: pin.package))
            }
        case .goMod: facts.repository.toolLines
        case .modFile(let path): facts.toolModFile.map { toolLines($0, at: path.value) } ?? []
        }
    }
}

extension GoRepository {
    /// Each module has its own.
    fileprivate var toolLines: [PinnedTool] {
        var taken: Set<String> = []
        return modules.flatMap { Plan.toolLines($0.file, at: $0.goModPath, besides: &taken) }
    }
}

private func toolLines(_ file: GoModFile, at path: String) -> [PinnedTool] {
    var taken: Set<String> = []
    return toolLines(file, at: path, besides: &taken)
}

/// A tool of a name that is `taken` has its folder and path in its action's name.
private func toolLines(_ file: GoModFile, at path: String, besides taken: inout Set<String>) -> [PinnedTool] {
    let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    var seen: Set<String> = []
    return file.tools.map { file.importPath(ofTool: $0.value) }.filter { seen.insert($0).inserted }.map { package in
        let name = programName(of: package)
        let place = directory == "." ? "" : "\(directory):"
        let id = taken.insert(name).inserted ? name : place + package
        var tool = PinnedTool(
            name: name, package: package, version: file.version(of: package), owner: directory,
            action: ActionID("tool:\(id)"), file: name)
        tool.modFile = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
        return tool
    }
}

extension GoModFile {
    /// A line may name a folder of its own module: `./cmd/migrate`.
    fileprivate func importPath(ofTool line: String) -> String {
        guard line.hasPrefix("./"), let module else { return line }
        return "\(module.value)/\(line.dropFirst(2))"
    }

    /// Of the required module that the package is in; nil when it is this module's own.
    fileprivate func version(of package: String) -> String? {
        func holds(_ path: String) -> Bool { package == path || package.hasPrefix("\(path)/") }
        let owner = requires.filter { holds($0.path) }.max { $0.path.utf8.count < $1.path.utf8.count }
        if let module, holds(module.value), module.value.utf8.count > owner?.path.utf8.count ?? 0 { return nil }
        return owner?.version
    }
}

extension [PinnedTool] {
    /// A name given under `tools:`, else a whole import path, else the program's name: the path's last element. Where
    /// several modules have a tool of that name, those of the module that `directory` is in come first.
    package func named(_ name: String, from directory: String = ".") -> ToolChoice {
        let tiers: [(PinnedTool) -> Bool] = [
            { $0.owner == nil && $0.name == name }, { $0.package == name }, { $0.file == name },
        ]
        for tier in tiers {
            let found = filter(tier)
            if found.isEmpty { continue }
            let nearest = found.nearest(to: directory)
            return nearest.count == 1 ? .found(nearest[0]) : .ambiguous(nearest)
        }
        return .unknown
    }

    /// Those of the innermost module around the folder; all of them when none of these has one.
    func nearest(to directory: String) -> [PinnedTool] {
        let owner = compactMap(\.owner).filter { isInside(directory, $0) }.max { depth($0) < depth($1) }
        return owner.map { owner in filter { $0.owner == owner } } ?? self
    }

    private func depth(_ directory: String) -> Int { directory == "." ? 0 : directory.utf8.count }
}

extension PinnedTool: CustomStringConvertible {
    package var description: String {
        package + (version.map { "@\($0)" } ?? "") + (pinFile.map { " (\($0))" } ?? "")
    }
}
