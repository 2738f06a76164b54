/// Plans `go generate`: in a scratch tree, with pinned tools under every spelling; as one action, or one a package.
import Action
import Go
import Pipeline

extension Planner {
    mutating func planGenerate(_ step: Step, _ packages: [String], fresh: Bool) {
        let name = step.name.value
        guard let scope = scope(of: step.directory, for: "step \(name)", at: step.name.range) else { return }
        let patterns = packages.flatMap { spell($0, scope, step.directory) }
        // One package is as good as the whole step.
        if step.isParallel, let folders = folders(of: patterns, step, scope), folders.count > 1 {
            for folder in folders {
                planGeneration(step, ActionID("generate:\(name):\(folder)"), [folder], scope, fresh)
            }
        } else {
            planGeneration(step, ActionID("generate:\(name)"), patterns, scope, fresh)
        }
    }

    private mutating func planGeneration(_ step: Step, _ id: ActionID, _ patterns: [String], _ scope: GoScope, _ fresh: Bool) {
        var action = goAction(
            id, step: step.name.value, kind: .generate, scope: scope, settings(scope, cgo: step.cgo, env: step.env),
            directory: step.directory,
            argv: ["\(.toolchain)/go", "generate"] + tagWords(step.tags) + patterns.map { SymbolicText($0) },
            tools: toolFolders)
        let shims = goShims
        if !shims.isEmpty {
            action.environment["GOROOT"] = SymbolicText(.goShims(shims))
            action.environment["PATH"] = "\(.goShims(shims))/bin:\(action.environment["PATH"] ?? "")"
        }
        action.tree = .scratch(compared: fresh)
        action.inputs = facts.files
        actions.append(action)
    }

    /// The folders with directives that the patterns mean, as patterns from the step's folder. Nil where a pattern names
    /// packages by anything else than folders: only the go command knows what it means.
    private func folders(of patterns: [String], _ step: Step, _ scope: GoScope) -> [String]? {
        let modules = facts.repository.moduleDirectories(of: scope)
        var found: Set<String> = []
        for pattern in patterns {
            guard pattern == "." || pattern == "./..." || pattern.hasPrefix("./") else { return nil }
            let isDeep = pattern.hasSuffix("/...")
            let start = normalized(join(step.directory, isDeep ? String(pattern.dropLast("/...".count)) : pattern))
            if start.contains("...") || start.hasPrefix("..") { return nil }
            for folder in facts.generatorFolders {
                guard let owner = facts.repository.module(owning: folder)?.directory, modules.contains(owner) else { continue }
                if folder == start || isDeep && isInside(folder, start) && !folder.isPassedOver(below: start) {
                    found.insert(folder)
                }
            }
        }
        return found.sorted().map { folder in
            folder == step.directory ? "." : "./\(relative("/\(folder)", to: step.directory == "." ? "/" : "/\(step.directory)"))"
        }
    }
}

extension String {
    /// By patterns that end in `...`, for the names of folders on the way.
    fileprivate func isPassedOver(below start: String) -> Bool {
        let below = start == "." ? self[...] : dropFirst(start.utf8.count)
        return below.split(separator: "/").contains { element in
            element == "vendor" || element == "testdata" || element.hasPrefix("_") || element.hasPrefix(".")
        }
    }
}
