/// What of a Dockerfile goes to production: its final stage, what runs when it starts, the stages that it takes files
/// from. It knows images, no rule.
import Diagnostics
import Go
import Scripts

struct ShippedImage {
    let file: ReadFile
    let dockerfile: DockerfileFile
    let stage: DockerStage
    /// The final stage and those that it is built from, outermost last.
    let chain: [DockerStage]
    /// The instructions that say what runs, as far as they are in force: ENTRYPOINT, CMD, HEALTHCHECK.
    let entries: [DockerInstruction]

    /// Nil where nothing is shipped: no stage, nothing to run, or a name that says it is for a desk or a test.
    init?(_ file: ReadFile) {
        guard let dockerfile = file.dockerfile, let stage = dockerfile.finalStage, !isForDevelopment(file.file) else { return nil }
        if let name = stage.name?.value, isForDevelopment(name) { return nil }
        var chain = [stage]
        while let base = chain.last?.baseStage { chain.append(dockerfile.stages[base]) }
        let entries = ["ENTRYPOINT", "CMD", "HEALTHCHECK"].compactMap { dockerfile.last($0, in: stage) }.filter { entry in
            entry.words.first.map { $0.text != "NONE" || entry.keyword != "HEALTHCHECK" } ?? false
        }
        guard entries.contains(where: { $0.keyword != "HEALTHCHECK" }) else { return nil }
        self.file = file
        self.dockerfile = dockerfile
        self.stage = stage
        self.chain = chain
        self.entries = entries
    }

    /// The commands of an instruction.
    func commands(of entry: DockerInstruction) -> [ScriptCommand] {
        file.commands.filter { command in
            guard case .dockerEntry = command.context else { return false }
            return command.range.start >= entry.range.start && command.range.end <= entry.range.end
        }
    }

    /// The image that the final stage is built on, by its name in a registry.
    var base: ScriptWord { chain.last!.base }

    /// Instructions of the final stage and of the stages it is built from, the base's first.
    var instructions: [DockerInstruction] { chain.reversed().flatMap { dockerfile.instructions(of: $0) }.filter { !$0.isOnBuild } }

    /// The stages that files are copied from.
    var sources: [DockerStage] {
        instructions.filter { $0.keyword == "COPY" }.compactMap { $0.flag("from").flatMap { dockerfile.stage(named: $0.text) } }
    }

    /// A Go program is in it: a stage is built on a Go image or calls the go command.
    var isGo: Bool {
        dockerfile.stages.contains { isGoImage($0.base.text) }
            || file.commands.contains { command in
                if case .dockerRun = command.context { GoInvocation(command) != nil } else { false }
            }
    }

    /// It starts a shell, waits, or works for others: a box to work in, and no service.
    var isToolbox: Bool {
        let first = entries.first { $0.keyword == "ENTRYPOINT" } ?? entries.first { $0.keyword == "CMD" }
        guard let entry = first, let command = commands(of: entry).first(where: { !$0.words.isEmpty }) else { return false }
        let words = command.words.map(\.text)
        if ["bash", "zsh", "sleep", "make", "tail", "air", "dlv", "just", "task", "mage"].contains(fileName(of: words[0])) { return true }
        if ["sh", "ash"].contains(fileName(of: words[0])) { return words.count == 1 }
        let verb = GoInvocation(command)?.verb
        return verb != nil && verb != "run"
    }

    /// Files of the repository that a path in the image may have come from.
    func origins(of path: String) -> [String] {
        let folders = [folderPath(of: file.file), "."]
        var found: [String] = []
        for copy in instructions where ["COPY", "ADD"].contains(copy.keyword) && copy.flag("from") == nil && copy.words.count > 1 {
            let target = copy.words.last!.text
            for source in copy.words.dropLast().map(\.text) where !source.contains("://") {
                let isSame = fileName(of: source) == fileName(of: path) || target == path
                let candidates = isSame ? [source] : tails(of: path).map { "\(source)/\($0)" }
                for folder in folders { found += candidates.compactMap { joined(folder, $0.hasPrefix("/") ? String($0.dropFirst()) : $0) } }
            }
        }
        return found
    }

    /// `a/b/c`, `b/c`, `c`.
    private func tails(of path: String) -> [String] {
        let parts = path.split(separator: "/").filter { $0 != "." }
        return parts.indices.map { parts[$0...].joined(separator: "/") }
    }
}

/// `golang`, `docker.io/library/golang`, `mcr.microsoft.com/oss/go/microsoft/golang`, `cgr.dev/chainguard/go`.
func isGoImage(_ text: String) -> Bool {
    let image = ImageName(text)
    let name = image.lastElement
    return name == "golang" || name == "go" && image.repository.contains("/") || name.hasPrefix("golang-")
}

extension PolicyWorld {
    var shippedImages: [ShippedImage] { files.compactMap(ShippedImage.init) }

    /// All that runs when the image runs, through scripts that were copied into it.
    func reached(from command: ScriptCommand, in image: ShippedImage) -> [Reached] {
        let words = command.words.map(\.text)
        let script = ["sh", "bash", "ash", "dash"].contains(fileName(of: words.first ?? "")) ? words.dropFirst().first { !$0.hasPrefix("-") } : words.first
        return reached(
            from: command, in: image.file.source, places: [folderPath(of: image.file.file), "."],
            files: script.map(image.origins) ?? [])
    }
}
