/// `pipeline cache status`, `prune`, `clear` and `verify`: the store as a whole, whatever repository one is in.
import ArgumentParser
import Cache
import Files
import Pipeline
import Report

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct CacheStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say what the store has, how large it is, and which runs are using it.",
        discussion: """
            Nothing is changed. Sizes are the lengths of files.

            EXAMPLES
              pipeline cache status
              pipeline cache status --json
              pipeline cache status --store /mnt/ci-cache
            """)

    @Flag(help: "Print the same as JSON; see docs/json.md.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output(json: json)
        let status = try Workspace(place, output).store.status
        output.print(json ? renderStoreStatusJSON(status) : renderStoreStatus(status, now: Int64(time(nil))))
    }
}

struct CachePruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove what was not used for long, and the oldest until the store is small enough.",
        discussion: """
            Runs may be at work meanwhile: what they put or use is not taken from them. Without options, the bounds are
            those of `cache:` in the pipeline file, else 20GB and 30d; runs prune to them by themselves, once a day.

            Sizes are a number and B, KB, MB, GB, TB, KiB, MiB, GiB or TiB; ages a number and s, m, h, d or w.

            EXAMPLES
              pipeline cache prune
              pipeline cache prune --max-size 10GB --max-age 14d
              pipeline cache prune --max-age 1d --dry-run
              pipeline cache prune --max-size 2GiB --json
            """)

    @Option(help: ArgumentHelp("How large the store may stay, e.g. 10GB.", valueName: "size"))
    var maxSize: String?

    @Option(help: ArgumentHelp("How long what is not used is kept, e.g. 30d.", valueName: "age"))
    var maxAge: String?

    @Flag(help: "Say what would be removed, and remove nothing.")
    var dryRun = false

    @Flag(help: "Print what was removed as JSON; see docs/json.md.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func validate() throws {
        if let maxSize, byteCount(maxSize) == nil {
            throw ValidationError("--max-size wants a number and a unit, such as 10GB or 512MiB, not '\(maxSize)'")
        }
        if let maxAge, ageInSeconds(maxAge) == nil {
            throw ValidationError("--max-age wants a number and a unit, such as 30d or 12h, not '\(maxAge)'")
        }
    }

    func run() async throws {
        let output = words.output(json: json)
        let workspace = try Workspace(place, output)
        var bounds = StoreBounds.standard
        // A pipeline file that is wrong is no matter when it is not asked.
        if maxSize == nil || maxAge == nil {
            bounds = StoreBounds(try Preparation(workspace, output).load(place.pipeline)?.pipeline.cache ?? CacheSettings())
        }
        if let size = maxSize.flatMap(byteCount) { bounds.maxSize = size }
        if let age = maxAge.flatMap(ageInSeconds) { bounds.maxAge = Int64(age) }
        let report = try changing(output) { () throws(FileError) in
            try workspace.store.prune(bounds, dryRun: dryRun)
        }
        output.print(
            json
                ? renderPruneReportJSON(report, dryRun: dryRun)
                : renderPruneReport(report, dryRun: dryRun, wanted: bounds.maxSize))
    }
}

struct CacheClearCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear",
        abstract: "Empty the store, but for what a live run may be using.",
        discussion: """
            Nothing is asked: all of it can be made or downloaded again. Stores of other formats are left alone.

            EXAMPLES
              pipeline cache clear
              pipeline cache clear --json
              pipeline cache clear --store /mnt/ci-cache
            """)

    @Flag(help: "Print what was removed as JSON; see docs/json.md.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output(json: json)
        let store = try Workspace(place, output).store
        let report = try changing(output) { () throws(FileError) in try store.clear() }
        output.print(json ? renderPruneReportJSON(report, dryRun: false) : renderPruneReport(report, dryRun: false))
    }
}

struct CacheVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read every object of the store, and move what is damaged out of the way.",
        discussion: """
            What is damaged goes to `quarantine` in the store; what names it is dropped, so it is made anew when it is
            next wanted. Runs may be at work meanwhile. The go command's own folders are not read.

            The exit code is 1 when something was damaged or missing; a second verify then ends with 0.

            EXAMPLES
              pipeline cache verify
              pipeline cache verify --json
            """)

    @Flag(help: "Print what was read and found as JSON; see docs/json.md.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output(json: json)
        let report = try Workspace(place, output).store.verify()
        output.print(json ? renderVerificationJSON(report) : renderVerification(report))
        if !report.isClean { leave(.red) }
    }
}

extension StoreBounds {
    /// What the pipeline file says, and the standard for the rest.
    init(_ settings: CacheSettings) {
        self = .standard
        if let size = settings.maxSize { maxSize = size }
        if let age = settings.maxAge { maxAge = Int64(age) }
    }
}

private func changing(_ output: Output, _ body: () throws(FileError) -> PruneReport) throws -> PruneReport {
    do throws(FileError) {
        return try body()
    } catch {
        throw CommandFailure(
            .environment, "store/unchangeable", "the store cannot be changed: \(error)",
            help: "see who owns it, and that its disk is neither full nor read-only", output)
    }
}
