/// Which files decide the modules, so that they can be copied before all others; it reads none of them.
import Action
import Diagnostics
import Go
import Pipeline
import Plan

struct ModuleSources {
    /// go.mod, go.sum and the like, relative to the root; those of the root first.
    var files: [String] = []
    /// Folders that serve as module proxies, relative to the root.
    var proxies: [String] = []

    /// Replacements by folders are checked even when there is nothing to download: the build needs them as well.
    init(
        _ scope: GoScope, _ facts: Facts, _ download: Action?, isVendored: Bool, at proxyRange: SourceRange?,
        _ findings: inout Findings
    ) {
        let known = Set(facts.files)
        files = facts.repository.moduleFiles(of: scope, among: known)
        for folder in localReplacements(scope, facts.repository, &findings) {
            let file = join(folder, "go.mod")
            if known.contains(file), !files.contains(file) { files.append(file) }
        }
        if let proxy = download?.environment["GOPROXY"] {
            proxies = proxyFolders(proxy, facts.files, at: proxyRange, &findings)
        }
        files = files.filter { !$0.contains("/") } + files.filter { $0.contains("/") }
        if download != nil || isVendored { reportOddPaths(&findings) }
    }

    /// The files by folder, in order.
    var groups: [(folder: String, files: [String])] {
        var groups: [(folder: String, files: [String])] = []
        for file in files {
            let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
            if let index = groups.firstIndex(where: { $0.folder == folder }) {
                groups[index].files.append(file)
            } else {
                groups.append((folder, [file]))
            }
        }
        return groups
    }

    /// COPY takes these for patterns, variables or quotes.
    private func reportOddPaths(_ findings: inout Findings) {
        for path in groups.map(\.folder) + proxies where path.contains(where: { "*?[]\\$\"'`\n\r".contains($0) }) {
            findings.report(
                "dockerfile/odd-path", at: nil, "the folder \(jsonString(path)) has a name that a Dockerfile cannot say",
                help: "rename it, with letters, digits and any of `-_.`")
        }
    }
}

/// Folders that replace modules of the scope, or are used by its go.work; what lies elsewhere is reported.
private func localReplacements(_ scope: GoScope, _ repository: GoRepository, _ findings: inout Findings) -> [String] {
    var folders: [String] = []
    func add(_ replaces: [Replacement], of file: String, in directory: String) {
        for replace in replaces where replace.isLocal {
            let folder = replace.newPath.hasPrefix("/") ? replace.newPath : normalized(join(directory, replace.newPath))
            if isOutside(folder) {
                findings.add(
                    outside(
                        "\(replace.oldPath) is replaced by \(replace.newPath), which is not in this repository",
                        file, replace.newPathRange, "move the module into the repository, or require a version of it"))
            } else {
                folders.append(folder)
            }
        }
    }
    let directories = repository.moduleDirectories(of: scope)
    for module in repository.modules where directories.contains(module.directory) {
        add(module.file.replaces, of: module.goModPath, in: module.directory)
    }
    if scope == .workspace, let workspace = repository.workspace {
        add(workspace.file.replaces, of: "go.work", in: ".")
        for use in workspace.file.uses where use.value.hasPrefix("/") || isOutside(normalized(use.value)) {
            findings.add(
                outside(
                    "go.work uses \(use.value), which is not in this repository", "go.work", use.range,
                    "move the module into the repository, or take the line out of the go.work that is committed"))
        }
    }
    return folders
}

private func isOutside(_ folder: String) -> Bool {
    folder.hasPrefix("/") || folder == ".." || folder.hasPrefix("../")
}

private func outside(_ message: String, _ file: String, _ range: SourceRange, _ help: String) -> Diagnostic {
    Diagnostic(
        id: "dockerfile/outside-repository", message: message, file: file, range: range,
        notes: [Diagnostic.Note("an image is built from the files of the repository alone")], help: help)
}

/// The `file://${root}/…` entries of a GOPROXY; a folder of this machine alone is reported.
private func proxyFolders(
    _ proxy: SymbolicText, _ files: [String], at range: SourceRange?, _ findings: inout Findings
) -> [String] {
    let root = "\0"
    var folders: [String] = []
    let entries = proxy.resolved { _ in root }.split { $0 == "," || $0 == "|" }
    for entry in entries where entry.hasPrefix("file://") {
        let path = entry.dropFirst("file://".count)
        let folder = normalized(String(path.dropFirst()))
        if !path.hasPrefix(root) || isOutside(folder) {
            findings.report(
                "dockerfile/outside-repository", at: range,
                "the module proxy \(entry.replacing(root, with: "${root}")) is not in this repository",
                notes: [Diagnostic.Note("an image is built from the files of the repository alone")],
                help: "put it in a folder of the repository, `file://${root}/proxy`, or use one with an https:// address")
        } else if folder != ".", !files.contains(where: { $0.hasPrefix("\(folder)/") }) {
            findings.report(
                "dockerfile/no-such-folder", at: range, "the module proxy `\(folder)` has no file in this repository",
                help: "commit its files, or name the folder that has them")
        } else {
            folders.append(folder)
        }
    }
    return folders
}
