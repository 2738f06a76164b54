/// `pipeline hook`: puts git hooks in place that run the pipeline, and takes them away again.
import ArgumentParser
import Diagnostics
import Files
import Git

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct HookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hook",
        abstract: "Run the pipeline before each push or commit, by a git hook.",
        discussion: """
            The hook of pre-push runs `pipeline run --clean` on every commit that is pushed, that of pre-commit
            `pipeline run --staged`. Neither looks at files that are not committed or staged.

            EXAMPLES
              pipeline hook install
              pipeline hook install pre-commit
              pipeline hook uninstall
            """,
        subcommands: [HookInstallCommand.self, HookUninstallCommand.self])
}

struct HookInstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Write the hook to where git looks for it, or bring it up to date.")

    @Argument(help: "pre-push or pre-commit.")
    var kind = HookScript.Kind.prePush

    @Flag(help: "Take the place of another hook, which is kept beside and put back by `uninstall`.")
    var force = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() throws {
        let output = words.output()
        let workspace = try Workspace(place, output)
        let hooks = try HookFolder(workspace, output)
        let script = HookScript(
            kind: kind, program: ownExecutable, place: hooks.place(of: workspace.root), pipeline: place.pipeline,
            store: place.store == nil ? nil : workspace.store.root)
        try hooks.install(script, force: force)
    }
}

struct HookUninstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall", abstract: "Remove a hook that `install` wrote, and put back what was there before.")

    @Argument(help: "pre-push or pre-commit; both when none is named.")
    var kind: HookScript.Kind?

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() throws {
        let output = words.output()
        try HookFolder(Workspace(place, output), output).uninstall(kind)
    }
}

extension HookScript.Kind: ExpressibleByArgument {}

/// Where git looks for the hooks of this work tree.
private struct HookFolder {
    private let repository: GitRepository
    private let folder: String
    private let output: Output

    init(_ workspace: Workspace, _ output: Output) throws {
        repository = try workspace.gitRepository(else: "hook/no-repository", help: "`git init` makes one", output)
        folder = repository.hooksFolder
        self.output = output
    }

    /// From the root of the work tree, where git starts hooks.
    func place(of root: String) -> String? {
        root == repository.workTree ? nil : String(root.dropFirst(repository.workTree == "/" ? 1 : repository.workTree.utf8.count + 1))
    }

    private func file(_ kind: HookScript.Kind) -> String { "\(folder)/\(kind.rawValue)" }

    /// Another's hook, while ours is in its place.
    private func backup(_ kind: HookScript.Kind) -> String { "\(file(kind)).before-pipeline" }

    private func isOurs(_ kind: HookScript.Kind) -> Bool {
        guard fileStatus(file(kind))?.kind != .link, let text = try? readFile(file(kind)) else { return false }
        return HookScript.isOurs(String(decoding: text, as: UTF8.self))
    }

    func install(_ script: HookScript, force: Bool) throws {
        let file = file(script.kind)
        let isThere = fileStatus(file) != nil
        if isThere, !isOurs(script.kind) {
            guard force else {
                throw CommandFailure(
                    .misuse, "hook/foreign", "\(file) is another hook",
                    help: "have it call `pipeline run \(script.kind.option)`, or say --force: it is then kept beside", output)
            }
            try move(file, to: backup(script.kind), replacing: false)
            output.remark("\(file) was another hook: it is \(backup(script.kind)) now")
        }
        if let known = try? readFile(file), known == Array(script.text.utf8) {
            return output.remark("\(file) is up to date")
        }
        do {
            try makeFolder(folder)
            let beside = "\(file).\(uniqueName())"
            try createFile(beside, Array(script.text.utf8), mode: 0o755)
            try move(beside, to: file, replacing: true)
        } catch let error as FileError {
            throw CommandFailure(.environment, "hook/not-written", "the hook cannot be written: \(error)", output)
        }
        output.remark("\(file) runs `pipeline run \(script.kind.option)`")
        let isOwn = [repository.workTree, repository.layout.commonDirectory].contains { folder.hasPrefix("\($0)/") }
        if !isOwn { output.remark("core.hooksPath names that folder: the hook is that of every repository that it is set for") }
    }

    func uninstall(_ named: HookScript.Kind?) throws {
        let ours = HookScript.Kind.allCases.filter { (named == nil || $0 == named) && isOurs($0) }
        guard !ours.isEmpty else {
            let what = named.map { "no \($0.rawValue) hook" } ?? "no hook"
            throw CommandFailure(
                .misuse, "hook/not-ours", "there is \(what) of `pipeline hook install` in \(folder)", output)
        }
        for kind in ours {
            unlink(file(kind))
            guard fileStatus(backup(kind)) != nil else {
                output.remark("\(file(kind)) is removed")
                continue
            }
            try move(backup(kind), to: file(kind), replacing: false)
            output.remark("\(file(kind)) is what it was before")
        }
    }

    private func move(_ source: String, to target: String, replacing: Bool) throws {
        guard replacing || fileStatus(target) == nil else {
            throw CommandFailure(
                .misuse, "hook/backup-taken", "\(target) is there already", help: "look whether it is still wanted", output)
        }
        guard rename(source, target) == 0 else {
            throw CommandFailure(
                .environment, "hook/not-written", "\(FileError(operation: "rename to", path: target))", output)
        }
    }
}
