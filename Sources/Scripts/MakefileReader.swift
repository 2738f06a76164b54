/// A Makefile's text to the commands of its recipes and of its `$(shell …)`. It knows make's lines, not what make does.
///
/// https://www.gnu.org/software/make/manual/make.html
import Diagnostics

struct MakefileReader {
    private let sink: ScriptSink
    private let source: SourceBytes
    private var lines: [MakeLine] = []
    private var variables: MakeVariables
    private var exports: [String: Bool] = [:]
    private var isOneShell = false
    /// Variables that a recipe line consists of; what `define` says of them is a recipe.
    private var recipes: Set<String> = []

    init(_ sink: ScriptSink) {
        self.sink = sink
        source = sink.source
        variables = MakeVariables(sink: sink)
    }

    mutating func read() {
        var reader = MakeLineReader(source, sink)
        lines = reader.read()
        for line in lines { collect(line) }
        let shell = variables.literal("SHELL").map { String(decoding: $0, as: UTF8.self) } ?? "/bin/sh"
        let isPOSIX = ShellState.shells.contains(lastPathElement(String(shell.split(separator: " ").first ?? "sh")))
        let environment = exportedVariables()
        var script = ScriptText()
        var target = ""
        for line in lines {
            switch line.kind {
            case .assignment: readFunctions(line)
            case .rule(let name, _):
                run(script, target, environment, isPOSIX: isPOSIX)
                script = ScriptText()
                target = name
                if let recipe = line.recipe { readRecipe(recipe, target, environment, isPOSIX: isPOSIX) }
            case .recipe:
                guard let recipe = line.recipe else { continue }
                if isOneShell {
                    script.append(withoutPrefix(recipe))
                    script.append(CollectionOfOne(.newline), from: recipe.origin(recipe.bytes.count..<recipe.bytes.count))
                } else {
                    readRecipe(recipe, target, environment, isPOSIX: isPOSIX)
                }
            case .definedLine(let name):
                if recipes.contains(name), let recipe = line.recipe {
                    readRecipe(recipe, name, environment, isPOSIX: isPOSIX)
                }
            case .other: readFunctions(line)
            }
        }
        run(script, target, environment, isPOSIX: isPOSIX)
    }

    // MARK: Variables

    private mutating func collect(_ line: MakeLine) {
        switch line.kind {
        case .assignment(let assignment):
            let value = assignment.operation == .shell ? nil : line.value?.bytes
            let operation: MakeVariables.Operator =
                assignment.operation == .append ? .append : assignment.operation == .setIfAbsent ? .setIfAbsent : .set
            variables.define(
                assignment.name, operation, assignment.isForTarget ? nil : value, isConditional: line.isConditional)
            if assignment.isExported { exports[assignment.name] = true }
        case .rule(let name, _): if name == ".ONESHELL" { isOneShell = true }
        case .recipe:
            if let recipe = line.recipe, let name = onlyReference(withoutPrefix(recipe).bytes) { recipes.insert(name) }
        case .definedLine(let name): variables.define(name, .set, nil, isConditional: true)
        case .other(let exported): for name in exported { exports[name] = true }
        }
    }

    /// `NAME` of a line that is `$(NAME)` or `$(call NAME,…)` and nothing else.
    private func onlyReference(_ bytes: [UInt8]) -> String? {
        guard bytes.count > 3, bytes[0] == .dollar, bytes[1] == UInt8(ascii: "(") || bytes[1] == UInt8(ascii: "{") else {
            return nil
        }
        var inner = bytes[2...]
        if inner.starts(with: "call ".utf8) { inner = inner.dropFirst(5).drop(while: \.isBlank) }
        let name = inner.prefix { $0.isNamePart || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
        guard !name.isEmpty, let end = inner[name.endIndex...].first, ",)}".utf8.contains(end) else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    private mutating func exportedVariables() -> [ScriptAssignment] {
        var environment: [ScriptAssignment] = []
        for line in lines {
            guard case .assignment(let assignment) = line.kind, exports[assignment.name] != nil, !assignment.isForTarget,
                let value = line.value
            else { continue }
            exports[assignment.name] = nil
            let text = variables.literal(assignment.name)
            let word = ScriptWord(
                String(decoding: text ?? value.bytes, as: UTF8.self), isLiteral: text != nil,
                at: source.range(value.bytes.isEmpty ? line.range : value.origin(value.bytes.indices)))
            environment.append(ScriptAssignment(assignment.name, word))
        }
        return environment
    }

    // MARK: Commands

    private mutating func readFunctions(_ line: MakeLine) {
        guard let value = line.value else { return }
        if case .assignment(let assignment) = line.kind, assignment.operation == .shell { return readShell(value) }
        var found: [ScriptText] = []
        _ = variables.expand(value) { found.append($0) }
        for text in found { readShell(text) }
    }

    /// What make itself hands to a shell.
    private mutating func readShell(_ text: ScriptText, in context: ScriptContext = .makeShell) {
        var found: [ScriptText] = []
        let script = variables.expand(text) { found.append($0) }
        ShellReader(script, ShellState(sink, context, folder: sink.folder)).read()
        // Calls in calls are rare, and each is shorter than the one around it.
        for inner in found { _ = sink.nested { ShellReader(inner, ShellState(sink, context, folder: sink.folder)).read() } }
    }

    private mutating func readRecipe(
        _ recipe: ScriptText, _ target: String, _ environment: [ScriptAssignment], isPOSIX: Bool
    ) {
        run(withoutPrefix(recipe), target, environment, isPOSIX: isPOSIX)
    }

    private mutating func run(
        _ text: ScriptText, _ target: String, _ environment: [ScriptAssignment], isPOSIX: Bool
    ) {
        guard isPOSIX, !text.bytes.isEmpty else { return }
        var found: [ScriptText] = []
        let script = variables.expand(text) { found.append($0) }
        for inner in found { readShell(inner, in: .makeRecipe(target: target)) }
        let state = ShellState(sink, .makeRecipe(target: target), folder: sink.folder, environment: environment)
        ShellReader(script, state).read()
    }

    /// Without `@`, `-` and `+` and the white space among them.
    private func withoutPrefix(_ recipe: ScriptText) -> ScriptText {
        let start = recipe.bytes.firstIndex { !$0.isBlank && !"@-+".utf8.contains($0) } ?? recipe.bytes.count
        return start == 0 ? recipe : recipe.slice(start..<recipe.bytes.count)
    }
}
