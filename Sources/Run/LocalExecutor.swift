/// Runs actions as child processes of this machine; it knows where things are, not what a step is.
import Action
import Files
import Processes
import Secrets

/// The machine's answer to the places that actions name.
package struct Places: Sendable {
    package var root: String
    package var ownProgram: String
    package var toolchain: String
    package var goRoot: String
    package var moduleCache: String
    package var buildCache: @Sendable (String) -> String
    /// GOCACHEPROG for a family; the second is the file that gets what was used.
    package var cacheProgram: @Sendable (String, String) -> String
    package var home: String
    /// Folders of running actions are made here.
    package var temporary: String
    /// The scratch tree of an action, the same in every run.
    package var scratchTree: @Sendable (ActionID) -> String
    /// Holds a folder for each module that a pinned tool is built in.
    package var toolModules: String
    /// For go commands in a sandbox; without one they find what `cacheProgram` needs nowhere.
    package var cacheDoor: CacheDoor?

    package init(
        root: String, ownProgram: String = "/nowhere", toolchain: String, goRoot: String, moduleCache: String,
        buildCache: @escaping @Sendable (String) -> String,
        cacheProgram: @escaping @Sendable (String, String) -> String, home: String, temporary: String,
        scratchTree: @escaping @Sendable (ActionID) -> String, toolModules: String = "/nowhere"
    ) {
        self.root = root
        self.ownProgram = ownProgram
        self.toolchain = toolchain
        self.goRoot = goRoot
        self.moduleCache = moduleCache
        self.buildCache = buildCache
        self.cacheProgram = cacheProgram
        self.home = home
        self.temporary = temporary
        self.scratchTree = scratchTree
        self.toolModules = toolModules
    }
}

extension Places {
    /// The path of a place that does not depend on an action.
    package subscript(place: SymbolicText.Place) -> String {
        switch place {
        case .root, .repository: root
        case .ownProgram: ownProgram
        case .toolchain: toolchain
        case .goRoot: goRoot
        case .moduleCache: moduleCache
        case .buildCache(let family): buildCache(family)
        case .home: home
        case .toolModule(let name): "\(toolModules)/\(name)"
        case .output, .product, .folder, .goShims, .port, .cacheProgram, .secret: preconditionFailure("\(place) belongs to a running action")
        }
    }
}

