/// Gathers what planning needs to know: the tree, the toolchain, the packages; answers are remembered in the store.
import Action
import Cache
import Diagnostics
import Files
import Git
import Go
import Pipeline
import Plan
import Processes
import Run
import WorkTree

struct FactGathering {
    let workspace: Workspace
    let output: Output
    /// What is being done, for whoever watches.
    let preparing: @Sendable (String) -> Void

    // MARK: - The tree

    /// What has not changed since the last look is not read.
    func lookAtTree() throws -> WorkTree {
        let known = workspace.store.treeTable(workspace.repositoryName)
        do {
            let tree =
                if let checkout = workspace.checkout {
                    lookAtWorkTree(
                        root: workspace.root, files: checkout.files, written: checkout.written, remembered: known.bytes)
                } else {
                    try lookAtWorkTree(root: workspace.root, environment: workspace.git, remembered: known.bytes)
                }
            // A store that cannot be written to costs time, not the run.
            if tree.isNews { try? known.write(tree.table) }
            return tree
        } catch {
            throw CommandFailure.unreadable(error, output)
        }
    }

    func repository(_ tree: WorkTree) throws -> GoRepository {
        let (repository, diagnostics) = GoRepository.find(paths: tree.files.map(\.path)) { path in
            (try? readFile("\(workspace.root)/\(path)")).map { String(decoding: $0, as: UTF8.self) }
        }
        guard !diagnostics.hasErrors else { throw CommandFailure(.misuse, diagnostics, output) }
        return repository
    }

    // MARK: - The toolchain

    /// With the hash of its module where it was fetched.
    func toolchain(
        for pipeline: Pipeline?, _ source: SourceText?, _ repository: GoRepository, fetching: ToolchainFetching? = nil
    ) async throws -> (GoToolchain, hash: String?) {
        let (requirement, pin) = requirement(pipeline, source, repository)
        var exact: String?
        if case .exact(let version) = requirement { exact = "\(version)" }
        let candidates = goCandidates(path: workspace.searchPath, home: workspace.environment["HOME"], version: exact)
        let choice = await chooseGo(requirement, among: candidates) { candidate in
            try? await ask(candidate.executable).version
        }
        if case .found(let candidate) = choice {
            return (try await answer(of: candidate.executable), nil)
        }
        var diagnostic = choice.diagnostic(wanting: requirement, pin: pin)
        if let fetching, let release = requirement.release {
            let helper = await chooseGo(
                .atLeast(GoVersion("1.21")!),
                among: goCandidates(path: workspace.searchPath, home: workspace.environment["HOME"], version: nil)
            ) { candidate in try? await ask(candidate.executable).version }
            if case .found(let asked) = helper {
                // A place in go.mod is none in the pipeline file.
                let place = pipeline?.go.version?.range
                if let (go, locked) = try await fetching.bring(release, askingFor: asked.executable, at: place) {
                    return (try await answer(of: go), locked.hash)
                }
                diagnostic?.help = "it is not in the store yet: `pipeline run` fetches it"
            } else {
                diagnostic?.help = "install any Go from 1.21 on: it is what fetches others"
            }
        }
        throw CommandFailure(.environment, diagnostic.map { [$0] } ?? [], output)
    }

    private func answer(of executable: String) async throws -> GoToolchain {
        do {
            return try await ask(executable)
        } catch {
            throw CommandFailure(.environment, "go/broken", "\(error)", output)
        }
    }

