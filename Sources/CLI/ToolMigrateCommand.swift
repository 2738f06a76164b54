/// `pipeline tool migrate`: its arguments, and the diff that it prints.
import ArgumentParser

extension PinPattern: ExpressibleByArgument {}

struct ToolMigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Pin the same tools at the same versions in another way.",
        discussion: """
            a: under `tools:` of the pipeline file. b: `tool` lines of go.mod. c: `tool` lines of tools.mod. What is
            pinned in a tools.go (build tag `tools`) or by bingo is taken over, and those files go. go.mod keeps
            requirements that nothing needs any more: `go mod tidy` removes them.

            EXAMPLES
              pipeline tool migrate --to a --dry-run
              pipeline tool migrate --to b
            """)

    @Option(help: "a, b or c.")
    var to: PinPattern

    @Flag(name: [.customShort("n"), .long], help: "Only show the diff.")
    var dryRun = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func run() async throws {
        let output = words.output()
        let workspace = try Workspace(place, output)
        let editing = try await ToolEditing(workspace, output, pipeline: place.pipeline)
        let diff = try await ToolMigration(editing).migrate(to: to, writing: !dryRun)
        if diff.isEmpty { output.remark("the tools are pinned so already") }
        if output.verbosity > .quiet || dryRun { output.print(diff) }
    }
}