package struct LocalExecutor<Blobs: BlobStore>: ActionExecutor {
    let places: Places
    let blobs: Blobs
    let groups: ProcessGroups
    /// Every file of the repository that git does not ignore, for scratch trees.
    let files: [String]
    /// Hears which files of the repository were replaced by what a generator makes. When nil they are left alone, and a
    /// difference is red.
    let onRewriting: (@Sendable ([String]) -> Void)?
    let secrets: GivenSecrets

    package init(
        places: Places, blobs: Blobs, groups: ProcessGroups, files: [String], secrets: GivenSecrets = GivenSecrets(),
        onRewriting: (@Sendable ([String]) -> Void)? = nil
    ) {
        self.places = places
        self.blobs = blobs
        self.groups = groups
        self.files = files
        self.secrets = secrets
        self.onRewriting = onRewriting
    }

    package func execute(
        _ action: Action, products: [ActionID: [ActionResult.File]], onOutput: @escaping @Sendable ([String]) -> Void
    ) async -> Execution {
        let log = ActionLog(masking: secrets.mask, onOutput)
        var execution = Execution()
        do {
            try await inWorkshop(of: action, products) { workshop in
                execution.used = workshop.used
                try await run(action, in: workshop, log, &execution)
                execution.buildUses = try await onThread { try keepUses(of: action, in: workshop) }
                if execution.failure == nil, !execution.interrupted {
                    let finished = try await onThread { try finish(action, in: workshop, log) }
                    execution.failure = finished.failure
                    execution.outputs = finished.outputs
                }
            }
        } catch let change as ChangedArtifact {
            execution.failure = .changedArtifact(change.description)
        } catch {
            execution.failure = .environment("\(error)")
        }
        execution.log = log.lines
        return execution
    }

    /// With all that an action is given in its places, and nothing of it left afterwards.
    func inWorkshop<Value>(
        of action: Action, _ products: [ActionID: [ActionResult.File]], _ body: (Workshop) async throws -> Value
    ) async throws -> Value {
        let own = "\(places.temporary)/\(uniqueName())"
        let folder = "\(own)/output"
        try makeFolder(folder)
        defer { removeTree(own) }
        let tree = try await lockTree(of: action)
        defer { tree?.lock.release() }
        let workshop = try await onThread { try prepare(action, products, folder, tree?.path) }
        return try await body(workshop)
    }

    /// Runs of one repository share a step's scratch tree, one at a time; actions of one step that run side by side take
    /// one each of as many as there are at once. Waits no longer than the action may take.
    func lockTree(of action: Action) async throws -> (lock: FileLock, path: String)? {
        guard case .scratch = action.tree else { return nil }
        let step = ActionID("\(action.kind.rawValue):\(action.step)")
        let isOneOfMany = action.id.text.hasPrefix("\(step.text):")
        let first = places.scratchTree(isOneOfMany ? step : action.id)
        let trees = isOneOfMany ? [first] + (2...64).map { "\(first)-\($0)" } : [first]
        let end = ContinuousClock.now + action.timeout
        while ContinuousClock.now < end, !groups.isClosed {
            for tree in trees { if let lock = try FileLock(at: "\(tree).lock") { return (lock, tree) } }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw ExecutorError("another run of this repository is still at work in \(first)")
    }

    // MARK: - Before

    func prepare(
        _ action: Action, _ products: [ActionID: [ActionResult.File]], _ folder: String, _ scratchTree: String?
    ) throws -> Workshop {
        var workshop = Workshop(root: places.root, folder: folder)
        if action.sandbox != nil {
            workshop.sandbox = SandboxFolders(own: parentFolder(of: folder))
            try workshop.sandbox?.make(madeFolders: action.madeFolders.count)
        }
        for place in action.places {
            switch place {
            case .product(let id, let name), .folder(let id, let name):
                guard let file = products[id]?.first(where: { $0.path == name }) else {
                    throw ExecutorError("\(id) did not make \(name)")
                }
                guard
                    let path = try blobs.file(
                        file.digest, named: baseName(name), executable: file.isExecutable, checked: true)
                else {
                    throw ChangedArtifact(
                        description: "\(name) of \(id) is not what was built (\(file.digest)): it was changed or lost "
                            + "in the store; run again to build it anew")
                }
                workshop.products["\(id)/\(name)"] = path
                if action.dependencies.contains(where: { $0.action == id && $0.role == .input }) {
                    workshop.used["\(id)/\(name)"] = file.digest
                }
            case .port(let service):
                // The system may offer one twice that nobody listens on yet.
                while workshop.ports[service] == nil {
                    let port = try freePort()
                    if !workshop.ports.values.contains(port) { workshop.ports[service] = port }
                }
            case .secret(let name):
                guard secrets.texts[name] != nil else { throw ExecutorError("the secret \(name) is not there") }
                // Programs leave in their home what they were given to log in with.
                workshop.hasOwnHome = true
            default: break
            }
        }
        if workshop.hasOwnHome, workshop.sandbox == nil { try makePrivateFolder(workshop.home) }
        for case .goShims(let shims) in action.places {
            try GoShimFolder(path: workshop.goRoot, goRoot: places.goRoot)
                .fill(shims) { workshop.products["\($0.action)/\($0.file)"]! }
        }
        switch action.tree {
        case .repository: break
        case .scratch:
            guard let scratchTree else { throw ExecutorError("\(action.id) has no scratch tree") }
            workshop.root = scratchTree
            try ScratchTree(path: workshop.root).fill(from: places.root, files: files)
        case .inputs:
            workshop.root = "\(folder)/tree"
            try ScratchTree(path: workshop.root).fill(from: places.root, files: action.inputs)
        }
        return workshop
    }

    private func path(_ place: SymbolicText.Place, _ workshop: Workshop) -> String {
        switch place {
        case .root: workshop.root
        case .output: workshop.folder
        case .product(let id, let name): workshop.products["\(id)/\(name)"]!
        case .folder(let id, let name): parentFolder(of: workshop.products["\(id)/\(name)"]!)
        case .port(let service): "\(workshop.ports[service]!)"
        case .goShims: workshop.goRoot
        case .secret(let name): secrets.texts[name]!
        // A sandbox has a home of its own at the usual place.
        case .home where workshop.hasOwnHome && workshop.sandbox == nil: workshop.home
        case .cacheProgram(let family):
            if workshop.sandbox != nil, let door = places.cacheDoor {
                door.program("\(SandboxFolders.socketsInside)/\(family)")
            } else {
                places.cacheProgram(family, workshop.usesFile(family))
            }
        case .repository, .ownProgram, .toolchain, .goRoot, .moduleCache, .buildCache, .home, .toolModule: places[place]
        }
    }

    func command(
        _ argv: [SymbolicText], _ environment: [String: SymbolicText], directory: String, _ workshop: Workshop
    ) throws -> Command {
        let words = argv.map { text in text.resolved { path($0, workshop) } }
        let variables = environment.mapValues { text in text.resolved { path($0, workshop) } }
        let folder = directory == "." ? workshop.root : "\(workshop.root)/\(directory)"
        guard let program = findProgram(words[0], path: variables["PATH"] ?? "", directory: folder) else {
            throw ExecutorError("no program \(words[0]) in the step's PATH (\(variables["PATH"] ?? "empty"))")
        }
        return Command(
            executable: program, arguments: Array(words.dropFirst()), environment: variables, directory: folder)
    }

    // MARK: - The run itself

    private func run(
        _ action: Action, in workshop: Workshop, _ log: ActionLog, _ execution: inout Execution
    ) async throws {
        let command = try command(action.argv, action.environment, directory: action.directory, workshop)
        // All of them before the first is started: one that cannot be leaves none behind.
        let serviceCommands = try action.services.map { service in
            try self.command(service.argv, service.environment, directory: action.directory, workshop)
        }
        guard action.sandbox != nil else {
            execution.failure = try await run(
                action, .open(command), serviceCommands.map { .open($0) }, in: workshop, log, &execution.interrupted)
            return
        }
        let site = try await onThread { try self.sandbox(for: action, in: workshop, [command] + serviceCommands) }
        let launches = (0...serviceCommands.count).map { Launch.sandboxed(site.sandbox, program: $0) }
        do {
            execution.failure = try await run(
                action, launches[0], Array(launches.dropFirst()), in: workshop, log, &execution.interrupted)
        } catch {
            execution.failure = .environment("\(error)")
        }
        await site.end()
        guard execution.failure != nil else { return }
        if site.reads.found.isEmpty { site.reads.search(log.lines, directory: command.directory) }
        execution.undeclaredReads = site.reads.found
    }

    private func run(
        _ action: Action, _ launch: Launch, _ serviceLaunches: [Launch], in workshop: Workshop, _ log: ActionLog,
        _ interrupted: inout Bool
    ) async throws -> Failure? {
        var services: [RunningService] = []
        for (service, launch) in zip(action.services, serviceLaunches) {
            let running = RunningService(service.name, launch, groups, masking: secrets.mask, log)
            services.append(running)
            let ready = service.ready.map { readiness in readiness.mapAddress { $0.resolved { path($0, workshop) } } }
            if let trouble = await running.waitUntilReady(ready, timeout: service.timeout) {
                for service in services { await service.stop() }
                interrupted = groups.isClosed
                return .service(service.name, trouble)
            }
        }
        let result: Supervised
        do {
            result = try await supervise(launch, in: groups, timeout: action.timeout) { log.add($0) }
        } catch {
            for service in services { await service.stop() }
            throw error
        }
        let ended = services.first { $0.hasEnded }?.name
        for service in services { await service.stop() }
        log.finish()
        if result.timedOut { return .timeout(action.timeout) }
        if result.interrupted {
            interrupted = true
            return nil
        }
        switch result.exit {
        case .code(0): break
        case .code(let code): return .exit(code: code)
        case .signal(let signal): return .signal(signal)
        }
        if let ended { return .service(ended, "ended before the step did") }
        if action.verdict == .silence, !log.lines.isEmpty { return .notSilent }
        return nil
    }

    // MARK: - After

    /// What the cache programs of this try noted, each id once.
    private func keepUses(of action: Action, in workshop: Workshop) throws -> [String: Digest] {
        var kept: [String: Digest] = [:]
        for case .cacheProgram(let family) in action.places {
            guard let bytes = try? readFile(workshop.usesFile(family)), !bytes.isEmpty else { continue }
            kept[family] = try blobs.put(distinctIDs(bytes))
        }
        return kept
    }

    private func finish(
        _ action: Action, in workshop: Workshop, _ log: ActionLog
    ) throws -> (failure: Failure?, outputs: [ActionResult.File]) {
        if action.tree == .scratch(compared: true) {
            let tree = ScratchTree(path: workshop.root)
            let differences = try tree.differences(from: places.root, files: files)
            if !differences.isEmpty, let onRewriting {
                onRewriting(try tree.replaceFiles(of: places.root, files: files))
            } else if !differences.isEmpty {
                for difference in differences { log.add(Array(difference.utf8)) }
                log.finish()
                return (.stale(files: differences.count), [])
            }
        }
        var outputs: [ActionResult.File] = []
        for output in action.outputs {
            let directory = action.directory == "." ? workshop.root : "\(workshop.root)/\(action.directory)"
            let inTree = workshop.sandbox?.place(of: output, of: action) ?? "\(directory)/\(output.path)"
            let path = output.inTree ? inTree : "\(workshop.folder)/\(output.path)"
            // A link out of a sandbox leads to what the step could not see.
            guard case .file(let executable) = fileStatus(path, followingLink: workshop.sandbox == nil)?.kind else {
                return (.missingOutput(output.path), [])
            }
            if let secret = try secret(inFile: path) { return (.holdsSecret(output: output.path, secret: secret), []) }
            let digest = try blobs.put(file: path, executable: executable)
            outputs.append(ActionResult.File(path: output.path, digest: digest, isExecutable: executable))
        }
        if workshop.sandbox != nil, action.tree == .repository {
            for (output, file) in zip(action.outputs, outputs) where output.inTree {
                try putIntoTree(file, of: action, root: places.root, blobs)
            }
        }
        return (nil, outputs)
    }

    /// The name of a secret that a file would carry on.
    private func secret(inFile path: String) throws -> String? {
        if secrets.mask.isEmpty { return nil }
        var search = secrets.mask.search()
        try readPieces(of: path) { search.add($0) }
        return search.found
    }
}

/// Where one try of an action works and what its places are.
struct Workshop: Sendable {
    var root: String
    var folder: String
    var products: [String: String] = [:]
    var ports: [String: Int] = [:]
    var used: [String: Digest] = [:]
    /// It has a home of its own, which nothing of outlives the try.
    var hasOwnHome = false
    /// Of an action that runs in one.
    var sandbox: SandboxFolders?
}

extension Workshop {
    fileprivate var home: String { "\(parentFolder(of: folder))/home" }

    /// A stand-in for GOROOT.
    var goRoot: String { "\(parentFolder(of: folder))/goroot" }

    func usesFile(_ family: String) -> String { "\(parentFolder(of: folder))/uses-\(family)" }
}

/// The 32-byte ids in `bytes`, sorted, each once: the same uses are the same blob.
private func distinctIDs(_ bytes: [UInt8]) -> [UInt8] {
    let ids = Set(stride(from: 0, to: bytes.count / 32 * 32, by: 32).map { bytes[$0..<($0 + 32)] })
    return ids.sorted { $0.lexicographicallyPrecedes($1) }.flatMap(\.self)
}

/// The digest check before a use has failed.
private struct ChangedArtifact: Error { var description: String }

struct ExecutorError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
