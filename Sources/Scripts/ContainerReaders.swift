/// Compose files and Kubernetes manifests to the commands that their containers run. It knows where those are written.
///
/// https://docs.docker.com/reference/compose-file/services/
/// https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
import Diagnostics
import YAML

struct ComposeReader {
    let file: YAMLFile
    let sink: ScriptSink

    func read() {
        for document in file.documents {
            for service in document["services"]?.entries ?? [] { readService(service) }
        }
    }

    private func readService(_ service: YAMLEntry) {
        let environment = service.value["environment"].map(variables) ?? []
        func state() -> ShellState {
            ShellState(sink, .composeCommand(service: service.key.value), folder: nil, environment: environment)
        }
        for key in ["entrypoint", "command"] {
            if let node = service.value[key] { run(node.items.isEmpty ? [] : node.items, text: node, state()) }
        }
        if let test = service.value["healthcheck"]?["test"] {
            switch test.items.first?.scalar {
            case "CMD": run(Array(test.items.dropFirst()), text: nil, state())
            case "CMD-SHELL": run([], text: test.items.dropFirst().first, state())
            case "NONE": break
            default: run([], text: test, state())
            }
        }
    }

    /// A list is executed as it stands; a text is parted into words as a shell does, and `&&` is known to be meant.
    private func run(_ list: [YAMLNode], text: YAMLNode?, _ state: ShellState) {
        if !list.isEmpty {
            let words = list.compactMap { file.word($0, interpolating) }
            if words.count == list.count { state.run(words) }
        } else if let text = file.text(text) {
            ShellReader(interpolating(text), state).read()
        }
    }

    private func interpolating(_ text: ScriptText) -> ScriptText { text.interpolated(names: true) }

    /// A list of `NAME=value`, or a mapping.
    private func variables(_ node: YAMLNode) -> [ScriptAssignment] {
        guard node.entries.isEmpty else { return file.assignments(node, interpolating) }
        return node.items.compactMap { file.word($0, interpolating)?.assignment?.assignment(in: sink.source) }
    }
}

struct KubernetesReader {
    let file: YAMLFile
    let sink: ScriptSink

    /// Whether the text may be a manifest: both keys begin a line. Others are not parsed at all.
    static func mayRead(_ source: SourceBytes) -> Bool {
        beginsLine("apiVersion:", in: source.bytes) && beginsLine("kind:", in: source.bytes)
    }

    func read() {
        for document in file.documents where document["kind"] != nil && document["apiVersion"] != nil { look(in: document) }
    }

    /// Pod specifications are at different depths in each kind; their containers are always named so.
    private func look(in node: YAMLNode) {
        for entry in node.entries {
            if ["containers", "initContainers", "ephemeralContainers"].contains(entry.key.value) {
                entry.value.items.forEach(readContainer)
            } else {
                look(in: entry.value)
            }
        }
        node.items.forEach(look)
    }

    private func readContainer(_ container: YAMLNode) {
        let environment = (container["env"]?.items ?? []).compactMap { variable in
            variable["name"]?.scalar.flatMap { name in
                variable["value"].flatMap { file.word($0) }.map { ScriptAssignment(name, $0.word(in: sink.source)) }
            }
        }
        let commands = [
            (container["command"]?.items ?? []) + (container["command"] == nil ? [] : container["args"]?.items ?? []),
            container["lifecycle"]?["postStart"]?["exec"]?["command"]?.items ?? [],
            container["lifecycle"]?["preStop"]?["exec"]?["command"]?.items ?? [],
        ] + ["livenessProbe", "readinessProbe", "startupProbe"].map { container[$0]?["exec"]?["command"]?.items ?? [] }
        for command in commands where !command.isEmpty {
            let words = command.compactMap { file.word($0) }
            guard words.count == command.count else { continue }
            ShellState(
                sink, .kubernetesCommand(container: container["name"]?.scalar ?? ""), folder: nil,
                environment: environment
            ).run(words)
        }
    }
}

private func beginsLine(_ key: StaticString, in bytes: [UInt8]) -> Bool {
    key.withUTF8Buffer { key in
        var start = 0
        while start + key.count <= bytes.count {
            if bytes[start..<start + key.count].elementsEqual(key) { return true }
            guard let end = bytes[start...].firstIndex(of: .newline) else { return false }
            start = end + 1
        }
        return false
    }
}
