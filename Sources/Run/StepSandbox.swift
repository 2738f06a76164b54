/// One action's sandbox: what it is shown and given, and what it is heard to look for.
import Action
import Files
import Processes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The programs of one try of an action, in one sandbox.
struct StepSandbox: Sendable {
    let sandbox: Sandbox
    let reads: UndeclaredReads
    let sockets: [CacheSocket]

    /// Ends whatever is left.
    func end() async {
        await sandbox.end()
        for socket in sockets { await socket.end() }
    }
}

/// Where a sandboxed action keeps what is its own: folders beside its output.
struct SandboxFolders: Sendable {
    let own: String

    var base: String { "\(own)/root" }
    var temporary: String { "\(own)/tmp" }
    var home: String { "\(own)/home" }
    var buildCache: String { "\(own)/gocache" }
    var refuge: String { "\(own)/refuge" }
    var sockets: String { "\(own)/sockets" }
    func made(_ number: Int) -> String { "\(own)/made/\(number)" }

    func make(madeFolders: Int) throws {
        for folder in [base, buildCache, refuge, sockets] + (0..<madeFolders).map(made) { try makeFolder(folder) }
        try makePrivateFolder(home)
        try makeFolder(temporary)
        // As of any /tmp.
        chmod(temporary, 0o1777)
    }

    /// Where an output in the tree is made.
    func place(of output: Action.Output, of action: Action) -> String? {
        let path = output.pathInTree(action.directory)
        guard output.inTree, let number = action.madeFolders[parentFolder(ofRelative: path)] else { return nil }
        return "\(made(number))/\(baseName(path))"
    }

    /// Where the sockets are seen from inside.
    static let socketsInside = "/run/pipeline"
}

extension LocalExecutor {
    /// Blocks until it stands. The programs are not started.
    func sandbox(
        for action: Action, in workshop: Workshop, _ commands: [Command], isInteractive: Bool = false
    ) throws -> StepSandbox {
        let folders = workshop.sandbox!
        var view = systemView
        view.put("/tmp", .writable(folders.temporary))
        view.put(places.home, .writable(folders.home))
        var shown = [places.goRoot, places.moduleCache].filter { fileStatus($0)?.kind == .folder }
        shown += workshop.products.values.map { parentFolder(of: $0) }
        if action.places.contains(where: { if case .goShims = $0 { true } else { false } }) { shown.append(workshop.goRoot) }
        let sockets = try openBuildCache(of: action, in: workshop, folders, &view, &shown)
        for folder in shown { view.put(folder, .readOnly(folder)) }
        for name in action.secrets.intersection(secrets.files) {
            let file = secrets.texts[name]!
            view.put(file, .readOnly(file), isFolder: false)
        }
        view.put(workshop.folder, .writable(workshop.folder))
        let made = action.madeFolders
        let outputs = Set(action.outputs.filter(\.inTree).map { $0.pathInTree(action.directory) })
        switch action.tree {
        case .repository:
            TreeView(
                root: workshop.root, inputs: action.inputs.filter { !outputs.contains($0) }, made: made.mapValues(folders.made)
            ).put(into: &view)
            // Also one that nothing is declared in.
            for command in commands where !view.shows(command.directory) { view.put(command.directory, .folder) }
        case .scratch: view.put(workshop.root, .writable(workshop.root))
        case .inputs: break
        }
        let isCopy = action.tree != .repository
        let reads = UndeclaredReads(
            repository: places.root, tree: workshop.root, view: view, copied: isCopy ? withFolders(action.inputs) : nil,
            outputs: outputs, store: parentFolder(of: places.home))
        do {
            let sandbox = try Sandbox(
                view, base: folders.base, sharesNetwork: action.sandbox == .network,
                commands.map { Sandbox.Program($0, watch: isInteractive ? .nothing : action.watch, isInteractive: isInteractive) },
                in: groups, onRead: reads.note)
            return StepSandbox(sandbox: sandbox, reads: reads, sockets: sockets)
        } catch {
            for socket in sockets { Task { await socket.end() } }
            throw error
        }
    }

