/// The variables of a Makefile, and texts with their `$(…)` made into what make hands to the shell. It knows no rules.
///
/// https://www.gnu.org/software/make/manual/make.html#Using-Variables

struct MakeVariables {
    private enum Definition {
        /// As written, to be expanded at each use.
        case text([UInt8])
        /// Set twice, in a branch, by a function, for one target: what it is at a use cannot be told.
        case unknown
    }

    /// Text in which make's expansions are done. Holes of values are kept as places in them.
    private struct Value {
        var bytes: [UInt8]
        var holes: [Range<Int>]
    }

    private let sink: ScriptSink
    private var definitions: [String: Definition] = [:]
    private var values: [String: Value?] = [:]

    private static let maximumDepth = 20

    init(sink: ScriptSink) { self.sink = sink }

    enum Operator { case set, setIfAbsent, append }

    /// In order of the file. A definition that only may count makes the variable unknown.
    mutating func define(_ name: String, _ operation: Operator, _ value: [UInt8]?, isConditional: Bool) {
        guard let value, !isConditional, value.count <= ScriptSink.longestValue else {
            definitions[name] = .unknown
            return
        }
        switch (operation, definitions[name]) {
        case (.setIfAbsent, .text?): return
        case (_, nil): definitions[name] = .text(value)
        case (.append, .text(let before)?) where before.count + value.count < ScriptSink.longestValue:
            definitions[name] = .text(before + [.space] + value)
        case (.set, .text(let before)?) where before == value: return
        default: definitions[name] = .unknown
        }
    }

    /// The text of a variable when it is told without other variables in it.
    mutating func literal(_ name: String) -> [UInt8]? {
        value(of: name, depth: 0, open: []).flatMap { $0.holes.isEmpty ? $0.bytes : nil }
    }

    /// A stretch of the file as make hands it on. `shell` is told the text of each `$(shell …)`.
    mutating func expand(_ text: ScriptText, shell: (ScriptText) -> Void) -> ScriptText {
        guard text.bytes.contains(.dollar) else { return text }
        var result = ScriptText()
        let bytes = text.bytes
        var position = 0
        while position < bytes.count {
            let start = position
            guard bytes[start] == .dollar, start + 1 < bytes.count else {
                while position < bytes.count, position == start || bytes[position] != .dollar { position += 1 }
                result.append(text, start..<position)
                continue
            }
            position = referenceEnd(bytes, start)
            if bytes[start + 1] == .dollar {
                result.append(CollectionOfOne(.dollar), from: text.origin(start..<position))
                continue
            }
            let name = referenceName(bytes, start..<position)
            if let value = value(of: String(decoding: name, as: UTF8.self), depth: 0, open: []), sink.fill(value.bytes) != nil {
                let offset = result.bytes.count
                result.append(value.bytes, from: text.origin(start..<position))
                for hole in value.holes { result.addHole(hole.lowerBound + offset..<hole.upperBound + offset) }
                continue
            }
            if name.starts(with: "shell ".utf8) || name.starts(with: "shell\t".utf8) {
                shell(text.slice(name.startIndex + 6..<name.endIndex))
            } else if name.contains(.dollar) {
                _ = sink.nested { _ = expand(text.slice(name.startIndex..<name.endIndex), shell: shell) }
            }
            let hole = result.bytes.count
            result.append(text, start..<position)
            result.addHole(hole..<result.bytes.count)
        }
        return result
    }

    private mutating func value(of name: String, depth: Int, open: Set<String>) -> Value? {
        if let known = values[name] { return known }
        guard depth < Self.maximumDepth, !open.contains(name), case .text(let text)? = definitions[name] else { return nil }
        let value = expanded(text, depth: depth + 1, open: open.union([name]))
        // Kept even where depth or a circle has cut it off: then it is not known, however it is come to.
        values[name] = .some(value)
        return value
    }

    private mutating func expanded(_ bytes: [UInt8], depth: Int, open: Set<String>) -> Value? {
        var result = Value(bytes: [], holes: [])
        var position = 0
        while position < bytes.count {
            let start = position
            guard bytes[start] == .dollar, start + 1 < bytes.count else {
                result.bytes.append(bytes[start])
                position += 1
                continue
            }
            position = referenceEnd(bytes, start)
            let offset = result.bytes.count
            if bytes[start + 1] == .dollar {
                result.bytes.append(.dollar)
            } else if let inner = value(
                of: String(decoding: referenceName(bytes, start..<position), as: UTF8.self), depth: depth, open: open)
            {
                result.bytes += inner.bytes
                result.holes += inner.holes.map { $0.lowerBound + offset..<$0.upperBound + offset }
            } else {
                result.bytes += bytes[start..<position]
                result.holes.append(offset..<result.bytes.count)
            }
            guard result.bytes.count <= ScriptSink.longestValue else { return nil }
        }
        return result
    }
}

/// Past the reference or function call that begins at a `$`.
private func referenceEnd(_ bytes: [UInt8], _ start: Int) -> Int {
    let open = bytes[start + 1]
    guard open == UInt8(ascii: "(") || open == UInt8(ascii: "{") else { return start + 2 }
    let close = open == UInt8(ascii: "(") ? UInt8(ascii: ")") : UInt8(ascii: "}")
    var depth = 0
    for index in (start + 1)..<bytes.count {
        if bytes[index] == open { depth += 1 }
        if bytes[index] == close {
            depth -= 1
            if depth == 0 { return index + 1 }
        }
    }
    return bytes.count
}

private func referenceName(_ bytes: [UInt8], _ range: Range<Int>) -> ArraySlice<UInt8> {
    guard range.count > 2 else { return bytes[range.dropFirst()] }
    return bytes[range.lowerBound + 2..<max(range.lowerBound + 2, range.upperBound - 1)]
}
