/// The keys of the two Go caches: which snapshot of the module cache and of the build cache belongs to a repository.
import Action
import Go
import Pipeline

/// A key and all that went into it.
package struct CacheKeyReport: Hashable, Sendable {
    package struct Input: Hashable, Sendable {
        package var name: String
        package var value: String
    }

    package var inputs: [Input]

    /// Lengths stand before texts, so that no two lists share a spelling.
    package var key: String {
        let text = inputs.map { "\($0.name.utf8.count):\($0.name)\($0.value.utf8.count):\($0.value)\n" }.joined()
        return Digest(of: Array(text.utf8)).sha256
    }
}

package struct CacheKeys: Hashable, Sendable {
    /// Over every go.sum, go.mod, go.work and go.work.sum of the repository.
    package var module: CacheKeyReport
    /// The module key and everything that a compiled package depends on besides its sources.
    package var build: CacheKeyReport
    /// Of the build cache: all that is in the build key but the module key.
    package var family: String

    /// `digest` names the content of a file of the repository. The build key is that of the root's scope, or of the
    /// first module when the root has none; `cgo` as the pipeline's `go.env` says.
    package init(_ pipeline: Pipeline, _ facts: Facts, digest: (String) -> String?) {
        let names: Set<Substring> = ["go.mod", "go.sum", "go.work", "go.work.sum"]
        let files = facts.files.filter { file in
            let name = file.lastIndex(of: "/").map { file[file.index(after: $0)...] } ?? file[...]
            return names.contains(name)
        }
        module = CacheKeyReport(inputs: files.map { .init(name: $0, value: digest($0) ?? "absent") })
        let scope = facts.repository.scope(of: ".") ?? .module(facts.repository.modules.first?.directory ?? ".")
        let settings = pipeline.buildSettings(scope, facts, platform: facts.host, cgo: false)
        family = settings.cacheFamily
        build = CacheKeyReport(
            inputs: [.init(name: "module key", value: module.key)]
                + settings.cacheFacts.map { .init(name: $0.name, value: $0.value) }
                // Of steps and artifacts with cgo, where the rest has none.
                + (settings.compiler == nil ? facts.compilers.sorted { $0.key < $1.key } : [])
                .map { .init(name: "C compiler", value: $0.value) })
    }
}

extension Pipeline {
    /// What CC names in every way of building with cgo that this pipeline asks for.
    package func compilerCommands(_ facts: Facts) -> Set<String> {
        let scopes = facts.repository.modules.map { GoScope.module($0.directory) }
        guard let scope = scopes.first else { return [] }
        var ways = [(cgo: false, env: [EnvironmentEntry]())]
        ways += artifacts.map { ($0.cgo, $0.env) }
        for step in steps {
            var races = false
            if case .test(let options) = step.kind { races = options.race }
            ways.append((step.cgo || races, step.env))
        }
        return Set(
            ways.compactMap { way in
                let settings = buildSettings(scope, facts, platform: facts.host, cgo: way.cgo, env: way.env)
                return settings.cgo ? settings.compilerCommand : nil
            })
    }
}
