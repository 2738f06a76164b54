/// What of this repository is carried to other machines: which key it goes by, and what a run adds to it.
import Action
import Cache
import Diagnostics
import Files
import Go
import Modules
import Plan
import Run

extension CacheSubject {
    init(_ keys: CacheKeys, _ facts: Facts) {
        let modules = facts.repository.modules
        let first = modules.first { $0.directory == "." } ?? modules.first
        self.init(
            key: keys.build.key, family: keys.family, repository: first?.file.module?.value ?? "",
            modules: archivedModules(facts))
    }
}

/// The modules whose content a go.sum or go.work.sum of the repository vouches for, and those of which it does so for
/// the go.mod alone.
func archivedModules(_ facts: Facts) -> [ArchivedModule] {
    var modules: [ModuleVersion: String?] = [:]
    for file in facts.files where ["go.sum", "go.work.sum"].contains(baseName(file)) {
        guard let bytes = try? readFile("\(facts.root)/\(file)") else { continue }
        let sums = GoSumFile.parse(SourceText(file: file, text: String(decoding: bytes, as: UTF8.self))).file
        for entry in sums.entries where entry.hash.hasPrefix("h1:") {
            if !entry.isGoMod {
                modules[entry.module] = entry.hash
            } else if modules[entry.module] == nil {
                modules[entry.module] = .some(nil)
            }
        }
    }
    return modules.compactMap { module, hash in
        guard let path = escapedModulePath(module.path), let version = escapedModulePath(module.version),
            !version.contains("/")
        else { return nil }
        return ArchivedModule(path: path, version: version, hash: hash)
    }
}

extension Workspace {
    /// Adds what a run used to the snapshot of its build key.
    func record(_ outcome: RunOutcome, of prepared: Prepared, isWhole: Bool, _ emit: (RunEvent) -> Void) {
        var uses: [String: Snapshot.Use] = [:]
        for outcome in outcome.outcomes where outcome.status != .skipped {
            // That modules were downloaded is true of this machine alone.
            let isCarried = outcome.status == .green && outcome.action.kind != .download
            uses[outcome.action.id.text] = Snapshot.Use(
                key: isCarried ? outcome.key?.text : nil, buildUses: outcome.buildUses)
        }
        let hasAll = !outcome.outcomes.contains { $0.status == .skipped || $0.status == .interrupted }
        let keys = CacheKeys(prepared.pipeline, prepared.facts) { prepared.digests[$0] }
        do {
            try store.snapshots.record(
                key: keys.build.key, actions: uses, facts: store.carriedFacts.uses, isWhole: isWhole && hasAll)
        } catch {
            emit(.warning(Diagnostic(
                id: "cache/not-recorded", severity: .warning,
                message: "`pipeline cache save` will not know of this run: \(error)")))
        }
        for text in store.archives.takeWarnings() {
            emit(.warning(Diagnostic(id: "cache/damaged-archive", severity: .warning, message: text)))
        }
    }
}
