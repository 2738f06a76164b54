/// Compound commands of the shell as they open and close, and what is known in each; it reads no bytes.

struct ShellConstruct {
    enum Kind {
        case conditional, loop, caseOf, brace, subshell
    }

    var kind: Kind
    /// Between a branch of a `case` and the `)` of the next pattern.
    var isInPattern: Bool
    /// Scopes that were open before it.
    var outer: Int
    /// Scopes that are open in it before those of its branches.
    var mark: Int
}

/// The words after a keyword that are no command.
enum ShellHeader {
    case caseSubject
    /// The name after `for`, what follows it, and the words after `in`.
    case name, afterName, list
    case functionName
}

extension ShellReader {
    /// What is open deeper than this is not told apart.
    private static let maximumConstructs = 100

    var isInPattern: Bool { level.constructs.last?.isInPattern ?? false }

    private var mark: Int { level.constructs.last?.mark ?? level.base }

    func push(_ kind: ShellConstruct.Kind) {
        guard level.constructs.count < Self.maximumConstructs else { return }
        let outer = state.scopeCount
        if kind == .subshell || level.isFunction { state.open(.isolated) }
        level.isFunction = false
        level.constructs.append(
            ShellConstruct(kind: kind, isInPattern: kind == .caseOf, outer: outer, mark: state.scopeCount))
    }

    /// Closes the nearest of its kind, and what is open in it; whether there is one.
    @discardableResult
    func pop(_ kind: ShellConstruct.Kind) -> Bool {
        guard let index = level.constructs.lastIndex(where: { $0.kind == kind }) else { return false }
        state.close(to: level.constructs[index].outer)
        level.constructs.removeSubrange(index...)
        return true
    }

    /// The next branch of the nearest of its kind begins.
    private func branch(_ kind: ShellConstruct.Kind, opens: Bool) {
        guard let index = level.constructs.lastIndex(where: { $0.kind == kind }) else { return }
        level.constructs.removeSubrange((index + 1)...)
        state.close(to: level.constructs[index].mark)
        if opens { state.open(.branch) }
    }

    func beginPattern() {
        branch(.caseOf, opens: false)
        guard let last = level.constructs.indices.last, level.constructs[last].kind == .caseOf else { return }
        level.constructs[last].isInPattern = true
    }

    func endPattern() {
        level.constructs[level.constructs.count - 1].isInPattern = false
        state.open(.branch)
    }

    /// After `&&` or `||`.
    func beginConditional() {
        level.continues = true
        if !(state.isInList && state.scopeCount > mark) { state.open(.list) }
    }

    func endList() {
        if state.isInList, state.scopeCount > mark { state.close(to: state.scopeCount - 1) }
    }

    /// What a word does that stands where a command begins; false when it is no keyword.
    func isKeyword(_ word: ReadWord) -> Bool {
        guard word.text.bytes.count <= 8 else { return false }
        switch word.text.string {
        case "if": push(.conditional)
        case "then": branch(.conditional, opens: true)
        case "elif": branch(.conditional, opens: false)
        case "else": branch(.conditional, opens: true)
        case "fi": pop(.conditional)
        case "while", "until": push(.loop)
        case "for", "select":
            push(.loop)
            skipBlanks()
            if byte() == UInt8(ascii: "("), byte(1) == UInt8(ascii: "("), let end = arithmeticEnd(position) {
                position = end
            } else {
                level.header = .name
            }
        case "do": branch(.loop, opens: true)
        case "done": pop(.loop)
        case "case": level.header = .caseSubject
        case "esac": pop(.caseOf)
        case "{": push(.brace)
        case "}": pop(.brace)
        case "!", "coproc": break
        case "function": level.header = .functionName
        case "[[": readTest()
        default: return false
        }
        return true
    }

    func acceptInHeader(_ word: ReadWord) {
        switch level.header {
        case .caseSubject:
            if word.says("in") {
                level.header = nil
                push(.caseOf)
            }
        case .name:
            level.header = .afterName
            state.set(word.text.string, to: nil)
        case .afterName:
            level.header = .list
            if word.says("do") {
                level.header = nil
                branch(.loop, opens: true)
            }
        case .functionName:
            level.header = nil
            level.isFunction = true
        case .list, nil: break
        }
    }

    func skipBlanks() {
        while let byte = byte() {
            if byte == .backslash, isLineContinuation {
                skipLineContinuation()
            } else if byte.isBlank {
                position += 1
            } else {
                return
            }
        }
    }

    /// `[[ … ]]`, whose operators are no operators of the shell. It ends with its line at the latest, unless that goes on.
    private func readTest() {
        isDiscarding = true
        defer { isDiscarding = false }
        var goesOn = false
        while true {
            skipBlanks()
            guard let byte = byte() else { return }
            switch byte {
            case UInt8(ascii: "]") where self.byte(1) == byte:
                position += 2
                return
            case .newline:
                guard goesOn else { return }
                position += 1
            case UInt8(ascii: "&"), UInt8(ascii: "|"):
                goesOn = true
                position += 1
            case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ";"):
                position += 1
            default:
                goesOn = false
                readWord()
            }
        }
    }
}