    /// The go command of Go 1.24 and later asks for what it needs; an older one has the folder to itself.
    private func openBuildCache(
        of action: Action, in workshop: Workshop, _ folders: SandboxFolders, _ view: inout SandboxView, _ shown: inout [String]
    ) throws -> [CacheSocket] {
        var sockets: [CacheSocket] = []
        let places = places
        let asked = action.places.compactMap { if case .cacheProgram(let family) = $0 { family } else { nil } }
        for case .buildCache(let family) in action.places {
            let folder = places.buildCache(family)
            try makeFolder(folder)
            view.put(folder, .writable(asked.contains(family) && places.cacheDoor != nil ? folders.buildCache : folder))
        }
        guard let door = places.cacheDoor, !asked.isEmpty else { return [] }
        for family in asked {
            let uses = workshop.usesFile(family)
            sockets.append(
                try CacheSocket(family, in: folders.sockets) { door.serve($0, $1, family, uses, folders.refuge) })
        }
        view.put(SandboxFolders.socketsInside, .readOnly(folders.sockets))
        for file in [places.ownProgram] + ownLibraries where !view.shows(file) {
            view.put(file, .readOnly(file), isFolder: false)
        }
        shown += [door.files, folders.refuge]
        return sockets
    }
}

/// Files and all folders above them.
private func withFolders(_ files: [String]) -> Set<String> {
    var all = Set(files)
    for file in files {
        var path = file[...]
        while let slash = path.lastIndex(of: "/") {
            path = path[..<slash]
            if !all.insert(String(path)).inserted { break }
        }
    }
    return all
}

extension Action {
    /// The kernel is asked what it looks for. The go command looks at thousands of files, and reads what `go list` says:
    /// of steps that are mostly its own work only what is opened is asked, or nothing.
    var watch: Processes.Sandbox.Program.Watch {
        switch kind {
        case .run, .generate: .looks
        case .test, .tool: .opens
        case .download, .build, .vet, .fmt, .tidy, .policy, .toolBuild: .nothing
        }
    }

    /// Folders of outputs in the tree, relative to the root, each with its number.
    var madeFolders: [String: Int] {
        var folders: [String: Int] = [:]
        for output in outputs where output.inTree {
            let folder = parentFolder(ofRelative: output.pathInTree(directory))
            if folders[folder] == nil { folders[folder] = folders.count }
        }
        return folders
    }
}

extension Action.Output {
    /// Relative to the root, without `.` and `..`.
    func pathInTree(_ directory: String) -> String {
        var elements: [Substring] = []
        for element in "\(directory)/\(path)".split(separator: "/") where element != "." {
            if element == ".." { _ = elements.popLast() } else { elements.append(element) }
        }
        return elements.joined(separator: "/")
    }
}

func parentFolder(ofRelative path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
}

/// What every sandbox shows of the system, and nothing of its users.
let systemView: SandboxView = {
    var view = SandboxView()
    for name in ["bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr"] {
        let path = "/\(name)"
        switch fileStatus(path)?.kind {
        case .link?: if let target = readLink(path) { view.put(path, .link(target), isFolder: false) }
        case .folder?: view.put(path, .readOnly(path))
        default: break
        }
    }
    for name in settings {
        let path = "/etc/\(name)"
        guard let kind = fileStatus(path, followingLink: true)?.kind else { continue }
        view.put(path, .readOnly(path), isFolder: kind == .folder)
    }
    for name in ["null", "zero", "full", "random", "urandom", "tty"] where fileStatus("/dev/\(name)") != nil {
        view.put("/dev/\(name)", .writable("/dev/\(name)"), isFolder: false)
    }
    for (name, target) in [
        ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"),
        ("ptmx", "pts/ptmx"),
    ] {
        view.put("/dev/\(name)", .link(target), isFolder: false)
    }
    view.put("/dev/shm", .memory)
    view.put("/dev/pts", .terminals)
    view.put("/proc", .processes)
    return view
}()

/// Files of /etc that programs need to find libraries, certificates, names and times.
private let settings = [
    "alternatives", "ca-certificates", "ca-certificates.conf", "crypto-policies", "gai.conf", "group", "host.conf", "hosts",
    "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "nsswitch.conf", "os-release", "passwd", "pki",
    "protocols", "resolv.conf", "services", "ssl",
]
