/// What a run of this very program says on its standard output with `--json`, as a value that grows.
import Diagnostics
import Image
import Processes
import Report

struct ToldRun: Sendable {
    private struct Red: Sendable {
        var title: String
        var kind: String
        var message: String
        var help: String?
        var lines: [String]
    }

    /// By action: what it made first.
    private(set) var programs: [String: (path: String, digest: String)] = [:]
    /// Files that generators wrote into the repository, and the step that did.
    private(set) var rewritten: [String: String] = [:]
    var exit = ExitStatus.code(0)
    private var reds: [Red] = []
    private var logs: [String: [String]] = [:]
    private var generator = ""
    private var rest: [UInt8] = []
    /// What was said besides: why a run could not begin.
    private var words: [String] = []

    /// Words for who watches, of each line that is whole by now.
    mutating func hear(_ bytes: [UInt8]) -> [String] {
        var said: [String] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                rest.append(byte)
                continue
            }
            if let word = hearLine(rest) { said.append(word) }
            rest.removeAll(keepingCapacity: true)
        }
        return said
    }

    private mutating func hearLine(_ line: [UInt8]) -> String? {
        guard line.first == UInt8(ascii: "{"), let event = ImageJSON(line), let name = event["event"]?.text else {
            words.append(String(decoding: line, as: UTF8.self))
            return nil
        }
        let action = event["action"]?.text ?? ""
        switch name {
        case "run.preparing":
            let message = event["message"]?.text ?? ""
            if message.hasPrefix(generatingWords) { generator = String(message.dropFirst(generatingWords.count)) }
            return message
        case "rewritten":
            for file in event["files"]?.list.compactMap(\.text) ?? [] { rewritten[file] = generator }
            return nil
        case "action.output":
            logs[action, default: []] += event["lines"]?.list.compactMap(\.text) ?? []
            return nil
        case "action.retried":
            logs[action] = nil
            return nil
        case "action.started": return event["title"]?.text
        case "action.finished":
            if event["status"]?.text == "red" {
                reds.append(
                    Red(
                        title: event["title"]?.text ?? action, kind: event["failure"]?["kind"]?.text ?? "",
                        message: event["failure"]?["message"]?.text ?? "", help: event["help"]?.text, lines: logs[action] ?? []))
            }
            if let output = event["outputs"]?.list.first, let path = output["path"]?.text, let digest = output["digest"]?.text {
                programs[action] = (path, digest)
            }
            return nil
        default: return nil
        }
    }

    /// Throws when the run was not green, unless every red action failed in the way that is allowed. `ignored` are files
    /// that the run may have missed.
    func check(allowing kind: String?, _ output: Output, ignored: [String] = []) throws {
        guard !exit.isSuccess, reds.isEmpty || !reds.allSatisfy({ $0.kind == kind }) else { return }
        guard !reds.isEmpty else {
            let code: ProcessExit = if case .code(let code) = exit { ProcessExit(rawValue: code) ?? .red } else { .red }
            throw CommandFailure(
                code, [Diagnostic(
                    id: "verify/not-begun", message: "the second build could not begin",
                    notes: words.filter { !$0.isEmpty }.map { Diagnostic.Note($0) },
                    help: "what it says of itself is above; the first build had something that the second did not find")], output)
        }
        throw CommandFailure(
            .red,
            reds.filter { $0.kind != kind }.map { red in
                var notes = red.lines.map { Diagnostic.Note($0) }
                if !ignored.isEmpty {
                    notes.append(Diagnostic.Note("git ignores these files, so they are not in the other folder: \(ignored.joined(separator: ", "))"))
                }
                return Diagnostic(
                    id: "verify/second-build-red", message: "the second build is red: \(red.title): \(red.message)", notes: notes,
                    help: ignored.isEmpty
                        ? red.help ?? "the first build was green in its own folder: something of this machine or of its caches went into it"
                        : "what is built from must be committed, or made by a `generate` step")
            }, output)
    }
}
