/// Path patterns as in .gitignore and GitHub's filters: `*` and `?` within a name, `**` across folders, `[a-z]`.

package struct Glob: Hashable, Sendable {
    private let parts: [[Character]]

    /// Every path that matches is this one or lies below it; empty when it may be any.
    package let literal: String
    /// The pattern is nothing but that path.
    package let isLiteral: Bool

    package init(_ pattern: String) {
        parts = pattern.split(separator: "/").map(Array.init).filter { $0 != ["."] }
        let plain = parts.prefix { part in !part.contains { "*?[".contains($0) } }
        literal = plain.map { String($0) }.joined(separator: "/")
        isLiteral = plain.count == parts.count
    }

    /// True for the path itself and, when the pattern means a folder, for everything below it.
    package func matches(_ path: String) -> Bool {
        match(parts[...], path.split(separator: "/").map(Array.init)[...])
    }

    private func match(_ pattern: ArraySlice<[Character]>, _ path: ArraySlice<[Character]>) -> Bool {
        guard let first = pattern.first else { return true }
        if first == ["*", "*"] {
            return match(pattern.dropFirst(), path) || !path.isEmpty && match(pattern, path.dropFirst())
        }
        guard let name = path.first, matchName(first[...], name[...]) else { return false }
        return match(pattern.dropFirst(), path.dropFirst())
    }

    private func matchName(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        switch first {
        case "*":
            return matchName(pattern.dropFirst(), name) || !name.isEmpty && matchName(pattern, name.dropFirst())
        case "?": return !name.isEmpty && matchName(pattern.dropFirst(), name.dropFirst())
        case "[":
            guard let close = pattern.dropFirst(2).firstIndex(of: "]"), let character = name.first else { return false }
            let negated = pattern.dropFirst().first == "!"
            let set = pattern[(pattern.startIndex + (negated ? 2 : 1))..<close]
            return contains(set, character) != negated && matchName(pattern[(close + 1)...], name.dropFirst())
        default: return name.first == first && matchName(pattern.dropFirst(), name.dropFirst())
        }
    }

    private func contains(_ set: ArraySlice<Character>, _ character: Character) -> Bool {
        var rest = set
        while let low = rest.popFirst() {
            if rest.first == "-", rest.count > 1 {
                rest.removeFirst()
                let high = rest.removeFirst()
                if low <= character, character <= high { return true }
            } else if low == character {
                return true
            }
        }
        return false
    }
}
