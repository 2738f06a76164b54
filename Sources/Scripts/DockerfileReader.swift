/// A Dockerfile's text to instructions, stages and commands: escape directive, continued lines, here-documents, both forms.
/// It knows the format, and which variables the builder fills in.
import Diagnostics

struct DockerfileReader {
    let source: SourceBytes
    let sink: ScriptSink
    private let bytes: [UInt8]
    private var escape = UInt8.backslash
    private var position = 0
    private var instructions: [DockerInstruction] = []
    private var stages: [DockerStage] = []
    private var scope: DockerScope

    init(_ sink: ScriptSink) {
        self.sink = sink
        source = sink.source
        bytes = sink.source.bytes
        scope = DockerScope(sink: sink)
    }

    mutating func read() -> DockerfileFile {
        readDirectives()
        while position < bytes.count {
            let line = readLine()
            if !line.bytes.allSatisfy(\.isBlank) { readInstruction(line) }
        }
        if let last = stages.indices.last {
            stages[last].instructions = stages[last].instructions.lowerBound..<instructions.count
        }
        return DockerfileFile(instructions: instructions, stages: stages)
    }

    /// Comments of the form `# name=value` before all else.
    private mutating func readDirectives() {
        var start = 0
        while start < bytes.count {
            let end = source.lineEnd(start)
            let line = String(decoding: bytes[start..<end].filter { !$0.isBlank }, as: UTF8.self).lowercased()
            guard line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { return }
            if line[..<equals] == "#escape", let mark = line[equals...].dropFirst().utf8.first { escape = mark }
            start = end + 1
        }
    }

    /// The next instruction's text: lines that are continued are joined, comments and empty lines among them dropped.
    private mutating func readLine() -> ScriptText {
        var line = ScriptText()
        while position < bytes.count {
            let end = source.lineEnd(position)
            let start = position
            position = end + 1
            var first = start
            while first < end, bytes[first].isBlank { first += 1 }
            if first < end, bytes[first] == .hash {
                sink.addComment(first..<end, mark: 1)
                if line.bytes.isEmpty { return line }
                continue
            }
            if first == end, !line.bytes.isEmpty { continue }
            var last = end
            while last > start, bytes[last - 1].isBlank { last -= 1 }
            guard last > start, bytes[last - 1] == escape else {
                line.append(bytes[start..<last], at: start)
                return line
            }
            line.append(bytes[start..<last - 1], at: start)
            // What is continued is no empty line, even if nothing stands before the mark.
            if line.bytes.isEmpty { line.append(CollectionOfOne(.space), from: start..<last) }
        }
        return line
    }

    private mutating func readInstruction(_ line: ScriptText) {
        var cursor = DockerCursor(line)
        var keyword = cursor.keyword()
        guard var keywordRange = keyword.range else { return }
        let start = keywordRange.lowerBound
        let isOnBuild = keyword.text == "ONBUILD"
        if isOnBuild {
            keyword = cursor.keyword()
            guard let range = keyword.range else { return }
            keywordRange = range
        }
        let flags = cursor.flags()
        var heredocs: [DockerHeredoc] = []
        var bodies: [ScriptText] = []
        if ["RUN", "COPY", "ADD"].contains(keyword.text) {
            for heredoc in cursor.heredocs() {
                let body = readBody(heredoc)
                let range = body.origin(body.bytes.indices)
                heredocs.append(
                    DockerHeredoc(
                        name: String(decoding: heredoc.delimiter, as: UTF8.self), text: body.string,
                        range: source.range(body.bytes.isEmpty ? min(position, bytes.count)..<min(position, bytes.count) : range)))
                bodies.append(body)
            }
        }
        if keyword.text == "FROM" { beginStage() }
        let stage = stages.isEmpty ? nil : stages.count - 1
        let list = ["RUN", "CMD", "ENTRYPOINT", "SHELL", "COPY", "ADD", "VOLUME", "HEALTHCHECK"].contains(keyword.text)
            ? cursor.list(after: keyword.text == "HEALTHCHECK") : nil
        let expanded = list ?? scope.words(of: keyword.text, cursor)
        let end = max(cursor.end, bodies.isEmpty ? 0 : min(max(0, position - 1), bytes.count))
        let instruction = DockerInstruction(
            keyword: keyword.text, keywordRange: source.range(keywordRange),
            flags: flags.map { DockerFlag($0.name, scope.filled($0.value).word(in: source)) },
            words: expanded.map { $0.word(in: source) }, form: list == nil ? .shell : .exec, heredocs: heredocs,
            stage: stage, isOnBuild: isOnBuild, range: source.range(start..<max(start, end)))
        if keyword.text == "FROM" { nameStage(expanded, instruction) }
        instructions.append(instruction)
        scope.apply(instruction, expanded, stages)
        readCommands(instruction, cursor, list, bodies)
    }

