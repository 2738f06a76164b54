/// Keeps actions from modules that are not what go.sum names; it knows which action uses which.
import Action
import Cache
import Diagnostics
import Go
import Modules
import Plan
import Run

struct ModuleGuard: ActionGuard {
    let store: Store
    let facts: Facts
    /// Of this run.
    let checks: ModuleChecks
    /// Where each download action works.
    private let downloads: [ActionID: String]

    init(_ workspace: Workspace, _ graph: StepGraph, _ facts: Facts, _ checks: ModuleChecks) {
        store = workspace.store
        self.facts = facts
        self.checks = checks
        downloads = Dictionary(
            uniqueKeysWithValues: graph.actions.filter { $0.kind == .download }.map { ($0.id, $0.directory) })
    }

    func objection(before action: Action) -> Objection? { objection(to: modules(of: action)) }

    /// What supplies modules may have unpacked some, from zips that somebody changed.
    func objection(after action: Action) -> Objection? {
        switch action.kind {
        case .download: objection(to: modules(ofScopeIn: action.directory, needed: nil))
        case .toolBuild: objection(to: modules(of: action))
        case .build, .vet, .test, .tool, .generate, .fmt, .tidy, .policy, .run: nil
        }
    }

    /// What an action may bring into the module cache.
    func fetched(by action: Action) -> [ExpectedModule] {
        switch action.kind {
        case .download: modules(ofScopeIn: action.directory, needed: nil)
        case .toolBuild where !action.dependencies.contains { $0.role == .provision }: modules(ofTool: action)
        case .build, .vet, .test, .tool, .toolBuild, .generate, .fmt, .tidy, .policy, .run: []
        }
    }

    private func objection(to expected: [ExpectedModule]) -> Objection? {
        let cache = ModuleCache(root: store.moduleCache)
        let known = KnownHashes(path: store.knownModules, temporary: store.temporary)
        let edited = checks.edited(among: expected, in: cache, known: known)
        guard let first = edited.first else { return nil }
        let others = edited.count == 1 ? "" : ", nor are \(edited.count - 1) others"
        return Objection(summary: first.summary + others, lines: Array(edited.map(\.lines).joined(separator: [""])))
    }

    // MARK: - Who uses what

    private func modules(of action: Action) -> [ExpectedModule] {
        let directories = action.dependencies.filter { $0.role == .provision }.compactMap { downloads[$0.action] }
        if directories.isEmpty, action.kind == .toolBuild { return modules(ofTool: action) }
        return directories.flatMap { directory -> [ExpectedModule] in
            switch action.kind {
            case .build, .vet, .test, .toolBuild:
                modules(ofScopeIn: directory, needed: listedModules(directory))
            // These may start any go command.
            case .download, .tool, .generate, .fmt, .tidy, .policy, .run: modules(ofScopeIn: directory, needed: nil)
            }
        }
    }

    /// Those that packages of the scope's listings come from; nil when there is none.
    private func listedModules(_ directory: String) -> Set<ModuleVersion>? {
        let listings = facts.listings.filter { $0.key.scope == facts.repository.scope(of: directory) }
        return listings.isEmpty ? nil : listings.values.reduce(into: []) { $0.formUnion($1.moduleVersions) }
    }

    private func modules(ofScopeIn directory: String, needed: Set<ModuleVersion>?) -> [ExpectedModule] {
        guard let scope = facts.repository.scope(of: directory) else { return [] }
        let sums = facts.repository.moduleFiles(of: scope, among: Set(facts.files)).filter { $0.hasSuffix(".sum") }
        return expectedModules(sums: sums, in: facts.root, needed: needed)
    }

    /// Of a pinned tool: what the lock has of it, or, without a lock, what the go command noted for itself.
    private func modules(ofTool action: Action) -> [ExpectedModule] {
        for case .toolModule(let name) in action.places {
            guard let module = facts.toolModules.values.first(where: { $0.name == name }) else { continue }
            return expectedModules(sums: [SourceText(file: facts.lockFile, text: module.goSum)])
        }
        for word in action.argv.map(\.description) where word.hasPrefix("-modfile=") && word.hasSuffix(".mod") {
            let name = word.dropFirst("-modfile=".utf8.count).dropLast(".mod".utf8.count)
            return expectedModules(sums: [join(action.directory, "\(name).sum")], in: facts.root)
        }
        let words = action.argv.last.map { $0.description.split(separator: "@").map(String.init) } ?? []
        guard words.count == 2 else { return [] }
        return recordedModules(ofTool: words[0], version: words[1], in: ModuleCache(root: store.moduleCache))
    }
}
