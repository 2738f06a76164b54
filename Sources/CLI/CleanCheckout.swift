/// The files of a commit, or of the index, as what a run works in: where they lie, what is told of them and what refused.
import Action
import Cache
import Checkout
import Diagnostics
import Files
import Git
import Go
import Pipeline
import Plan
import Run
import WorkTree

struct CleanCheckout: Sendable {
    enum Subject: Sendable {
        case commit(GitCommit)
        /// What is staged on HEAD's commit, if there is one.
        case index(GitCommit?, isDirty: Bool)

        var commit: GitCommit? {
            switch self {
            case .commit(let commit): commit
            case .index(let head, _): head
            }
        }
    }

    let subject: Subject
    /// Where the contents come from.
    let repository: GitRepository
    let tree: CleanTree
    /// Of the pipeline, in the tree.
    let root: String
    /// Where the user is, in the tree.
    let directory: String
    /// Those below `root`, relative to it.
    let files: [ScannedFile]
    /// Of each of them what was written just now; none where nothing was.
    let written: [FileContent?]
    /// Copies of artifacts go here: the tree is to have nothing but the commit's files.
    let outputFolder: String
    /// What making the tree took.
    let elapsed: Duration
    /// Nothing that this run may use is removed by others.
    let lease: Lease?
    /// Others who want such a tree take another one as long as this is held, which is until the process ends.
    let lock: FileLock

    /// Changes when the values of `${git.…}` do.
    var identity: String {
        switch subject {
        case .commit(let commit): "\(commit.id) \(GitFingerprint(repository.layout).references)"
        case .index(let head, let isDirty):
            "\(head?.id ?? "-") \(isDirty) \(GitFingerprint(repository.layout).references)"
        }
    }

    /// What `${git.…}` stands for: the commit's own values, and of the index those of a work tree with the same changes.
    func gitFacts() throws(GitError) -> [Reference.GitFact: String] {
        guard let commit = subject.commit else { return [:] }
        var isDirty = false
        if case .index(_, true) = subject { isDirty = true }
        let name = try repository.describe(commit: commit.id)
        return [
            .commit: commit.id, .commitTime: "\(commit.time)", .describe: isDirty ? "\(name)-dirty" : name,
            .dirty: isDirty ? "true" : "false",
        ]
    }

    var announcement: CommitTree {
        var isStaged = false
        if case .index = subject { isStaged = true }
        return CommitTree(
            commit: subject.commit?.id, summary: subject.commit?.summary ?? "", isStaged: isStaged, folder: tree.path,
            submodules: tree.remarks.submodules.map(\.path), written: tree.written, removed: tree.removed, elapsed: elapsed)
    }

    // MARK: - What is told

    var warnings: [Diagnostic] {
        let remarks = tree.remarks
        var warnings = remarks.absentSubmodules.map { submodule in
            Diagnostic(
                id: "clean/submodule-absent", severity: .warning,
                message: "the submodule \(submodule.path) is empty: its commit \(submodule.id.text.prefix(12)) is not here",
                help: "`git submodule update --init \(submodule.path)` fetches it")
        }
        if let first = remarks.pointers.first {
            let others = remarks.pointers.count - 1
            warnings.append(
                Diagnostic(
                    id: "clean/lfs-pointer", severity: .warning,
                    message: "Git LFS has not fetched \(first)" + (others == 0 ? "" : " and \(others) more")
                        + ": the tree has a pointer in its place",
                    help: fetchingLargeFiles))
        }
        for (filter, path) in remarks.filters.sorted(by: { $0.key < $1.key }) {
            warnings.append(
                Diagnostic(
                    id: "clean/filter-not-run", severity: .warning,
                    message: "\(path) and its like are as they were committed: the filter `\(filter)` is not run",
                    help: "it is a program of your git configuration, which other machines need not have"))
        }
        return warnings
    }

    private var fetchingLargeFiles: String { "`git lfs fetch origin \(subject.commit?.id ?? "HEAD")` fetches what is missing" }

    // MARK: - What is refused

    /// A step must not take a pointer for the file.
    func refusePointers(_ graph: StepGraph, _ output: Output) throws {
        let prefix = root == tree.path ? "" : root.dropFirst(tree.path.utf8.count + 1) + "/"
        let pointers = Set(tree.remarks.pointers.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) })
        guard !pointers.isEmpty else { return }
        for action in graph.actions {
            guard let path = action.inputs.first(where: pointers.contains) else { continue }
            throw CommandFailure(
                .environment, "clean/lfs-missing",
                "\(action.step) reads \(path), and Git LFS has not fetched it: there is only a pointer", help: fetchingLargeFiles,
                output)
        }
    }

    /// What lies outside of the repository is in no clone, and the tree is elsewhere than the user's own files.
    func refuseOutside(_ repository: GoRepository, _ output: Output) throws {
        var found: [Diagnostic] = []
        func consider(_ path: String, _ range: SourceRange, in folder: String, _ file: String, _ what: String) {
            let place = normalizedFolder(path.hasPrefix("/") ? path : "\(root)/\(folder)/\(path)")
            guard place != tree.path, !place.hasPrefix("\(tree.path)/"),
                let text = (try? readFile("\(root)/\(file)")).map({ String(decoding: $0, as: UTF8.self) })
            else { return }
            found.append(
                SourceText(file: file, text: text).diagnostic(
                    "clean/outside", at: range, "\(what) is outside of the repository: no clone has it",
                    help: "bring the module into the repository, or require a version of it"))
        }
        for module in repository.modules {
            for replacement in module.file.replaces where replacement.isLocal {
                consider(
                    replacement.newPath, replacement.newPathRange, in: module.directory, join(module.directory, "go.mod"),
                    "the replacement \(replacement.newPath)")
            }
        }
        for use in repository.workspace?.file.uses ?? [] {
            consider(use.value, use.range, in: ".", "go.work", "the module \(use.value)")
        }
        for replacement in repository.workspace?.file.replaces ?? [] where replacement.isLocal {
            consider(replacement.newPath, replacement.newPathRange, in: ".", "go.work", "the replacement \(replacement.newPath)")
        }
        guard found.isEmpty else { throw CommandFailure(.misuse, found, output) }
    }

    /// Words of a step, with the tree's files called as the user knows them.
    func relative(_ line: String) -> String {
        guard line.contains(tree.path) else { return line }
        var line = line.replacing("\(root)/", with: "")
        if root != tree.path {
            let depth = root.dropFirst(tree.path.utf8.count + 1).split(separator: "/").count
            line = line.replacing("\(tree.path)/", with: String(repeating: "../", count: depth))
        }
        return line
    }
}

/// Without `.`, `..` and needless slashes; absolute.
private func normalizedFolder(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
        if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
}
