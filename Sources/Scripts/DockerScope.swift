/// The variables of a Dockerfile while it is read: which `ARG` and `ENV` hold where, and what they are filled in for.
import Diagnostics

struct DockerScope {
    private let sink: ScriptSink
    /// Of `ARG` before the first `FROM`; nil for one without a value.
    private var globals: [String: [UInt8]?] = [:]
    private var isInStage = false
    /// What `ARG` and `ENV` have set in the stage.
    private(set) var arguments: [String: [UInt8]] = [:]
    private(set) var environment: [ScriptAssignment] = []
    private var stageEnvironments: [[ScriptAssignment]] = []
    /// False after a `SHELL` that is none of POSIX's.
    private(set) var hasPOSIXShell = true

    /// More of each are not kept.
    private static let maximum = 100

    init(sink: ScriptSink) { self.sink = sink }

    mutating func beginStage(_ index: Int, from base: Int?) {
        // A stage that is built from another has its environment, and no `ARG` of it.
        while stageEnvironments.count < index { stageEnvironments.append([]) }
        if isInStage, index > 0 { stageEnvironments[index - 1] = environment }
        environment = base.map { stageEnvironments[$0] } ?? []
        arguments = [:]
        for assignment in environment where assignment.value.isLiteral {
            arguments[assignment.name] = Array(assignment.value.text.utf8)
        }
        isInStage = true
        hasPOSIXShell = true
    }

    mutating func apply(_ instruction: DockerInstruction, _ words: [ReadWord], _ stages: [DockerStage]) {
        guard !instruction.isOnBuild else { return }
        switch instruction.keyword {
        case "ARG":
            for word in words {
                if let assignment = word.assignment {
                    declare(assignment.name, assignment.value.text.isLiteral ? assignment.value.text.bytes : nil)
                } else {
                    declare(word.text.string, nil)
                }
            }
        case "ENV": assignments(words).forEach { set($0) }
        case "SHELL":
            hasPOSIXShell = words.first?.literal.map { ShellState.shells.contains(lastPathElement($0)) } ?? true
        default: break
        }
    }

    private mutating func declare(_ name: String, _ value: [UInt8]?) {
        if !isInStage {
            if globals.count < Self.maximum { globals[name] = .some(value) }
        } else if let value = value ?? (globals[name] ?? nil), arguments.count < Self.maximum {
            // `ENV` wins over `ARG`.
            if !environment.contains(where: { $0.name == name }) { arguments[name] = value }
        }
    }

    private mutating func set(_ assignment: ShellAssignment) {
        let value = assignment.assignment(in: sink.source)
        environment.removeAll { $0.name == value.name }
        if environment.count < Self.maximum { environment.append(value) }
        arguments[value.name] = value.value.isLiteral && arguments.count < Self.maximum ? Array(value.value.text.utf8) : nil
    }

    /// `ENV A=b C=d`, or `ENV A all of the rest`.
    private func assignments(_ words: [ReadWord]) -> [ShellAssignment] {
        if let name = words.first, !name.text.bytes.contains(UInt8(ascii: "=")) {
            guard words.count > 1, let text = name.literal else { return [] }
            var value = ScriptText()
            for (index, word) in words.dropFirst().enumerated() {
                if index > 0 { value.append(CollectionOfOne(.space), from: word.range.lowerBound..<word.range.lowerBound) }
                value.append(word.text)
            }
            let range = words[1].range.lowerBound..<max(words[1].range.lowerBound, words[words.count - 1].range.upperBound)
            return [
                ShellAssignment(
                    name: text, value: ReadWord(text: value, range: range, isPlain: false),
                    range: name.range.lowerBound..<range.upperBound, appends: false)
            ]
        }
        return words.compactMap(\.assignment)
    }

    /// What follows an instruction's flags where it is no list.
    func words(of keyword: String, _ cursor: DockerCursor) -> [ReadWord] {
        switch keyword {
        case "RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK":
            let text = cursor.rest
            guard !text.bytes.isEmpty else { return [] }
            return [ReadWord(text: text, range: text.origin(text.bytes.indices), isPlain: false)]
        case "FROM": return cursor.words().map { filled($0, by: globals) }
        default: return cursor.words().map(filled)
        }
    }

    func filled(_ word: ReadWord) -> ReadWord {
        // The variables are copied for the few words that need them.
        guard word.text.bytes.contains(.dollar) else { return word }
        return filled(word, by: isInStage ? arguments.mapValues { Optional($0) } : globals)
    }

    /// With `$NAME`, `${NAME}` and `${NAME:-default}` filled in; all else that begins with `$` is a hole.
    private func filled(_ word: ReadWord, by values: [String: [UInt8]?]) -> ReadWord {
        guard word.text.bytes.contains(.dollar) else { return word }
        let text = word.text
        let bytes = text.bytes
        var result = ScriptText()
        var position = 0
        while position < bytes.count {
            let start = position
            guard bytes[position] == .dollar, position + 1 < bytes.count else {
                position += 1
                result.append(text, start..<position)
                continue
            }
            position += 1
            let isBraced = bytes[position] == UInt8(ascii: "{")
            if isBraced { position += 1 }
            let nameStart = position
            while position < bytes.count, bytes[position].isNamePart { position += 1 }
            let name = bytes[nameStart..<position]
            var alternative: ArraySlice<UInt8>?
            var isSimple = true
            if isBraced {
                let operation = position
                while position < bytes.count, bytes[position] != UInt8(ascii: "}") { position += 1 }
                let rest = bytes[operation..<position]
                position = min(position + 1, bytes.count)
                if rest.starts(with: ":-".utf8) || rest.first == UInt8(ascii: "-") {
                    alternative = rest.drop { $0 == UInt8(ascii: ":") }.dropFirst()
                } else {
                    isSimple = rest.isEmpty
                }
            }
            let known = isSimple && name.isName ? values[String(decoding: name, as: UTF8.self)] ?? nil : nil
            if let value = (known ?? alternative.map { Array($0) }).flatMap({ sink.fill($0) }), !value.contains(.dollar) {
                result.append(value, from: text.origin(start..<position))
            } else {
                let hole = result.bytes.count
                result.append(text, start..<position)
                result.addHole(hole..<result.bytes.count)
            }
        }
        return ReadWord(text: result, range: word.range, isPlain: false)
    }
}
