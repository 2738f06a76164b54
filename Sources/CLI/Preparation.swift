/// From a folder to a plan: the way that every command goes before it does what it is for.
import Action
import Cache
import Diagnostics
import Files
import Git
import Go
import Pipeline
import Plan
import Run
import Tools
import WorkTree

/// A pipeline that is ready to be looked at or run.
struct Prepared: Sendable {
    var pipeline: Pipeline
    var source: SourceText?
    var facts: Facts
    var graph: StepGraph
    var digests: FileDigests
    var warnings: [Diagnostic]
    /// The lock file is not what it was when the tree was looked at.
    var isLockNew = false
}

/// What is prepared of a pipeline.
enum Subject: Sendable {
    case everything
    /// The pinned tools alone, those of `tool` lines too where the pipeline file says nothing of tools.
    case tools
}

/// Downloads modules before their packages can be listed. Nil lets the plan do with less.
typealias Downloading = ([Action], FileDigests, Facts) async throws -> Void

struct Preparation {
    let workspace: Workspace
    let output: Output
    let preparing: @Sendable (String) -> Void
    /// What is done about pinned tools that the lock does not have.
    let lockUse: LockUse
    /// Changes the pipeline before it is planned.
    var adjust: @Sendable (inout Pipeline) -> Void = { _ in }
    /// Hears what is fetched for the lock.
    var fetched: @Sendable (Fetch) -> Void = { _ in }

    init(
        _ workspace: Workspace, _ output: Output, lockUse: LockUse = .read,
        preparing: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.workspace = workspace
        self.output = output
        self.lockUse = lockUse
        self.preparing = preparing
    }

    var gathering: FactGathering {
        FactGathering(workspace: workspace, output: output, preparing: preparing)
    }

    // MARK: - The pipeline file

    /// The pipeline of the file; nil when there is none, so that one is to be inferred.
    func load(_ name: String?) throws -> (pipeline: Pipeline, source: SourceText, warnings: [Diagnostic])? {
        switch loadPipeline(root: workspace.root, name: name) {
        case .absent:
            let names = namedPipelines(root: workspace.root)
            guard names.isEmpty else {
                throw CommandFailure(
                    .misuse, "pipeline/which", "there is no pipeline.yaml, and pipelines/ has \(list(names))",
                    help: "say which: --pipeline \(names[0])", output)
            }
            return nil
        case .found(let pipeline?, let diagnostics, let source) where !diagnostics.hasErrors:
            var pipeline = pipeline
            pipeline.file = source.file
            if pipeline.name.isEmpty { pipeline.name = name ?? baseName(workspace.root) }
            try knownSecrets.read(pipeline, source, in: workspace, output)
            return (pipeline, source, diagnostics)
        case .found(_, let diagnostics, _):
            throw CommandFailure(.misuse, diagnostics, output)
        }
    }

    // MARK: - Everything

    /// `tree` is a look at the tree that was had just now.
    func prepare(
        _ name: String?, _ subject: Subject = .everything, tree: WorkTree? = nil, downloading: Downloading? = nil
    ) async throws -> Prepared {
        var loaded = try load(name)
        if subject == .tools {
            loaded?.pipeline.artifacts = []
            loaded?.pipeline.steps = []
        }
        var tree = try tree ?? gathering.lookAtTree()
        // Whoever may download modules may download Go.
        let mayFetch = downloading != nil
        var (facts, digests) = try await gather(for: loaded?.pipeline, loaded?.source, tree, mayFetchGo: mayFetch)
        var isLockNew = false
        if let loaded, loaded.pipeline.isLocked {
            let locking = locking(loaded.pipeline, loaded.source)
            let (lock, isNew) = try await locking.bringUpToDate(lockUse, facts)
            if isNew {
                tree = try gathering.lookAtTree()
                (facts, digests) = try await gather(for: loaded.pipeline, loaded.source, tree, mayFetchGo: mayFetch)
            }
            isLockNew = isNew
            facts.lockFile = locking.file
            for tool in lock.tools { facts.toolModules[tool.demand] = tool.toolModule }
        }

        if subject == .tools, case .none? = loaded?.pipeline.tools {
            loaded?.pipeline.tools = emptyPipeline(named: "", facts).tools
        }
        var pipeline: Pipeline
        if let loaded {
            pipeline = loaded.pipeline
        } else if subject == .tools {
            pipeline = emptyPipeline(named: baseName(workspace.root), facts)
        } else {
            pipeline = try await infer(&facts, digests, tree, downloading)
        }
        adjust(&pipeline)
        try await list(listingKeys(pipeline, facts), pipeline, &facts, digests, tree, downloading)
        let (graph, diagnostics) = plan(pipeline, facts, source: loaded?.source)
        guard let graph else { throw CommandFailure(.misuse, diagnostics, output) }
        return Prepared(
            pipeline: pipeline, source: loaded?.source, facts: facts, graph: graph,
            digests: digests.adding(graph.actions.flatMap(\.inputs), in: workspace.root),
            warnings: (loaded?.warnings ?? []) + diagnostics, isLockNew: isLockNew)
    }

