/// How words are written so that they arrive as they are: for /bin/sh, for a Dockerfile's own instructions, in JSON.

/// One word of a command line.
struct ShellWord: Hashable {
    enum Part: Hashable {
        case text(String)
        /// A variable's value, never split or expanded again.
        case variable(String)
        /// What the shell makes of this in double quotes.
        case expression(String)
    }

    var parts: [Part]

    init(parts: [Part]) { self.parts = parts }
    init(_ text: String) { parts = [.text(text)] }

    var variables: [String] {
        parts.compactMap { if case .variable(let name) = $0 { name } else { nil } }
    }

    /// As it stands in a command. Double quotes and never single ones: ShellCheck takes a `$` in those for a slip.
    var quoted: String {
        if case .text(let text) = parts.first, parts.count == 1, isPlain(text) { return text }
        let inner = parts.map { part in
            switch part {
            case .text(let text): escaped(text, "\\\"$`")
            case .variable(let name): "${\(name)}"
            case .expression(let text): text
            }
        }
        return "\"\(inner.joined())\""
    }

    /// As the value of an assignment, where a variable alone is not split either.
    var quotedValue: String {
        if case .variable(let name) = parts.first, parts.count == 1 { return "$\(name)" }
        return quoted
    }
}

/// A word of ARG, COPY, ENV or LABEL: the Dockerfile's own quotes and variables.
func dockerfileWord(_ text: String) -> String {
    isPlain(text) ? text : "\"\(dockerfileQuoted(text))\""
}

/// What stands between the Dockerfile's own quotes.
func dockerfileQuoted(_ text: String) -> String { escaped(text, "\\\"$") }

/// The exec form of ENTRYPOINT and CMD, and of a COPY with spaces in its paths.
func execForm(_ words: [String]) -> String {
    "[\(words.map(jsonString).joined(separator: ", "))]"
}

/// RFC 8259, section 7. A backslash at the end or before a quote is written by its number: hadolint 2.15 takes the
/// second of two backslashes for the escape of the quote behind them.
func jsonString(_ text: String) -> String {
    var result = "\""
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
        let next = index + 1 < scalars.count ? scalars[index + 1] : "\""
        switch scalar {
        case "\\" where next == "\"" || next == "\\": result += "\\u005c"
        case "\"", "\\": result += "\\\(scalar)"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case _ where scalar.value < 0x20:
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}

/// Means itself everywhere: no `~`, which assignments expand, and no `#`, which begins a comment.
private func isPlain(_ text: String) -> Bool {
    !text.isEmpty
        && text.utf8.allSatisfy {
            (48...57) ~= $0 || (65...90) ~= $0 || (97...122) ~= $0 || "@%+=:,./-_".utf8.contains($0)
        }
}

private func escaped(_ text: String, _ special: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        if special.unicodeScalars.contains(scalar) { result.append("\\") }
        result.append(scalar)
    }
    return String(result)
}
