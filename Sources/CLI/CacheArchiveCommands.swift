/// `pipeline cache save` and `restore`: the caches of this repository as one file, for another machine.
import Archive
import ArgumentParser
import Cache
import Files
import Report
import Run
import WorkTree

struct ArchivePlaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The saved cache.", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("A folder of saved caches, each named by its build key.", valueName: "folder"))
    var dir: String?

    func validate() throws {
        if (file == nil) == (dir == nil) { throw ValidationError("say --file FILE or --dir FOLDER, one of them") }
    }
}

struct CacheSaveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save",
        abstract: "Write what the last runs here used into one compressed file.",
        discussion: """
            Results with their outputs and logs, the build cache that they used, and the modules of every go.sum: of this
            repository's build key (see `pipeline cache key`), and nothing else. Nothing is written when the file holds
            all of it already. With --dir, older files of the same repository, toolchain and platform are removed.

            EXAMPLES
              pipeline cache save --dir /mnt/ci-cache
              pipeline cache save --file cache.pipelinecache
              pipeline cache save --dir .ci-cache --json
            """)

    @OptionGroup var archive: ArchivePlaceOptions

    @Flag(help: "Print what was written as JSON; see docs/json.md.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let start = ContinuousClock.now
        let output = words.output(json: json)
        let workspace = try Workspace(place, output)
        let basis = try await Preparation(workspace, output).cacheBasis(place.pipeline)
        let subject = CacheSubject(basis.keys, basis.facts)
        let report: SaveReport
        do throws(SaveError) {
            report =
                if let dir = archive.dir {
                    try workspace.store.save(subject, inFolder: dir)
                } else {
                    try workspace.store.save(subject, to: archive.file!)
                }
        } catch {
            switch error {
            case .nothingToSave:
                throw CommandFailure(
                    .misuse, "cache/no-snapshot", "no run of this repository with these modules and this toolchain is known",
                    help: "`pipeline run` first; `pipeline cache key --explain` shows what the key is made of", output)
            case .file(let error):
                throw CommandFailure(.environment, "cache/not-saved", "the cache was not saved: \(error)", output)
            }
        }
        let elapsed = ContinuousClock.now - start
        output.print(
            json ? renderSaveReportJSON(report, subject.key, elapsed) : renderSaveReport(report, elapsed))
    }
}

struct CacheRestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Take a saved cache into the store; its contents when they are asked for.",
        discussion: """
            The file is linked into the store (copied where that cannot be), and read when something in it is wanted. With
            --dir the nearest file is taken: of the same build key; else the newest of this repository with the same
            toolchain and platform; else, for its modules alone, the newest of this repository. Where there is none, that
            is said, and all is well: the next run makes everything anew.

            EXAMPLES
              pipeline cache restore --dir /mnt/ci-cache
              pipeline cache restore --file cache.pipelinecache
              pipeline cache restore --dir .ci-cache --file-times
            """)

    @OptionGroup var archive: ArchivePlaceOptions

    @Flag(help: """
        Give the files of this checkout times that follow from their contents, so that Go's own test cache knows tests \
        that read files.
        """)
    var fileTimes = false

    @Flag(help: "Print what was taken as JSON; see docs/json.md.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let start = ContinuousClock.now
        let output = words.output(json: json)
        let workspace = try Workspace(place, output)
        if fileTimes { try settleTimes(workspace, output) }
        let basis = try await Preparation(workspace, output).cacheBasis(place.pipeline)
        let subject = CacheSubject(basis.keys, basis.facts)
        var report: RestoreReport?
        do throws(RestoreError) {
            report =
                if let dir = archive.dir {
                    try workspace.store.restore(subject, inFolder: dir)
                } else {
                    try workspace.store.restore(subject, from: archive.file!)
                }
        } catch {
            switch error {
            case .noneInFolder: break
            case .otherSubject(let path, let repository):
                throw CommandFailure(
                    .misuse, "cache/other-repository", "\(path) was saved from \(repository), not from here", output)
            case .archive(.unreadable(let error)):
                throw CommandFailure(.environment, "cache/unreadable", "\(error)", output)
            case .archive(let error):
                throw CommandFailure(
                    .environment, "cache/unusable", "\(error)", help: "remove it, and save again after a run", output)
            case .file(let error):
                throw CommandFailure(.environment, "cache/not-restored", "the cache was not restored: \(error)", output)
            }
        }
        let elapsed = ContinuousClock.now - start
        output.print(
            json ? renderRestoreReportJSON(report, subject.key, elapsed) : renderRestoreReport(report, archive.dir, elapsed))
    }

    private func settleTimes(_ workspace: Workspace, _ output: Output) throws {
        let tree = try FactGathering(workspace: workspace, output: output) { _ in }.lookAtTree()
        let files = zip(tree.files, tree.contents).lazy.compactMap { file, content in
            content.map { (path: file.path, sha256: $0.sha256, isExecutable: file.mode & 0o100 != 0 && !file.isSymlink) }
        }
        _ = setContentTimes(root: workspace.root, files: files)
    }
}