    func locking(_ pipeline: Pipeline, _ source: SourceText) -> ToolLocking {
        ToolLocking(
            workspace: workspace, output: output, pipeline: pipeline, source: source, preparing: preparing,
            fetched: fetched)
    }

    /// The pipeline that the repository itself suggests, whether or not it has a file.
    func inferred() async throws -> Pipeline {
        let tree = try gathering.lookAtTree()
        var (facts, digests) = try await gather(for: nil, nil, tree)
        return try await infer(&facts, digests, tree, nil)
    }

    func cacheKeys(_ name: String?) async throws -> CacheKeys { try await cacheBasis(name).keys }

    /// The keys of the caches, and what they were made from.
    func cacheBasis(_ name: String?) async throws -> (keys: CacheKeys, facts: Facts) {
        let loaded = try load(name)
        let (facts, digests) = try await gather(for: loaded?.pipeline, loaded?.source, try gathering.lookAtTree())
        let pipeline = loaded?.pipeline ?? emptyPipeline(named: baseName(workspace.root), facts)
        return (CacheKeys(pipeline, facts) { digests[$0] }, facts)
    }

    /// Everything but the packages.
    func gather(
        for pipeline: Pipeline?, _ source: SourceText?, _ tree: WorkTree, mayFetchGo: Bool = false
    ) async throws -> (Facts, FileDigests) {
        let repository = try gathering.repository(tree)
        try workspace.checkout?.refuseOutside(repository, output)
        guard pipeline != nil || !repository.modules.isEmpty else {
            throw CommandFailure(
                .misuse, "pipeline/nothing-here",
                "there is neither a pipeline file nor a Go module in \(workspace.root)",
                help: "go to a Go module, or begin one with `go mod init`", output)
        }
        var fetching: ToolchainFetching?
        if let pipeline, let source, pipeline.go.fetches {
            fetching = ToolchainFetching(locking: locking(pipeline, source), lockUse: lockUse, mayFetch: mayFetchGo)
        }
        let (toolchain, hash) = try await gathering.toolchain(for: pipeline, source, repository, fetching: fetching)
        var facts = Facts(
            root: workspace.root, toolchain: toolchain, repository: repository, files: tree.files.map(\.path))
        facts.toolchainHash = hash
        facts.git = try gitFacts(for: pipeline)
        facts.secretDigests = knownSecrets.digests
        if pipeline?.steps.contains(where: { $0.kind.key == "policy" }) == true {
            facts.program = "\(version) \((try? Digest(ofFile: ownExecutable).sha256) ?? "")"
        }
        if case .modFile(let path)? = pipeline?.tools, let bytes = try? readFile("\(workspace.root)/\(path.value)") {
            let (file, mistakes) = GoModFile.parse(
                SourceText(file: path.value, text: String(decoding: bytes, as: UTF8.self)))
            guard !mistakes.hasErrors else { throw CommandFailure(.misuse, mistakes, output) }
            facts.toolModFile = file
        }
        if pipeline?.steps.contains(where: \.isParallel) == true { facts.generatorFolders = tree.generatorFolders }
        if pipeline?.asksForSandbox(.auto) == true { facts.sandboxRefusal = await workspace.sandboxRefusal()?.description }
        if let pipeline { facts.compilers = await gathering.compilers(for: pipeline, facts) }
        return (facts, tree.digests(root: workspace.root))
    }

    private func infer(
        _ facts: inout Facts, _ digests: FileDigests, _ tree: WorkTree, _ downloading: Downloading?
    ) async throws -> Pipeline {
        let name = baseName(workspace.root)
        try await list(inferenceKeys(facts), emptyPipeline(named: name, facts), &facts, digests, tree, downloading)
        return try infer(facts, tree)
    }

