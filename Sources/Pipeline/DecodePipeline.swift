/// A pipeline file's text to a `Pipeline`: the top of the format, and the order in which it is read.
import Diagnostics
import YAML

enum PipelineKeys {
    static let version = Key<Int>("version", .version, example: "1", "The version of this format: 1.", required: true)
    static let name = Key<Located<String>>(
        "name", .name, example: "greeter", "What the pipeline is called. The folder's name when absent.")
    static let go = Key<GoSettings>(
        "go", .goSettings, example: "{ version: \"1.27.3\" }", "The toolchain, and how modules are fetched.",
        synonyms: ["golang"])
    static let tools = Key<ToolSection>(
        "tools", .tools, example: "{ staticcheck: honnef.co/go/tools/cmd/staticcheck@v0.7.0 }",
        "Pinned tools by name, each `import/path@v1.2.3`; or `go.mod`, or another `.mod` file, for the tools of its `tool` lines.")
    static let secrets = Key<[SecretDeclaration]>(
        "secrets", .secrets, example: "{ deploy-token: { env: DEPLOY_TOKEN } }",
        "What only the steps that name it are given, by name; no output shows it.", synonyms: ["secret"])
    static let artifacts = Key<[ArtifactDeclaration]>(
        "artifacts", .artifacts, example: "{ server: ./cmd/server }",
        "Binaries by name, each linked once and handed to every step that needs it; "
            + "`NAME: ./cmd/x` is short for its `build`.",
        synonyms: ["binaries", "builds"])
    static let steps = Key<[Step]>(
        "steps", .steps, example: "{ vet: { vet: ./... } }", "What is done, by name.",
        synonyms: ["jobs", "tasks", "stages"])
    static let image = Key<ImageDeclaration>(
        "image", .image, example: "{ artifact: server }", "The container image around one artifact.",
        synonyms: ["docker", "container"])
    static let cache = Key<CacheSettings>(
        "cache", .cacheSettings, example: "{ max-size: 20GB }", "The bounds of the store, where results are kept.",
        synonyms: ["store"])
    static let audit = Key<AuditSettings>(
        "audit", .auditSettings, example: "{ fail-on: warning }", "What `pipeline audit` lets pass, where and why.",
        synonyms: ["policy", "policies"])

    static let sandbox = Key<SandboxMode>(
        "sandbox", .sandboxMode, example: "strict",
        "`strict`: artifacts and steps see their inputs, their tools and the toolchain, and nothing else; `auto`: so where the "
            + "kernel lets them; `off`, the default. A step may say otherwise.",
        synonyms: ["hermetic", "isolation", "isolated"])

    static let all: [any FormatKey] = [version, name, go, tools, secrets, artifacts, steps, image, cache, audit, sandbox]
}

/// The pipeline is nil when there is an error. All mistakes are reported, in the order of the file.
package func decodePipeline(_ source: SourceText) -> (pipeline: Pipeline?, diagnostics: [Diagnostic]) {
    let source = withoutByteOrderMark(source)
    if let tooLarge = tooLarge(source) { return (nil, [tooLarge]) }
    let offsets = SourceOffsets(source.text)
    var reader = YAMLReader(source, offsets)
    let root = reader.read()
    let decoding = Decoding(source, offsets)
    decoding.report(reader.diagnostics)
    let pipeline = root.flatMap { decode($0, decoding) }
    // What is wrong behind an alias is read once for each alias.
    var known: Set<Diagnostic> = []
    var diagnostics = decoding.diagnostics.filter { known.insert($0).inserted }.inSourceOrder()
    if decoding.diagnostics.count >= maximumMistakes {
        diagnostics.append(
            Diagnostic(
                id: "pipeline/too-many-mistakes", severity: .note,
                message: "only the first \(maximumMistakes) mistakes or so are told", file: source.file,
                help: "correct these, and validate again"))
    }
    return (diagnostics.hasErrors ? nil : pipeline, diagnostics)
}

private func decode(_ root: YAMLNode, _ decoding: Decoding) -> Pipeline? {
    let declared = ["steps", "artifacts", "tools", "secrets"].map { name in root.value(of: name) }
    decoding.declared.steps = Names(declared[0]?.keys ?? [])
    decoding.declared.artifacts = Names(declared[1]?.keys ?? [])
    decoding.declared.secrets = Names(declared[3]?.keys ?? [])
    // Tools that could not be told make every name possible.
    if let tools = declared[2] { decoding.declared.tools = tools.isMapping ? Names(tools.keys) : nil }

    let subject = Subject(phrase: "the pipeline file", example: PipelineKeys.version.line)
    guard let fields = decoding.fields(of: root, subject, keys: PipelineKeys.all) else { return nil }
    _ = fields[PipelineKeys.version]
    var pipeline = Pipeline(
        file: decoding.source.file, name: fields[PipelineKeys.name]?.value ?? "",
        go: fields[PipelineKeys.go] ?? GoSettings(),
        tools: fields[PipelineKeys.tools]?.declarations ?? .none, artifacts: fields[PipelineKeys.artifacts] ?? [],
        steps: fields[PipelineKeys.steps] ?? [], image: fields[PipelineKeys.image],
        cache: fields[PipelineKeys.cache] ?? CacheSettings(), audit: fields[PipelineKeys.audit] ?? AuditSettings())
    pipeline.binaries = fields[PipelineKeys.tools]?.binaries ?? []
    pipeline.secrets = fields[PipelineKeys.secrets] ?? []
    pipeline.sandbox = fields[PipelineKeys.sandbox] ?? .off
    if !fields.hasUnknownKey, ["steps", "artifacts"].allSatisfy({ fields.entry($0)?.value.isEmptyMapping ?? true }) {
        decoding.report(
            "pipeline/missing-key", at: SourceRange(line: 1, column: 1),
            "the pipeline file has neither steps nor artifacts",
            help: "add `\(PipelineKeys.steps.line)`")
    }
    decoding.checkCycles(pipeline.steps)
    return pipeline
}

extension YAMLNode {
    var isMapping: Bool { if case .mapping = content { true } else { false } }

    fileprivate var isEmptyMapping: Bool { isMapping && keys.isEmpty }

    /// The names of a mapping; none of another node.
    var keys: [String] { if case .mapping(let entries) = content { entries.map(\.key.value) } else { [] } }

    fileprivate func value(of key: String) -> YAMLNode? {
        if case .mapping(let entries) = content { entries.first { $0.key.value == key }?.value } else { nil }
    }
}

extension Format where Value == Int {
    fileprivate static let version: Self = Format(schema: ["const": 1]) { node, subject, decoding in
        guard let version = Format.integer(0...Int.max).read(node, subject, decoding) else { return nil }
        guard version == 1 else {
            decoding.badValue(
                node.range, "version \(version) of the pipeline file is not known",
                help: "write `version: 1`, or use a newer pipeline")
            return nil
        }
        return version
    }
}
