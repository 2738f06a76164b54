/// `steps:`: how a mapping becomes a step of one kind.
import Diagnostics
import YAML

extension Format where Value == [Step] {
    static let steps: Self = Format<[(name: Located<String>, value: Step)]>.map(
        of: .step, named: .stepName, what: "step"
    ).then { entries, _, _ in
        entries.map { name, step in
            var named = step
            named.name = name
            return named
        }
    }
}

extension Format where Value == Step {
    fileprivate static let step: Self = Format(schema: stepSchema) { node, subject, decoding in
        decoding.declared.services = Names(declaredServices(node))
        defer { decoding.declared.services = Names() }
        guard let fields = decoding.fields(of: node, subject, keys: StepKeys.all) else { return nil }
        let common = CommonFields(fields)
        guard let kind = decoding.kind(of: fields, subject) else { return nil }
        for key in StepKeys.all { decoding.checkPlace(of: key, fields, kind) }
        guard let content = stepKind(kind, fields, decoding) else { return nil }
        var step = Step(
            name: Located("", at: node.key ?? node.range), kind: content, needs: common.needs,
            directory: common.directory, env: common.env, tags: common.tags, cgo: common.cgo,
            trimsPaths: common.trimsPaths, isParallel: common.isParallel, tools: common.tools, inputs: common.inputs, outputs: common.outputs, cached: common.cached,
            timeout: common.timeout, retries: common.retries)
        step.secrets = fields[StepKeys.secrets] ?? []
        step.sandbox = fields[StepKeys.sandbox]
        step.hasNetwork = fields[StepKeys.network] ?? false
        return step
    }
}

/// The values of the keys that say nothing about what the step does.
private struct CommonFields {
    let needs: [Located<Need>]
    let directory: String
    let env: [EnvironmentEntry]
    let tags: [String]
    let cgo: Bool
    let trimsPaths: Bool
    let isParallel: Bool
    let tools: [Located<String>]?
    let inputs: [Located<String>]?
    let outputs: [Located<String>]
    let cached: Bool
    let timeout: Duration?
    let retries: Int

    init(_ fields: Fields) {
        needs = fields[StepKeys.needs] ?? []
        directory = fields[StepKeys.dir]?.value ?? "."
        env = fields[StepKeys.env] ?? []
        tags = fields[StepKeys.tags] ?? []
        cgo = fields[StepKeys.cgo] ?? false
        trimsPaths = fields[StepKeys.trimpath] ?? true
        isParallel = fields[StepKeys.parallel] ?? false
        tools = fields[StepKeys.tools]
        if let declared = fields.decoding.declared.tools {
            for tool in tools ?? [] where !declared.contains(tool.value) { fields.decoding.unknownTool(tool.value, at: tool.range) }
        }
        inputs = fields[StepKeys.inputs]
        outputs = fields[StepKeys.outputs] ?? []
        cached = fields[StepKeys.cache] ?? true
        timeout = fields[StepKeys.timeout]
        retries = fields[StepKeys.retries] ?? 0
        for (key, paths) in [("inputs", inputs ?? []), ("outputs", outputs)] {
            for path in paths where pathBeneathRoot(path.value, from: directory) == nil {
                fields.decoding.outsideRoot(path, Subject(phrase: "`\(key)`", example: nil))
            }
        }
        for path in outputs where pathBeneathRoot(path.value) == "." {
            fields.decoding.badValue(
                path.range, "an output must be a file or a folder below the step's folder, not that folder itself",
                help: "name what the step makes, as in `outputs: [report.html]`")
        }
    }
}

