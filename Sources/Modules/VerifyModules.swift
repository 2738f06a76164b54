/// Compares unpacked modules with what go.sum says of them: by one stat walk each, by reading only what was touched.
///
/// The go command takes three things on trust that this makes up for (tried with 1.24.11 and 1.27.3):
/// - An unpacked folder is never looked at again, whatever go.sum says.
/// - A zip in cache/download whose `.ziphash` file agrees with go.sum is unpacked without being hashed: a zip that was
///   changed later is believed. Without the `.ziphash` file the zip is hashed and compared with go.sum, and refused
///   with `SECURITY ERROR` if it is another. So a `.ziphash` whose module is not unpacked is removed here.
/// - A `.ziphash` of another hash is refused, one that is no hash is made anew, a `.mod` file is always checked.
import Action
import Files
import Go

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A module version and what its content must hash to.
package struct ExpectedModule: Hashable, Sendable {
    package var module: ModuleVersion
    /// One of these, `h1:…` each.
    package var hashes: [String]
    /// Who says so, for people: `go.sum`.
    package var source: String

    package init(_ module: ModuleVersion, hashes: [String], source: String) {
        self.module = module
        self.hashes = hashes
        self.source = source
    }
}

package struct ModuleVerdicts: Sendable {
    /// Those that are unpacked and as expected.
    package var right: Set<ModuleVersion> = []
    package var edited: [EditedModule] = []
}

/// Looks at those of the modules that are unpacked, on all of the machine's processors; blocks.
///
/// A module whose tree is as `known` remembers it is not read. One that was touched within `settling` seconds is read
/// but not remembered: a further change might leave no trace in its times.
package func verifyModules(
    _ expected: [ExpectedModule], in cache: ModuleCache, known: KnownHashes, settling: Int = 2
) -> ModuleVerdicts {
    let entries = known.load()
    let seen = inParallel(expected.count) { look(at: expected[$0], in: cache, entries) }
    let touched = seen.indices.filter { if case .touched = seen[$0] { true } else { false } }
    let start = Int64(time(nil))
    let hashes = hashAll(touched.map { index in
        guard case .touched(let folder) = seen[index] else { preconditionFailure("only touched modules are hashed") }
        return (expected[index], folder)
    }, cache)

    var verdicts = ModuleVerdicts()
    var fresh: [ModuleVersion: KnownHashes.Entry] = [:]
    func judge(_ expected: ExpectedModule, _ folder: String, _ hash: String?, _ tree: UnpackedTree?) {
        if let hash, expected.hashes.contains(hash) {
            verdicts.right.insert(expected.module)
        } else if let edited = edited(expected, folder, hash, tree, cache) {
            verdicts.edited.append(edited)
        }
    }
    for case (let index, .same(let folder, let hash)) in zip(seen.indices, seen) {
        judge(expected[index], folder, hash, nil)
    }
    for (index, hashed) in zip(touched, hashes) {
        guard case .touched(let folder) = seen[index] else { continue }
        if let hash = hashed.hash, let tree = hashed.tree, tree.newest < (start - Int64(settling)) * 1_000_000_000 {
            fresh[expected[index].module] = KnownHashes.Entry(state: tree.state, hash: hash)
        }
        judge(expected[index], folder, hashed.hash, hashed.tree)
    }
    // What is not remembered is read again, and that is all.
    if !fresh.isEmpty { try? known.remember(fresh, in: cache) }
    verdicts.edited.sort { $0.module.description < $1.module.description }
    return verdicts
}

// MARK: - Looking

private enum Sight: Sendable {
    case absent
    case same(folder: String, hash: String)
    case touched(folder: String)
}

private func look(
    at expected: ExpectedModule, in cache: ModuleCache, _ entries: [ModuleVersion: KnownHashes.Entry]
) -> Sight {
    guard let folder = cache.folder(of: expected.module) else { return .absent }
    guard fileStatus(folder) != nil else {
        distrustZip(of: expected, in: cache)
        return .absent
    }
    if isPartial(expected.module, cache) { return .absent }
    guard let entry = entries[expected.module], let tree = try? UnpackedTree(at: folder, listingFiles: false),
        tree.state == entry.state
    else { return .touched(folder: folder) }
    return .same(folder: folder, hash: entry.hash)
}

