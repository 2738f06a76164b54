/// What a go.work file says, line by line with its place; it knows nothing of other files or of what exists.
///
/// Source of the format: "Workspaces" in the Go Modules Reference.
import Diagnostics

package struct GoWorkFile: Sendable {
    /// As written.
    package var goVersion: Located<String>?
    /// As written: `go1.27.3` or `default`.
    package var toolchain: Located<String>?
    /// Folders, as written.
    package var uses: [Located<String>] = []
    package var replaces: [Replacement] = []
    package var godebug: [(key: String, value: String)] = []

    package init() {}

    /// Every line that can be understood is in the file; the others are errors. Ids: go/work-syntax,
    /// go/work-unknown-directive, go/work-duplicate-directive, go/work-duplicate-replace, go/work-bad-version,
    /// go/work-bad-path, go/work-bad-replace.
    package static func parse(_ source: SourceText) -> (file: GoWorkFile, diagnostics: [Diagnostic]) {
        var syntax = ModSyntax(source, .work)
        var file = GoWorkFile()
        var places: [String: SourceRange] = [:]
        for line in syntax.lines {
            let verb = line.verb.text
            if ["go", "toolchain"].contains(verb), syntax.isRepeated(line, &places) { continue }
            switch verb {
            case "go": file.goVersion = syntax.goVersion(of: line)
            case "toolchain": file.toolchain = syntax.toolchain(of: line)
            case "use": syntax.onlyArgument(of: line, usage: "use ./folder").map { file.uses.append($0) }
            case "replace": syntax.replacement(of: line).map { file.replaces.append($0) }
            case "godebug": syntax.godebug(of: line).map { file.godebug.append($0) }
            default: syntax.reportUnknown(line.verb)
            }
        }
        reportConflicts(file.replaces, &syntax)
        return (file, syntax.diagnostics.inSourceOrder())
    }
}
