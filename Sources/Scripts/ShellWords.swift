/// Words of a shell: quotes, escapes and expansions. Variables whose value is known are filled in.

/// A word while it is put together.
struct ShellWordBuilder {
    var text = ScriptText()
    /// In the reader's text.
    var start: Int
    var isQuoted = false
    /// An expansion was filled in or left.
    var isExpanded = false

    var isEmpty: Bool { text.bytes.isEmpty && !isQuoted }
}

extension ShellReader {
    /// One word, or as many as an unquoted variable stands for. It always goes on by a byte at least.
    func readWord() {
        var word = ShellWordBuilder(start: position)
        let start = position
        reading: while position < bytes.count {
            if let end = holeEnd {
                word.text.append(text, position..<end)
                word.isExpanded = true
                position = end
                continue
            }
            switch bytes[position] {
            case .space, .tab, .newline, UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "<"),
                UInt8(ascii: ">"), UInt8(ascii: ")"):
                break reading
            case .carriageReturn where byte(1) == .newline || byte(1) == nil: break reading
            case UInt8(ascii: "("):
                guard readParenthesis(&word) else { break reading }
            case .backslash: readEscape(&word)
            case .singleQuote: readSingleQuoted(&word)
            case .doubleQuote:
                position += 1
                readDoubleQuoted(&word)
            case .dollar: readDollar(&word, isQuoted: false)
            case .backquote: readBackquoted(&word, isQuoted: false)
            default: readRun(&word)
            }
        }
        if position == start { position += 1 }
        finish(&word)
    }

    /// Bytes that mean themselves.
    private func readRun(_ word: inout ShellWordBuilder) {
        let start = position
        let limit = nextHoleStart
        while position < limit {
            switch bytes[position] {
            case .space, .tab, .newline, .carriageReturn, UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"),
                UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"), .backslash, .singleQuote,
                .doubleQuote, .dollar, .backquote:
                // A carriage return that ends no line, and nothing else of these, begins a run.
                if position == start { position += 1 }
                word.text.append(text, start..<position)
                return
            default: position += 1
            }
        }
        word.text.append(text, start..<position)
    }

    /// Where no byte belongs to a hole, from here on.
    private var nextHoleStart: Int {
        let index = text.hole(notBefore: position)
        return index < text.holes.count ? max(position, text.holes[index].lowerBound) : bytes.count
    }

    /// Ends a word, and another may begin.
    private func finish(_ word: inout ShellWordBuilder) {
        defer { word = ShellWordBuilder(start: position) }
        guard !word.isEmpty else { return }
        // Digits before `<` or `>` are a descriptor.
        if !word.isQuoted, !word.isExpanded, byte() == UInt8(ascii: "<") || byte() == UInt8(ascii: ">"),
            word.text.bytes.allSatisfy(\.isDigit)
        {
            return
        }
        accept(
            ReadWord(
                text: word.text, range: text.origin(word.start..<max(word.start, position)),
                isPlain: !word.isQuoted && !word.isExpanded))
    }

    /// A `(` within a word: of an array, or of a pattern such as `@(a|b)`.
    private func readParenthesis(_ word: inout ShellWordBuilder) -> Bool {
        guard let last = word.text.bytes.last, !word.isQuoted else { return false }
        let start = position
        if last == UInt8(ascii: "="), word.text.bytes.dropLast().isName || word.text.bytes.dropLast(2).isName {
            position += 1
            if !state.sink.nested({ readArray() }) { position = bytes.count }
        } else if "?*+@!".utf8.contains(last) {
            var depth = 0
            repeat {
                if byte() == UInt8(ascii: "(") { depth += 1 }
                if byte() == UInt8(ascii: ")") { depth -= 1 }
                position += 1
            } while depth > 0 && position < bytes.count && bytes[position] != .newline
        } else {
            return false
        }
        appendHole(&word, start..<position)
        return true
    }

    /// Past the `)` of an array; the commands in it are read.
    private func readArray() {
        let discarding = isDiscarding
        isDiscarding = true
        defer { isDiscarding = discarding }
        while let byte = byte(), byte != UInt8(ascii: ")") {
            if byte.isBlank || byte == .newline {
                position += 1
            } else if byte == .hash {
                while let byte = self.byte(), byte != .newline { position += 1 }
            } else {
                readWord()
            }
        }
        position = min(position + 1, bytes.count)
    }

    /// An expansion as it is written.
    private func appendHole(_ word: inout ShellWordBuilder, _ range: Range<Int>) {
        let start = word.text.bytes.count
        word.text.append(text, range)
        word.text.addHole(start..<word.text.bytes.count)
        word.isExpanded = true
    }

    private func readEscape(_ word: inout ShellWordBuilder) {
        if isLineContinuation { return skipLineContinuation() }
        word.isQuoted = true
        if position + 1 < bytes.count { appendEscaped(&word.text) } else { position += 1 }
    }

    /// The byte after a backslash, with the place of both.
    private func appendEscaped(_ result: inout ScriptText) {
        result.append(CollectionOfOne(bytes[position + 1]), from: text.origin(position..<position + 2))
        position += 2
    }

    private func readSingleQuoted(_ word: inout ShellWordBuilder) {
        word.isQuoted = true
        let start = position + 1
        let end = bytes[start...].firstIndex(of: .singleQuote) ?? bytes.count
        let holes = word.text.holes.count
        word.text.append(text, start..<end)
        if word.text.holes.count > holes { word.isExpanded = true }
        position = min(end + 1, bytes.count)
    }

    /// Past the opening quote, to past the closing one.
    func readDoubleQuoted(_ word: inout ShellWordBuilder) {
        word.isQuoted = true
        while position < bytes.count {
            if let end = holeEnd {
                word.text.append(text, position..<end)
                word.isExpanded = true
                position = end
                continue
            }
            switch bytes[position] {
            case .doubleQuote:
                position += 1
                return
            case .backslash:
                if isLineContinuation {
                    skipLineContinuation()
                } else if let next = byte(1), next.endsQuotedRun {
                    appendEscaped(&word.text)
                } else {
                    word.text.append(text, position..<position + 1)
                    position += 1
                }
            case .dollar: readDollar(&word, isQuoted: true)
            case .backquote: readBackquoted(&word, isQuoted: true)
            default:
                let start = position
                let limit = nextHoleStart
                repeat { position += 1 } while position < limit && !bytes[position].endsQuotedRun
                word.text.append(text, start..<position)
            }
        }
    }

    // MARK: Expansions

    func readDollar(_ word: inout ShellWordBuilder, isQuoted: Bool) {
        let start = position
        guard let next = byte(1) else {
            word.text.append(text, position..<position + 1)
            position += 1
            return
        }
        switch next {
        case UInt8(ascii: "("):
            if byte(2) == next, let end = arithmeticEnd(position + 1) {
                position = end
            } else {
                position += 2
                readSubstitution()
            }
            appendHole(&word, start..<position)
        case UInt8(ascii: "{"): readParameter(&word, isQuoted: isQuoted)
        case .singleQuote where !isQuoted: readANSIQuoted(&word)
        case .doubleQuote where !isQuoted:
            position += 2
            readDoubleQuoted(&word)
        case _ where next.isNameStart:
            position += 1
            while let byte = byte(), byte.isNamePart { position += 1 }
            fill(&word, bytes[start + 1..<position], start..<position, isQuoted: isQuoted)
        case _ where next.isDigit || "@*#?-$!".utf8.contains(next):
            position += 2
            appendHole(&word, start..<position)
        default:
            word.text.append(text, position..<position + 1)
            position += 1
        }
    }

    /// Puts a variable's value in its place, or leaves it as it is written.
    private func fill(_ word: inout ShellWordBuilder, _ name: ArraySlice<UInt8>, _ range: Range<Int>, isQuoted: Bool) {
        guard let value = state.value(of: String(decoding: name, as: UTF8.self)) else { return appendHole(&word, range) }
        word.isExpanded = true
        let place = text.origin(range)
        guard !isQuoted, !isAssignment(word) else {
            if value.isEmpty { word.isQuoted = true }
            return word.text.append(value, from: place)
        }
        var rest = value[...]
        while !rest.isEmpty {
            let field = rest.prefix { !$0.isBlank && $0 != .newline }
            word.text.append(field, from: place)
            rest = rest[field.endIndex...].drop { $0.isBlank || $0 == .newline }
            if field.endIndex < value.endIndex {
                finish(&word)
                // What follows has the variable's place too.
                word = ShellWordBuilder(start: range.lowerBound, isExpanded: true)
            }
        }
    }

    /// What is assigned is not parted into words, before a command and by those that declare.
    private func isAssignment(_ word: ShellWordBuilder) -> Bool {
        let declaring = ["export", "declare", "local", "readonly", "typeset"]
        guard level.words.first?.literal.map(declaring.contains) ?? true,
            let equals = word.text.bytes.firstIndex(of: UInt8(ascii: "="))
        else { return false }
        return word.text.bytes[..<equals].isName
    }

    /// `${…}`. Of its forms `${X}`, `${X:-word}` and `${X-word}` are filled in when X is known.
    private func readParameter(_ word: inout ShellWordBuilder, isQuoted: Bool) {
        let start = position
        position += 2
        let nameStart = position
        while let byte = byte(), byte.isNamePart { position += 1 }
        let name = bytes[nameStart..<position]
        let isWhole = byte() == UInt8(ascii: "}")
        let hasDefault = byte() == UInt8(ascii: "-") || (byte() == UInt8(ascii: ":") && byte(1) == UInt8(ascii: "-"))
        if isWhole { position += 1 } else if !state.sink.nested({ readToBrace(isQuoted: isQuoted) }) { position = bytes.count }
        if name.isName, isWhole || hasDefault {
            fill(&word, name, start..<position, isQuoted: isQuoted)
        } else {
            appendHole(&word, start..<position)
        }
    }

    /// Past the brace that closes a parameter; the commands in it are read.
    private func readToBrace(isQuoted: Bool) {
        var scratch = ShellWordBuilder(start: position)
        let discarding = isDiscarding
        isDiscarding = true
        defer { isDiscarding = discarding }
        while let byte = byte() {
            switch byte {
            case UInt8(ascii: "}"):
                position += 1
                return
            case .backslash: position = min(position + 2, bytes.count)
            case .singleQuote where !isQuoted: readSingleQuoted(&scratch)
            case .doubleQuote:
                position += 1
                readDoubleQuoted(&scratch)
            case .dollar: readDollar(&scratch, isQuoted: true)
            case .backquote: readBackquoted(&scratch, isQuoted: true)
            default: position += 1
            }
        }
    }

    /// `$'…'`.
    private func readANSIQuoted(_ word: inout ShellWordBuilder) {
        word.isQuoted = true
        position += 2
        while let byte = byte(), byte != .singleQuote {
            if byte == .backslash, let next = self.byte(1) {
                let plain: UInt8? = switch next {
                case UInt8(ascii: "n"): .newline
                case UInt8(ascii: "t"): .tab
                case .singleQuote, .doubleQuote, .backslash: next
                default: nil
                }
                if let plain {
                    word.text.append(CollectionOfOne(plain), from: text.origin(position..<position + 2))
                } else {
                    word.text.append(text, position..<position + 2)
                }
                position += 2
            } else {
                word.text.append(text, position..<position + 1)
                position += 1
            }
        }
        position = min(position + 1, bytes.count)
    }

    /// `` `…` ``, whose text is unescaped before it is read.
    func readBackquoted(_ word: inout ShellWordBuilder, isQuoted: Bool) {
        let start = position
        var inner = ScriptText()
        position += 1
        while let byte = byte(), byte != .backquote {
            if byte == .backslash, let next = self.byte(1),
                next == .backquote || next == .backslash || next == .dollar || (isQuoted && next == .doubleQuote)
            {
                appendEscaped(&inner)
            } else {
                let end = min(position + (byte == .backslash ? 2 : 1), bytes.count)
                inner.append(text, position..<end)
                position = end
            }
        }
        position = min(position + 1, bytes.count)
        state.readScript(inner)
        appendHole(&word, start..<position)
    }
}

extension UInt8 {
    /// What means something between double quotes, and may be escaped there.
    fileprivate var endsQuotedRun: Bool {
        self == .doubleQuote || self == .backslash || self == .dollar || self == .backquote
    }
}
