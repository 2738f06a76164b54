/// What others wrote, made fit to show: a tool's output or a user's file may not move the cursor or the like.

/// A line of a tool's output as a terminal would be left with it: what stands after the last carriage return, without
/// control sequences. Colours (SGR) are kept when `color` is on, and closed at the end.
func harmlessLine(_ line: String, color: Bool) -> String {
    // The common line has nothing to hide.
    if line.utf8.allSatisfy({ ($0 >= 0x20 && $0 < 0x7F) || $0 == 0x09 }) { return line }
    var reader = ControlReader(rest: Array(line.unicodeScalars)[...])
    var kept = String.UnicodeScalarView()
    var colors = ""
    var isColored = false
    var startsOver = false
    while let piece = reader.next() {
        switch piece {
        case .carriageReturn: startsOver = true
        case .text(let scalar):
            if startsOver { kept = String.UnicodeScalarView(colors.unicodeScalars) }
            startsOver = false
            kept.append(scalar)
        case .color(let sequence) where color:
            let isReset = sequence == "\u{1B}[m" || sequence == "\u{1B}[0m"
            colors = isReset ? "" : colors + sequence
            isColored = !isReset
            kept.append(contentsOf: sequence.unicodeScalars)
        case .color: break
        }
    }
    return String(kept) + (isColored ? "\u{1B}[0m" : "")
}

/// A user's text on one line, control and bidirectional formatting characters made visible as U+FFFD, line feeds as a
/// return sign: what is quoted must look as it reads. Tabs stay.
func visibleText(_ text: String) -> String {
    if text.utf8.allSatisfy({ ($0 >= 0x20 && $0 < 0x7F) || $0 == 0x09 }) { return text }
    var output = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        output.append(scalar == "\n" ? "⏎" : scalar.isTreacherous ? "\u{FFFD}" : scalar)
    }
    return String(output)
}

extension Unicode.Scalar {
    fileprivate var isTreacherous: Bool {
        switch value {
        case 0x09: false
        case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

/// Splits a line into text and control functions (ECMA-48, 5.3 to 5.6); those that are neither text, colour nor
/// carriage return are swallowed whole.
private struct ControlReader {
    enum Piece {
        case text(Unicode.Scalar)
        case color(String)
        case carriageReturn
    }

    var rest: ArraySlice<Unicode.Scalar>

    mutating func next() -> Piece? {
        while let scalar = rest.popFirst() {
            switch scalar.value {
            case 0x09: return .text(scalar)
            case 0x0D: return .carriageReturn
            case 0x1B:
                if let color = skipEscape() { return .color(color) }
            case 0x9B:
                if let color = skipSequence() { return .color(color) }
            case 0x90, 0x98, 0x9D...0x9F: skipString()
            case 0..<0x20, 0x7F...0x9F: continue
            default: return .text(scalar)
            }
        }
        return nil
    }

    /// What follows an ESC; a colour is returned.
    private mutating func skipEscape() -> String? {
        guard let first = rest.popFirst() else { return nil }
        switch first {
        case "[": return skipSequence()
        case "]", "P", "X", "^", "_": skipString()
        case " "..."/":
            // An intermediate byte, e.g. of a change of character set: one more follows.
            while let scalar = rest.popFirst(), scalar.value < 0x30 {}
        default: break
        }
        return nil
    }

    /// The parameters and the final byte of a control sequence; SGR is returned, spelled anew.
    private mutating func skipSequence() -> String? {
        var parameters = ""
        while let scalar = rest.first {
            switch scalar.value {
            case 0x20...0x3F:
                parameters.unicodeScalars.append(scalar)
                rest.removeFirst()
            case 0x40...0x7E:
                rest.removeFirst()
                let isPlain = parameters.utf8.allSatisfy { (0x30...0x3B).contains($0) }
                return scalar == "m" && isPlain ? "\u{1B}[\(parameters)m" : nil
            default: return nil
            }
        }
        return nil
    }

    /// Up to BEL or the string terminator, ESC \ or U+009C.
    private mutating func skipString() {
        while let scalar = rest.popFirst() {
            if scalar == "\u{07}" || scalar == "\u{9C}" { return }
            if scalar == "\u{1B}", rest.first == "\\" {
                rest.removeFirst()
                return
            }
        }
    }
}
