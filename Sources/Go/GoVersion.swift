/// Versions of Go itself and their order, which is not that of semantic versions.
///
/// Source of the rules: the documentation of Go's package go/version.

/// `1.27.3`, `1.25rc1`, or a language version such as `1.24`. From 1.21 on the language version is less than its
/// first release: 1.21 < 1.21rc1 < 1.21.0; before, 1.20 is its own first release.
package struct GoVersion: Comparable, Hashable, Sendable, CustomStringConvertible {
    /// Numbers to compare one after the other; -1 where a part is absent.
    private let major, minor, patch: Int
    /// `alpha`, `beta`, `rc`, or empty.
    private let kind: String
    private let prerelease: Int
    package let description: String

    /// Accepts a `go` prefix and a distributor's suffix (`go1.21.3-acme`); nil when `text` is no version.
    package init?(_ text: String) {
        var rest = Substring(text.hasPrefix("go") ? text.dropFirst(2) : text[...])
        rest = rest.prefix { $0 != "-" }
        description = String(rest)
        guard let major = takeNumber(&rest) else { return nil }
        self.major = major
        guard !rest.isEmpty else {
            (minor, patch, kind, prerelease) = (0, 0, "", -1)
            return
        }
        guard rest.popFirst() == ".", let minor = takeNumber(&rest) else { return nil }
        self.minor = minor
        if rest.first == "." {
            rest.removeFirst()
            guard let patch = takeNumber(&rest), rest.isEmpty else { return nil }
            (self.patch, kind, prerelease) = (patch, "", -1)
        } else if rest.isEmpty {
            (patch, kind, prerelease) = (minor < 21 ? 0 : -1, "", -1)
        } else {
            let kind = rest.prefix { ("a"..."z").contains($0) }
            rest = rest[kind.endIndex...]
            guard !kind.isEmpty else { return nil }
            let number = takeNumber(&rest)
            guard rest.isEmpty else { return nil }
            (patch, self.kind, prerelease) = (-1, String(kind), number ?? -1)
        }
    }

    /// The language version: `1.27` of 1.27.3.
    package var language: String { "\(major).\(minor)" }

    package static func < (a: GoVersion, b: GoVersion) -> Bool {
        (a.major, a.minor, a.patch, a.kind, a.prerelease) < (b.major, b.minor, b.patch, b.kind, b.prerelease)
    }

    // Not by spelling: 1.20 is 1.20.0.
    package static func == (a: GoVersion, b: GoVersion) -> Bool {
        (a.major, a.minor, a.patch, a.kind, a.prerelease) == (b.major, b.minor, b.patch, b.kind, b.prerelease)
    }

    package func hash(into hasher: inout Hasher) {
        for number in [major, minor, patch, prerelease] { hasher.combine(number) }
        hasher.combine(kind)
    }
}

/// The decimal number at the start of `rest`; nil when there is none, or it has a needless zero in front.
private func takeNumber(_ rest: inout Substring) -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard digits == "0" || digits.first != "0", let number = Int(digits) else { return nil }
    rest = rest[digits.endIndex...]
    return number
}
