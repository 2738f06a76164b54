/// From `--clean` and `--staged` to the tree that a run works in: which commit is meant, which place is free.
import Action
import ArgumentParser
import Cache
import Checkout
import Diagnostics
import Files
import Git
import Go
import Pipeline
import WorkTree

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct CleanOptions: ParsableArguments {
    @Option(
        defaultAsFlag: "HEAD", parsing: .next,
        help: ArgumentHelp(
            "Run on the files of a commit, in a tree of their own; HEAD's when none is named.", valueName: "commit"))
    var clean: String?

    @Flag(help: "The same with the files that are staged, as `git commit` would take them.")
    var staged = false

    var isUsed: Bool { clean != nil || staged }

    func validate() throws {
        if staged, clean != nil { throw ValidationError("--clean and --staged are two different trees: say one of them") }
    }

    /// The workspace in the tree that is asked for. The word after --clean is a step where it names no commit.
    func workspace(
        for workspace: Workspace, pipeline: String?, _ steps: inout [String], _ output: Output
    ) throws -> Workspace {
        let making = try CheckoutMaking(workspace, output)
        if staged { return try making.make(of: making.index()) }
        let word = clean ?? "HEAD"
        let known = workspace.stepNames(pipeline)
        let isStep = word != "HEAD" && known?.contains(word) == true
        guard let commit = try making.commit(named: word) else {
            if word == "HEAD" { throw making.noCommit }
            // Without a pipeline file its steps are not known yet.
            guard isStep || (known == nil && !word.contains { "~^@/:".contains($0) }) else {
                throw making.unknown(word, isNoStep: known != nil)
            }
            steps.insert(word, at: 0)
            guard let head = try making.commit(named: "HEAD") else { throw making.noCommit }
            return try making.make(of: .commit(head))
        }
        guard !isStep else {
            throw CommandFailure(
                .misuse, "arguments/ambiguous", "`\(word)` is both a step and a commit",
                help: "say `--clean=HEAD \(word)` for the step, `--clean=refs/heads/\(word)` for the branch", output)
        }
        return try making.make(of: .commit(commit))
    }
}

private struct CheckoutMaking {
    let workspace: Workspace
    let output: Output
    let repository: GitRepository

    init(_ workspace: Workspace, _ output: Output) throws {
        self.workspace = workspace
        self.output = output
        repository = try workspace.gitRepository(
            else: "clean/no-repository", help: "--clean and --staged take the files of a commit or of the index", output)
    }

    // MARK: - Which files

    /// Nil when there is none of that name.
    func commit(named name: String) throws -> GitCommit? {
        do {
            return try repository.commit(named: name)
        } catch {
            switch error.code {
            case .notFound, .noCommit: return nil
            default: throw CommandFailure.unreadable(error, output)
            }
        }
    }

    var noCommit: CommandFailure {
        CommandFailure(
            .misuse, "clean/no-commit", "there is no commit yet", help: "`pipeline run --staged` takes what is staged", output)
    }

    func unknown(_ word: String, isNoStep: Bool) -> CommandFailure {
        CommandFailure(
            .misuse, "clean/unknown-commit", "`\(word)` names no commit" + (isNoStep ? " and no step" : ""),
            help: repository.isShallow
                ? "this is a shallow clone: `git fetch --unshallow` brings the commits before its own"
                : "branches, tags, ids and words like HEAD~1 do", output)
    }

    func index() throws -> CleanCheckout.Subject {
        do throws(GitError) {
            let head = try repository.head()
            let staged = try repository.stagedFiles(index: workspace.indexFile)
            var committed: [GitFile] = []
            if let id = head.flatMap({ GitObjectID(text: $0.id) }) { committed = try repository.objects.files(of: id) }
            return .index(head, isDirty: staged != committed)
        } catch {
            throw CommandFailure.unreadable(error, output)
        }
    }

    // MARK: - The tree

    func make(of subject: CleanCheckout.Subject) throws -> Workspace {
        do {
            return try makeUnexplained(of: subject)
        } catch let error as CheckoutError {
            throw failure(error, subject)
        } catch let error as GitError {
            throw failure(.git(error), subject)
        } catch let error as FileError {
            throw failure(.file(error), subject)
        }
    }

    private func makeUnexplained(of subject: CleanCheckout.Subject) throws -> Workspace {
        let start = ContinuousClock.now
        let lease = try workspace.store.lease()
        let files =
            switch subject {
            case .commit(let commit): try files(of: commit)
            case .index: try repository.stagedFiles(index: workspace.indexFile)
            }
        let (place, lock) = try freePlace(for: files)
        let tree = try CleanTree(at: "\(place)/files", files: files, of: repository)
        let above = workspace.directory.dropFirst(repository.workTree == "/" ? 0 : repository.workTree.utf8.count)
        let directory = tree.path + above
        guard fileStatus(directory)?.kind == .folder else {
            throw CommandFailure(
                .misuse, "clean/no-folder", "\(above.dropFirst()) is not among the files of \(subject.words)",
                help: "start where they are, or commit it", output)
        }
        let root = findRoot(from: directory)
        let (below, written) = tree.files(below: root == tree.path ? "" : root.dropFirst(tree.path.utf8.count + 1) + "/")
        return Workspace(
            workspace,
            in: CleanCheckout(
                subject: subject, repository: repository, tree: tree, root: root, directory: directory,
                files: below, written: written, outputFolder: "\(place)/outputs",
                elapsed: ContinuousClock.now - start, lease: lease, lock: lock))
    }

