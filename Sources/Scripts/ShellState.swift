/// What is known while a script is read: variables, folder and environment, in nested scopes. It knows no syntax.
import Diagnostics

final class ShellState {
    let sink: ScriptSink
    let context: ScriptContext
    private(set) var folder: String?
    private(set) var environment: [ScriptAssignment]
    private var variables: [String: Variable] = [:]
    /// What is known before the script begins; it is not copied, for there are many scripts in a file.
    private var given: [String: [UInt8]]
    private var inherited: [ScriptAssignment]
    private var scopes: [Scope] = []
    private var scopesSoFar = 0

    /// Folders to come back to.
    private var pushed: [String?] = []

    /// More exported variables are not kept, and no more folders.
    private static let maximumEnvironment = 100

    private struct Variable {
        /// Nil when it is not known.
        var value: [UInt8]?
        /// The scope that it was set in, by its depth and number.
        var depth: Int
        var number: Int
    }

    enum ScopeKind {
        /// Runs or does not: what is set in it is not known after it.
        case branch
        /// As a branch; what follows `&&` or `||` in a list.
        case list
        /// A shell of its own: nothing that is set in it is seen after it.
        case isolated
    }

    private struct Scope {
        var kind: ScopeKind
        var number: Int
        var folder: String?
        var environment: [ScriptAssignment]
    }

    init(
        _ sink: ScriptSink, _ context: ScriptContext, folder: String?, environment: [ScriptAssignment] = [],
        variables: [String: [UInt8]] = [:]
    ) {
        self.sink = sink
        self.context = context
        self.folder = folder
        self.environment = Array(environment.suffix(Self.maximumEnvironment))
        inherited = self.environment
        given = variables
    }

    var scopeCount: Int { scopes.count }
    var isInList: Bool { scopes.last?.kind == .list }

    func open(_ kind: ScopeKind) {
        scopesSoFar += 1
        scopes.append(Scope(kind: kind, number: scopesSoFar, folder: folder, environment: environment))
    }

    /// Until there are `count`.
    func close(to count: Int) {
        while scopes.count > count {
            let scope = scopes.removeLast()
            if scope.kind == .isolated { folder = scope.folder } else if folder != scope.folder { folder = nil }
            environment = scope.environment
        }
    }

    /// The value of a variable where it is known for sure, and may be filled in.
    func value(of name: String) -> [UInt8]? {
        guard let variable = variables[name] else {
            if let value = given[name] { return sink.fill(value) }
            guard let outer = inherited.last(where: { $0.name == name })?.value, outer.isLiteral else { return nil }
            return sink.fill(Array(outer.text.utf8))
        }
        guard let value = variable.value else { return nil }
        if variable.depth > 0 {
            guard variable.depth <= scopes.count, scopes[variable.depth - 1].number == variable.number else { return nil }
        }
        return sink.fill(value)
    }

    func set(_ name: String, to value: [UInt8]?) {
        let kept = value.flatMap { $0.count <= ScriptSink.longestValue ? $0 : nil }
        variables[name] = Variable(value: kept, depth: scopes.count, number: scopes.last?.number ?? 0)
    }

    /// After `source` and `eval`, which may set anything.
    func forgetVariables() {
        variables = [:]
        given = [:]
        inherited = []
    }

    func export(_ assignment: ScriptAssignment) {
        environment.removeAll { $0.name == assignment.name }
        if environment.count < Self.maximumEnvironment { environment.append(assignment) }
    }

    func unexport(_ name: String) { environment.removeAll { $0.name == name } }

    /// `pushd path`.
    func push(_ path: ScriptWord?) {
        if pushed.count < Self.maximumEnvironment { pushed.append(folder) }
        enter(path)
    }

    /// `popd`.
    func popFolder() { folder = pushed.popLast() ?? nil }

    /// `cd`: to `path`, or nil where it leads is not known.
    func enter(_ path: ScriptWord?) {
        guard let path else {
            folder = nil
            return
        }
        if path.isLiteral {
            guard let current = folder else { return }
            folder = path.text == "-" || path.text.isEmpty ? nil : resolvedFolder(path.text, from: current)
            return
        }
        folder = nil
        for (start, place) in [(repositoryRoot, "")] + scriptFolders.map({ ($0, sink.folder) }) {
            guard path.text.hasPrefix(start) else { continue }
            let rest = path.text.dropFirst(start.count)
            guard rest.isEmpty || rest.hasPrefix("/"), !rest.contains("$"), !rest.contains("`") else { continue }
            folder = resolvedFolder(String(rest.drop { $0 == "/" }), from: place)
            return
        }
    }
}

private let repositoryRoot = "$(git rev-parse --show-toplevel)"

/// How a script says the folder that it is in.
private let scriptFolders = [
    "$(dirname $0)", "$(dirname \"$0\")", "$(dirname -- \"$0\")", "${0%/*}", "$(dirname \"${BASH_SOURCE[0]}\")",
    "$(dirname -- \"${BASH_SOURCE[0]}\")", "$(dirname ${BASH_SOURCE[0]})", "$(dirname \"$BASH_SOURCE\")",
    "$(dirname \"${BASH_SOURCE}\")",
]
