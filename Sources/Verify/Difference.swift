/// What two binaries differ in, as values: which part, and where it comes from.

package enum Difference: Hashable, Sendable {
    /// E.g. `go1.27.3`; empty when it is no Go program.
    case goVersion(String, String)
    /// A setting of the go command, of the build information: `-tags`, `CGO_ENABLED`, `GOAMD64`. Nil when it is not there.
    case setting(name: String, String?, String?)
    /// `vcs.revision` and its like.
    case stamp([StampDifference])
    /// The main module or one that is linked, with versions; nil when it is not there.
    case module(path: String, String?, String?)
    /// The second text is nil when it is not known.
    case linkerValue(variable: String, String, String?)
    /// The path of a folder that one of them was made in.
    case folder(path: String, binary: String, sections: [String], isTrimmed: Bool)
    case source(SourceDifference)
    /// What the C compiler wrote for `__DATE__` or `__TIME__`.
    case compileTime(String, String, sources: [ClockSource])
    /// The linker's identification alone: `-buildid`.
    case buildID(String, String)
    /// One has symbols or debugging data, the other has not.
    case stripped(binary: String, sections: [String])
    /// Nothing better is known.
    case content(ContentDifference)
}

package struct StampDifference: Hashable, Sendable {
    package var name: String
    package var first: String?
    package var second: String?
}

/// A file of the repository that is another where the second build was made.
package struct SourceDifference: Hashable, Sendable {
    package enum Role: Hashable, Sendable {
        /// Compiled.
        case source
        /// By `//go:embed`.
        case embedded
    }

    package enum Reason: Hashable, Sendable {
        case folder
        case time
        case unknown
    }

    /// Relative to the root.
    package var path: String
    package var role: Role
    /// The step that makes it; nil when no step does.
    package var step: String?
    package var reason: Reason
    /// The first line that differs.
    package var lines: (first: String, second: String)?

    package init(path: String, role: Role, step: String?, reason: Reason, lines: (first: String, second: String)?) {
        self.path = path
        self.role = role
        self.step = step
        self.reason = reason
        self.lines = lines
    }

    package static func == (a: SourceDifference, b: SourceDifference) -> Bool { a.path == b.path && a.step == b.step }
    package func hash(into hasher: inout Hasher) { hasher.combine(path) }
}

/// A C file, or a Go file with C in it, that asks for the time of compilation.
package struct ClockSource: Hashable, Sendable {
    package var path: String
    /// `__DATE__`, `__TIME__` or `__TIMESTAMP__`.
    package var macros: [String]

    package init(path: String, macros: [String]) {
        self.path = path
        self.macros = macros
    }
}

package struct ContentDifference: Hashable, Sendable {
    /// Empty in a file that is no ELF file.
    package var section: String
    /// Of the first byte that differs, from the section's begin.
    package var offset: Int
    /// What the table of symbols has there.
    package var symbol: String?
    /// What can be read around the place.
    package var texts: (first: String, second: String)?
    package var sizes: (first: Int, second: Int)

    package static func == (a: ContentDifference, b: ContentDifference) -> Bool {
        a.section == b.section && a.offset == b.offset
    }
    package func hash(into hasher: inout Hasher) { hasher.combine(section) }
}
