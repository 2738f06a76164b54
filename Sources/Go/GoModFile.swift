/// What a go.mod file says, line by line with its place; it knows nothing of other files or of what exists.
///
/// Source of the format: "go.mod files" in the Go Modules Reference.
import Diagnostics

package struct GoModFile: Sendable {
    package struct Requirement: Hashable, Sendable {
        package var path: String
        /// Canonical.
        package var version: String
        /// Marked `// indirect`.
        package var isIndirect: Bool
        package var range: SourceRange

        package init(path: String, version: String, isIndirect: Bool, range: SourceRange) {
            self.path = path
            self.version = version
            self.isIndirect = isIndirect
            self.range = range
        }
    }

    /// Versions of this module, `low` to `high`, that nobody should use.
    package struct Retraction: Hashable, Sendable {
        package var low: String
        package var high: String
        /// Its comment; empty when it has none.
        package var rationale: String
        package var range: SourceRange
    }

    package var module: Located<String>?
    /// The message of a `Deprecated:` paragraph above `module`.
    package var deprecation: String?
    /// As written: `1.24`, `1.24.3`.
    package var goVersion: Located<String>?
    /// As written: `go1.27.3` or `default`.
    package var toolchain: Located<String>?
    package var requires: [Requirement] = []
    package var replaces: [Replacement] = []
    package var excludes: [Located<ModuleVersion>] = []
    package var retracts: [Retraction] = []
    /// Package paths of `tool` lines.
    package var tools: [Located<String>] = []
    /// Folders of `ignore` lines.
    package var ignores: [Located<String>] = []
    package var godebug: [(key: String, value: String)] = []

    package init() {}

    /// Every line that can be understood is in the file; the others are errors. Ids: go/mod-syntax,
    /// go/mod-unknown-directive, go/mod-duplicate-directive, go/mod-duplicate-replace, go/mod-bad-version,
    /// go/mod-bad-path, go/mod-bad-replace, go/mod-no-module.
    package static func parse(_ source: SourceText) -> (file: GoModFile, diagnostics: [Diagnostic]) {
        var syntax = ModSyntax(source, .mod)
        var file = GoModFile()
        var places: [String: SourceRange] = [:]
        for line in syntax.lines { file.add(line, &syntax, &places) }
        if places["module"] == nil {
            syntax.report(
                "no-module", at: SourceRange(line: 1, column: 1, length: 0), "go.mod does not name its module",
                help: "begin it with: module example.com/name")
        }
        reportConflicts(file.replaces, &syntax)
        return (file, syntax.diagnostics.inSourceOrder())
    }

    private mutating func add(_ line: ModLine, _ syntax: inout ModSyntax, _ places: inout [String: SourceRange]) {
        let verb = line.verb.text
        if ["module", "go", "toolchain"].contains(verb), syntax.isRepeated(line, &places) { return }
        switch verb {
        case "module":
            module = syntax.onlyArgument(of: line, usage: "module example.com/name")
            deprecation = deprecationMessage(line.comments)
        case "go": goVersion = syntax.goVersion(of: line)
        case "toolchain": toolchain = syntax.toolchain(of: line)
        case "require":
            guard let required = syntax.moduleVersion(of: line) else { return }
            requires.append(
                Requirement(
                    path: required.value.path, version: required.value.version,
                    isIndirect: marksIndirect(line.suffix), range: required.range))
        case "exclude": syntax.moduleVersion(of: line).map { excludes.append($0) }
        case "replace": syntax.replacement(of: line).map { replaces.append($0) }
        case "retract": syntax.retraction(of: line).map { retracts.append($0) }
        case "tool": syntax.onlyArgument(of: line, usage: "tool example.com/module/cmd/name").map { tools.append($0) }
        case "ignore": syntax.onlyArgument(of: line, usage: "ignore ./folder").map { ignores.append($0) }
        case "godebug": syntax.godebug(of: line).map { godebug.append($0) }
        default: syntax.reportUnknown(line.verb)
        }
    }
}

extension ModSyntax {
    /// Whether the directive of `line`, which a file has once, was seen already; reported then.
    mutating func isRepeated(_ line: ModLine, _ places: inout [String: SourceRange]) -> Bool {
        if let first = places[line.verb.text] {
            report(
                "duplicate-directive", at: line.range, "a second \"\(line.verb.text)\"",
                notes: [Diagnostic.Note("the first is here", file: file, range: first)], help: "keep one of them")
            return true
        }
        places[line.verb.text] = line.range
        return false
    }

    fileprivate mutating func moduleVersion(of line: ModLine) -> Located<ModuleVersion>? {
        guard line.arguments.count == 2 else {
            reportUsage(line, "\(line.verb.text) example.com/module v1.2.3")
            return nil
        }
        guard let path = string(line.arguments[0]), let version = version(line.arguments[1], of: path.value) else {
            return nil
        }
        return Located(ModuleVersion(path: path.value, version: version.value), at: line.range)
    }

    /// `v1.2.3` or `[v1.2.3, v1.4.0]`.
    fileprivate mutating func retraction(of line: ModLine) -> GoModFile.Retraction? {
        let words = line.arguments
        let bounds: [ModToken]
        switch words.map(\.text) {
        case let texts where texts.count == 1: bounds = [words[0], words[0]]
        case let texts where texts.count == 5 && [texts[0], texts[2], texts[4]] == ["[", ",", "]"]:
            bounds = [words[1], words[3]]
        default:
            reportUsage(line, "retract v1.2.3, or retract [v1.2.3, v1.4.0]")
            return nil
        }
        guard let low = version(bounds[0], of: nil), let high = version(bounds[1], of: nil) else { return nil }
        return GoModFile.Retraction(
            low: low.value, high: high.value, rationale: line.comments.joined(separator: "\n"), range: line.range)
    }
}

/// Two different replacements of the same versions are an error; the same one twice is not.
func reportConflicts(_ replaces: [Replacement], _ syntax: inout ModSyntax) {
    var first: [ModuleVersion: Replacement] = [:]
    for replace in replaces {
        let old = ModuleVersion(path: replace.oldPath, version: replace.oldVersion ?? "")
        if let before = first[old] {
            guard (before.newPath, before.newVersion) != (replace.newPath, replace.newVersion) else { continue }
            syntax.report(
                "duplicate-replace", at: replace.range, "a second, different replacement of \(old)",
                notes: [Diagnostic.Note("the first is here", file: syntax.file, range: before.range)],
                help: "keep one of them")
        } else {
            first[old] = replace
        }
    }
}

/// `// indirect`, or `// indirect; and more`.
private func marksIndirect(_ comment: String?) -> Bool {
    let words = (comment ?? "").split(whereSeparator: \.isWhitespace)
    return words == ["indirect"] || words.count > 1 && words[0] == "indirect;"
}

/// The rest of the first paragraph that begins with `Deprecated:`.
private func deprecationMessage(_ comments: [String]) -> String? {
    for paragraph in comments.split(separator: "") {
        guard let head = paragraph.first, head.hasPrefix("Deprecated:") else { continue }
        let message = head.dropFirst("Deprecated:".count).drop { $0 == " " }
        return ([String(message)] + paragraph.dropFirst()).joined(separator: "\n")
    }
    return nil
}
