/// From a file's name and text to the commands in it: which reader reads which file. It reads no disk.
import Diagnostics
import YAML

/// What a file is by its path from the repository's root, or, without a telling name, by its first line.
package func fileKind(path: String, firstLine: String?) -> ScriptKind? {
    let name = lastPathElement(path).lowercased()
    if name.hasSuffix(".go") { return .goSource }
    if let kind = wholeNames[name] { return kind }
    if name.hasSuffix(".yml") || name.hasSuffix(".yaml") { return kindOfYAML(path, name) }
    if name.hasSuffix(".sh") || name.hasSuffix(".bash") { return .shellScript }
    if name.hasSuffix(".mk") { return .makefile }
    if name.hasSuffix(".just") { return .justfile }
    if name.hasSuffix(".dockerfile") || name.hasSuffix(".containerfile") { return .dockerfile }
    let parts = name.split(separator: ".", maxSplits: 1)
    if parts.count == 2, !otherEndings.contains(where: { parts[1].hasSuffix($0) }) {
        if parts[0] == "dockerfile" || parts[0] == "containerfile" { return .dockerfile }
        if parts[0] == "makefile" { return .makefile }
    }
    return firstLine.flatMap { shellOfFirstLine($0.utf8) } == nil ? nil : .shellScript
}

private let wholeNames: [String: ScriptKind] = [
    "dockerfile": .dockerfile, "containerfile": .dockerfile, "makefile": .makefile, "gnumakefile": .makefile,
    "justfile": .justfile, ".justfile": .justfile, "package.json": .packageJSON,
]

/// Of files beside a Dockerfile or Makefile that are none: ignore lists, templates, documents.
private let otherEndings = ["dockerignore", "md", "am", "in", "tmpl", "tpl", "template", "j2", "txt", "erb", "py", "rs", "js", "ts"]

private func kindOfYAML(_ path: String, _ name: String) -> ScriptKind {
    let stem = String(name.prefix { $0 != "." || name.hasPrefix(".") })
    let folder = fileFolder(path)
    if folder == ".github/workflows" { return .workflow }
    if name.hasSuffix(".gitlab-ci.yml") || folder.hasPrefix(".gitlab/ci") { return .gitlab }
    if folder.isEmpty && stem == "pipeline" || folder == "pipelines" { return .pipelineFile }
    switch stem {
    case "action": return .action
    case "taskfile": return .taskfile
    case _ where stem == "compose" || stem.hasPrefix("docker-compose"): return .compose
    default: return .kubernetes
    }
}

/// A mebibyte; longer files are not written by hand. Go files are scanned at any size.
private let maximumSize = 1 << 20

/// Nil for a file of no kind that is read, for a Go file without `//go:generate`, for YAML that is no manifest. Whatever
/// the text, this ends in time that grows with its length.
package func readScripts(path: String, text: String) -> ReadFile? {
    let line = text.utf8.prefix { $0 != .newline }.prefix(200)
    guard let kind = fileKind(path: path, firstLine: String(decoding: line, as: UTF8.self)) else { return nil }
    if kind == .goSource {
        guard hasGenerateDirective(text) else { return nil }
    } else if text.utf8.count > maximumSize {
        return nil
    }
    let source = withoutByteOrderMark(SourceText(file: path, text: text))
    let sink = ScriptSink(file: path, source: SourceBytes(source.text))
    var file = ReadFile(file: path, kind: kind, source: source)
    switch kind {
    case .shellScript:
        let script = ScriptText(sink.source, sink.source.bytes.indices)
        ShellReader(script, ShellState(sink, .shellScript, folder: "")).read()
    case .dockerfile:
        var reader = DockerfileReader(sink)
        file.dockerfile = reader.read()
    case .makefile:
        var reader = MakefileReader(sink)
        reader.read()
    case .justfile:
        var reader = JustfileReader(sink)
        reader.read()
    case .packageJSON: readPackageScripts(sink)
    case .goSource: readGenerateDirectives(sink)
    case .kubernetes:
        guard KubernetesReader.mayRead(sink.source) else { return nil }
        guard readYAML(&file, sink) else { return nil }
    case .workflow, .action, .gitlab, .compose, .taskfile, .pipelineFile: _ = readYAML(&file, sink)
    }
    sink.finish(&file)
    return file
}

/// False for a manifest that cannot be read, which is a template of one.
private func readYAML(_ file: inout ReadFile, _ sink: ScriptSink) -> Bool {
    let yaml = YAMLFile(file.source, sink)
    file.mistakes = yaml.mistakes
    switch file.kind {
    case .workflow: file.workflow = WorkflowReader(file: yaml, sink: sink).readWorkflow()
    case .action: file.workflow = WorkflowReader(file: yaml, sink: sink).readAction()
    case .gitlab: file.workflow = GitLabReader(file: yaml, sink: sink).read()
    case .compose: ComposeReader(file: yaml, sink: sink).read()
    case .taskfile: TaskfileReader(file: yaml, sink: sink).read()
    case .pipelineFile: readPipelineSteps(yaml, sink)
    default:
        let isTemplate = !yaml.mistakes.isEmpty && file.source.text.utf8.contains(UInt8(ascii: "{"))
        if yaml.documents.isEmpty || isTemplate { return false }
        KubernetesReader(file: yaml, sink: sink).read()
    }
    yaml.readComments()
    return true
}

/// Whether a line begins with it. Most Go files have none, and are looked at for nothing else.
private func hasGenerateDirective(_ text: String) -> Bool {
    var text = text
    let mark: StaticString = "//go:generate"
    return text.withUTF8 { bytes in
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start + mark.utf8CodeUnitCount < bytes.count {
            if bytes[start] == mark.utf8Start[0],
                (0..<mark.utf8CodeUnitCount).allSatisfy({ bytes[start + $0] == mark.utf8Start[$0] })
            {
                return true
            }
            while start < bytes.count, bytes[start] != .newline { start += 1 }
            start += 1
        }
        return false
    }
}
