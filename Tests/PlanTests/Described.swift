/// Actions and diagnostics as text, so that a test can hold them whole.
import Action
import Diagnostics
import Plan

/// Everything of an action that is not the default. Of the environment only what differs from `usual`.
func described(_ action: Action, usual: [String: SymbolicText] = usualEnvironment) -> String {
    var lines = ["\(action.id) (\(action.kind.rawValue) of \(action.step)): \(action.title)"]
    func add(_ name: String, _ values: [String]) {
        if !values.isEmpty { lines.append("  \(name): \(values.joined(separator: " "))") }
    }
    add("argv", action.argv.map(\.description))
    add("dir", action.directory == "." ? [] : [action.directory])
    let names = Set(action.environment.keys).union(usual.keys).sorted()
    add("env", names.filter { action.environment[$0]?.description != usual[$0]?.description }.map { name in
        action.environment[name].map { "\(name)=\($0)" } ?? "-\(name)"
    })
    add("inputs", action.inputs)
    add("facts", action.facts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
    add("needs", action.dependencies.map { "\($0.action)(\($0.role))" })
    add("outputs", action.outputs.map { $0.path + ($0.inTree ? "(in tree)" : "") })
    for service in action.services {
        add("service \(service.name)", service.argv.map(\.description))
        add("  ready", service.ready.map { ["\($0)".replacing("Action.SymbolicText", with: "")] } ?? [])
    }
    add("tree", action.tree == .repository ? [] : ["\(action.tree)"])
    add("verdict", action.verdict == .exitZero ? [] : ["\(action.verdict)"])
    add("sandbox", action.sandbox.map { [$0.rawValue] } ?? [])
    add("cached", action.isCached ? [] : ["no"])
    add("timeout", action.timeout == .seconds(600) ? [] : ["\(action.timeout)"])
    add("retries", action.retries == 0 ? [] : ["\(action.retries)"])
    return lines.joined(separator: "\n")
}

func described(_ graph: StepGraph) -> String { graph.actions.map { described($0) }.joined(separator: "\n") }

/// Of a go command in a single module, planned by `World`'s toolchain without settings.
let usualEnvironment: [String: SymbolicText] = [
    "PATH": "\(.toolchain):/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "\(.home)", "LANG": "C.UTF-8",
    "TZ": "UTC", "GOENV": "off", "GOTOOLCHAIN": "local", "GOROOT": "\(.goRoot)", "GOTELEMETRY": "off",
    "GOCACHE": "\(.buildCache(family: "go1.27.3-linux-amd64-\(usualFamily)"))", "GOMODCACHE": "\(.moduleCache)",
    "GOCACHEPROG": "\(.cacheProgram(family: "go1.27.3-linux-amd64-\(usualFamily)"))",
    "GOOS": "linux", "GOARCH": "amd64", "CGO_ENABLED": "0", "GOWORK": "off",
    "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false",
]

private let usualFamily = Digest(
    of: Array(
        """
        toolchain=go1.27.3
        GOOS=linux
        GOARCH=amd64
        CGO_ENABLED=0
        GOFLAGS=-mod=readonly -trimpath -buildvcs=false
        GOAMD64=v1

        """.utf8)
).sha256.prefix(12)

/// `file:line:column: severity: message [id]`, the line with carets, notes and help.
func described(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map { diagnostic in
        var text = diagnostic.file.map { "\($0):" } ?? ""
        if let start = diagnostic.range?.start { text += "\(start.line):\(start.column):" }
        text += (text.isEmpty ? "" : " ") + "\(diagnostic.severity): \(diagnostic.message) [\(diagnostic.id)]"
        if let excerpt = diagnostic.excerpt, let range = diagnostic.range {
            let width = range.end.line == range.start.line ? max(1, range.end.column - range.start.column) : 1
            text += "\n  \(excerpt)\n  " + String(repeating: " ", count: range.start.column - 1)
            text += String(repeating: "^", count: width)
        }
        for note in diagnostic.notes { text += "\n  note: \(note.message)" }
        if let help = diagnostic.help { text += "\n  help: \(help)" }
        return text
    }.joined(separator: "\n")
}
