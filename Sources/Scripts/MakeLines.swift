/// The lines of a Makefile, told apart: assignments, rules, recipes, definitions, conditionals. It expands nothing.

struct MakeLine {
    enum Kind {
        case assignment(MakeAssignment)
        /// The first of its targets, and what stands before the colon.
        case rule(target: String, targets: String)
        case recipe
        /// Between `define NAME` and `endef`.
        case definedLine(of: String)
        /// All else, with the names that it exports.
        case other(exported: [String])
    }

    var kind: Kind
    var range: Range<Int>
    /// Of a recipe and a defined line its text, of a rule what follows a `;`. Continued lines are continued for the shell.
    var recipe: ScriptText?
    /// Of an assignment what is assigned, of others the whole.
    var value: ScriptText?
    /// It counts on a condition only.
    var isConditional: Bool
}

struct MakeAssignment {
    enum Operation { case set, setIfAbsent, append, shell }

    var name: String
    var operation: Operation
    var isExported: Bool
    /// It is one target's only.
    var isForTarget: Bool
}

struct MakeLineReader {
    private let source: SourceBytes
    private let bytes: [UInt8]
    private let sink: ScriptSink
    private var position = 0
    private var lines: [MakeLine] = []
    private var recipePrefix = UInt8.tab
    private var isInRule = false
    private var conditions = 0
    private var definition: String?

    init(_ source: SourceBytes, _ sink: ScriptSink) {
        self.source = source
        self.sink = sink
        bytes = source.bytes
    }

    mutating func read() -> [MakeLine] {
        while position < bytes.count {
            let start = position
            if definition != nil {
                readDefined()
            } else if bytes[start] == recipePrefix, isInRule {
                position += 1
                let recipe = readRecipeText()
                add(.recipe, start, recipe: recipe)
            } else {
                let text = readLogicalLine()
                read(text, start)
            }
        }
        return lines
    }

    private mutating func add(_ kind: MakeLine.Kind, _ start: Int, recipe: ScriptText? = nil, value: ScriptText? = nil) {
        lines.append(
            MakeLine(
                kind: kind, range: start..<max(start, min(position, bytes.count)), recipe: recipe, value: value,
                isConditional: conditions > 0))
    }

    /// To the line's end and past it; continued lines go on without their prefix.
    private mutating func readRecipeText() -> ScriptText {
        var text = ScriptText()
        while true {
            var end = source.lineEnd(position)
            let next = end + 1
            if end > position, bytes[end - 1] == .carriageReturn { end -= 1 }
            text.append(bytes[position..<end], at: position)
            guard endsInBackslash(position..<end), next < bytes.count else {
                position = next
                return text
            }
            text.append(CollectionOfOne(.newline), at: end)
            position = bytes[next] == recipePrefix ? next + 1 : next
        }
    }

    private func endsInBackslash(_ range: Range<Int>) -> Bool {
        var count = 0
        while count < range.count, bytes[range.upperBound - 1 - count] == .backslash { count += 1 }
        return count % 2 == 1
    }

    /// Continued lines joined by one space, the comment taken off and down.
    private mutating func readLogicalLine() -> ScriptText {
        var text = ScriptText()
        var isComment = false
        while true {
            var end = source.lineEnd(position)
            let next = end + 1
            if end > position, bytes[end - 1] == .carriageReturn { end -= 1 }
            let continues = endsInBackslash(position..<end) && next < bytes.count
            if !isComment {
                let comment = commentStart(position..<end)
                text.append(bytes[position..<(comment ?? (continues ? end - 1 : end))], at: position)
                if let comment {
                    sink.addComment(comment..<end, mark: 1)
                    isComment = true
                }
            }
            position = next
            guard continues else { return text }
            while position < bytes.count, bytes[position].isBlank { position += 1 }
            if !isComment { text.append(CollectionOfOne(.space), from: end - 1..<end) }
        }
    }

    private func commentStart(_ range: Range<Int>) -> Int? {
        range.first { index in
            bytes[index] == .hash && (index == range.lowerBound || bytes[index - 1] != .backslash)
        }
    }

    private mutating func readDefined() {
        let start = position
        let end = source.lineEnd(start)
        let word = bytes[start..<end].drop(while: \.isBlank).prefix { !$0.isBlank }
        if word.elementsEqual("endef".utf8) {
            definition = nil
            position = end + 1
            return
        }
        while position < end, bytes[position].isBlank { position += 1 }
        let recipe = readRecipeText()
        add(.definedLine(of: definition ?? ""), start, recipe: recipe)
    }

    // MARK: Kinds of lines

