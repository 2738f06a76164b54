/// Which modules a command is going to use, and where their hashes are written down; it looks at no unpacked module.
import Diagnostics
import Files
import Go

/// What these go.sum files vouch for, except go.mod files alone; `paths` are relative to `root`. With `needed` only
/// those. Hashes of other algorithms than h1 are passed over, as the go command does.
package func expectedModules(
    sums paths: [String], in root: String, needed: Set<ModuleVersion>? = nil
) -> [ExpectedModule] {
    let sums = paths.compactMap { path in
        (try? readFile("\(root)/\(path)")).map { SourceText(file: path, text: String(decoding: $0, as: UTF8.self)) }
    }
    return expectedModules(sums: sums, needed: needed)
}

/// The same for texts; their names are the sources that people are told.
package func expectedModules(sums: [SourceText], needed: Set<ModuleVersion>? = nil) -> [ExpectedModule] {
    var expected: [ModuleVersion: ExpectedModule] = [:]
    for sum in sums {
        for entry in GoSumFile.parse(sum).file.entries
        where !entry.isGoMod && entry.hash.hasPrefix("h1:") && needed?.contains(entry.module) != false {
            let known = expected[entry.module]
            if known?.hashes.contains(entry.hash) == true { continue }
            expected[entry.module] = ExpectedModule(
                entry.module, hashes: (known?.hashes ?? []) + [entry.hash], source: known?.source ?? sum.file)
        }
    }
    return expected.values.sorted { $0.module.description < $1.module.description }
}

extension [GoPackage] {
    /// The module versions that the packages come from, where these are in the module cache.
    package var moduleVersions: Set<ModuleVersion> {
        Set(compactMap { package in
            guard let module = package.module else { return nil }
            let (path, version) = module.replace.map { ($0.path, $0.version) } ?? (module.path, module.version)
            guard let version, !version.isEmpty else { return nil }
            return ModuleVersion(path: path, version: version)
        })
    }
}

/// Who vouches for the modules of a tool that is pinned outside of any go.mod.
let recordedSource = "cache/download"

/// The modules of a tool that is built as `PACKAGE@VERSION`. No go.sum names them; what the go command noted when it
/// downloaded them (`.ziphash`) tells at least whether they were edited since. Empty before the first download.
package func recordedModules(ofTool package: String, version: String, in cache: ModuleCache) -> [ExpectedModule] {
    var path = package
    while true {
        let module = ModuleVersion(path: path, version: version)
        if let file = cache.download(of: module, "mod"), fileStatus(file) != nil {
            return withRequirements(of: module, in: cache)
        }
        let parent = parentFolder(of: path)
        guard parent != ".", parent != "/" else { return [] }
        path = parent
    }
}

/// From Go 1.17 on a go.mod names all modules that its packages need; before, those of its requirements count too.
private func withRequirements(of module: ModuleVersion, in cache: ModuleCache) -> [ExpectedModule] {
    var seen: Set<ModuleVersion> = [module]
    var front = [module]
    while let next = front.popLast() {
        guard let path = cache.download(of: next, "mod"), let bytes = try? readFile(path) else { continue }
        let file = GoModFile.parse(SourceText(file: path, text: String(decoding: bytes, as: UTF8.self))).file
        let isWhole = (file.goVersion.flatMap { GoVersion($0.value) } ?? first) >= pruning
        if isWhole, next != module { continue }
        front += file.requires.map { ModuleVersion(path: $0.path, version: $0.version) }.filter { seen.insert($0).inserted }
    }
    return seen.sorted { $0.description < $1.description }.compactMap { module in
        guard let path = cache.download(of: module, "ziphash"), let bytes = try? readFile(path) else { return nil }
        let hash = String(decoding: bytes, as: UTF8.self)
        return hash.hasPrefix("h1:") ? ExpectedModule(module, hashes: [hash], source: recordedSource) : nil
    }
}

private let first = GoVersion("1.0")!
private let pruning = GoVersion("1.17")!