    /// The pin of the pipeline file, else what go.work and go.mod ask for.
    private func requirement(
        _ pipeline: Pipeline?, _ source: SourceText?, _ repository: GoRepository
    ) -> (GoRequirement, pin: (source: SourceText, range: SourceRange)?) {
        if let version = pipeline?.go.version, case .exact(let text) = version.value, let wanted = GoVersion(text) {
            return (.exact(wanted), source.map { ($0, version.range) })
        }
        var least: (version: GoVersion, file: String, range: SourceRange)?
        func consider(_ line: Located<String>?, _ file: String) {
            guard let line, let version = GoVersion(line.value), version > least?.version ?? GoVersion("1.0")! else { return }
            least = (version, file, line.range)
        }
        for module in repository.modules {
            let path = join(module.directory, "go.mod")
            if module.directory == ".", case .goMod = pipeline?.go.version?.value, let line = module.file.toolchain,
                let wanted = GoVersion(line.value)
            {
                return (.exact(wanted), text(path).map { ($0, line.range) })
            }
            consider(module.file.goVersion, path)
        }
        consider(repository.workspace?.file.goVersion, "go.work")
        guard let least else { return (.any, nil) }
        return (.atLeast(least.version), text(least.file).map { ($0, least.range) })
    }

    private func text(_ path: String) -> SourceText? {
        (try? readFile("\(workspace.root)/\(path)")).map {
            SourceText(file: path, text: String(decoding: $0, as: UTF8.self))
        }
    }

    /// A toolchain is asked once for as long as its file stays as it is.
    private func ask(_ executable: String) async throws(GoError) -> GoToolchain {
        let question = "toolchain 1\n\(executable)\n\(fileIdentity(executable))\n"
        if let known = workspace.store.facts.answer(to: question, as: GoToolchain.self) { return known }
        preparing("asking \(executable)")
        let toolchain = try await GoToolchain.ask(executable: executable, home: workspace.store.home)
        try? workspace.store.facts.remember(toolchain, to: question)
        return toolchain
    }

    /// What the C compilers of this pipeline call themselves, where it uses cgo at all. One that is not there, or says
    /// nothing, is for the go command to complain of.
    func compilers(for pipeline: Pipeline, _ facts: Facts) async -> [String: String] {
        var found: [String: String] = [:]
        for command in pipeline.compilerCommands(facts) where found[command] == nil {
            let words = command.split(separator: " ").map(String.init)
            guard let name = words.first, let program = findProgram(name, path: systemPath, directory: workspace.root)
            else { continue }
            let question = "compiler 1\n\(command)\n\(program)\n\(fileIdentity(program))\n"
            if let known = workspace.store.facts.bytes(to: question) {
                found[command] = String(decoding: known, as: UTF8.self)
                continue
            }
            let asking = Command(
                executable: program, arguments: words.dropFirst() + ["--version"],
                environment: ["PATH": systemPath, "LANG": "C.UTF-8"], directory: workspace.root)
            guard let answer = try? await capture(asking, limit: 1 << 16), answer.exit.isSuccess,
                let line = answer.standardOutput.split(separator: UInt8(ascii: "\n")).first
            else { continue }
            found[command] = String(decoding: line, as: UTF8.self)
            try? workspace.store.facts.remember(bytes: Array(line), to: question)
        }
        return found
    }

    // MARK: - Packages

    /// The answer that is known from an earlier run; nil when `go list` has to be asked.
    func knownListing(_ question: ListingQuestion, _ facts: Facts, _ tree: WorkTree) -> [GoPackage]? {
        guard let text = questionText(question, facts, tree) else { return nil }
        let places = listingPlaces
        return workspace.store.carriedFacts.answer(to: text, as: [GoPackage].self)?.map { package in
            package.replacingFolders { path in places.resolved(path) }
        }
    }

    /// What an answer names without the paths of this checkout and this store, so that it serves others.
    private var listingPlaces: ListingPlaces {
        ListingPlaces(root: workspace.root, modules: workspace.store.moduleCache)
    }

