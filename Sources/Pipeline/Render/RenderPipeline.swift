/// A pipeline written as the file that decodes to it, with comments; it knows the keys, and where to put a comment.
import Diagnostics

/// Comments by place: "" for the head of the file, "steps" for a section, "steps.vet" for one step, and
/// "step:vet" for the first step of a kind.
package typealias PipelineComments = [String: String]

package let standardPipelineComments: PipelineComments = [
    "": """
    How this repository is built and checked, on a laptop and in CI alike:

      pipeline run              do all of it; what has not changed is not done again
      pipeline run NAME...      some steps, and what they need
      pipeline plan             show what would run, and why
    """,
    "go": "The one Go that every step uses, and where modules come from.",
    "tools": "Developer tools, pinned. Each is built once and then run directly.",
    "secrets": "Given only to steps that name them, and masked in every output.",
    "artifacts": "What is linked, once each: every step that needs one of these gets the same file.",
    "steps": "Steps run side by side, as far as what they need allows.",
    "step:generate": "Runs the go:generate lines in a scratch copy; red if the committed files are not what comes out.",
    "step:fmt": "Red if gofmt would change a file.",
    "step:tidy": "Red if `go mod tidy` would change go.mod or go.sum.",
    "step:policy": "Red if `pipeline audit` finds something.",
    "image": "The container image around one artifact.",
    "cache": "How much the store keeps, and for how long.",
    "audit": "What `pipeline audit` lets pass, where and why.",
]

/// Decoding the text gives the pipeline back. With a final line feed.
package func renderPipeline(_ pipeline: Pipeline, comments: PipelineComments = standardPipelineComments) -> String {
    var renderer = PipelineRenderer(comments: comments)
    renderer.render(pipeline)
    return renderer.writer.text
}

private struct PipelineRenderer {
    let comments: PipelineComments
    var writer = YAMLWriter()

    mutating func render(_ pipeline: Pipeline) {
        if let head = comments[""] { writer.comment(head) }
        writer.entry("version", "1")
        if !pipeline.name.isEmpty { writer.string("name", pipeline.name) }
        if !pipeline.go.isEmpty { section("go") { $0.writer.go(pipeline.go) } }
        tools(pipeline.tools)
        if !pipeline.secrets.isEmpty {
            section("secrets") { renderer in for secret in pipeline.secrets { renderer.writer.secret(secret) } }
        }
        if !pipeline.artifacts.isEmpty {
            section("artifacts") { renderer in
                for artifact in pipeline.artifacts {
                    renderer.comment("artifacts.\(artifact.name.value)")
                    renderer.writer.artifact(artifact)
                }
            }
        }
        if !pipeline.steps.isEmpty { section("steps") { $0.steps(pipeline.steps) } }
        if let image = pipeline.image { section("image") { $0.writer.image(image) } }
        if pipeline.cache != CacheSettings() { section("cache") { $0.writer.cache(pipeline.cache) } }
        if pipeline.audit != AuditSettings() { section("audit") { $0.writer.audit(pipeline.audit) } }
        if pipeline.sandbox != .off {
            writer.blankLine()
            comment("sandbox")
            writer.entry("sandbox", pipeline.sandbox.rawValue)
        }
    }

    private mutating func comment(_ place: String) {
        if let comment = comments[place] { writer.comment(comment) }
    }

    private mutating func section(_ key: String, _ content: (inout PipelineRenderer) -> Void) {
        writer.blankLine()
        comment(key)
        var inner = PipelineRenderer(comments: comments)
        writer.mapping(key) { writer in
            inner.writer = writer
            content(&inner)
            writer = inner.writer
        }
    }

    private mutating func tools(_ tools: ToolDeclarations) {
        switch tools {
        case .none: break
        case .goMod:
            writer.blankLine()
            comment("tools")
            writer.entry("tools", "go.mod")
        case .modFile(let file):
            writer.blankLine()
            comment("tools")
            writer.entry("tools", file.value)
        case .pinned(let pins):
            section("tools") { renderer in
                for pin in pins { renderer.writer.string(pin.name.value, "\(pin.package)@\(pin.version)") }
            }
        }
    }

    private mutating func steps(_ steps: [Step]) {
        var kinds: Set<String> = []
        for (index, step) in steps.enumerated() {
            let kind = comments["step:\(step.kind.key)"].map { _ in "step:\(step.kind.key)" }
            let isFirst = kinds.insert(step.kind.key).inserted
            let place = comments["steps.\(step.name.value)"] != nil ? "steps.\(step.name.value)" : isFirst ? kind : nil
            if let place {
                if index > 0 { writer.blankLine() }
                comment(place)
            }
            writer.mapping(step.name.value) { $0.step(step) }
        }
    }
}

extension GoSettings {
    fileprivate var isEmpty: Bool {
        version == nil && !fetches && proxy == nil && sumdb == nil && `private`.isEmpty && env.isEmpty
    }
}

extension YAMLWriter {
    fileprivate mutating func go(_ go: GoSettings) {
        switch go.version?.value {
        case .exact(let version): entry("version", JSON.quote(version))
        case .goMod: entry("version", "go.mod")
        case nil: break
        }
        if go.fetches { entry("fetch", "true") }
        if let proxy = go.proxy { string("proxy", proxy.source) }
        if let sumdb = go.sumdb { string("sumdb", sumdb) }
        if !go.private.isEmpty { list("private", go.private) }
        environment(go.env)
    }