    // MARK: Stages

    private mutating func beginStage() {
        if let last = stages.indices.last {
            stages[last].instructions = stages[last].instructions.lowerBound..<instructions.count
        }
        stages.append(
            DockerStage(
                index: stages.count, name: nil, base: ScriptWord("", at: SourceRange(line: 1, column: 1)), baseStage: nil,
                instructions: instructions.count..<instructions.count))
    }

    private mutating func nameStage(_ words: [ReadWord], _ instruction: DockerInstruction) {
        let index = stages.count - 1
        stages[index].base = instruction.words.first ?? ScriptWord("", isLiteral: false, at: instruction.keywordRange)
        if words.count >= 3, words[1].text.string.lowercased() == "as" {
            stages[index].name = Located(instruction.words[2].text, at: instruction.words[2].range)
        }
        let base = stages[index].base.text.lowercased()
        stages[index].baseStage = stages[..<index].last { $0.name?.value.lowercased() == base }?.index
        scope.beginStage(index, from: stages[index].baseStage)
    }

    // MARK: Commands

    private mutating func readBody(_ heredoc: ShellHeredoc) -> ScriptText {
        var body = ScriptText()
        while position < bytes.count {
            let end = source.lineEnd(position)
            var start = position
            while heredoc.dropsTabs, start < end, bytes[start] == .tab { start += 1 }
            let last = end > start && bytes[end - 1] == .carriageReturn ? end - 1 : end
            position = end + 1
            if bytes[start..<last].elementsEqual(heredoc.delimiter) { break }
            body.append(bytes[start..<min(end + 1, bytes.count)], at: start)
        }
        return body
    }

    private func readCommands(
        _ instruction: DockerInstruction, _ cursor: DockerCursor, _ list: [ReadWord]?, _ bodies: [ScriptText]
    ) {
        let context: ScriptContext
        let stage = instruction.stage ?? 0
        if instruction.keyword == "RUN" {
            context = .dockerRun(stage: stage)
        } else if let entry = DockerEntry(rawValue: instruction.keyword) {
            context = .dockerEntry(stage: stage, instruction: entry, form: instruction.form)
        } else {
            return
        }
        let state = ShellState(
            sink, context, folder: nil, environment: scope.environment, variables: scope.arguments)
        if let list {
            if !list.isEmpty { state.run(list) }
            return
        }
        guard scope.hasPOSIXShell else { return }
        var text = cursor.rest
        if instruction.keyword == "HEALTHCHECK" {
            guard let command = cursor.afterWord("CMD") else { return }
            text = command
        }
        guard let body = bodies.first else { return ShellReader(text, state).read() }
        if cursor.isHeredocOnly {
            // Without a first line of its own that says otherwise, the text is the script.
            let opening = body.bytes.prefix { $0 != .newline }
            if opening.starts(with: "#!".utf8), shellOfFirstLine(opening) == nil { return }
            return state.readScript(body, isIsolated: false)
        }
        var script = text
        for (body, heredoc) in zip(bodies, instruction.heredocs) {
            script.append(CollectionOfOne(.newline), from: text.origin(text.bytes.count..<text.bytes.count))
            script.append(body)
            if body.bytes.last != .newline, !body.bytes.isEmpty {
                script.append(CollectionOfOne(.newline), from: body.origin(body.bytes.count..<body.bytes.count))
            }
            script.append(heredoc.name.utf8, from: body.origin(body.bytes.count..<body.bytes.count))
        }
        ShellReader(script, state).read()
    }
}
