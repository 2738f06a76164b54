/// The small formats: `scripts` of package.json, `//go:generate` lines, shell scripts, steps of the pipeline file.
import Diagnostics
import YAML

/// The values of the top key `scripts`.
func readPackageScripts(_ sink: ScriptSink) {
    var cursor = JSONCursor(ScriptText(sink.source, sink.source.bytes.indices))
    guard cursor.skip("{"), !cursor.skip("}") else { return }
    repeat {
        guard let key = cursor.string(), cursor.skip(":") else { return }
        guard key.literal == "scripts" else {
            guard cursor.skipValue() else { return }
            continue
        }
        guard cursor.skip("{"), !cursor.skip("}") else { return }
        repeat {
            guard let name = cursor.string(), cursor.skip(":") else { return }
            guard let script = cursor.string() else {
                guard cursor.skipValue() else { return }
                continue
            }
            let state = ShellState(sink, .packageScript(name: name.text.string), folder: sink.folder)
            ShellReader(script.text, state).read()
        } while cursor.skip(",")
        return
    } while cursor.skip(",")
}

/// Of every line that begins with `//go:generate` the command, as the go command parts and expands it. Lines in strings
/// and comments count, as they do for the go command. https://pkg.go.dev/cmd/go#hdr-Generate_Go_files_by_processing_source
func readGenerateDirectives(_ sink: ScriptSink) {
    let bytes = sink.source.bytes
    let mark = Array("//go:generate".utf8)
    var shorthands: [String: [ReadWord]] = [:]
    var start = 0
    while start + mark.count < bytes.count {
        // Most files have none, and most lines do not even begin with a slash.
        let isDirective = bytes[start] == mark[0] && bytes[start..<start + mark.count].elementsEqual(mark)
            && bytes[start + mark.count].isBlank
        guard isDirective else {
            guard let end = bytes[start...].firstIndex(of: .newline) else { break }
            start = end + 1
            continue
        }
        let end = sink.source.lineEnd(start)
        let words = generateWords(ScriptText(sink.source, start + mark.count..<end)) ?? []
        start = end + 1
        guard let first = words.first?.literal else { continue }
        if first == "-command" {
            if words.count > 2, let name = words[1].literal { shorthands[name] = Array(words.dropFirst(2).prefix(100)) }
        } else {
            let state = ShellState(sink, .goGenerate, folder: sink.folder)
            state.run((shorthands[first] ?? [words[0]]) + words.dropFirst())
        }
    }
}

/// Parted by white space; a word that begins with a double quote is a string of Go's. Nil when one is not closed.
private func generateWords(_ text: ScriptText) -> [ReadWord]? {
    var words: [ReadWord] = []
    var cursor = JSONCursor(text)
    while true {
        cursor.skipSpace()
        guard let first = cursor.next else { return words }
        if first == .doubleQuote {
            guard var word = cursor.string() else { return nil }
            word.text = word.text.interpolated(names: true)
            words.append(word)
            continue
        }
        let start = cursor.position
        while let byte = cursor.next, !byte.isBlank { cursor.pass() }
        words.append(
            ReadWord(
                text: text.slice(start..<cursor.position).interpolated(names: true),
                range: text.origin(start..<cursor.position), isPlain: true))
    }
}

/// The shell that the first line of a file names; nil when it names none that is read.
func shellOfFirstLine(_ line: some Collection<UInt8>) -> String? {
    guard line.starts(with: "#!".utf8) else { return nil }
    let words = line.dropFirst(2).split(whereSeparator: \.isBlank).map { lastPathElement(String(decoding: $0, as: UTF8.self)) }
    let program = words.first == "env" ? words.dropFirst().first { !$0.hasPrefix("-") } : words.first
    return program.flatMap { ShellState.shells.contains($0) ? $0 : nil }
}

/// `run:` and `shell:` of steps, `run:` of their services.
func readPipelineSteps(_ file: YAMLFile, _ sink: ScriptSink) {
    for entry in file.root?["steps"]?.entries ?? [] {
        let folder = entry.value["dir"].map { resolvedFolder($0.scalar ?? "", from: "") } ?? ""
        let environment = file.assignments(entry.value["env"]) { $0.interpolated(names: false) }
        func run(_ node: YAMLNode?) {
            guard let node else { return }
            let state = ShellState(
                sink, .pipelineStep(name: entry.key.value), folder: folder, environment: environment)
            let words = node.items.compactMap { file.word($0) { $0.interpolated(names: false) } }
            if !words.isEmpty {
                if words.count == node.items.count { state.run(words) }
            } else if let text = file.text(node) {
                ShellReader(text.interpolated(names: false), state).read()
            }
        }
        run(entry.value["run"])
        run(entry.value["shell"])
        for service in entry.value["services"]?.entries ?? [] { run(service.value["run"]) }
    }
}
