/// What directives of go.mod and go.work have in common: their arguments as strings, versions, replacements.
import Diagnostics

/// `replace old [version] => new [version]`.
package struct Replacement: Hashable, Sendable {
    package var oldPath: String
    /// Nil when every version is replaced.
    package var oldVersion: String?
    package var newPath: String
    /// Nil when `newPath` is a folder.
    package var newVersion: String?
    package var range: SourceRange
    /// Of `newPath` alone.
    package var newPathRange: SourceRange

    package init(
        oldPath: String, oldVersion: String? = nil, newPath: String, newVersion: String? = nil, range: SourceRange,
        newPathRange: SourceRange
    ) {
        self.oldPath = oldPath
        self.oldVersion = oldVersion
        self.newPath = newPath
        self.newVersion = newVersion
        self.range = range
        self.newPathRange = newPathRange
    }

    /// The replacement is a folder: `./x`, `../x` or an absolute path.
    package var isLocal: Bool { newVersion == nil }
}

extension ModSyntax {
    /// The only argument of a line, unquoted; reported and nil otherwise.
    mutating func onlyArgument(of line: ModLine, usage: String) -> Located<String>? {
        guard line.arguments.count == 1 else {
            reportUsage(line, usage)
            return nil
        }
        return string(line.arguments[0])
    }

    mutating func reportUsage(_ line: ModLine, _ usage: String) {
        report("syntax", at: line.range, "malformed \"\(line.verb.text)\"", help: "write it as: \(usage)")
    }

    mutating func string(_ token: ModToken) -> Located<String>? {
        if token.text.hasPrefix("\"") {
            guard let value = unquoteGo(token.text) else {
                report(
                    "syntax", at: token.range, "\(token.text) is not a Go string",
                    help: "check what follows the backslash")
                return nil
            }
            return Located(value, at: token.range)
        }
        guard !token.text.contains(where: { "\"'`".contains($0) }) else {
            report("syntax", at: token.range, "only double quotes can quote, around the whole word", help: nil)
            return nil
        }
        return Located(token.text, at: token.range)
    }

    /// The canonical version that `token` names. When `path` is given, its major version has to agree.
    mutating func version(_ token: ModToken, of path: String?) -> Located<String>? {
        guard let text = string(token) else { return nil }
        guard let version = SemanticVersion(text.value) else {
            report(
                "bad-version", at: token.range, "\"\(text.value)\" is not a semantic version",
                help:
                    "versions look like v1.2.3; `go get MODULE@\(text.value)` writes the one that a branch stands for"
            )
            return nil
        }
        if let path {
            guard let major = PathMajor(path: path) else {
                report("bad-path", at: token.range, "no module can have the path \"\(path)\"", help: pathHelp(path))
                return nil
            }
            guard major.allows(version) else {
                report(
                    "bad-version", at: token.range,
                    "\(path) has versions \(major.demand), and this is v\(version.major)",
                    help: major == .zeroOrOne ? "its v\(version.major) has the path \(path)/v\(version.major)" : nil)
                return nil
            }
        }
        return Located(version.canonical, at: token.range)
    }

    mutating func goVersion(of line: ModLine) -> Located<String>? {
        guard let argument = onlyArgument(of: line, usage: "go 1.24.0") else { return nil }
        // Not the value: the go command takes no quotes here.
        guard isGoDirectiveVersion(line.arguments[0].text) else {
            report(
                "bad-version", at: argument.range, "\"\(argument.value)\" is not a Go version",
                help: "versions look like 1.24, 1.24.3 or 1.25rc1")
            return nil
        }
        return argument
    }

    mutating func toolchain(of line: ModLine) -> Located<String>? {
        guard let argument = onlyArgument(of: line, usage: "toolchain go1.24.0") else { return nil }
        let name = line.arguments[0].text
        guard name == "default" || name == "go1" || name.hasPrefix("go1.") else {
            report(
                "bad-version", at: argument.range, "\"\(name)\" is not the name of a toolchain",
                help: GoVersion(name) != nil
                    ? "did you mean \"go\(name)\"?" : "toolchains are named like go1.24.3, or default")
            return nil
        }
        return argument
    }

