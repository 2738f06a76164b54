/// How a repository's modules lie: found from a list of paths and the texts of go.mod and go.work. Pure.
import Diagnostics

package struct GoRepository: Sendable {
    package struct Module: Sendable {
        /// Relative to the root; `.` for the root itself.
        package var directory: String
        package var file: GoModFile
        package var hasGoSum: Bool
        /// It has a vendor/modules.txt.
        package var isVendored: Bool

        package init(directory: String, file: GoModFile, hasGoSum: Bool = false, isVendored: Bool = false) {
            self.directory = directory
            self.file = file
            self.hasGoSum = hasGoSum
            self.isVendored = isVendored
        }

        /// Relative to the root.
        package var goModPath: String { join(directory, "go.mod") }
        package var goSumPath: String? { hasGoSum ? join(directory, "go.sum") : nil }
    }

    /// A go.work at the root.
    package struct Workspace: Sendable {
        package var file: GoWorkFile
        package var hasGoWorkSum: Bool
        /// There is a vendor/modules.txt beside it.
        package var isVendored: Bool
        /// The folders of `use` lines that are in the repository, in order, relative to the root; `.` for the root.
        package var moduleDirectories: [String]

        package init(
            file: GoWorkFile, moduleDirectories: [String], hasGoWorkSum: Bool = false, isVendored: Bool = false
        ) {
            self.file = file
            self.hasGoWorkSum = hasGoWorkSum
            self.isVendored = isVendored
            self.moduleDirectories = moduleDirectories
        }
    }

    /// One question that reaches packages: where to ask and the patterns that name all of its packages.
    package struct Scope: Hashable, Sendable {
        /// Relative to the root.
        package var directory: String
        package var patterns: [String]
        /// Asked under the go.work; otherwise GOWORK=off has to be set when there is one.
        package var isWorkspace: Bool

        package init(directory: String, patterns: [String], isWorkspace: Bool) {
            self.directory = directory
            self.patterns = patterns
            self.isWorkspace = isWorkspace
        }
    }

    /// By folder.
    package var modules: [Module]
    package var workspace: Workspace?

    package init(modules: [Module], workspace: Workspace? = nil) {
        self.modules = modules
        self.workspace = workspace
    }

    /// `paths` are the repository's files, relative to its root, with slashes; `read` gives the text of one, or nil.
    /// What is wrong with any go.mod or go.work is among the diagnostics; ids of its own: go/work-outside,
    /// go/work-no-module, go/work-duplicate-use, go/unreadable.
    package static func find(
        paths: some Sequence<String>, read: (String) -> String?
    ) -> (repository: GoRepository, diagnostics: [Diagnostic]) {
        let relevant = Set(
            paths.filter { path in
                ["go.mod", "go.sum", "go.work", "go.work.sum", "modules.txt"].contains(lastName(path))
            })
        var diagnostics: [Diagnostic] = []
        func text(_ path: String) -> SourceText? {
            guard let text = read(path) else {
                diagnostics.append(Diagnostic(id: "go/unreadable", message: "cannot read \(path)", file: path))
                return nil
            }
            return SourceText(file: path, text: text)
        }

        var workspace: Workspace?
        if relevant.contains("go.work"), let source = text("go.work") {
            let (file, problems) = GoWorkFile.parse(source)
            diagnostics += problems
            var directories: [String] = []
            for use in file.uses {
                // A folder outside of the repository is the user's own affair, but no other machine has it.
                guard let directory = normalized(use.value) else {
                    diagnostics.append(
                        source.diagnostic(
                            "go/work-outside", .warning, at: use.range, "\(use.value) is not in this repository",
                            help: "keep such a line in a go.work that is not committed"))
                    continue
                }
                guard relevant.contains(join(directory, "go.mod")) else {
                    diagnostics.append(
                        source.diagnostic(
                            "go/work-no-module", at: use.range, "there is no go.mod in \(use.value)",
                            help: "remove the line, or commit the module"))
                    continue
                }
                guard !directories.contains(directory) else {
                    diagnostics.append(
                        source.diagnostic(
                            "go/work-duplicate-use", at: use.range, "\(use.value) is used a second time",
                            help: "remove the line"))
                    continue
                }
                directories.append(directory)
            }
            workspace = Workspace(
                file: file, moduleDirectories: directories, hasGoWorkSum: relevant.contains("go.work.sum"),
                isVendored: relevant.contains("vendor/modules.txt"))
        }

        var modules: [Module] = []
        for path in relevant.sorted() where lastName(path) == "go.mod" {
            let directory = folder(of: path)
            guard isOwn(directory) || workspace?.moduleDirectories.contains(directory) == true, let source = text(path)
            else {
                continue
            }
            let (file, problems) = GoModFile.parse(source)
            diagnostics += problems
            modules.append(
                Module(
                    directory: directory, file: file, hasGoSum: relevant.contains(join(directory, "go.sum")),
                    isVendored: relevant.contains(join(directory, "vendor/modules.txt"))))
        }
        modules.sort { $0.directory == "." ? $1.directory != "." : $1.directory != "." && $0.directory < $1.directory }
        return (GoRepository(modules: modules, workspace: workspace), diagnostics.inSourceOrder())
    }

    /// The module that a folder (relative to the root) belongs to: the innermost around it.
    package func module(owning directory: String) -> Module? {
        modules.filter { contains($0.directory, directory) }.max {
            $0.directory.count < $1.directory.count || $0.directory == "."
        }
    }

    /// Whether the go command, asked in `directory`, uses the go.work.
    package func isInWorkspace(_ directory: String) -> Bool {
        guard let workspace, let owner = module(owning: directory) else { return false }
        return workspace.moduleDirectories.contains(owner.directory)
    }

    /// What to ask to reach every package of every module. `./...` never crosses into a module below, and at the root
    /// of a workspace it names no package unless the root is a module itself: there each module has its own pattern.
    package var scopes: [Scope] {
        var scopes: [Scope] = []
        if let workspace, !workspace.moduleDirectories.isEmpty {
            let patterns = workspace.moduleDirectories.map { $0 == "." ? "./..." : "./\($0)/..." }
            scopes.append(Scope(directory: ".", patterns: patterns, isWorkspace: true))
        }
        for module in modules where workspace?.moduleDirectories.contains(module.directory) != true {
            scopes.append(Scope(directory: module.directory, patterns: ["./..."], isWorkspace: false))
        }
        return scopes
    }
}

private func lastName(_ path: String) -> Substring {
    path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
}

private func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
}

private func join(_ directory: String, _ name: String) -> String {
    directory == "." ? name : "\(directory)/\(name)"
}

private func contains(_ outer: String, _ inner: String) -> Bool {
    outer == "." || inner == outer || inner.hasPrefix("\(outer)/")
}

/// Not a copy of somebody else's module, nor material of a test; the go command passes over such folders as well.
private func isOwn(_ directory: String) -> Bool {
    directory == "."
        || directory.split(separator: "/").allSatisfy {
            $0 != "vendor" && $0 != "testdata" && $0.first != "_" && $0.first != "."
        }
}

/// A relative path without `.`, `..` and needless slashes; nil when it leaves the root or is absolute.
private func normalized(_ path: String) -> String? {
    guard !path.hasPrefix("/") else { return nil }
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
        if part == ".." {
            guard parts.popLast() != nil else { return nil }
        } else {
            parts.append(part)
        }
    }
    return parts.isEmpty ? "." : parts.joined(separator: "/")
}