    private mutating func read(_ text: ScriptText, _ start: Int) {
        var words = text.bytes.split(maxSplits: 2, whereSeparator: \.isBlank).map { String(decoding: $0.prefix(200), as: UTF8.self) }
        guard let first = words.first else { return }
        switch first {
        case "ifeq", "ifneq", "ifdef", "ifndef":
            conditions += 1
            return
        case "endif":
            conditions = max(0, conditions - 1)
            return
        case "else": return
        case "define" where words.count > 1: return define(text, words[1], start)
        case "override" where words.count > 1 && words[1] == "define" && words.count > 2: return define(text, words[2], start)
        default: break
        }
        var rest = text.bytes.firstIndex { !$0.isBlank } ?? 0
        var isExported = false
        while let word = words.first, ["export", "override", "private"].contains(word), words.count > 1,
            !words[1].hasPrefix("=") && !words[1].hasPrefix(":")
        {
            isExported = isExported || word == "export"
            rest += word.utf8.count
            while rest < text.bytes.count, text.bytes[rest].isBlank { rest += 1 }
            words.removeFirst()
        }
        if let (assignment, value) = assignment(text, from: rest, isExported: isExported, isForTarget: false) {
            setPrefix(assignment, value)
            add(.assignment(assignment), start, value: value)
        } else if isExported {
            let names = text.bytes[rest...].split(whereSeparator: \.isBlank).map { String(decoding: $0, as: UTF8.self) }
            add(.other(exported: names), start, value: text)
        } else if let colon = colon(text.bytes) {
            readRule(text, colon, start)
        } else {
            add(.other(exported: []), start, value: text)
        }
    }

    private mutating func define(_ text: ScriptText, _ name: String, _ start: Int) {
        definition = name
        isInRule = false
        add(.definedLine(of: name), start)
    }

    private mutating func setPrefix(_ assignment: MakeAssignment, _ value: ScriptText) {
        if assignment.name == ".RECIPEPREFIX" { recipePrefix = value.bytes.first ?? .tab }
    }

    /// Where the colon of a rule is: outside of references.
    private func colon(_ bytes: [UInt8]) -> Int? {
        outside(bytes, from: 0) { $0 == UInt8(ascii: ":") }
    }

    private func outside(_ bytes: [UInt8], from start: Int, _ isWanted: (UInt8) -> Bool) -> Int? {
        var depth = 0
        for index in start..<bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "("), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "}"): depth = max(0, depth - 1)
            case let byte: if depth == 0, isWanted(byte) { return index }
            }
        }
        return nil
    }

    /// `NAME = value` with any of make's operators, when one comes before every other colon.
    private func assignment(
        _ text: ScriptText, from start: Int, isExported: Bool, isForTarget: Bool
    ) -> (MakeAssignment, ScriptText)? {
        let bytes = text.bytes
        guard let mark = outside(bytes, from: start, { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) else { return nil }
        var equals = mark
        while equals < bytes.count, bytes[equals] == UInt8(ascii: ":") { equals += 1 }
        guard equals < bytes.count, bytes[equals] == UInt8(ascii: "=") else { return nil }
        var nameEnd = mark
        var operation = MakeAssignment.Operation.set
        if mark == equals, mark > start {
            switch bytes[mark - 1] {
            case UInt8(ascii: "?"): operation = .setIfAbsent
            case UInt8(ascii: "+"): operation = .append
            case UInt8(ascii: "!"): operation = .shell
            default: nameEnd += 1
            }
            nameEnd -= 1
        }
        let name = bytes[start..<nameEnd].split(whereSeparator: \.isBlank)
        guard name.count == 1, let name = name.first else { return nil }
        var valueStart = equals + 1
        while valueStart < bytes.count, bytes[valueStart].isBlank { valueStart += 1 }
        var valueEnd = bytes.count
        while valueEnd > valueStart, bytes[valueEnd - 1].isBlank { valueEnd -= 1 }
        let assignment = MakeAssignment(
            name: String(decoding: name, as: UTF8.self), operation: operation, isExported: isExported,
            isForTarget: isForTarget)
        return (assignment, text.slice(valueStart..<valueEnd))
    }

    private mutating func readRule(_ text: ScriptText, _ colon: Int, _ start: Int) {
        let bytes = text.bytes
        let targets = bytes[..<colon].split(whereSeparator: \.isBlank)
        var after = colon + 1
        while after < bytes.count, bytes[after] == UInt8(ascii: ":") { after += 1 }
        if let (assignment, value) = targetAssignment(text, from: after) {
            add(.assignment(assignment), start, value: value)
            isInRule = false
            return
        }
        let recipe = bytes[after...].firstIndex(of: UInt8(ascii: ";")).map { text.slice($0 + 1..<bytes.count) }
        isInRule = true
        add(
            .rule(
                target: String(decoding: targets.first ?? [], as: UTF8.self),
                targets: String(decoding: bytes[..<colon], as: UTF8.self)), start, recipe: recipe)
    }

    private func targetAssignment(_ text: ScriptText, from start: Int) -> (MakeAssignment, ScriptText)? {
        let words = text.bytes[start...].split(maxSplits: 2, whereSeparator: \.isBlank)
        guard let first = words.first else { return nil }
        let isExported = first.elementsEqual("export".utf8) && words.count > 1
        let from = isExported ? words[1].startIndex : first.startIndex
        return assignment(text, from: from, isExported: isExported, isForTarget: true)
    }
}
