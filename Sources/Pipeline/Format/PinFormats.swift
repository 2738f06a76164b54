/// What must be pinned: tools, the Go release, the image below the binary. It knows version spellings, no registry.
import Diagnostics
import YAML

extension Format where Value == ToolPin {
    /// `import/path@v1.2.3`; the name is filled in by whoever knows it.
    static let toolPin: Self = Format<Located<String>>.string.then(
        schema: ["type": "string", "pattern": "^[^@\\s]+@v[0-9]+\\.[0-9]+\\.[0-9]+[^@\\s]*$"]
    ) { value, subject, decoding -> ToolPin? in
        let words = value.value.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(words[0])
        guard isImportPath(path) else {
            let isLocal = path.hasPrefix(".")
            decoding.badValue(
                value.range, "\(quoted(path)) is not the import path of a tool",
                help: isLocal
                    ? "a program of this repository is no tool: declare it under `artifacts:`, run `${artifact.NAME}`"
                    : "write the import path of its main package, as in `golang.org/x/tools/cmd/stringer@v0.25.0`")
            return nil
        }
        guard words.count == 2 else {
            decoding.unpinned(subject, at: value.range, "has no version", path)
            return nil
        }
        let version = String(words[1])
        guard SemanticVersion.isExact(version) else {
            decoding.unpinned(
                subject, at: decoding.place(of: "@\(version)", in: value.range), reason(version), path)
            return nil
        }
        return ToolPin(
            name: Located("", at: value.range), package: path, version: version, range: value.range)
    }

    private static func reason(_ version: String) -> String {
        switch version {
        case "": "has no version after its `@`"
        case "latest", "upgrade", "patch": "is not pinned: `@\(version)` is another version tomorrow"
        case _ where version.first == "<" || version.first == ">": "is not pinned: `@\(version)` is a range of versions"
        case _ where SemanticVersion.isPrefix(version): "is not pinned: `@\(version)` is any version that begins so"
        case _ where version.first?.isWholeNumber == true && SemanticVersion.isExact("v\(version)"):
            "has a version without its `v`: `@\(version)`"
        default: "is not pinned: `@\(version)` is a branch, a tag or a commit, which can move"
        }
    }
}

extension Decoding {
    fileprivate func unpinned(_ subject: Subject, at range: SourceRange, _ reason: String, _ path: String) {
        report(
            "pipeline/unpinned-tool", at: range, "\(subject.phrase) \(reason)",
            help: "write one released version, as in `\(path)@v1.2.3`")
    }
}

/// Letters, digits and a few signs, with a dot in the first element: https://go.dev/ref/mod#go-mod-file-ident.
private func isImportPath(_ path: String) -> Bool {
    let elements = path.split(separator: "/", omittingEmptySubsequences: false)
    return elements.first?.contains(".") == true
        && elements.allSatisfy { element in
            !element.isEmpty && element.first != "." && element.last != "."
                && element.utf8.allSatisfy { $0.isLetterOrDigit || "-._~+".utf8.contains($0) }
        }
}

/// Go's semantic versions: https://go.dev/ref/mod#versions.
enum SemanticVersion {
    /// `v1.2.3`, also with a pre-release (pseudo-versions are such) or `+incompatible`.
    static func isExact(_ text: String) -> Bool {
        var version = text[...]
        if version.hasSuffix("+incompatible") { version = version.dropLast("+incompatible".count) }
        guard version.first == "v", !version.contains("+") else { return false }
        version = version.dropFirst()
        var release = version
        if let dash = version.firstIndex(of: "-") {
            release = version[..<dash]
            let identifiers = version[version.index(after: dash)...].split(
                separator: ".", omittingEmptySubsequences: false)
            guard identifiers.allSatisfy(isIdentifier) else { return false }
        }
        let numbers = release.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 3 && numbers.allSatisfy(isNumber)
    }

    /// `v1` and `v1.2`, which the go command takes for the newest that begins so.
    static func isPrefix(_ text: String) -> Bool {
        let numbers = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        return text.first == "v" && numbers.count < 3 && numbers.allSatisfy(isNumber)
    }

    static func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(\.isDigit) && (text == "0" || text.first != "0")
    }

    private static func isIdentifier(_ text: Substring) -> Bool {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }) else {
            return false
        }
        return !text.utf8.allSatisfy(\.isDigit) || isNumber(text)
    }
}

