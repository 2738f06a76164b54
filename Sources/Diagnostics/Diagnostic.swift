/// What the product says of a mistake: what, where, why and what to do. A value; Report renders it.

package struct Diagnostic: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable, Comparable {
        case note, warning, error

        private var rank: Int { self == .note ? 0 : self == .warning ? 1 : 2 }
        package static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
    }

    /// A second place, or a reason, that belongs to the same mistake.
    package struct Note: Hashable, Sendable {
        package var message: String
        package var file: String?
        package var range: SourceRange?

        package init(_ message: String, file: String? = nil, range: SourceRange? = nil) {
            self.message = message
            self.file = file
            self.range = range
        }
    }

    /// Stable name, `room/what`, e.g. `pipeline/unknown-key`.
    package var id: String
    package var severity: Severity
    /// What is wrong, in one sentence without a final stop.
    package var message: String
    /// Path relative to the repository's root; nil when no file is to blame.
    package var file: String?
    package var range: SourceRange?
    /// The source line that `range` starts on.
    package var excerpt: String?
    package var notes: [Note]
    /// What the user can do about it.
    package var help: String?

    package init(
        id: String, severity: Severity = .error, message: String, file: String? = nil, range: SourceRange? = nil,
        excerpt: String? = nil, notes: [Note] = [], help: String? = nil
    ) {
        self.id = id
        self.severity = severity
        self.message = message
        self.file = file
        self.range = range
        self.excerpt = excerpt
        self.notes = notes
        self.help = help
    }
}

extension [Diagnostic] {
    package var hasErrors: Bool { contains { $0.severity == .error } }

    /// By file and place; those without a place come first.
    package func inSourceOrder() -> [Diagnostic] {
        enumerated().sorted { a, b in
            let (x, y) = (a.element, b.element)
            if x.file != y.file { return (x.file ?? "") < (y.file ?? "") }
            if x.range?.start != y.range?.start {
                guard let left = x.range?.start else { return true }
                guard let right = y.range?.start else { return false }
                return left < right
            }
            return a.offset < b.offset
        }.map(\.element)
    }
}
