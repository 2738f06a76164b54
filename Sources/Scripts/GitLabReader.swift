/// `.gitlab-ci.yml` to jobs and commands. It knows its keys, as far as they say what is run and where.
///
/// https://docs.gitlab.com/ci/yaml/
import Diagnostics
import YAML

struct GitLabReader {
    let file: YAMLFile
    let sink: ScriptSink

    /// Keys of the whole file that are no jobs.
    private static let globals: Set<String> = [
        "default", "include", "stages", "variables", "workflow", "image", "services", "cache", "spec", "before_script",
        "after_script",
    ]
    private static let scripts = ["before_script", "script", "after_script"]

    func read() -> WorkflowFile? {
        guard let root = file.root, !root.entries.isEmpty else { return nil }
        let env = variables(root["variables"])
        var jobs: [WorkflowJob] = []
        for entry in root.entries where entry.key.value == "default" || !Self.globals.contains(entry.key.value) {
            jobs.append(readJob(entry.key, entry.value, env, whole: entry.value))
        }
        // Their scripts are a job's of its own name: every job has them.
        for entry in root.entries where Self.scripts.contains(entry.key.value) {
            jobs.append(readJob(entry.key, root, env, only: entry.key.value, whole: entry.value))
        }
        return WorkflowFile(env: env, jobs: jobs)
    }

    private func readJob(
        _ id: Located<String>, _ job: YAMLNode, _ env: [ScriptAssignment], only: String? = nil, whole: YAMLNode
    ) -> WorkflowJob {
        let own = only == nil ? variables(job["variables"]) : []
        // What `before_script` sets, `script` has; `after_script` runs in a shell of its own.
        var state = ShellState(sink, .gitlabJob(name: id.value), folder: "", environment: env + own)
        var steps: [WorkflowStep] = []
        for name in Self.scripts where only == nil || only == name {
            guard let node = job[name] else { continue }
            if name == "after_script" {
                state = ShellState(sink, .gitlabJob(name: id.value), folder: "", environment: env + own)
            }
            readLines(node, state, depth: 0)
            let run = node.scalars.map(\.value).joined(separator: "\n")
            steps.append(
                WorkflowStep(
                    index: steps.count, name: Located(name, at: node.key ?? node.range), run: Located(run, at: node.range),
                    range: node.range))
        }
        return WorkflowJob(
            id: id, env: own, needs: needs(job["needs"]), hasMatrix: job["parallel"]?["matrix"] != nil, steps: steps,
            cachePaths: caches(only == nil ? job["cache"] : nil),
            range: SourceRange(id.range.start, max(id.range.end, whole.range.end)))
    }

    /// Lists may be in lists. `!reference [job, script]` is no list of commands.
    private func readLines(_ node: YAMLNode, _ state: ShellState, depth: Int) {
        let start = sink.source.offset(node.range.start)
        if case .sequence(let nodes) = node.content {
            guard depth < 10, start >= sink.source.bytes.count || sink.source.bytes[start] != UInt8(ascii: "!") else {
                return
            }
            for node in nodes { readLines(node, state, depth: depth + 1) }
        } else if let text = file.text(node) {
            ShellReader(text, state).read()
        }
    }

    /// A variable may be a mapping with its `value`.
    private func variables(_ node: YAMLNode?) -> [ScriptAssignment] {
        (node?.entries ?? []).compactMap { entry in
            file.word(entry.value["value"] ?? entry.value).map { word in
                var word = word.word(in: sink.source)
                if word.text.contains("$") { word.isLiteral = false }
                return ScriptAssignment(entry.key.value, word)
            }
        }
    }

    private func needs(_ node: YAMLNode?) -> [Located<String>] {
        node.map { $0.items.compactMap { $0.located ?? $0["job"]?.located } } ?? []
    }

    private func caches(_ node: YAMLNode?) -> [Located<String>] {
        guard let node else { return [] }
        return (node.items.isEmpty ? [node] : node.items).flatMap { $0["paths"]?.scalars ?? [] }
    }
}
