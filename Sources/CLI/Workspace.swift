/// The one place that reads the process's environment and working directory: which repository, which store.
import Cache
import Files
import Git
import Pipeline

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

let processEnvironment: [String: String] = {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
        let text = String(cString: entry)
        if let sign = text.firstIndex(of: "=") {
            variables[String(text[..<sign])] = String(text[text.index(after: sign)...])
        }
        next += 1
    }
    return variables
}()

/// Takes a value out of what /proc shows of this process, steps of the same user included. The copy above stays.
func blotOutEnvironment(_ name: String) {
    _ = processEnvironment
    guard let value = getenv(name) else { return }
    memset(value, Int32(UInt8(ascii: "*")), strlen(value))
}

struct Workspace: Sendable {
    /// Absolute, links resolved.
    let root: String
    /// Where the user is: the root or below it. Absolute, links resolved.
    let directory: String
    let store: Store
    let environment: [String: String]
    /// The files of a commit that are worked with instead of the user's own.
    let checkout: CleanCheckout?

    /// The same store, in the tree of a commit.
    init(_ workspace: Workspace, in checkout: CleanCheckout) {
        root = checkout.root
        directory = checkout.directory
        store = workspace.store
        environment = workspace.environment
        self.checkout = checkout
    }

    init(_ options: PlaceOptions, _ output: Output) throws {
        environment = processEnvironment
        checkout = nil
        let start = options.directory ?? "."
        guard let folder = resolved(start), fileStatus(folder)?.kind == .folder else {
            throw CommandFailure(.misuse, "arguments/no-folder", "there is no folder \(start)", output)
        }
        directory = folder
        root = findRoot(from: folder)
        guard let place = storePlace(options.store, environment) else {
            throw CommandFailure(
                .environment, "store/no-place", "there is no place for the store: neither XDG_CACHE_HOME nor HOME is set",
                help: "say `--store FOLDER`", output)
        }
        do {
            store = try Store(root: place)
        } catch {
            throw CommandFailure(
                .environment, "store/unusable", "the store cannot be used: \(error)",
                help: "say `--store FOLDER` with a folder that can be written to", output)
        }
    }

    /// Where the user is, relative to the root.
    var place: String { directory == root ? "." : String(directory.dropFirst(root == "/" ? 1 : root.utf8.count + 1)) }

    /// Where the files go that the pipeline file has under `output:`.
    var outputFolder: String { checkout?.outputFolder ?? root }

    var git: GitEnvironment { GitEnvironment(variables: environment) }

    var searchPath: [String] { (environment["PATH"] ?? "").split(separator: ":").map(String.init) }
}

/// Where the store is: as the user said, else with the other caches of theirs.
func storePlace(_ option: String?, _ environment: [String: String]) -> String? {
    if let option { return option.hasPrefix("/") ? option : resolved(".").map { "\($0)/\(option)" } }
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return "\(cache)/pipeline" }
    if let home = environment["HOME"], home.hasPrefix("/") { return "\(home)/.cache/pipeline" }
    return nil
}

/// The nearest folder upwards with a pipeline file; else the nearest go.work, else the nearest go.mod, none of them
/// beyond the git repository's root; else the folder itself.
func findRoot(from start: String) -> String {
    var folders: [String] = []
    var folder = start
    while true {
        folders.append(folder)
        if fileStatus("\(folder)/.git") != nil || folder == "/" { break }
        folder = parentFolder(of: folder)
    }
    let marks = [["pipeline.yaml", "pipeline.yml", "pipelines"], ["go.work"], ["go.mod"]]
    for names in marks {
        if let found = folders.first(where: { folder in
            names.contains { $0 == "pipelines" ? !namedPipelines(root: folder).isEmpty : fileStatus("\(folder)/\($0)") != nil }
        }) {
            return found
        }
    }
    return start
}

private func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}
