/// Lines of a stage that compiles: the plan's own commands, with the places of a golang image. It decides nothing that
/// the plan has decided.
import Action
import Pipeline

/// Layers stand in the order in which their causes change: Go, modules, sources, commit.
struct BuildStage {
    let sources: StageSources
    private(set) var lines: [String] = []
    /// Where commands are run, relative to the repository's root.
    private(set) var directory = ""

    /// With everything that comes before a command of its own.
    init(_ sources: StageSources) {
        self.sources = sources
        addSetup()
        enter(".")
        addFiles()
        if let extra = sources.extra { lines += extra.split(separator: "\n", omittingEmptySubsequences: false).trimmed }
        addDownload()
        add("COPY . \(directory == "." ? "." : ContainerPath.root)")
    }

    /// What is added from now on, apart from what is there.
    func continued() -> BuildStage {
        var stage = self
        stage.lines = []
        return stage
    }

    private mutating func add(_ line: String) { lines.append(line) }

    private mutating func enter(_ folder: String) {
        guard folder != directory else { return }
        directory = folder
        add("WORKDIR \(dockerfileWord(ContainerPath.folder(folder)))")
    }

    // MARK: - Before the command

    /// What every command of the stage is told alike.
    private mutating func addSetup() {
        let settings = setupNames.compactMap { name in
            sources.action.environment[name].map { "\(name)=\(dockerfileWord($0.inContainer))" }
        }
        add(instruction("ENV", settings))
    }

    private mutating func addFiles() {
        guard !sources.files.isEmpty else { return }
        add("")
        add("# For the image that is shipped.")
        add(run(sources.files))
    }

    private mutating func addDownload() {
        add("")
        if let vendor = sources.vendor {
            add("# A layer of its own: vendor/ has every module, and there is nothing to download.")
            addModuleFiles()
            add(copy([vendor], to: vendor))
            return add("")
        }
        guard let download = sources.download else {
            return add("# No other module is required: there is nothing to download.")
        }
        add("# A layer of its own: modules are fetched again only when these files change.")
        addModuleFiles()
        for folder in sources.modules.proxies { add(copy([folder], to: folder)) }
        enter(download.directory)
        if sources.isPrivate {
            add("# Private modules are fetched with the builder's secrets, which no layer keeps:")
            add("#   --secret id=netrc,src=$HOME/.netrc or --secret id=git-credentials,src=$HOME/.git-credentials")
        }
        // The go command locks what it writes in either cache, so builds may share them.
        add(
            instruction(
                "RUN",
                [mount(ContainerPath.moduleCache)] + secrets + [
                    assignments(values(fetchNames + ["GOFLAGS"], of: download) + credentials),
                    command(download.argv.map { ShellWord($0) }),
                ]))
        add("")
    }

    private mutating func addModuleFiles() {
        for group in sources.modules.groups { add(copy(group.files, to: group.folder)) }
    }

    /// Where the go command, and git for it, look for credentials.
    private var secrets: [String] {
        sources.isPrivate
            ? ["netrc", "git-credentials"].map { "--mount=type=secret,id=\($0),target=/root/.\($0)" } : []
    }

    private var credentials: [Setting] {
        sources.isPrivate
            ? [("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "credential.helper"), ("GIT_CONFIG_VALUE_0", "store")]
                .map { ($0, ShellWord($1)) } : []
    }

    // MARK: - The command

    mutating func addLink(_ build: ImageBuild) {
        enter(build.link.directory)
        let words = fetch(build.link) + [build.targetValues]
        let argv = build.linkWords
        add("ARG TARGETOS")
        add("ARG TARGETARCH")
        if build.isForVariants { add("ARG TARGETVARIANT") }
        let used = Set((argv + words.joined().map(\.value)).flatMap(\.variables))
        let facts = Reference.GitFact.allCases.filter { used.contains($0.argument) }
        if !facts.isEmpty {
            add("# Stamped into the binary. For another commit than this one: --build-arg \(facts[0].argument)=…")
        }
        for fact in facts { add("ARG \(fact.argument)=\(dockerfileWord(build.git[fact] ?? ""))") }
        addRun([words.map(assignments) + [command(argv)]])
    }

    mutating func addTest(_ test: TestStage) {
        enter(test.actions[0].directory)
        addRun(
            test.actions.map { action in
                let known = Set(machineNames + setupNames + fetchNames + ["GOOS", "GOARCH"])
                let names = action.environment.keys.filter { !known.contains($0) }.sorted()
                return (fetch(action) + [values(names, of: action)]).map(assignments) + [command(test.words(of: action))]
            })
    }

    /// The cache may have lost a module since the download.
    private func fetch(_ action: Action) -> [[Setting]] {
        sources.download == nil ? [] : [values(fetchNames, of: action) + credentials]
    }

    /// One command after the other: in one layer, so that none is left to a cache alone.
    private mutating func addRun(_ commands: [[String]]) {
        let separator = " \\\n    "
        let lines = commands.map { $0.filter { !$0.isEmpty }.joined(separator: separator) }
        add(
            instruction(
                "RUN",
                [mount(ContainerPath.moduleCache), mount(ContainerPath.buildCache)]
                    + (sources.download == nil ? [] : secrets) + [lines.joined(separator: separator + "&& ")]))
    }
}

/// A variable of a command, and its value.
typealias Setting = (name: String, value: ShellWord)

func values(_ names: [String], of action: Action) -> [Setting] {
    names.compactMap { name in action.environment[name].map { (name, ShellWord($0)) } }
}

/// Of the machine that builds: no binary depends on them, and the image has its own.
let machineNames = ["PATH", "HOME", "LANG", "TZ", "GOROOT", "GOTELEMETRY", "GOCACHEPROG"]

/// Which Go works where; the same for every command.
let setupNames = ["GOTOOLCHAIN", "GOENV", "GOWORK", "GOMODCACHE", "GOCACHE"]

/// How modules are fetched. Never in ENV: some of these lead to credentials.
let fetchNames = ["GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH"]

/// One argument a line; empty ones are none.
func instruction(_ keyword: String, _ arguments: [String]) -> String {
    "\(keyword) \(arguments.filter { !$0.isEmpty }.joined(separator: " \\\n    "))"
}

/// One command after the other, as one layer.
func run(_ commands: [String]) -> String { "RUN \(commands.joined(separator: " \\\n    && "))" }

private func assignments(_ settings: [Setting]) -> String {
    settings.map { "\($0.name)=\($0.value.quotedValue)" }.joined(separator: " ")
}

private func command(_ argv: [ShellWord]) -> String { argv.map(\.quoted).joined(separator: " ") }

private func mount(_ folder: String) -> String { "--mount=type=cache,target=\(folder)" }

private func copy(_ sources: [String], to folder: String) -> String {
    let paths = sources + [folder == "." ? "./" : "./\(folder)/"]
    return "COPY \(paths.contains { $0.contains(" ") } ? execForm(paths) : paths.joined(separator: " "))"
}

extension [Substring] {
    /// Without the empty lines at the end.
    var trimmed: [String] {
        var lines = self
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map(String.init)
    }
}
