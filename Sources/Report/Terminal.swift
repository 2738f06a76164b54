/// How text may look where it goes, decided from facts that are passed in; it reads no environment and writes nothing.

/// In character cells.
package struct TerminalSize: Hashable, Sendable {
    package var columns: Int
    package var rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

/// The values of `--color`.
package enum ColorChoice: String, CaseIterable, Sendable { case auto, always, never }

/// How much a run tells: `-q`, neither, `-v`.
package enum Verbosity: Int, Comparable, Sendable {
    case quiet, normal, verbose

    package static func < (a: Verbosity, b: Verbosity) -> Bool { a.rawValue < b.rawValue }
}

package struct TerminalStyle: Hashable, Sendable {
    package var color: Bool
    /// The cursor can be moved, so that lines can be redrawn in place.
    package var redraws: Bool
    /// Columns that a line should not exceed when it can be cut.
    package var width: Int

    /// Neither colour nor cursor: a file, a pipe, a test.
    package static let plain = TerminalStyle(color: false, redraws: false, width: 120)

    package init(color: Bool, redraws: Bool = false, width: Int = 120) {
        self.color = color
        self.redraws = redraws
        self.width = width
    }

    /// `environment` is the caller's; of it count NO_COLOR (no-color.org), CLICOLOR_FORCE (bixense.com/clicolors) and
    /// TERM. `--color` wins over both, and NO_COLOR over CLICOLOR_FORCE. `size` is nil where there is none to know.
    package init(color choice: ColorChoice, environment: [String: String], isTerminal: Bool, size: TerminalSize?) {
        func isSet(_ name: String) -> Bool { environment[name]?.isEmpty == false }
        let isDumb = !isSet("TERM") || environment["TERM"] == "dumb"
        redraws = isTerminal && !isDumb
        width = max(20, size?.columns ?? (isTerminal ? 80 : Self.plain.width))
        color =
            switch choice {
            case .always: true
            case .never: false
            case .auto:
                !isSet("NO_COLOR")
                    && ((isSet("CLICOLOR_FORCE") && environment["CLICOLOR_FORCE"] != "0") || redraws)
            }
    }

    /// `text` in these colours; unchanged when colour is off.
    func paint(_ text: String, _ inks: Ink...) -> String {
        guard color, !text.isEmpty, !inks.isEmpty else { return text }
        return "\u{1B}[\(inks.map(\.rawValue).joined(separator: ";"))m\(text)\u{1B}[0m"
    }
}

/// Select Graphic Rendition parameters (ECMA-48, 8.3.117).
enum Ink: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case cyan = "36"
}
