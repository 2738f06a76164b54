/// Pins of before `tool` lines: files of bingo, and Go files that import tools so that go.mod keeps them. Pure text.
import Diagnostics
import Go

/// A tool at a version, and the file that says so.
package struct OlderPin: Hashable, Sendable {
    /// What its users call it.
    package var name: String
    package var package: String
    package var version: String
    /// Relative to the root.
    package var file: String

    package init(name: String, package: String, version: String, file: String) {
        self.name = name
        self.package = package
        self.version = version
        self.file = file
    }
}

/// `.bingo/NAME.mod`: its one requirement has the package's path within the module as its comment. Nil for others, such
/// as the go.mod that keeps the folder out of the module.
///
/// Source of the format: the files that bingo 0.9 writes.
package func bingoPin(_ source: SourceText) -> OlderPin? {
    let file = source.file.split(separator: "/").map(String.init)
    guard let name = file.last, file.dropLast().last == ".bingo", name.hasSuffix(".mod"), name != "go.mod" else { return nil }
    for line in source.lines {
        let parts = line.split(separator: "//", maxSplits: 1).map(String.init)
        let words = (parts.first ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 3, words[0] == "require", canonicalVersion(words[2]) == words[2] else { continue }
        let remark = parts.count > 1 ? parts[1].split(whereSeparator: \.isWhitespace).first.map(String.init) : nil
        let below = remark.flatMap { $0.hasPrefix("-") || $0.contains("=") || $0 == "indirect" ? nil : $0 }
        return OlderPin(
            name: String(name.dropLast(".mod".count)).replacing(".", with: "-"),
            package: below.map { "\(words[1])/\($0)" } ?? words[1], version: words[2], file: source.file)
    }
    return nil
}

/// A Go file that is built only with the tag `tools`, and whose imports are tools: each at the version that go.mod
/// requires. Imports of no required module are left out.
package func toolsFilePins(_ head: GoHead, file: String, _ module: GoModFile) -> [OlderPin] {
    guard head.buildConstraints.contains(where: isForTools) else { return [] }
    return head.imports.compactMap { package in
        let owner = module.requires.filter { package == $0.path || package.hasPrefix("\($0.path)/") }
            .max { $0.path.utf8.count < $1.path.utf8.count }
        guard let owner else { return nil }
        let elements = package.split(separator: "/").map(String.init)
        return OlderPin(name: elements.last ?? package, package: package, version: owner.version, file: file)
    }
}

/// `//go:build tools` or `// +build tools`.
private func isForTools(_ line: String) -> Bool {
    let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "!" || $0 == ":") }.map(String.init)
    return words.last == "tools" && words.count == 2
}
