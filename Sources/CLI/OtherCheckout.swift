/// The same files in another folder: what a second build is made of. It copies; it builds nothing.
import Cache
import Diagnostics
import Files
import Git
import Go
import Modules
import Run

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct OtherCheckout: Sendable {
    /// All of it, to be removed in the end.
    let base: String
    /// Where the pipeline's root is in the copy.
    let root: String
    let home: String
    /// Empty but for modules as they were downloaded.
    let store: Store

    /// Copies every file that git does not ignore, as it is now. Another depth, another path; the last name stays, for
    /// an inferred pipeline is called by it.
    init(of prepared: Prepared, in workspace: Workspace) throws {
        let layout = RepositoryLayout.discover(from: workspace.root)
        let top = layout?.workTree ?? workspace.root
        base = "\(workspace.store.temporary)/\(uniqueName())"
        var place = "\(base)/elsewhere/\(baseName(top))"
        if place.split(separator: "/").count == top.split(separator: "/").count { place = "\(base)/elsewhere/and/deeper/\(baseName(top))" }
        root = place + workspace.root.dropFirst(top == "/" ? 0 : top.utf8.count)
        home = "\(base)/home/stranger"
        try makeFolder(home)
        store = try Store(root: "\(base)/caches")
        var files = prepared.facts.files
        if top != workspace.root { files = try scanTree(root: top, environment: workspace.git).files.map(\.path) }
        try ScratchTree(path: place).fill(from: top, files: files)
        if let layout { try copyRepository(layout, to: place) }
        shareModules(prepared, workspace)
    }

    func remove() { removeTree(base) }

    /// HEAD, branches, tags and the index; objects stay where they are. So the commit has a name there too, and the
    /// repository itself is not written to.
    private func copyRepository(_ layout: RepositoryLayout, to place: String) throws {
        let target = "\(place)/.git"
        // A submodule's own file leads back into the repository around it.
        removeTree(target)
        try makeFolder("\(target)/objects/info")
        try createFile("\(target)/objects/info/alternates", Array("\(layout.commonDirectory)/objects\n".utf8), mode: 0o644)
        let (own, common) = (layout.gitDirectory, layout.commonDirectory)
        var copied: [(from: String, name: String)] = [(own, "HEAD"), (own, "index"), (own, "info/sparse-checkout")]
        copied += (names(in: own) ?? []).filter { $0.hasPrefix("sharedindex.") }.map { (own, $0) }
        copied += [(common, "packed-refs"), (common, "shallow"), (common, "info/exclude"), (common, "info/attributes")]
        copied += try filesBelow("\(common)/refs").map { (common, "refs/\($0)") }
        try makeFolder("\(target)/refs")
        for (folder, name) in copied {
            guard let bytes = try? readFile("\(folder)/\(name)"), fileStatus("\(target)/\(name)") == nil else { continue }
            try makeFolder(parentFolder(of: "\(target)/\(name)"))
            try createFile("\(target)/\(name)", bytes, mode: 0o644)
        }
        let settings = String(decoding: (try? readFile("\(common)/config")) ?? [], as: UTF8.self)
        // What leads back to the original, or starts programs.
        let kept = settings.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            let name = line.drop { $0 == " " || $0 == "\t" }.lowercased()
            return !["worktree", "fsmonitor", "hookspath"].contains { name.hasPrefix($0) }
        }
        try createFile("\(target)/config", Array(kept.joined(separator: "\n").utf8), mode: 0o644)
    }

    /// Modules as they were downloaded, without what was noted of them: the go command hashes each again, and go.sum
    /// decides. Nothing that was unpacked or compiled.
    private func shareModules(_ prepared: Prepared, _ workspace: Workspace) {
        let (from, to) = (ModuleCache(root: workspace.store.moduleCache), ModuleCache(root: store.moduleCache))
        var texts = prepared.facts.toolModules.values.map(\.goSum)
        for file in prepared.facts.files where file.hasSuffix(".sum") {
            if let bytes = try? readFile("\(workspace.root)/\(file)") { texts.append(String(decoding: bytes, as: UTF8.self)) }
        }
        for text in texts {
            for entry in GoSumFile.parse(SourceText(file: "go.sum", text: text)).file.entries {
                for kind in entry.isGoMod ? ["mod", "info"] : ["zip"] {
                    guard let source = from.download(of: entry.module, kind), let target = to.download(of: entry.module, kind),
                        fileStatus(source) != nil, fileStatus(target) == nil
                    else { continue }
                    try? makeFolder(parentFolder(of: target))
                    if link(source, target) != 0 { try? copyFile(source, to: target, mode: 0o444) }
                }
            }
        }
    }
}
