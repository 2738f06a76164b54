/// How a registry says which kind of authorization it wants; it gives none.
///
/// Source of the format: RFC 9110, section 11.6.1; the parameters are those of the distribution project's token
/// authentication.

struct Challenge: Hashable {
    /// In lower case, e.g. `bearer`.
    var scheme: String
    /// Names in lower case.
    var parameters: [String: String]

    /// All that one WWW-Authenticate header has.
    static func all(in header: String) -> [Challenge] {
        var reader = ChallengeReader(rest: header[...])
        var challenges: [Challenge] = []
        while let word = reader.word() {
            if reader.takes("="), !challenges.isEmpty {
                challenges[challenges.count - 1].parameters[word.lowercased()] = reader.value()
            } else {
                challenges.append(Challenge(scheme: word.lowercased(), parameters: [:]))
            }
            reader.skip(" \t,")
        }
        return challenges
    }
}

private struct ChallengeReader {
    var rest: Substring

    mutating func skip(_ signs: String) { rest = rest.drop { signs.contains($0) } }

    mutating func takes(_ sign: Character) -> Bool {
        // A name, spaces and no sign are a scheme and what follows it.
        let after = rest.drop { $0 == " " || $0 == "\t" }
        guard after.first == sign else { return false }
        rest = after.dropFirst()
        return true
    }

    mutating func word() -> String? {
        skip(" \t,")
        let word = rest.prefix { !" \t,=\"".contains($0) }
        guard !word.isEmpty else { return nil }
        rest = rest[word.endIndex...]
        return String(word)
    }

    /// A word, or a quoted text with its quotes and backslashes taken away.
    mutating func value() -> String {
        skip(" \t")
        guard rest.first == "\"" else {
            let word = rest.prefix { !" \t,".contains($0) }
            rest = rest[word.endIndex...]
            return String(word)
        }
        rest = rest.dropFirst()
        var text = ""
        while let sign = rest.popFirst(), sign != "\"" {
            if sign == "\\", let escaped = rest.popFirst() { text.append(escaped) } else { text.append(sign) }
        }
        return text
    }
}
