/// The rule that `go run` and `go build` are given a package, not one of its files.
import Diagnostics
import Go
import Scripts

extension PolicyRule {
    static let goRunMustNamePackages = PolicyRule(
        "go-run-file", "`go run` and `go build` must be given a package, not some of its files", .warning,
        page: RulePage(
            what: """
                `go run main.go` or `go build main.go` where the package has further files that the command leaves out. Files for \
                another system, files that a build constraint keeps out, and programs of one file each are left alone.
                """,
            why: "The siblings are missed: it breaks, or builds something else, as soon as the package has a second file.",
            bad: "go run main.go", good: "go run .", language: "sh", fix: "the file becomes its package.")
    ) { world, findings in
        for (file, go) in world.goInvocations where ["run", "build"].contains(go.verb) {
            let words = go.targetWords
            guard let first = words.first, first.text.hasSuffix(".go"), words.allSatisfy({ $0.text.hasSuffix(".go") && $0.isLiteral }) else { continue }
            guard let package = world.folder(ofFile: first.text, go.command, file) else { continue }
            let named = Set(words.map { fileName(of: $0.text) })
            let missed = world.siblings(of: named, in: package)
            guard let sibling = missed.first else { continue }
            let folder = folderPath(of: first.text)
            let target = folder == "." || folder.isEmpty ? "." : folder.hasPrefix(".") || folder.hasPrefix("/") ? folder : "./\(folder)"
            let range = SourceRange(first.range.start, words.last!.range.end)
            let others = missed.count == 1 ? "" : " and \(missed.count - 1) more"
            findings.add(
                "`\(first.text)` alone leaves out `\(sibling)`\(others) of the same package", at: range, in: file.source,
                help: "name the package: `\(target)`",
                fix: words.count == 1
                    ? world.edit(first, of: file, to: target).map { Fix("write `\(target)` instead of `\(first.text)`", [$0]) } : nil)
        }
    }
}

extension PolicyWorld {
    /// The folder of a file that is named on a command line, seen from where the command runs.
    fileprivate func folder(ofFile path: String, _ command: ScriptCommand, _ file: ReadFile) -> String? {
        let places = (command.folder.map { [$0.isEmpty ? "." : $0] } ?? [folderPath(of: file.file), "."])
        return places.compactMap { joined($0, path) }.first { paths.contains($0) }.map(folderPath(of:))
    }

    /// What `go run .` would compile besides; none where another file has a program of its own.
    fileprivate func siblings(of named: Set<String>, in folder: String) -> [String] {
        func head(_ name: String) -> GoHead? { joined(folder, name).flatMap { self.head(of: $0) } }
        guard named.allSatisfy({ head($0).map { $0.packageName == "main" && $0.buildConstraints.isEmpty } ?? false }) else { return [] }
        var siblings: [String] = []
        for name in goFileNames(in: folder) where !named.contains(name) {
            guard let head = head(name), head.packageName == "main", head.buildConstraints.isEmpty, !isForOnePlatform(name) else { continue }
            if head.hasMain { return [] }
            siblings.append(name)
        }
        return siblings
    }
}

/// `x_windows.go`, `x_linux_arm64.go`. Source: `go help buildconstraint`.
private func isForOnePlatform(_ name: String) -> Bool {
    let parts = name.dropLast(".go".count).split(separator: "_").dropFirst().suffix(2)
    return parts.contains { platformWords.contains(String($0)) }
}

private let platformWords: Set<String> = [
    "aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "js", "linux", "netbsd", "openbsd", "plan9", "solaris",
    "wasip1", "windows", "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le",
    "riscv64", "s390x", "wasm",
]