    private func files(of commit: GitCommit) throws -> [GitFile] {
        guard let id = GitObjectID(text: commit.id) else { return [] }
        return try repository.objects.files(of: id)
    }

    /// A place that no other run uses now. It is the same for all clones of a repository, so that Go's test cache, which
    /// goes by the paths of the files that tests open, serves them all.
    private func freePlace(for files: [GitFile]) throws -> (String, FileLock) {
        let name = String(Digest(of: Array(try identity(of: files).utf8)).sha256.prefix(16))
        var number = 1
        while true {
            let place = workspace.store.cleanTree("\(name)-\(number)")
            try makeFolder(place)
            if let lock = try FileLock(at: "\(place)/lock") {
                // It is used now: what is not used goes one day.
                utimes("\(place)/lock", nil)
                return (place, lock)
            }
            number += 1
        }
    }

    /// The module of the first go.mod; a repository without one is known by its place.
    private func identity(of files: [GitFile]) throws -> String {
        let modules = files.filter { $0.path.hasSuffix("go.mod") && baseName($0.path) == "go.mod" && $0.kind == .file }
        guard let first = modules.first(where: { $0.path == "go.mod" }) ?? modules.first else { return repository.workTree }
        let text = String(decoding: try repository.objects.content(of: first.id), as: UTF8.self)
        return GoModFile.parse(SourceText(file: first.path, text: text)).0.module?.value ?? repository.workTree
    }

    // MARK: - What went wrong

    private func failure(_ error: CheckoutError, _ subject: CleanCheckout.Subject) -> CommandFailure {
        func failure(_ id: String, _ message: String, help: String? = nil) -> CommandFailure {
            CommandFailure(.environment, id, message, help: help, output)
        }
        let fetching = "git diff --numstat \(emptyTree) \(subject.commit?.id ?? "HEAD") >/dev/null"
        let partly = repository.isPartialClone ? "this is a partial clone: `\(fetching)` lets git fetch what is missing" : "`git fsck` says more"
        switch error {
        case .git(let error) where error.code == .notFound:
            return failure("clean/missing-objects", "\(error)", help: partly)
        case .git(let error): return .unreadable(error, output)
        case .file(let error): return failure("clean/not-written", "the tree of \(subject.words) cannot be made: \(error)")
        case .missingContents(let count, let path):
            let others = count > 1 ? " and of \(count - 1) more" : ""
            return failure(
                "clean/missing-objects", "the content of \(path)\(others) is not in this repository", help: partly)
        case .unknownEncoding(let encoding, let path):
            return failure(
                "clean/unknown-encoding", "\(path) is to be written in \(encoding) (working-tree-encoding), which is not known",
                help: "UTF-8, UTF-16 and UTF-32 are, the latter also with LE, BE and -BOM")
        case .collision(let path):
            return failure(
                "clean/colliding-names", "\(path) cannot be written: there is another file or folder of that name in \(subject.words)",
                help: "where case makes no difference, rename one of them")
        case .damagedLargeFile(let file, let path):
            return failure(
                "clean/lfs-damaged", "\(file) is not what the pointer of \(path) names",
                help: "remove it, and `git lfs fetch` brings it again")
        }
    }
}

/// The tree without files, which git knows without having it.
private let emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

extension CleanCheckout.Subject {
    var words: String {
        switch self {
        case .commit(let commit): "commit \(commit.id.prefix(12))"
        case .index: "the index"
        }
    }
}

extension Workspace {
    /// git's own word for the index of the commit that is being made, in a hook.
    fileprivate var indexFile: String? { environment["GIT_INDEX_FILE"].flatMap { $0.isEmpty ? nil : $0 } }

    /// Words that name steps here; nil where there is no pipeline file that can be read.
    fileprivate func stepNames(_ pipeline: String?) -> Set<String>? {
        let named = pipeline == nil ? namedPipelines(root: root) : []
        guard case .found(let pipeline?, _, _) = loadPipeline(root: root, name: pipeline) else { return named.isEmpty ? nil : Set(named) }
        return Set(named + pipeline.steps.map(\.name.value) + pipeline.artifacts.map { "artifact.\($0.name.value)" })
    }
}

extension CleanTree {
    /// Those in a folder, whose path has a slash at its end, relative to it; and what was written of them.
    fileprivate func files(below folder: String) -> ([ScannedFile], written: [FileContent?]) {
        guard !folder.isEmpty else { return (files, contents) }
        let places = files.indices.filter { files[$0].path.hasPrefix(folder) }
        let below = places.map { place in
            let file = files[place]
            return ScannedFile(
                path: String(file.path.dropFirst(folder.count)), size: file.size, modified: file.modified, changed: file.changed,
                inode: file.inode, mode: file.mode, isSymlink: file.isSymlink)
        }
        return (below, contents.isEmpty ? [] : places.map { contents[$0] })
    }
}
