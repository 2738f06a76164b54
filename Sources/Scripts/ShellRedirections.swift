/// Redirections of a shell, which are no words of a command, and the texts of here-documents.

struct ShellHeredoc {
    var delimiter: [UInt8]
    /// Nothing in it is expanded.
    var isQuoted: Bool
    /// `<<-`: tabs at the start of its lines are dropped.
    var dropsTabs: Bool
    /// Its command is a shell that reads what to do from it.
    var isScript = false
}

extension ShellReader {
    /// At `<`, `>` or `&>`.
    func readRedirection() {
        if byte(1) == UInt8(ascii: "("), byte() != UInt8(ascii: "&") { return readProcessSubstitution() }
        if byte() == UInt8(ascii: "<"), byte(1) == UInt8(ascii: "<"), byte(2) != UInt8(ascii: "<") {
            position += 2
            return readHeredocStart()
        }
        while let byte = byte(), "<>&|".utf8.contains(byte) { position += 1 }
        if byte() == UInt8(ascii: "-") { position += 1 }
        skipBlanks()
        guard let byte = byte(), byte != .newline, !";&|()<>".utf8.contains(byte) else { return }
        let discarding = isDiscarding
        isDiscarding = true
        readWord()
        isDiscarding = discarding
    }

    /// `<(…)`, a word whose commands are commands.
    private func readProcessSubstitution() {
        let start = position
        position += 2
        readSubstitution()
        var name = text.slice(start..<position)
        name.addHole(name.bytes.indices)
        accept(ReadWord(text: name, range: text.origin(start..<position), isPlain: false))
    }

    private func readHeredocStart() {
        let dropsTabs = byte() == UInt8(ascii: "-")
        if dropsTabs { position += 1 }
        skipBlanks()
        var delimiter: [UInt8] = []
        var isQuoted = false
        while let byte = byte(), !byte.isBlank, byte != .newline, !";&|()<>".utf8.contains(byte) {
            position += 1
            switch byte {
            case .singleQuote, .doubleQuote:
                isQuoted = true
                while let inner = self.byte(), inner != byte, inner != .newline {
                    delimiter.append(inner)
                    position += 1
                }
                if self.byte() == byte { position += 1 }
            case .backslash:
                isQuoted = true
                if let next = self.byte(), next != .newline {
                    delimiter.append(next)
                    position += 1
                }
            default: delimiter.append(byte)
            }
        }
        guard !delimiter.isEmpty || isQuoted else { return }
        level.heredocs.append(ShellHeredoc(delimiter: delimiter, isQuoted: isQuoted, dropsTabs: dropsTabs))
    }

    /// The texts that begin after the line that has just ended.
    func readHeredocs() {
        guard !level.heredocs.isEmpty else { return }
        let heredocs = level.heredocs
        level.heredocs = []
        level.ownedHeredocs = 0
        for heredoc in heredocs {
            let body = readBody(heredoc)
            if heredoc.isScript {
                state.readScript(body)
            } else if !heredoc.isQuoted {
                ShellReader(body, state).readExpansions()
            }
        }
    }

    private func readBody(_ heredoc: ShellHeredoc) -> ScriptText {
        var body = ScriptText()
        while position < bytes.count {
            var start = position
            while heredoc.dropsTabs, start < bytes.count, bytes[start] == .tab { start += 1 }
            var end = start
            while end < bytes.count, bytes[end] != .newline { end += 1 }
            position = min(end + 1, bytes.count)
            let last = end > start && bytes[end - 1] == .carriageReturn ? end - 1 : end
            if bytes[start..<last].elementsEqual(heredoc.delimiter) { break }
            body.append(text, start..<position)
        }
        return body
    }

    /// Reads the commands of substitutions in a text that is none itself.
    private func readExpansions() {
        var scratch = ShellWordBuilder(start: 0)
        isDiscarding = true
        while let byte = byte() {
            switch byte {
            case .backslash: position = min(position + 2, bytes.count)
            case .dollar: readDollar(&scratch, isQuoted: true)
            case .backquote: readBackquoted(&scratch, isQuoted: true)
            default: position += 1
            }
        }
    }
}
