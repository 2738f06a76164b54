/// The pipeline of a repository that has no pipeline file: what its modules, mains and tools say of themselves.
import Action
import Diagnostics
import Go
import Pipeline

/// Listings that inference reads: every scope as the machine's own platform sees it.
package func inferenceKeys(_ facts: Facts) -> [ListingKey] {
    scopes(of: facts).map { ListingKey(scope: $0, platform: facts.host, cgo: false, tags: []) }
}

/// What inference starts from: a pipeline without steps, whose tools are known from go.mod alone.
package func emptyPipeline(named name: String, _ facts: Facts) -> Pipeline {
    let hasTools = facts.repository.modules.contains { !$0.file.tools.isEmpty }
    return Pipeline(name: name, tools: hasTools ? .goMod(nowhere) : .none)
}

/// Builds every main, vets and tests every module; generates where every directive runs a tool of go.mod. `heads` are
/// those of the repository's Go files. Nil when the packages of a scope could not be listed.
package func inferPipeline(named name: String, _ facts: Facts, heads: [String: GoHead]) -> Pipeline? {
    var pipeline = emptyPipeline(named: name, facts)
    var names = NameSet()
    let scopes = scopes(of: facts)
    for scope in scopes {
        let key = ListingKey(scope: scope, platform: facts.host, cgo: false, tags: [])
        guard let listing = facts.listings[key] else { return nil }
        let index = PackageIndex(listing, root: facts.root)
        // Modules apart from the root's have their folder in their steps' names.
        let suffix = scope.directory == "." ? "" : "-\(scope.directory.replacing("/", with: "-"))"

        for package in index.local where index[package.importPath]?.name == "main" {
            guard index[package.importPath]?.buildFiles.isEmpty == false else { continue }
            let path = package.directory == scope.directory
                ? "." : "./\(relative("/\(package.directory)", to: scope.directory == "." ? "/" : "/\(scope.directory)"))"
            let binary = names.unique(programName(of: package.importPath), or: package.importPath)
            pipeline.artifacts.append(
                ArtifactDeclaration(
                    name: located(binary), package: located(path), directory: scope.directory))
        }
        guard !index.local.isEmpty else { continue }
        if generatesWithItsOwnTools(scope, facts, heads) {
            pipeline.steps.append(
                Step(name: located("generate\(suffix)"), kind: .generate(packages: ["./..."], fresh: true),
                     directory: scope.directory))
        }
        pipeline.steps += [
            Step(name: located("vet\(suffix)"), kind: .vet(packages: ["./..."]), directory: scope.directory),
            Step(name: located("test\(suffix)"), kind: .test(TestOptions(packages: ["./..."])), directory: scope.directory),
        ]
    }
    return pipeline
}

/// The workspace, when there is one, and every module outside it.
private func scopes(of facts: Facts) -> [GoScope] {
    facts.repository.scopes.map { $0.isWorkspace ? .workspace : .module($0.directory) }
}

/// There is a directive, and each one runs a `tool` line's program, by name or by `go tool`.
private func generatesWithItsOwnTools(_ scope: GoScope, _ facts: Facts, _ heads: [String: GoHead]) -> Bool {
    let modules = facts.repository.moduleDirectories(of: scope)
    let programs = Set(
        facts.repository.modules.flatMap { module in module.file.tools.flatMap { [programName(of: $0.value), $0.value] } })
    var found = false
    for (path, head) in heads where !head.generateDirectives.isEmpty {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        guard let owner = facts.repository.module(owning: folder)?.directory, modules.contains(owner) else { continue }
        for directive in head.generateDirectives {
            let words = directive.words
            if words.first == "-command" { continue }
            let program = words.starts(with: ["go", "tool"]) ? words.dropFirst(2).first : words.first
            guard let program, programs.contains(program) else { return false }
            found = true
        }
    }
    return found
}

/// Names of artifacts, each given once.
private struct NameSet {
    private var taken = Set<String>()

    mutating func unique(_ name: String, or importPath: String) -> String {
        let parts = importPath.split(separator: "/")
        var candidate = name
        var length = 2
        while !taken.insert(candidate).inserted {
            candidate = length <= parts.count ? parts.suffix(length).joined(separator: "-") : "\(candidate)-\(length)"
            length += 1
        }
        return candidate
    }
}

private let nowhere = SourceRange(line: 1, column: 1, length: 0)
private func located(_ text: String) -> Located<String> { Located(text, at: nowhere) }
