/// `pipeline cache`: its subcommands, and what the caches of this repository are keyed on.
import ArgumentParser
import Plan
import Report

struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Look at the caches, and keep them small and sound.",
        discussion: """
            EXAMPLES
              pipeline cache status
              pipeline cache prune --max-size 10GB --max-age 14d
              pipeline cache verify
              pipeline cache key --explain
              pipeline cache restore --dir /mnt/ci-cache
              pipeline cache save --dir /mnt/ci-cache
            """,
        subcommands: [
            CacheStatusCommand.self, CachePruneCommand.self, CacheVerifyCommand.self, CacheClearCommand.self,
            CacheKeyCommand.self, CacheSaveCommand.self, CacheRestoreCommand.self,
        ])
}

struct CacheKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Print the keys of the module cache and of the build cache.",
        discussion: """
            For CI systems whose cache action wants a key. The build key holds the module key, the toolchain, the
            platform and the build settings: it never crosses toolchains.

            EXAMPLES
              pipeline cache key
              pipeline cache key --explain
              pipeline cache key --json
            """)

    @Flag(help: "Also print what went into each key.")
    var explain = false

    @Flag(help: "Print both keys and their inputs as JSON.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output(json: json)
        let workspace = try Workspace(place, output)
        let keys = try await Preparation(workspace, output).cacheKeys(place.pipeline)
        output.print(json ? renderCacheKeysJSON(keys) : renderCacheKeys(keys, inputs: explain))
    }
}