    /// A package alone is written in the short form.
    fileprivate mutating func artifact(_ artifact: ArtifactDeclaration) {
        var long = YAMLWriter()
        long.options(of: artifact)
        if long.text.isEmpty { return string(artifact.name.value, artifact.package.value) }
        mapping(artifact.name.value) { writer in
            writer.string("build", artifact.package.value)
            writer.options(of: artifact)
        }
    }

    private mutating func options(of artifact: ArtifactDeclaration) {
        if artifact.directory != "." { string("dir", artifact.directory) }
        if !artifact.platforms.isEmpty { list("platforms", artifact.platforms.map(\.value.description)) }
        if let ldflags = artifact.ldflags { string("ldflags", ldflags.source) }
        if !artifact.tags.isEmpty { list("tags", artifact.tags) }
        if artifact.cgo { entry("cgo", "true") }
        if let output = artifact.output { string("output", output.value) }
        environment(artifact.env)
    }

    fileprivate mutating func step(_ step: Step) {
        switch step.kind {
        case .build(let packages): oneOrMany("build", packages)
        case .vet(let packages): oneOrMany("vet", packages)
        case .test(let options):
            oneOrMany("test", options.packages)
            if options.race { entry("race", "true") }
            if options.coverage { entry("coverage", "true") }
            if options.shards != 1 { entry("shards", "\(options.shards)") }
            if !options.arguments.isEmpty { list("args", options.arguments) }
        case .tool(let name, let arguments):
            string("tool", name.value)
            if !arguments.isEmpty { list("args", arguments.map(\.source)) }
        case .generate(let packages, let fresh):
            oneOrMany("generate", packages)
            if !fresh { entry("fresh", "false") }
            if step.isParallel { entry("parallel", "true") }
        case .formatCheck: entry("fmt", "check")
        case .tidyCheck: entry("tidy", "check")
        case .policyCheck: entry("policy", "check")
        case .run(let options): run(options)
        }
        common(step)
    }

    private mutating func common(_ step: Step) {
        let needs = step.needs.map { need in
            switch need.value {
            case .step(let name): name
            case .artifact(let name): "artifact.\(name)"
            }
        }
        if !needs.isEmpty { oneOrMany("needs", needs) }
        if step.directory != "." { string("dir", step.directory) }
        environment(step.env)
        if !step.secrets.isEmpty { list("secrets", step.secrets.map(\.value)) }
        if !step.tags.isEmpty { list("tags", step.tags) }
        if step.cgo { entry("cgo", "true") }
        if !step.trimsPaths { entry("trimpath", "false") }
        if let tools = step.tools { list("tools", tools.map(\.value)) }
        if let inputs = step.inputs { list("inputs", inputs.map(\.value)) }
        if !step.outputs.isEmpty { list("outputs", step.outputs.map(\.value)) }
        if !step.cached { entry("cache", "false") }
        if let timeout = step.timeout { entry("timeout", timeout.inUnits) }
        if step.retries != 0 { entry("retries", "\(step.retries)") }
        if let sandbox = step.sandbox { entry("sandbox", sandbox.rawValue) }
        if step.hasNetwork { entry("network", "true") }
    }

    private mutating func run(_ options: RunOptions) {
        switch options.command {
        case .argv(let words): list("run", words.map(\.source))
        case .shell(let script): string("shell", script.source)
        }
        guard !options.services.isEmpty else { return }
        mapping("services") { writer in
            for service in options.services { writer.mapping(service.name.value) { $0.service(service) } }
        }
    }

    private mutating func service(_ service: Service) {
        list("run", service.run.map(\.source))
        switch service.ready {
        case .tcp(let address), .http(let address): string("ready", address.source)
        case nil: break
        }
        if let timeout = service.timeout { entry("timeout", timeout.inUnits) }
        environment(service.env)
        if !service.secrets.isEmpty { list("secrets", service.secrets.map(\.value)) }
    }

    fileprivate mutating func secret(_ secret: SecretDeclaration) {
        mapping(secret.name.value) { writer in
            if case .file(let path) = secret.source { writer.string("file", path) }
            if secret.variable != standardVariable(of: secret.name.value) { writer.string("env", secret.variable) }
        }
    }

    fileprivate mutating func cache(_ cache: CacheSettings) {
        if let size = cache.maxSize { entry("max-size", inUnits(size, sizeUnits)) }
        if let age = cache.maxAge { entry("max-age", inUnits(age, ageUnits)) }
    }

    fileprivate mutating func audit(_ audit: AuditSettings) {
        if let severity = audit.failOn { entry("fail-on", severity.rawValue) }
        if let baseline = audit.baseline { string("baseline", baseline.value) }
        guard !audit.allow.isEmpty else { return }
        mapping("allow") { writer in
            var rules: [String] = []
            for allowed in audit.allow where !rules.contains(allowed.rule.value) { rules.append(allowed.rule.value) }
            for rule in rules {
                writer.mapping(rule) { writer in
                    for allowed in audit.allow where allowed.rule.value == rule { writer.string(allowed.path.value, allowed.reason) }
                }
            }
        }
    }

    private mutating func environment(_ entries: [EnvironmentEntry]) {
        guard !entries.isEmpty else { return }
        mapping("env") { writer in
            for entry in entries { writer.string(entry.name.value, entry.value.source) }
        }
    }
}
