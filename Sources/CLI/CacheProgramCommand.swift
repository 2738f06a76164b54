/// `pipeline gocacheprog`: the build cache of one go command, which starts it and talks to it.
import ArgumentParser
import Cache
import CacheProgram
import Run

struct CacheProgramCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gocacheprog",
        abstract: "Serve the go command's build cache from the store (GOCACHEPROG).",
        discussion: """
            For the go command, 1.24 or later, which starts it and speaks to it on standard input and output. Steps of
            `pipeline run` use it by themselves. On its own it lets any go command share one cache, of a bounded size
            and checked, with all the others:

            EXAMPLES
              GOCACHEPROG="pipeline gocacheprog" go build ./...
              go env -w GOCACHEPROG="pipeline gocacheprog"
            """)

    @Option(help: ArgumentHelp("Keep caches here instead of $XDG_CACHE_HOME/pipeline.", valueName: "folder"))
    var store: String?

    @Option(
        help: ArgumentHelp(
            "Share only with go commands of this name. Keys of the go command differ by themselves wherever results do.",
            valueName: "name"))
    var family = CacheProgramCommand.defaultFamily

    @Option(help: ArgumentHelp("Append the ids of what was used to this file.", valueName: "file"))
    var uses: String?

    @Option(help: ArgumentHelp("Let those at this socket serve: in a sandbox, where there is no store.", valueName: "socket"))
    var connect: String?

    static let defaultFamily = "any"

    func validate() throws {
        if !isFolderName(family) { throw ValidationError("--family wants the name of a folder") }
    }

    func run() {
        if let connect { relayBuildCache(to: connect) } else { serve(store: store, family: family, uses: uses) }
    }
}

extension CacheProgramCommand {
    /// The go command waits for each start: arguments as `pipeline run` writes them are read before, and without, the
    /// argument parser. False for all others, which it explains.
    static func runIfPlain(_ arguments: [String]) -> Bool {
        guard arguments.first == configuration.commandName else { return false }
        var (store, family, uses): (String?, String, String?) = (nil, defaultFamily, nil)
        var rest = arguments.dropFirst()
        while let option = rest.popFirst() {
            guard let value = rest.popFirst(), !value.hasPrefix("-") else { return false }
            switch option {
            case "--connect" where rest.isEmpty:
                relayBuildCache(to: value)
                return true
            case "--store": store = value
            case "--family" where isFolderName(value): family = value
            case "--uses": uses = value
            default: return false
            }
        }
        serve(store: store, family: family, uses: uses)
        return true
    }
}

/// A store that cannot be used is no reason to fail a build: there are only misses then.
private func serve(store place: String?, family: String, uses: String?) {
    var lease: Lease?
    serveBuildCache(input: 0, output: 1) {
        let store = storePlace(place, processEnvironment).flatMap { try? Store(root: $0) }
        // Within a run, the run has one.
        if uses == nil { lease = try? store?.lease() }
        return BuildCache(
            store: store, family: family, usesFile: uses, refuge: Refuge(in: processEnvironment["TMPDIR"] ?? "/tmp"))
    }
    lease?.end()
}

extension Store {
    /// For go commands in a sandbox.
    var cacheDoor: CacheDoor {
        let root = root
        return CacheDoor(
            files: blobFolder, program: { goCommandWords([ownExecutable, "gocacheprog", "--connect", $0]) },
            serve: { input, output, family, uses, refuge in
                serveBuildCache(input: input, output: output, asProgram: false) {
                    BuildCache(
                        store: try? Store(root: root), family: family, usesFile: uses, refuge: Refuge(in: refuge))
                }
            })
    }
}

private func isFolderName(_ text: String) -> Bool {
    !text.isEmpty && !text.hasPrefix(".") && !text.contains("/") && !text.utf8.contains(0)
}
