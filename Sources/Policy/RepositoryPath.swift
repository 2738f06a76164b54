/// Paths inside a repository: their folder, their name, joined and tidied. Pure text; `.` is the root.

func folderPath(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
}

func fileName(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
}

/// `path` as seen from `folder`, without `.`, `..` and needless slashes; nil when it leaves the root or is absolute.
func joined(_ folder: String, _ path: String) -> String? {
    guard !path.hasPrefix("/") else { return nil }
    var parts: [Substring] = []
    for part in "\(folder)/\(path)".split(separator: "/") where part != "." {
        if part == ".." {
            guard parts.popLast() != nil else { return nil }
        } else {
            parts.append(part)
        }
    }
    return parts.isEmpty ? "." : parts.joined(separator: "/")
}

/// Whether `path` is `folder` or below it.
func isBelow(_ path: String, _ folder: String) -> Bool {
    folder == "." || path == folder || path.hasPrefix("\(folder)/")
}

/// Copies of others' code and material of tests: nothing in there is this repository's own doing.
package func isOwnPath(_ path: String) -> Bool {
    !path.split(separator: "/").dropLast().contains { foreignFolders.contains(String($0)) || $0.first == "_" }
}

private let foreignFolders: Set<String> = ["vendor", "testdata", "node_modules", "third_party", "third-party", "thirdparty", ".git", "bower_components"]

/// A file that its name, or a folder's, says to be for a desk, a test or CI, and not for production.
func isForDevelopment(_ path: String) -> Bool {
    path.lowercased().split { "/.-_".contains($0) }.contains { developmentWords.contains(String($0)) }
}

private let developmentWords: Set<String> = [
    "dev", "devel", "develop", "development", "devcontainer", "local", "test", "tests", "testing", "e2e", "integration", "ci", "debug",
    "override", "hack", "tools", "tool", "builder", "lint", "bench", "benchmark", "benchmarks", "sandbox", "playground", "fuzz",
    "docs", "doc", "tilt", "cross", "toolbox", "tutorial", "tutorials",
]
