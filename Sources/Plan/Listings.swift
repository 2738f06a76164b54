/// What has to be asked of `go list` before a pipeline can be planned; it asks nothing itself.
import Action
import Go
import Pipeline

/// Every listing that the pipeline's artifacts, steps and tools are planned from, each once, in the file's order.
package func listingKeys(_ pipeline: Pipeline, _ facts: Facts) -> [ListingKey] {
    var keys: [ListingKey] = []
    func add(_ directory: String, _ platform: Platform, cgo: Bool, tags: [String], env: [EnvironmentEntry]) {
        guard let scope = facts.repository.scope(of: directory) else { return }
        let settings = pipeline.buildSettings(scope, facts, platform: platform, cgo: cgo, env: env)
        let key = ListingKey(scope: scope, platform: platform, cgo: settings.cgo, tags: tags)
        if !keys.contains(key) { keys.append(key) }
    }
    for artifact in pipeline.artifacts {
        for platform in artifact.platforms.isEmpty ? [facts.host] : artifact.platforms.map(\.value) {
            add(artifact.directory, platform, cgo: artifact.cgo, tags: artifact.tags, env: artifact.env)
        }
    }
    for step in pipeline.steps {
        switch step.kind {
        case .build, .vet: add(step.directory, facts.host, cgo: step.cgo, tags: step.tags, env: step.env)
        case .test(let options):
            add(step.directory, facts.host, cgo: step.cgo || options.race, tags: step.tags, env: step.env)
        case .tool, .generate, .formatCheck, .tidyCheck, .policyCheck, .run: break
        }
    }
    if case .goMod = pipeline.tools {
        for module in facts.repository.modules where !module.file.tools.isEmpty {
            add(module.directory, facts.host, cgo: false, tags: [], env: [])
        }
    }
    return keys
}

/// How one listing is asked for.
package struct ListingQuestion: Sendable {
    package var key: ListingKey
    package var patterns: [String]
    /// Relative to the root.
    package var directory: String
    package var environment: [String: SymbolicText]
    /// Folders whose Go files, and files whose content, decide the answer.
    package var moduleDirectories: [String]
    package var moduleFiles: [String]
}

/// The question behind a key. It never reaches for the network: what is missing is for the download action to bring.
package func listingQuestion(_ key: ListingKey, _ pipeline: Pipeline, _ facts: Facts) -> ListingQuestion {
    let repository = facts.repository
    let directories = repository.moduleDirectories(of: key.scope)
    var patterns =
        key.scope == .workspace
        ? directories.map { $0 == "." ? "./..." : "./\($0)/..." } : ["./..."]
    for module in repository.modules where directories.contains(module.directory) {
        patterns += module.file.tools.map(\.value)
    }
    let settings = pipeline.buildSettings(key.scope, facts, platform: key.platform, cgo: key.cgo)
    var environment = settings.environment(policy: pipeline.go, workspace: key.scope == .workspace)
    environment["GOPROXY"] = "off"
    environment["GOCACHEPROG"] = nil
    return ListingQuestion(
        key: key, patterns: patterns, directory: key.scope.directory, environment: environment,
        moduleDirectories: directories,
        moduleFiles: repository.moduleFiles(of: key.scope, among: Set(facts.files)))
}
