/// What is known of the repository and the machine before planning; plain values, gathered by others.
import Go
import Pipeline

package struct Facts: Sendable {
    /// Absolute; only used to make the paths of listed packages relative.
    package var root: String
    package var toolchain: GoToolchain
    package var repository: GoRepository
    /// Every file that git does not ignore, relative to the root, sorted by bytes.
    package var files: [String]
    /// Nil for a listing that could not be had yet, because modules are missing.
    package var listings: [ListingKey: [GoPackage]]
    package var git: [Reference.GitFact: String]
    /// What C compilers call themselves, by the command that CC names; asked only where cgo is on.
    package var compilers: [String: String]
    /// What tools pinned under `tools:` are built from, by `package@version`; nil for one that is not in the lock.
    package var toolModules: [String: ToolModule] = [:]
    /// The file that says so, relative to the root.
    package var lockFile = "pipeline.lock"
    /// Of a Go that was fetched: that of its module, `h1:…`.
    package var toolchainHash: String?
    /// This program: its version and the digest of its file. Only known where a step runs it.
    package var program = ""
    /// What the file says that `tools: FILE.mod` names; nil when it is not there.
    package var toolModFile: GoModFile?
    /// By name, keyed digests of the secrets that are there: all that a plan knows of them.
    package var secretDigests: [String: String] = [:]
    /// Why this machine has no sandboxes; nil when it has, or when nobody asked.
    package var sandboxRefusal: String?
    /// Folders of Go files with `//go:generate` lines, sorted; only gathered for pipelines that deal them out.
    package var generatorFolders: [String] = []

    package init(
        root: String, toolchain: GoToolchain, repository: GoRepository, files: [String],
        listings: [ListingKey: [GoPackage]] = [:], git: [Reference.GitFact: String] = [:],
        compilers: [String: String] = [:]
    ) {
        self.root = root
        self.toolchain = toolchain
        self.repository = repository
        self.files = files
        self.listings = listings
        self.git = git
        self.compilers = compilers
    }

    package var host: Platform {
        Platform(os: toolchain.environment["GOOS"] ?? "", architecture: toolchain.environment["GOARCH"] ?? "")
    }
}

/// One question to `go list`: the packages of a module or workspace, as one platform and set of tags sees them.
package struct ListingKey: Hashable, Sendable {
    package var scope: GoScope
    package var platform: Platform
    package var cgo: Bool
    package var tags: [String]
}

/// The packages that one go command sees at once.
package enum GoScope: Hashable, Sendable {
    /// The module in this folder.
    case module(String)
    /// All modules of the go.work at the root.
    case workspace

    /// Where the go command is asked, relative to the root.
    package var directory: String {
        switch self {
        case .module(let directory): directory
        case .workspace: "."
        }
    }
}

extension GoRepository {
    /// Nil when no module owns the folder.
    package func scope(of directory: String) -> GoScope? {
        if workspace != nil, directory == "." || isInWorkspace(directory) { return .workspace }
        return module(owning: directory).map { .module($0.directory) }
    }

    /// Module folders that a scope's packages belong to.
    package func moduleDirectories(of scope: GoScope) -> [String] {
        switch scope {
        case .module(let directory): [directory]
        case .workspace: workspace?.moduleDirectories ?? []
        }
    }

    /// The files that fix the modules of a scope, those that are there.
    package func moduleFiles(of scope: GoScope, among files: Set<String>) -> [String] {
        var paths = moduleDirectories(of: scope).flatMap { [join($0, "go.mod"), join($0, "go.sum")] }
        if scope == .workspace { paths += ["go.work", "go.work.sum"] }
        return paths.filter(files.contains)
    }

    package func isVendored(_ scope: GoScope) -> Bool {
        switch scope {
        case .module(let directory): modules.first { $0.directory == directory }?.isVendored ?? false
        // A workspace is vendored at its own root.
        case .workspace: workspace?.isVendored ?? false
        }
    }

    /// A module of the scope is replaced by a folder that is not in the repository.
    package func reachesOutside(_ scope: GoScope) -> Bool {
        moduleDirectories(of: scope).contains { directory in
            let replaces = modules.first { $0.directory == directory }?.file.replaces ?? []
            return replaces.contains { replacement in
                replacement.isLocal
                    && (replacement.newPath.hasPrefix("/")
                        || normalized(join(directory, replacement.newPath)).hasPrefix(".."))
            }
        }
    }

    /// Folders of the repository that stand in for modules that the scope requires.
    package func replacementDirectories(of scope: GoScope) -> [String] {
        let own = moduleDirectories(of: scope)
        var replaces = modules.filter { own.contains($0.directory) }
            .flatMap { module in module.file.replaces.map { (module.directory, $0) } }
        if scope == .workspace { replaces += workspace?.file.replaces.map { (".", $0) } ?? [] }
        return replaces.filter { $1.isLocal && !$1.newPath.hasPrefix("/") }
            .map { normalized(join($0, $1.newPath)) }
            .filter { !$0.hasPrefix("..") && !own.contains($0) }
    }

    /// Nothing to download: the scope's modules require nothing but each other.
    package func requiresNothing(_ scope: GoScope) -> Bool {
        let own = modules.filter { moduleDirectories(of: scope).contains($0.directory) }
        let names = Set(own.compactMap(\.file.module?.value))
        return own.allSatisfy { $0.file.requires.allSatisfy { names.contains($0.path) } }
    }
}

/// `directory/name`, without `./` in front.
package func join(_ directory: String, _ name: String) -> String {
    directory == "." ? name : "\(directory)/\(name)"
}

/// `a/./b/../c` → `a/c`; what climbs out keeps its `..`.
package func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
        if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return parts.isEmpty ? "." : parts.joined(separator: "/")
}

/// `directory` is `parent` or below it.
func isInside(_ directory: String, _ parent: String) -> Bool {
    parent == "." || directory == parent || directory.hasPrefix("\(parent)/")
}

/// How to reach `path` from `base`, both absolute.
func relative(_ path: String, to base: String) -> String {
    if path == base { return "." }
    if path.hasPrefix("\(base)/") { return String(path.dropFirst(base.utf8.count + 1)) }
    let (target, start) = (path.split(separator: "/"), base.split(separator: "/"))
    let shared = zip(target, start).prefix { $0 == $1 }.count
    return ([Substring](repeating: "..", count: start.count - shared) + target[shared...]).joined(separator: "/")
}