    private func infer(_ facts: Facts, _ tree: WorkTree) throws -> Pipeline {
        var heads: [String: GoHead] = [:]
        for (file, content) in zip(tree.files, tree.contents) where content?.hasDirectives == true {
            guard let bytes = try? readFile("\(workspace.root)/\(file.path)") else { continue }
            heads[file.path] = scanGoHead(bytes)
        }
        guard let pipeline = inferPipeline(named: baseName(workspace.root), facts, heads: heads) else {
            throw CommandFailure(
                .misuse, "pipeline/cannot-infer", "the packages of this repository cannot be listed",
                help: "`go list ./...` says why; `pipeline init --template service` writes a pipeline to begin with", output)
        }
        return pipeline
    }

    // MARK: - Packages

    private func list(
        _ keys: [ListingKey], _ pipeline: Pipeline, _ facts: inout Facts, _ digests: FileDigests, _ tree: WorkTree,
        _ downloading: Downloading?
    ) async throws {
        var missing: [ListingQuestion] = []
        for key in keys where facts.listings[key] == nil {
            let question = listingQuestion(key, pipeline, facts)
            if let known = gathering.knownListing(question, facts, tree) {
                facts.listings[key] = known
            } else {
                missing.append(question)
            }
        }
        guard !missing.isEmpty else { return }
        if let downloading {
            let scopes = Set(missing.map(\.key.scope))
            let downloads = scopes.compactMap { downloadAction($0, pipeline, facts) }.sorted { $0.id < $1.id }
            if !downloads.isEmpty { try await downloading(downloads, digests, facts) }
        }
        preparing("listing packages")
        let places = workspace.places(facts.toolchain)
        for question in missing {
            do {
                let (packages, complete) = try await gathering.askListing(
                    question, facts, tree, places, downloaded: downloading != nil)
                // What is missing shows up red, in the go command's words, when the step runs.
                if complete { facts.listings[question.key] = packages }
            } catch {
                preparing("go list failed: \(error.cause.split(separator: "\n").first ?? "")")
            }
        }
    }

    // MARK: - Git

    /// Only what the file names: the no-op path of others does not open the repository.
    private func gitFacts(for pipeline: Pipeline?) throws -> [Reference.GitFact: String] {
        guard let pipeline, pipeline.namesGit else { return [:] }
        do {
            if let checkout = workspace.checkout { return try checkout.gitFacts() }
            guard let repository = try workspace.gitRepository(), let head = try repository.head() else { return [:] }
            return [
                .commit: head.id, .commitTime: "\(head.time)", .describe: try repository.describe(),
                .dirty: try repository.isDirty() ? "true" : "false",
            ]
        } catch {
            throw CommandFailure.unreadable(error, output)
        }
    }

    private func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}

extension Pipeline {
    var namesGit: Bool {
        var templates = go.env.map(\.value) + artifacts.compactMap(\.ldflags) + artifacts.flatMap { $0.env.map(\.value) }
        templates += steps.flatMap(\.templates) + (image?.labels.map(\.value) ?? [])
        return templates.contains { template in
            template.references.contains { if case .git = $0.value { true } else { false } }
        }
    }
}

extension WorkTree {
    fileprivate var generatorFolders: [String] {
        Set(zip(files, contents).filter { $1?.hasDirectives == true }.map { parentFolder(of: $0.0.path) }).sorted()
    }

    /// Links are named by their targets, which are read now.
    fileprivate func digests(root: String) -> FileDigests {
        FileDigests(
            zip(files, contents).lazy.map { file, content in
                let name: String? =
                    file.isSymlink
                    ? readLink("\(root)/\(file.path)").map { "link \($0)" }
                    : content.map { "\(file.kindName) \($0.sha256)" }
                return (file.path, name, file.signature.isSettled(at: start) ? file.signature : .none)
            })
    }
}

extension Workspace {
    /// Of everything in the store that belongs to this checkout.
    var repositoryName: String { String(Digest(of: Array(root.utf8)).sha256.prefix(16)) }

    func places(_ toolchain: GoToolchain) -> Places {
        let store = store
        let goRoot = toolchain.environment["GOROOT"] ?? parentFolder(of: parentFolder(of: toolchain.executable))
        var places = Places(
            root: root, ownProgram: ownExecutable, toolchain: "\(goRoot)/bin", goRoot: goRoot, moduleCache: store.moduleCache,
            buildCache: { store.buildCache($0) },
            cacheProgram: { family, uses in
                goCommandWords([ownExecutable, "gocacheprog", "--store", store.root, "--family", family, "--uses", uses])
            },
            home: store.home, temporary: store.temporary,
            scratchTree: { store.scratchTree("\(repositoryName)-\(Digest(of: Array($0.text.utf8)).sha256.prefix(8))") },
            toolModules: store.toolModules)
        places.cacheDoor = store.cacheDoor
        return places
    }
}
