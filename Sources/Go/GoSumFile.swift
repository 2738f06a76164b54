/// The hashes of a go.sum or go.work.sum file; it knows how they are written down, not how they are made.
///
/// Source of the format: "go.sum files" in the Go Modules Reference.
import Diagnostics

package struct GoSumFile: Sendable {
    package struct Entry: Hashable, Sendable {
        package var module: ModuleVersion
        /// The hash is that of the module's go.mod alone.
        package var isGoMod: Bool
        /// With its algorithm: `h1:…=`.
        package var hash: String
        /// From 1.
        package var line: Int
    }

    package var entries: [Entry] = []

    package init() {}

    /// Every line that can be understood is in the file; the others are errors. Ids: go/sum-syntax, go/sum-conflict.
    package static func parse(_ source: SourceText) -> (file: GoSumFile, diagnostics: [Diagnostic]) {
        var file = GoSumFile()
        var diagnostics: [Diagnostic] = []
        var known: [Entry.Subject: Entry] = [:]
        for (index, text) in source.lines.enumerated() {
            let fields = text.split(whereSeparator: \.isWhitespace)
            guard !fields.isEmpty else { continue }
            let whole = SourceRange(line: index + 1, column: 1, length: text.unicodeScalars.count)
            guard fields.count == 3, isHash(fields[2]) else {
                diagnostics.append(
                    source.diagnostic(
                        "go/sum-syntax", at: whole,
                        isConflictMark(text)
                            ? "an unresolved merge conflict" : "this is not a module, a version and a hash",
                        help: isConflictMark(text)
                            ? "keep the lines of both sides, drop the marks, then run `go mod tidy`"
                            : "remove the line, then run `go mod tidy`"))
                continue
            }
            let isGoMod = fields[1].hasSuffix("/go.mod")
            let version = isGoMod ? fields[1].dropLast("/go.mod".count) : fields[1]
            let entry = Entry(
                module: ModuleVersion(path: String(fields[0]), version: String(version)), isGoMod: isGoMod,
                hash: String(fields[2]), line: index + 1)
            let first = known[entry.subject] ?? entry
            known[entry.subject] = first
            if first.hash != entry.hash {
                let range = SourceRange(
                    line: first.line, column: 1, length: source.lines[first.line - 1].unicodeScalars.count)
                diagnostics.append(
                    source.diagnostic(
                        "go/sum-conflict", at: whole,
                        "a second, different hash of \(entry.module)\(isGoMod ? "'s go.mod" : "")",
                        notes: [Diagnostic.Note("the first is here", file: source.file, range: range)],
                        help: "remove both lines and run `go mod tidy`, which asks the checksum database"))
            }
            file.entries.append(entry)
        }
        return (file, diagnostics)
    }
}

extension GoSumFile.Entry {
    fileprivate struct Subject: Hashable {
        var module: ModuleVersion
        var isGoMod: Bool
        var algorithm: Substring
    }

    fileprivate var subject: Subject {
        Subject(module: module, isGoMod: isGoMod, algorithm: hash.prefix { $0 != ":" })
    }
}

/// What git leaves in a file that two branches changed.
func isConflictMark(_ line: Substring) -> Bool {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].contains { line.hasPrefix($0) }
}

/// `h1:` and 32 bytes in base64; of other algorithms, which Go passes over, only the name is looked at.
private func isHash(_ text: Substring) -> Bool {
    guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else { return false }
    guard text[..<colon] == "h1" else { return true }
    let digits = text[text.index(after: colon)...]
    return digits.utf8.count == 44 && digits.hasSuffix("=")
        && digits.dropLast().allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+" || $0 == "/") }
}
