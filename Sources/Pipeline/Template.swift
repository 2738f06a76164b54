/// A text with `${…}` references in it; it knows their spelling, not their values.
import Diagnostics

package struct Template: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        case text(String)
        case reference(Reference, SourceRange)
    }

    package var parts: [Part]
    package var range: SourceRange

    package init(parts: [Part], range: SourceRange) {
        self.parts = parts
        self.range = range
    }

    package init(_ text: String, at range: SourceRange) {
        self.init(parts: text.isEmpty ? [] : [.text(text)], range: range)
    }

    package var references: [Located<Reference>] {
        parts.compactMap {
            if case .reference(let reference, let range) = $0 { Located(reference, at: range) } else { nil }
        }
    }

    /// With what git says of the commit; other references stay as they are written.
    package func filled(with git: [Reference.GitFact: String]) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .reference(.git(let fact), _): git[fact] ?? "${\(Reference.git(fact))}"
            case .reference(let reference, _): "${\(reference)}"
            }
        }.joined()
    }

    /// As the user wrote it, `$$` for a dollar included.
    package var source: String {
        parts.map { part in
            switch part {
            case .text(let text): text.replacingDollars()
            case .reference(let reference, _): "${\(reference)}"
            }
        }.joined()
    }
}

/// What `${…}` can name.
package enum Reference: Hashable, Sendable, CustomStringConvertible {
    /// The repository's root.
    case root
    /// The path of an artifact for the machine's platform.
    case artifact(String)
    /// The path of a pinned tool's binary.
    case tool(String)
    /// A free loopback port chosen for a service of the same step.
    case servicePort(String)
    case git(GitFact)

    package enum GitFact: String, Hashable, Sendable, CaseIterable {
        /// The nearest tag, the number of commits since, and the commit, as `git describe --tags --always --dirty`.
        case describe
        case commit
        /// Seconds since 1970 of the commit, UTC.
        case commitTime = "commit.time"
        /// `true` or `false`.
        case dirty
    }

    package var description: String {
        switch self {
        case .root: "root"
        case .artifact(let name): "artifact.\(name)"
        case .tool(let name): "tool.\(name)"
        case .servicePort(let name): "service.\(name).port"
        case .git(let fact): "git.\(fact.rawValue)"
        }
    }
}

extension String {
    fileprivate func replacingDollars() -> String {
        split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
    }
}
