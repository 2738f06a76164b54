/// Diagnostics for programs, as docs/json.md promises them.
import Diagnostics

/// `{"diagnostics":[…]}`, one a line.
package func renderDiagnosticsJSON(_ diagnostics: [Diagnostic]) -> String {
    JSON.document("diagnostics", diagnostics.map(JSON.init))
}

extension JSON {
    /// Lines and columns count from 1, columns by Unicode scalars; the end is the first place behind.
    init(_ diagnostic: Diagnostic) {
        self = .object(
            [
                ("id", .string(diagnostic.id)), ("severity", .string(diagnostic.severity.rawValue)),
                ("message", .string(diagnostic.message)),
            ] + Self.place(diagnostic.file, diagnostic.range) + [
                ("notes", .array(diagnostic.notes.map(JSON.init))), ("help", JSON(diagnostic.help)),
            ])
    }

    private init(_ note: Diagnostic.Note) {
        self = .object([("message", .string(note.message))] + Self.place(note.file, note.range))
    }

    private static func place(_ file: String?, _ range: SourceRange?) -> [(name: String, value: JSON)] {
        func number(_ value: Int?) -> JSON { value.map(JSON.number) ?? .null }
        return [
            ("file", JSON(file)), ("line", number(range?.start.line)), ("column", number(range?.start.column)),
            ("end_line", number(range?.end.line)), ("end_column", number(range?.end.column)),
        ]
    }
}
