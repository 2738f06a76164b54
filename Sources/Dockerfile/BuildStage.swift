/// The stage that links the binary: the plan's own commands, with the places of a golang image. It decides nothing that
/// the plan has decided.
import Action
import Pipeline

/// Layers stand in the order in which their causes change: Go, modules, sources, commit.
func buildStage(_ build: ImageBuild) -> [String] {
    var stage = BuildStage(build)
    stage.add("FROM --platform=$BUILDPLATFORM golang:\(build.goVersion)-bookworm AS build")
    stage.addSetup()
    stage.enter(".")
    stage.addDownload()
    stage.add("COPY . \(stage.directory == "." ? "." : ContainerPath.root)")
    stage.addLink()
    return stage.lines
}

private struct BuildStage {
    let build: ImageBuild
    private(set) var lines: [String] = []
    /// Where commands are run, relative to the repository's root.
    private(set) var directory = ""

    init(_ build: ImageBuild) { self.build = build }

    mutating func add(_ line: String) { lines.append(line) }

    mutating func enter(_ folder: String) {
        guard folder != directory else { return }
        directory = folder
        add("WORKDIR \(dockerfileWord(ContainerPath.folder(folder)))")
    }

    /// What every command of the stage is told alike.
    mutating func addSetup() {
        let settings = setupNames.compactMap { name in
            build.link.environment[name].map { "\(name)=\(dockerfileWord($0.inContainer))" }
        }
        add(instruction("ENV", settings))
    }

    mutating func addDownload() {
        add("")
        guard let download = build.download else {
            add(
                build.isVendored
                    ? "# vendor/ has every module: there is nothing to download."
                    : "# No other module is required: there is nothing to download.")
            return
        }
        add("# A layer of its own: modules are fetched again only when these files change.")
        for group in build.modules.groups { add(copy(group.files, to: group.folder)) }
        for folder in build.modules.proxies { add(copy([folder], to: folder)) }
        enter(download.directory)
        // The go command locks what it writes in either cache, so builds may share them.
        add(
            instruction(
                "RUN",
                [
                    mount(ContainerPath.moduleCache), assignments(values(fetchNames + ["GOFLAGS"], of: download)),
                    command(download.argv.map { ShellWord($0) }),
                ]))
        add("")
    }

    mutating func addLink() {
        enter(build.link.directory)
        let argv = linkWords
        // The cache may have lost a module since the download.
        let fetch = build.download == nil ? [] : values(fetchNames, of: build.link)
        let target = targetValues
        add("ARG TARGETOS")
        add("ARG TARGETARCH")
        let used = Set((argv + (fetch + target).map(\.value)).flatMap(\.variables))
        let facts = Reference.GitFact.allCases.filter { used.contains($0.argument) }
        if !facts.isEmpty {
            add("# Stamped into the binary. For another commit than this one: --build-arg \(facts[0].argument)=…")
        }
        for fact in facts { add("ARG \(fact.argument)=\(dockerfileWord(build.git[fact] ?? ""))") }
        add(
            instruction(
                "RUN",
                [
                    mount(ContainerPath.moduleCache), mount(ContainerPath.buildCache), assignments(fetch),
                    assignments(target), command(argv),
                ]))
    }

    /// The plan's command for the artifact, with what git says left to arguments.
    private var linkWords: [ShellWord] {
        var argv = build.link.argv.map { ShellWord($0) }
        if let ldflags = build.artifact.ldflags, let flag = build.link.argv.lastIndex(of: "-ldflags") {
            argv[flag + 1] = ShellWord(build.link.argv[flag + 1], from: ldflags, git: build.git)
        }
        return argv
    }

    /// Everything the plan sets that decides the bytes of the binary, with the target's platform for the plan's.
    private var targetValues: [Setting] {
        let known = machineNames.union(setupNames).union(fetchNames).union(targetNames)
        let others = build.link.environment.keys.filter { !known.contains($0) }.sorted()
        return values(targetNames + others, of: build.link).map { name, value in
            switch name {
            case "GOOS": (name, ShellWord(parts: [.variable("TARGETOS")]))
            case "GOARCH": (name, ShellWord(parts: [.variable("TARGETARCH")]))
            default: (name, value)
            }
        }
    }

    private typealias Setting = (name: String, value: ShellWord)

    private func values(_ names: [String], of action: Action) -> [Setting] {
        names.compactMap { name in
            guard let planned = action.environment[name] else { return nil }
            guard action.id == build.link.id, let entry = build.artifact.env.first(where: { $0.name.value == name }) else {
                return (name, ShellWord(planned))
            }
            return (name, ShellWord(planned, from: entry.value, git: build.git))
        }
    }

    private func assignments(_ settings: [Setting]) -> String {
        settings.map { "\($0.name)=\($0.value.quotedValue)" }.joined(separator: " ")
    }

    private func command(_ argv: [ShellWord]) -> String { argv.map(\.quoted).joined(separator: " ") }

    private func mount(_ folder: String) -> String { "--mount=type=cache,target=\(folder)" }

    private func copy(_ sources: [String], to folder: String) -> String {
        let paths = sources + [folder == "." ? "./" : "./\(folder)/"]
        return "COPY \(paths.contains { $0.contains(" ") } ? execForm(paths) : paths.joined(separator: " "))"
    }
}

/// Of the machine that builds: no binary depends on them, and the image has its own.
private let machineNames: Set<String> = ["PATH", "HOME", "LANG", "TZ", "GOROOT", "GOTELEMETRY", "GOCACHEPROG"]

/// Which Go works where; the same for every command.
private let setupNames = ["GOTOOLCHAIN", "GOENV", "GOWORK", "GOMODCACHE", "GOCACHE"]

/// How modules are fetched. Never in ENV: some of these lead to credentials.
private let fetchNames = [
    "GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH",
]

/// They, and whatever else the plan sets, decide the bytes of the binary.
private let targetNames = ["CGO_ENABLED", "GOOS", "GOARCH", "GOFLAGS"]

/// One argument a line; empty ones are none.
func instruction(_ keyword: String, _ arguments: [String]) -> String {
    "\(keyword) \(arguments.filter { !$0.isEmpty }.joined(separator: " \\\n    "))"
}