    /// `key=value`.
    mutating func godebug(of line: ModLine) -> (key: String, value: String)? {
        guard line.arguments.count == 1, case let text = line.arguments[0].text, let equals = text.firstIndex(of: "="),
            !text.contains(where: { "\"`',".contains($0) })
        else {
            reportUsage(line, "godebug key=value")
            return nil
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    mutating func replacement(of line: ModLine) -> Replacement? {
        let words = line.arguments
        guard let arrow = words.firstIndex(where: { $0.text == "=>" }), (1...2).contains(arrow),
            (1...2).contains(words.count - arrow - 1)
        else {
            reportUsage(line, "replace MODULE [v1.2.3] => OTHER v1.4.0, or replace MODULE [v1.2.3] => ../folder")
            return nil
        }
        guard let old = string(words[0]), let new = string(words[arrow + 1]) else { return nil }
        var replacement = Replacement(
            oldPath: old.value, newPath: new.value, range: line.range, newPathRange: new.range)
        guard PathMajor(path: old.value) != nil else {
            report("bad-path", at: old.range, "no module can have the path \"\(old.value)\"", help: pathHelp(old.value))
            return nil
        }
        if arrow == 2 {
            guard let version = version(words[1], of: old.value) else { return nil }
            replacement.oldVersion = version.value
        }
        let isFolder = isFolderPath(new.value)
        if words.count == arrow + 3 {
            guard let version = version(words[arrow + 2], of: nil) else { return nil }
            guard !isFolder else {
                report("bad-replace", at: version.range, "a folder has no version", help: "leave out \(version.value)")
                return nil
            }
            replacement.newVersion = version.value
        } else if !isFolder {
            report(
                "bad-replace", at: new.range, "\"\(new.value)\" is neither a module with a version nor a folder",
                help: new.value.contains("@")
                    ? "put a space for the @" : "give it a version, or begin a folder with ./ or ../")
            return nil
        } else if new.value.contains("\\") {
            report("bad-replace", at: new.range, "\"\(new.value)\" is a Windows path", help: "write it with slashes")
            return nil
        }
        return replacement
    }

    private func pathHelp(_ path: String) -> String {
        path.hasPrefix("gopkg.in/")
            ? "a path of gopkg.in ends in .vN" : "the suffix /vN begins with v2; v0 and v1 have none"
    }
}

/// As on the go command's line: rooted, or beginning with `.` or `..`; Windows' spellings count too.
func isFolderPath(_ text: String) -> Bool {
    if text == "." || text == ".." { return true }
    for prefix in ["./", "../", "/", ".\\", "..\\", "\\"] where text.hasPrefix(prefix) { return true }
    let head = Array(text.utf8.prefix(2))
    return head.count == 2 && head[1] == UInt8(ascii: ":") && Character(Unicode.Scalar(head[0])).isLetter
        && head[0] < 128
}

/// What a `go` line may say: `1.24`, `1.24.3`, `1.25rc1`, and spellings that a later Go may bring.
private func isGoDirectiveVersion(_ text: String) -> Bool {
    let release = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    let numbers = release.split(separator: ".", omittingEmptySubsequences: false)
    guard (2...3).contains(numbers.count), numbers[0].first != "0",
        numbers.allSatisfy({ !$0.isEmpty && ($0 == "0" || $0.first != "0") })
    else { return false }
    let suffix = text[release.endIndex...]
    guard !suffix.isEmpty else { return true }
    let letters = suffix.prefix { ("a"..."z").contains($0) }
    let digits = suffix[letters.endIndex...]
    return !letters.isEmpty && !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isNumber }
}