extension Format where Value == Located<GoSettings.Version> {
    static let goVersion: Self = Format(
        schema: ["type": "string", "pattern": "^(go\\.mod|1\\.[0-9]+(\\.[0-9]+|rc[0-9]+|beta[0-9]+)?)$"]
    ) { node, subject, decoding in
        guard case .scalar(let scalar) = node.content, scalar.value == .string else {
            var notes: [Diagnostic.Note] = []
            var help = "write an exact release in quotes, such as \"1.27.3\", or `go.mod`"
            if case .scalar(let scalar) = node.content, scalar.value == .number || scalar.value == .integer(1) {
                notes = [.init("a number has no trailing zeros: 1.20 would become 1.2")]
                help = "write it in quotes, and with its patch release, such as \"1.27.3\""
            }
            decoding.wrongType(node, subject, "a string", notes: notes, help: help)
            return nil
        }
        if scalar.text == "go.mod" { return Located(.goMod, at: node.range) }
        guard isGoRelease(scalar.text[...]) else {
            let bare = scalar.text.hasPrefix("go") ? scalar.text.dropFirst(2) : ""
            decoding.badValue(
                node.range, "\(quoted(scalar.text)) is not a release of Go",
                notes: isGoLanguage(scalar.text)
                    ? [
                        .init(
                            "since Go 1.21, `\(scalar.text)` is a version of the language; releases have three numbers")
                    ] : [],
                help: isGoRelease(bare)
                    ? "write it without `go`: \"\(bare)\""
                    : "write an exact release, such as \"1.27.3\" or \"1.25rc1\", or `go.mod`")
            return nil
        }
        return Located(.exact(scalar.text), at: node.range)
    }
}

/// `1.27.3`, `1.25rc1`, and before 1.21 also `1.20`: https://go.dev/doc/toolchain#version.
private func isGoRelease(_ text: Substring) -> Bool {
    guard text.hasPrefix("1.") else { return false }
    let rest = text.dropFirst(2)
    let minor = rest.prefix { $0.isASCII && $0.isWholeNumber }
    guard SemanticVersion.isNumber(minor), minor.count <= 4, let number = Int(minor) else { return false }
    let tail = rest.dropFirst(minor.count)
    if tail.isEmpty { return number < 21 }
    for mark in [".", "rc", "beta"] where tail.hasPrefix(mark) {
        let count = tail.dropFirst(mark.count)
        return SemanticVersion.isNumber(count) && count.count <= 4 && (mark == "." || count != "0")
    }
    return false
}

private func isGoLanguage(_ text: String) -> Bool {
    text.hasPrefix("1.") && SemanticVersion.isNumber(text.dropFirst(2))
}

extension Format where Value == Located<String> {
    /// `scratch`, or a reference that ends in a digest, as the OCI image specification spells digests.
    static let imageBase: Self = Format(
        schema: ["type": "string", "pattern": "^(scratch|[^@\\s]+@sha256:[0-9a-f]{64})$"]
    ) { node, subject, decoding in
        Format.string.read(node, subject, decoding).flatMap { value in
            value.value == "scratch" || decoding.isPinned(value, "the base image", orElse: "`scratch`, or ") ? value : nil
        }
    }

    /// Such a reference; `scratch` has no Go.
    static let builderImage: Self = Format.string.then(
        schema: ["type": "string", "pattern": "^[^@\\s]+@sha256:[0-9a-f]{64}$"]
    ) { value, _, decoding in decoding.isPinned(value, "the image", orElse: "") ? value : nil }
}

extension Decoding {
    fileprivate func isPinned(_ image: Located<String>, _ what: String, orElse other: String) -> Bool {
        let words = image.value.split(separator: "@", omittingEmptySubsequences: false)
        if words.count == 2, isImageName(words[0]), words[1].hasPrefix("sha256:"), words[1].utf8.count == 71,
            words[1].utf8.dropFirst(7).allSatisfy({ $0.isDigit || (97...102).contains($0) })
        {
            return true
        }
        report(
            "pipeline/unpinned-image", at: image.range, "\(what) \(quoted(image.value)) is not pinned by a digest",
            notes: [.init("a tag can be moved to another image")],
            help: "write \(other)the image with its digest, `\(words[0])@sha256:` and 64 hexadecimal digits")
        return false
    }
}

private func isImageName(_ name: Substring) -> Bool {
    guard let first = name.utf8.first, first.isLetterOrDigit else { return false }
    return name.utf8.allSatisfy { $0.isLetterOrDigit || "-._/:".utf8.contains($0) }
}
