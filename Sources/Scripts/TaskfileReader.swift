/// A Taskfile to the commands of its tasks. It knows its keys, as far as they say what is run and where.
///
/// https://taskfile.dev/docs/reference/schema
import Diagnostics
import YAML

struct TaskfileReader {
    let file: YAMLFile
    let sink: ScriptSink

    func read() {
        guard let root = file.root else { return }
        let variables = values(root["vars"], [:])
        let environment = file.assignments(root["env"]) { expanded($0, variables) }
        readShells(root["vars"], "", variables, sink.folder)
        readShells(root["env"], "", variables, sink.folder)
        for entry in root["tasks"]?.entries ?? [] { readTask(entry, variables, environment) }
    }

    private func readTask(_ entry: YAMLEntry, _ outer: [String: [UInt8]], _ environment: [ScriptAssignment]) {
        let task = entry.value
        let name = entry.key.value
        let variables = values(task["vars"], outer)
        let environment = environment + file.assignments(task["env"]) { expanded($0, variables) }
        let place = task["dir"].flatMap { file.text($0) }.map { expanded($0, variables) }
        let folder = place.map { $0.isLiteral ? resolvedFolder($0.string, from: sink.folder) : nil } ?? sink.folder
        readShells(task["vars"], name, variables, folder)
        readShells(task["env"], name, variables, folder)
        func run(_ node: YAMLNode?) {
            guard let text = file.text(node) else { return }
            let state = ShellState(sink, .task(name: name), folder: folder, environment: environment)
            ShellReader(expanded(text, variables), state).read()
        }
        // A task may be its one command, or the list of them.
        run(task)
        let commands = task.items + (task["cmds"]?.items ?? []) + [task["cmds"], task["cmd"]].compactMap { $0 }
        for command in commands {
            run(command)
            run(command["cmd"])
            run(command["defer"])
        }
        for condition in (task["status"]?.items ?? []) + (task["preconditions"]?.items ?? []) {
            run(condition)
            run(condition["sh"])
        }
    }

    /// Variables that are the output of a command.
    private func readShells(_ node: YAMLNode?, _ task: String, _ variables: [String: [UInt8]], _ folder: String?) {
        for entry in node?.entries ?? [] {
            guard let text = file.text(entry.value["sh"]) else { continue }
            let state = ShellState(sink, .task(name: task), folder: folder)
            ShellReader(expanded(text, variables), state).read()
        }
    }

    /// Variables that are told; one that is not hides an outer one.
    private func values(_ node: YAMLNode?, _ outer: [String: [UInt8]]) -> [String: [UInt8]] {
        guard let entries = node?.entries, !entries.isEmpty else { return outer }
        var values = outer
        for entry in entries {
            let text = file.text(entry.value).map { expanded($0, outer) }
            values[entry.key.value] = text.flatMap { $0.isLiteral ? $0.bytes : nil }
        }
        return values
    }

    /// `{{.NAME}}` is filled in when the variable is told; a variable may be set by whoever calls, then this is its default.
    private func expanded(_ text: ScriptText, _ variables: [String: [UInt8]]) -> ScriptText {
        text.replacing(from: "{{", to: "}}") { expression in
            expression.hasPrefix(".") ? variables[String(expression.dropFirst())].flatMap { sink.fill($0) } : nil
        }
    }
}
