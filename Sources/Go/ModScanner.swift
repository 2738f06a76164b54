/// The words, strings and comments of one line of go.mod or go.work; it knows no blocks and no directives.
import Diagnostics

/// A word, a string or a punctuation mark, as written.
struct ModToken {
    var text: String
    var range: SourceRange
}

struct ScannedLine {
    var tokens: [ModToken] = []
    /// Without slashes and the spaces around.
    var comment: String?
}

struct ScanError: Error {
    var range: SourceRange
    var message: String
}

/// Nothing of the grammar goes beyond a line's end, so each is scanned by itself.
func scanLine(_ scalars: [Unicode.Scalar], number: Int) throws(ScanError) -> ScannedLine {
    func range(_ start: Int, _ end: Int) -> SourceRange {
        SourceRange(line: number, column: start + 1, length: end - start)
    }
    func text(_ start: Int, _ end: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<end])
        return String(view)
    }
    func starts(_ mark: Unicode.Scalar, at index: Int) -> Bool {
        scalars[index] == "/" && index + 1 < scalars.count && scalars[index + 1] == mark
    }

    var line = ScannedLine()
    var position = 0
    while position < scalars.count {
        let start = position
        let scalar = scalars[start]
        switch scalar {
        case " ", "\t", "\r": position += 1
        case "/" where starts("/", at: start):
            line.comment = trimmed(scalars[(start + 2)...])
            return line
        case "(", ")", "[", "]", "{", "}", ",":
            position += 1
            line.tokens.append(ModToken(text: text(start, position), range: range(start, position)))
        case "\"", "`":
            position += 1
            while position < scalars.count, scalars[position] != scalar {
                position += scalars[position] == "\\" && scalar == "\"" ? 2 : 1
            }
            guard position < scalars.count else {
                throw ScanError(range: range(start, scalars.count), message: "a string ends on the line it begins on")
            }
            position += 1
            line.tokens.append(ModToken(text: text(start, position), range: range(start, position)))
        default:
            while position < scalars.count, isWordScalar(scalars[position]), !starts("/", at: position) {
                if starts("*", at: position) {
                    throw ScanError(
                        range: range(position, position + 2), message: "comments begin with //, not with /*")
                }
                position += 1
            }
            guard position > start else {
                let hex = String(scalar.value, radix: 16, uppercase: true)
                let code = String(repeating: "0", count: max(0, 4 - hex.count)) + hex
                throw ScanError(range: range(start, start + 1), message: "unexpected character U+\(code)")
            }
            line.tokens.append(ModToken(text: text(start, position), range: range(start, position)))
        }
    }
    return line
}

private func trimmed(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    let body = scalars.drop(while: \.properties.isWhitespace)
    var view = String.UnicodeScalarView()
    view.append(contentsOf: body[..<(body.lastIndex { !$0.properties.isWhitespace }.map { $0 + 1 } ?? body.startIndex)])
    return String(view)
}

/// Printable, not a space, not one of the marks that stand alone.
private func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "(", ")", "[", "]", "{", "}", ",": return false
    case "!"..."~": return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
        .nonspacingMark, .spacingMark, .enclosingMark,
        .decimalNumber, .letterNumber, .otherNumber,
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
        .finalPunctuation, .otherPunctuation,
        .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
        return true
    default: return false
    }
}