/// Whoever unpacks the module next has to hash its zip first. Where go.sum is silent there is nothing to compare with,
/// and the recorded hash is kept.
private func distrustZip(of expected: ExpectedModule, in cache: ModuleCache) {
    guard expected.source != recordedSource, let zip = cache.download(of: expected.module, "zip"),
        fileStatus(zip) != nil
    else { return }
    unlink("\(zip)hash")
}

/// The go command is at it, or was killed and will begin anew.
private func isPartial(_ module: ModuleVersion, _ cache: ModuleCache) -> Bool {
    cache.download(of: module, "partial").flatMap { fileStatus($0) } != nil
}

// MARK: - Hashing

private struct Hashed: Sendable {
    /// From before the files were read.
    var tree: UnpackedTree?
    /// Nil when a file cannot be read, or is none.
    var hash: String?
}

/// Files of all the modules are shared out, so that one big module keeps every processor busy.
private func hashAll(_ modules: [(expected: ExpectedModule, folder: String)], _ cache: ModuleCache) -> [Hashed] {
    let trees = inParallel(modules.count) { try? UnpackedTree(at: modules[$0].folder, listingFiles: true) }
    let files = trees.enumerated().flatMap { module, tree in (tree?.files ?? []).map { (module: module, name: $0) } }
    let digests = inParallel(files.count) { index in
        (try? Digest(ofFile: "\(modules[files[index].module].folder)/\(files[index].name)"))?.sha256
    }
    var lists = [[(name: String, sha256: String)]](repeating: [], count: modules.count)
    for (file, digest) in zip(files, digests) {
        if let digest { lists[file.module].append((file.name, digest)) }
    }
    return modules.indices.map { index in
        guard let tree = trees[index], tree.strangers.isEmpty, tree.files.count == lists[index].count else {
            return Hashed(tree: trees[index])
        }
        return Hashed(tree: tree, hash: hash(of: lists[index], as: modules[index].expected, cache))
    }
}

/// go.sum's hash is over the zip, and counts an entry for a folder, which leaves no trace but the folder, as an empty file.
private func hash(
    of files: [(name: String, sha256: String)], as expected: ExpectedModule, _ cache: ModuleCache
) -> String {
    let prefix = "\(expected.module)"
    let hash = moduleHash(prefix: prefix, files: files)
    if expected.hashes.contains(hash) { return hash }
    let zip = cache.download(of: expected.module, "zip").flatMap { ZipListing(file: $0) }
    let folders = (zip?.folders ?? []).filter { $0.hasPrefix("\(prefix)/") }
    let empty = Digest(of: []).sha256
    let other = moduleHash(prefix: prefix, files: files + folders.map { (String($0.dropFirst(prefix.count + 1)), empty) })
    return expected.hashes.contains(other) ? other : hash
}

/// Nil when the go command turns out to have replaced the folder meanwhile.
private func edited(
    _ expected: ExpectedModule, _ folder: String, _ hash: String?, _ tree: UnpackedTree?, _ cache: ModuleCache
) -> EditedModule? {
    if fileStatus(folder) == nil || isPartial(expected.module, cache) { return nil }
    let tree = tree ?? (try? UnpackedTree(at: folder, listingFiles: true))
    let zip = cache.download(of: expected.module, "zip").flatMap { path in ZipListing(file: path).map { (path, $0) } }
    var changes = EditedModule.changes(expected.module, folder, tree?.files ?? [], zip?.1)
    for name in tree?.strangers ?? [] { changes[name] = .noFile }
    return EditedModule(
        module: expected.module, folder: folder, hash: hash, expected: expected, changes: changes,
        zip: changes.isEmpty ? zip?.0 : nil)
}
