/// Reads one ignore file and judges paths by it; knows neither the file system nor what git tracks.

/// Source of the format: gitignore(5). libgit2's own reading is not used: it drops a `!rule` that undoes a rule
/// of a parent folder's file, and what git keeps would be lost to a step's inputs.
struct IgnoreRules: Sendable {
    private enum Subject: UInt8 {
        /// The name, letter for letter.
        case name
        /// A name that ends so.
        case suffix
        /// A name that the glob matches.
        case nameGlob
        /// A path from the ignore file's folder on.
        case path
    }

    private struct Rule {
        var subject: Subject
        var isNegated: Bool
        var foldersOnly: Bool
        /// Where its pattern stands in `patterns`.
        var start: Int32
        var count: Int32
        /// How many bytes stand before the first special character.
        var literalCount: Int32
    }

    /// How many bytes of a path the ignore file's own folder takes, its slash included.
    private let base: Int
    private let ignoresCase: Bool
    private var rules: [Rule] = []
    private var patterns: [UInt8] = []

    init(_ text: [UInt8], base: Int, ignoresCase: Bool) {
        self.base = base
        self.ignoresCase = ignoresCase
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let body = text.starts(with: mark) ? text[3...] : text[...]
        for line in body.split(separator: UInt8(ascii: "\n")) { add(line) }
    }

    private mutating func add(_ line: ArraySlice<UInt8>) {
        var pattern = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        if let end = pattern.firstIndex(of: 0) { pattern = pattern[..<end] }
        guard let first = pattern.first, first != UInt8(ascii: "#") else { return }
        pattern = withoutTrailingSpaces(pattern)
        let isNegated = pattern.first == UInt8(ascii: "!")
        if isNegated { pattern = pattern.dropFirst() }
        let foldersOnly = pattern.last == UInt8(ascii: "/")
        if foldersOnly { pattern = pattern.dropLast() }
        let isPath = pattern.contains(UInt8(ascii: "/"))
        // A slash at its front only ties the pattern to the folder.
        if pattern.first == UInt8(ascii: "/") { pattern = pattern.dropFirst() }
        guard !pattern.isEmpty else { return }

        let literalCount = pattern.prefix { !isSpecial($0) }.count
        let isSuffix = pattern.first == UInt8(ascii: "*") && !pattern.dropFirst().contains(where: isSpecial)
        let isLiteral = literalCount == pattern.count
        let subject: Subject = isPath ? .path : isLiteral ? .name : isSuffix ? .suffix : .nameGlob
        if subject == .suffix { pattern = pattern.dropFirst() }
        rules.append(
            Rule(
                subject: subject, isNegated: isNegated, foldersOnly: foldersOnly, start: Int32(patterns.count),
                count: Int32(pattern.count), literalCount: Int32(literalCount)))
        patterns += pattern
    }

    /// What the last rule that fits says: true is ignored, false is kept; nil when no rule fits.
    /// `path` runs from the work tree's root; its last name begins at `name`.
    func verdict(_ path: UnsafeBufferPointer<UInt8>, name: Int, isFolder: Bool) -> Bool? {
        patterns.withUnsafeBufferPointer { patterns in
            let name = UnsafeBufferPointer(rebasing: path[name...])
            let relative = UnsafeBufferPointer(rebasing: path[base...])
            for rule in rules.reversed() where isFolder || !rule.foldersOnly {
                let start = Int(rule.start)
                let pattern = UnsafeBufferPointer(rebasing: patterns[start..<(start + Int(rule.count))])
                let literal = Int(rule.literalCount)
                let fits =
                    switch rule.subject {
                    case .name: name.count == pattern.count && starts(name, with: pattern, pattern.count)
                    case .suffix:
                        name.count >= pattern.count
                            && starts(
                                UnsafeBufferPointer(rebasing: name.suffix(pattern.count)), with: pattern, pattern.count)
                    case .nameGlob: globMatches(pattern, name, ignoringCase: ignoresCase)
                    // git compares what stands before the first special character by itself, so that the glob
                    // begins there: `a**/b` means `a` and then `**/b`.
                    case .path:
                        relative.count >= literal && starts(relative, with: pattern, literal)
                            && globMatches(
                                UnsafeBufferPointer(rebasing: pattern[literal...]),
                                UnsafeBufferPointer(rebasing: relative[literal...]), ignoringCase: ignoresCase)
                    }
                if fits { return !rule.isNegated }
            }
            return nil
        }
    }

    private func starts(
        _ text: UnsafeBufferPointer<UInt8>, with pattern: UnsafeBufferPointer<UInt8>, _ count: Int
    ) -> Bool {
        for i in 0..<count where !equal(text[i], pattern[i], ignoresCase) { return false }
        return true
    }
}

private func isSpecial(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "\\")
}

/// Spaces at the end do not count, unless a backslash stands before them.
private func withoutTrailingSpaces(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var end = line.startIndex
    var i = line.startIndex
    while i < line.endIndex {
        if line[i] == UInt8(ascii: "\\") {
            // A backslash with nothing behind it: git leaves the line as it is.
            guard i + 1 < line.endIndex else { return line }
            i += 1
            end = i + 1
        } else if line[i] != UInt8(ascii: " ") {
            end = i + 1
        }
        i += 1
    }
    return line[..<end]
}
