/// Options that several commands share.
import ArgumentParser
import Report

extension ColorChoice: ExpressibleByArgument {}
extension PlanFormat: ExpressibleByArgument {}

struct OutputOptions: ParsableArguments {
    @Option(help: "When to use color: auto, always, never. NO_COLOR is honored.")
    var color = ColorChoice.auto

    @Flag(name: [.customShort("q"), .long], help: "Say only what failed, and the summary.")
    var quiet = false

    @Flag(name: [.customShort("v"), .long], help: "Say why each action ran, and replay what cached ones printed.")
    var verbose = false

    var verbosity: Verbosity { quiet ? .quiet : verbose ? .verbose : .normal }

    func output(json: Bool = false) -> Output { Output(color: color, json: json, verbosity: verbosity) }
}

struct PlaceOptions: ParsableArguments {
    @Option(
        name: [.customShort("C"), .long],
        help: ArgumentHelp("Work as if started in this folder.", valueName: "folder"))
    var directory: String?

    @Option(
        name: [.customShort("p"), .long],
        help: ArgumentHelp("Use pipelines/NAME.yaml.", valueName: "name"))
    var pipeline: String?

    @Option(
        help: ArgumentHelp("Keep caches here instead of $XDG_CACHE_HOME/pipeline.", valueName: "folder"))
    var store: String?
}

struct LockOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: "Refuse to pin what the lock file does not have; what CI=true implies.")
    var locked: Bool?

    func use(_ environment: [String: String]) -> LockUse { LockUse(locked: locked, environment) }
}
