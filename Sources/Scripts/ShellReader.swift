/// Shell text to the commands in it: operators, compound commands, functions. It knows POSIX sh and what bash adds to it,
/// is content with anything, and reads each byte once at each depth.
///
/// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html

final class ShellReader {
    let text: ScriptText
    let bytes: [UInt8]
    let state: ShellState
    var position = 0
    var level: Level
    /// Words of a redirection and of a test are read for the commands in them only.
    var isDiscarding = false
    private var nextHole = 0

    /// What is open between a `$(` and its `)`; the whole text is one too.
    struct Level {
        var words: [ReadWord] = []
        var assignments: [ShellAssignment] = []
        var constructs: [ShellConstruct] = []
        var header: ShellHeader?
        var heredocs: [ShellHeredoc] = []
        /// How many of `heredocs` have their command.
        var ownedHeredocs = 0
        /// After `&&`, `||` and `|`, a line feed ends no list.
        var continues = false
        /// The next compound command is the body of a function.
        var isFunction = false
        /// Scopes that were open before.
        var base: Int
    }

    init(_ text: ScriptText, _ state: ShellState) {
        self.text = text
        bytes = text.bytes
        self.state = state
        level = Level(base: state.scopeCount)
    }

    /// To the end, or, of a substitution, past its `)`.
    func read(untilParenthesis: Bool = false) {
        while position < bytes.count {
            if holeEnd != nil {
                readWord()
                continue
            }
            switch bytes[position] {
            case .space, .tab, .carriageReturn: position += 1
            case .backslash where isLineContinuation: skipLineContinuation()
            case .newline: endLine()
            case .hash: readComment()
            case UInt8(ascii: ";"): semicolon()
            case UInt8(ascii: "&"): ampersand()
            case UInt8(ascii: "|"): bar()
            case UInt8(ascii: "("): openParenthesis()
            case UInt8(ascii: ")"):
                position += 1
                if closesParenthesis(untilParenthesis) { return }
            case UInt8(ascii: "<"), UInt8(ascii: ">"): readRedirection()
            default: readWord()
            }
        }
        endCommand()
        readHeredocs()
    }

    func byte(_ offset: Int = 0) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    /// Where the hole ends that begins here or is around here.
    var holeEnd: Int? {
        while nextHole < text.holes.count, text.holes[nextHole].upperBound <= position { nextHole += 1 }
        while nextHole > 0, text.holes[nextHole - 1].upperBound > position { nextHole -= 1 }
        guard nextHole < text.holes.count, text.holes[nextHole].lowerBound <= position else { return nil }
        return text.holes[nextHole].upperBound
    }

    var isLineContinuation: Bool {
        byte(1) == .newline || (byte(1) == .carriageReturn && byte(2) == .newline)
    }

    func skipLineContinuation() { position += byte(1) == .newline ? 2 : 3 }

    // MARK: Operators

    private func endLine() {
        endCommand()
        position += 1
        readHeredocs()
        if !level.continues { endList() }
    }

    private func semicolon() {
        endCommand()
        endList()
        position += 1
        guard byte() == UInt8(ascii: ";") || byte() == UInt8(ascii: "&") else { return }
        while byte() == UInt8(ascii: ";") || byte() == UInt8(ascii: "&") { position += 1 }
        beginPattern()
    }

    private func ampersand() {
        if byte(1) == UInt8(ascii: ">") { return readRedirection() }
        endCommand()
        position += 1
        if byte() == UInt8(ascii: "&") {
            position += 1
            beginConditional()
        } else {
            endList()
        }
    }

    private func bar() {
        endCommand()
        position += 1
        if isInPattern { return }
        if byte() == UInt8(ascii: "|") {
            position += 1
            beginConditional()
        } else {
            if byte() == UInt8(ascii: "&") { position += 1 }
            level.continues = true
        }
    }

    private func openParenthesis() {
        if isInPattern {
            position += 1
        } else if level.words.isEmpty, byte(1) == UInt8(ascii: "("), let end = arithmeticEnd(position) {
            position = end
        } else if level.words.count == 1, level.assignments.isEmpty, level.words[0].isPlain, passEmptyParentheses() {
            level.words = []
            level.isFunction = true
        } else if level.header == nil, level.isFunction, passEmptyParentheses() {
            // Of `function name ()`.
        } else {
            endCommand()
            position += 1
            push(.subshell)
        }
    }

    /// `()`, which makes a function of the word before it.
    private func passEmptyParentheses() -> Bool {
        var end = position + 1
        while end < bytes.count, bytes[end].isBlank { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: ")") else { return false }
        position = end + 1
        return true
    }

    /// Past a `)`: whether it ends the substitution that is being read.
    private func closesParenthesis(_ untilParenthesis: Bool) -> Bool {
        if isInPattern {
            endPattern()
        } else {
            endCommand()
            if pop(.subshell) { return false }
            return untilParenthesis
        }
        return false
    }

    /// Past the `))` of arithmetic that begins at `((`; nil when it is none. Long ones nobody writes.
    func arithmeticEnd(_ start: Int) -> Int? {
        var depth = 0
        for index in start..<min(bytes.count, start + 2048) {
            switch bytes[index] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                guard depth == 1 else { continue }
                return index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: ")") ? index + 2 : nil
            default: continue
            }
        }
        return nil
    }

    private func readComment() {
        let start = position
        while let byte = byte(), byte != .newline { position += 1 }
        state.sink.addComment(text.origin(start..<position), mark: 1)
    }

    // MARK: Commands

    func endCommand() {
        if level.header == .list || level.header == .afterName { level.header = nil }
        guard !level.words.isEmpty || !level.assignments.isEmpty else { return }
        let (words, assignments) = (level.words, level.assignments)
        level.words = []
        level.assignments = []
        guard !isInPattern, level.header == nil else { return }
        let readsScript = state.run(words, assignments)
        while level.ownedHeredocs < level.heredocs.count {
            level.heredocs[level.ownedHeredocs].isScript = readsScript
            level.ownedHeredocs += 1
        }
    }

    /// A word has been read.
    func accept(_ word: ReadWord) {
        if isDiscarding { return }
        level.continues = false
        if isInPattern {
            if word.says("esac") { pop(.caseOf) }
            return
        }
        if level.header != nil { return acceptInHeader(word) }
        if level.words.isEmpty {
            if level.assignments.isEmpty, word.isPlain, isKeyword(word) { return }
            if let assignment = word.assignment { return level.assignments.append(assignment) }
        }
        level.words.append(word)
    }

    /// Reads the commands up to the `)` of a substitution whose `(` has been passed.
    func readSubstitution() {
        let done = state.sink.nested {
            let outer = level
            let count = state.scopeCount
            let discarding = isDiscarding
            isDiscarding = false
            state.open(.isolated)
            level = Level(base: state.scopeCount)
            read(untilParenthesis: true)
            state.close(to: count)
            isDiscarding = discarding
            level = outer
        }
        if !done { position = bytes.count }
    }
}