private func stepKind(_ kind: StepKeys.Kind, _ fields: Fields, _ decoding: Decoding) -> StepKind? {
    func packages(_ key: Key<[Located<String>]>) -> [String]? { fields[key]?.map(\.value) }
    switch kind {
    case .build: return packages(StepKeys.build).map { .build(packages: $0) }
    case .vet: return packages(StepKeys.vet).map { .vet(packages: $0) }
    case .test:
        let options = TestOptions(
            packages: packages(StepKeys.test) ?? [], race: fields[StepKeys.race] ?? false,
            coverage: fields[StepKeys.coverage] ?? false, shards: fields[StepKeys.shards] ?? 1,
            arguments: fields[StepKeys.testArgs] ?? [])
        return .test(options)
    case .tool:
        let arguments = fields[StepKeys.args] ?? []
        guard let name = fields[StepKeys.tool] else { return nil }
        if let tools = decoding.declared.tools, !tools.contains(name.value) {
            decoding.unknownTool(name.value, at: name.range)
        }
        return .tool(name: name, arguments: arguments)
    case .generate:
        let fresh = fields[StepKeys.fresh] ?? true
        return packages(StepKeys.generate).map { .generate(packages: $0, fresh: fresh) }
    case .fmt: return fields[StepKeys.fmt].map { _ in .formatCheck }
    case .tidy: return fields[StepKeys.tidy].map { _ in .tidyCheck }
    case .policy: return fields[StepKeys.policy].map { _ in .policyCheck }
    case .run:
        let services = fields[StepKeys.services] ?? []
        return fields[StepKeys.run].map { .run(RunOptions(command: .argv($0), services: services)) }
    case .shell:
        let services = fields[StepKeys.services] ?? []
        return fields[StepKeys.shell].map { .run(RunOptions(command: .shell($0), services: services)) }
    }
}

extension Decoding {
    /// The one key that says what the step does; nil, and reported, when there is none or there are several.
    fileprivate func kind(of fields: Fields, _ subject: Subject) -> StepKeys.Kind? {
        let kinds = StepKeys.Kind.allCases.compactMap { kind in
            fields.entry(kind.rawValue).map { (kind, key: $0.key) }
        }.sorted { $0.key.range.start < $1.key.range.start }
        let all = StepKeys.Kind.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        guard let first = kinds.first else {
            // What an unknown key was meant to be may well be the kind.
            if !fields.hasUnknownKey {
                report(
                    "pipeline/missing-key", at: fields.node.key ?? fields.node.range,
                    "\(subject.phrase) does not say what it does",
                    help: "add one of \(all)")
            }
            return nil
        }
        guard kinds.count == 1 else {
            report(
                "pipeline/several-kinds", at: kinds[1].key.range,
                "\(subject.phrase) is a `\(first.key.value)` step and cannot be a `\(kinds[1].key.value)` step too",
                notes: [note("`\(first.key.value)` makes it one here", at: first.key.range)],
                help: "make two steps of it; `needs` puts them in order")
            return nil
        }
        return first.0
    }

    fileprivate func checkPlace(of key: any FormatKey, _ fields: Fields, _ kind: StepKeys.Kind) {
        let takers = StepKeys.takers(of: key)
        guard let entry = fields.entry(key.name), !takers.contains(kind) else { return }
        report(
            "pipeline/misplaced-key", at: entry.key.range,
            "`\(key.name)` does not belong in a `\(kind.rawValue)` step",
            help: "it belongs in \(enumeration(takers.map(\.rawValue))) steps")
    }
}

/// The names under `services:`, right or wrong.
private func declaredServices(_ step: YAMLNode) -> [String] {
    guard case .mapping(let entries) = step.content,
        let services = entries.first(where: { $0.key.value == StepKeys.services.name })
    else { return [] }
    return services.value.keys
}

/// Exactly one kind, and beside it only what belongs to that kind.
private let stepSchema: JSON = {
    let kinds = StepKeys.Kind.allCases.map { JSON.string($0.rawValue) }
    let bound: [JSON.Member] = StepKeys.all.compactMap { key in
        guard let takers = key.kinds, takers.map(\.rawValue) != [key.name] else { return nil }
        let choices = takers.map { JSON.object([.init(name: "required", value: [.string($0.rawValue)])]) }
        return JSON.Member(name: key.name, value: ["anyOf": .array(choices)])
    }
    return mappingSchema(StepKeys.all)
        .adding("oneOf", .array(kinds.map { ["required": [$0]] }))
        .adding("dependentSchemas", .object(bound))
}()