    /// Asks `go list`. An answer that lacks packages is remembered only when every module has been `downloaded`: then
    /// it is the sources that ask for what no module has, and only a change of the sources can mend that.
    func askListing(
        _ question: ListingQuestion, _ facts: Facts, _ tree: WorkTree, _ places: Places, downloaded: Bool
    ) async throws(GoError) -> (packages: [GoPackage], isComplete: Bool) {
        let directory = question.directory == "." ? workspace.root : "\(workspace.root)/\(question.directory)"
        let packages = try await askGoList(
            facts.toolchain,
            GoListQuestion(
                patterns: question.patterns, directory: directory, tags: question.key.tags,
                environment: question.environment.mapValues { text in text.resolved { places[$0] } }, tests: true))
        let complete = downloaded || isComplete(packages)
        if complete, let text = questionText(question, facts, tree) {
            let symbolic = listingPlaces
            try? workspace.store.carriedFacts.remember(
                packages.map { $0.replacingFolders { path in symbolic.symbolic(path) } }, to: text)
        }
        return (packages, complete)
    }

    /// Everything that decides the answer. Nil when files outside the repository do, which are not watched.
    private func questionText(_ question: ListingQuestion, _ facts: Facts, _ tree: WorkTree) -> String? {
        if facts.repository.reachesOutside(question.key.scope) { return nil }
        var text = "listing 2\ngo\(facts.toolchain.version)\n"
        text += "\(question.key.platform) \(question.key.cgo) \(question.key.tags) \(question.directory)\n"
        text += question.patterns.joined(separator: " ") + "\n"
        for (name, value) in question.environment.sorted(by: { $0.key < $1.key }) { text += "\(name)=\(value)\n" }
        // Local replacements are in the tree, so all of it counts. Of a Go file its head does; which other files there
        // are only matters below a folder whose sources embed some.
        let contents = tree.contents
        let embedding = Set(
            zip(tree.files, contents).filter { $1?.hasEmbeds == true }.map { file, _ in parentFolder(of: file.path) })
        for (file, content) in zip(tree.files, contents) {
            if let content, !content.head.isEmpty {
                text += "\(file.path) \(content.head)\n"
            } else if file.path.isGoInput {
                text += "\(file.path) \(content?.sha256 ?? "absent")\n"
            } else if !embedding.isEmpty, file.path.isBelow(embedding) {
                text += "\(file.path)\n"
            }
        }
        return text
    }
}

/// Stand-ins for the folders of this machine in what `go list` says.
private struct ListingPlaces {
    var root: String
    var modules: String

    func symbolic(_ path: String) -> String {
        for (folder, name) in [(modules, "${modules}"), (root, "${root}")] {
            if path == folder { return name }
            if path.hasPrefix("\(folder)/") { return name + path.dropFirst(folder.count) }
        }
        return path
    }

    func resolved(_ path: String) -> String {
        for (folder, name) in [(modules, "${modules}"), (root, "${root}")] where path.hasPrefix(name) {
            return folder + path.dropFirst(name.count)
        }
        return path
    }
}

extension GoPackage {
    fileprivate func replacingFolders(_ change: (String) -> String) -> GoPackage {
        var package = self
        package.dir = change(dir)
        package.module?.dir = module?.dir.map(change)
        package.module?.goMod = module?.goMod.map(change)
        package.module?.replace?.dir = module?.replace?.dir.map(change)
        return package
    }
}

extension String {
    /// In one of the folders, or in a folder of theirs.
    fileprivate func isBelow(_ folders: Set<String>) -> Bool {
        if folders.contains(".") { return true }
        var folder = parentFolder(of: self)
        while folder != "." {
            if folders.contains(folder) { return true }
            folder = parentFolder(of: folder)
        }
        return false
    }

    /// A file whose content `go list` looks at.
    fileprivate var isGoInput: Bool {
        let name = baseName(self)
        if ["go.mod", "go.sum", "go.work", "go.work.sum", "modules.txt"].contains(name) { return true }
        guard let dot = name.lastIndex(of: ".") else { return false }
        return goInputExtensions.contains(name[name.index(after: dot)...].lowercased())
    }
}

private let goInputExtensions: Set<String> = [
    "go", "s", "c", "cc", "cpp", "cxx", "m", "h", "hh", "hpp", "hxx", "f", "for", "f90", "swig", "swigcxx", "syso",
]
