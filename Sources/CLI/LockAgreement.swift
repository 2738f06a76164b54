/// What the lock file is to have of the pins, and where it says something else; it asks nobody.
import Diagnostics
import Files
import Go
import Pipeline
import Plan
import Tools

extension ToolLocking {
    var pins: [ToolPin] {
        if case .pinned(let pins) = pipeline.tools { pins } else { [] }
    }

    /// For every platform, so that the lock is the same on all machines.
    var programs: [LockedBinary] { downloads.map(\.locked) }

    private var downloads: [(locked: LockedBinary, download: BinaryPin.Download)] {
        pipeline.binaries.flatMap { binary in
            binary.downloads.map { download in
                let locked = LockedBinary(
                    name: binary.name.value, platform: "\(download.platform.value)", url: download.url, sha256: download.sha256)
                return (locked, download)
            }
        }
    }

    /// The tools of a file such as tools.mod, as it and its .sum have them; those of the repository itself have no hash.
    func modFileTools(_ facts: Facts, in root: String? = nil) -> [LockedTool] {
        guard case .modFile(let path) = pipeline.tools else { return [] }
        func text(_ path: String) -> String {
            (try? readFile("\(root ?? workspace.root)/\(path)")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        // All of the file's requirements are built together.
        let (goMod, goSum) = (text(path.value), text(sumFile(of: path.value)))
        var facts = facts
        if root != nil { facts.toolModFile = GoModFile.parse(SourceText(file: path.value, text: goMod)).file }
        return pipeline.pinnedTools(facts).compactMap { tool in
            tool.version.flatMap { LockedTool(package: tool.package, version: $0, goMod: goMod, goSum: goSum) }
        }
    }

    /// Of the release that is used now, on every machine; of this one, where it was fetched.
    func toolchains(_ lock: ToolLock, _ facts: Facts) -> [LockedToolchain] {
        guard pipeline.go.fetches else { return [] }
        let own = facts.toolchainHash.map {
            LockedToolchain(release: facts.toolchain.version, platform: "\(facts.host)", hash: $0)
        }
        return lock.toolchains.filter { $0.release == facts.toolchain.version } + (own.map { [$0] } ?? [])
    }

    /// What is pinned and not in the lock.
    func missing(in lock: ToolLock, _ facts: Facts) -> [Diagnostic] {
        func said(_ demand: String, _ range: SourceRange) -> Diagnostic {
            source.diagnostic(
                "lock/missing", at: range, "\(file) does not have \(demand)",
                help: "run `pipeline tool lock`, look at what it adds, and commit it")
        }
        let modules = pins.filter { lock[$0.demand] == nil }.map { said($0.demand, $0.range) }
        let programs = downloads.filter { lock[binary: $0.locked.demand] == nil }
            .map { said("\($0.locked.name) for \($0.locked.platform)", $0.download.urlRange) }
        var lines: [Diagnostic] = []
        if case .modFile(let path) = pipeline.tools {
            lines = modFileTools(facts).filter { lock[$0.demand] == nil }.map { said($0.demand, path.range) }
        }
        return modules + programs + lines
    }

    /// What is pinned as it was, and has another hash now.
    func otherHashes(than lock: ToolLock, _ facts: Facts) -> [Diagnostic] {
        func said(_ subject: String, _ range: SourceRange, _ here: (file: String, hash: String), _ locked: String) -> Diagnostic {
            source.diagnostic(
                "lock/other-hash", at: range, "\(subject) has another hash than \(file)",
                notes: [Diagnostic.Note("\(here.file): \(here.hash)"), Diagnostic.Note("\(file): \(locked)")],
                help: "what is published under one name does not change; if that is what you want, remove the block from \(file)")
        }
        let programs = downloads.compactMap { found, download -> Diagnostic? in
            guard let locked = lock[binary: found.demand], locked.sha256 != found.sha256 else { return nil }
            return said(
                "\(found.name) for \(found.platform)", download.sha256Range, (source.file, "sha256 \(found.sha256)"),
                "sha256 \(locked.sha256)")
        }
        guard case .modFile(let path) = pipeline.tools else { return programs }
        var seen: Set<String> = []
        let modules = modFileTools(facts).flatMap { tool -> [Diagnostic] in
            let locked = hashes(of: lock[tool.demand]?.sums ?? [])
            return hashes(of: tool.sums).sorted { $0.key < $1.key }.compactMap { subject, hash in
                guard let other = locked[subject], other != hash, seen.insert(subject).inserted else { return nil }
                return said(subject, path.range, (sumFile(of: path.value), hash), other)
            }
        }
        return programs + modules
    }

    /// By `MODULE@VERSION`, and `MODULE@VERSION/go.mod`, of lines of a go.sum.
    private func hashes(of sums: [String]) -> [String: String] {
        Dictionary(
            sums.compactMap { line in
                let words = line.split(separator: " ").map(String.init)
                return words.count == 3 ? ("\(words[0])@\(words[1])", words[2]) : nil
            }) { first, _ in first }
    }

    /// Blocks that no pin needs any more.
    func needless(in lock: ToolLock, _ facts: Facts) -> [Diagnostic] {
        let demands = Set(pins.map(\.demand) + modFileTools(facts).map(\.demand) + programs.map(\.demand) + toolchains(lock, facts).map(\.demand))
        let blocks = lock.tools.map { ($0.demand, $0.demand) } + lock.binaries.map { ($0.demand, "\($0.name) for \($0.platform)") }
            + lock.toolchains.map { ($0.demand, "go\($0.release) for \($0.platform)") }
        return blocks.filter { !demands.contains($0.0) }.map { demand, shown in
            Diagnostic(
                id: "lock/not-pinned", message: "\(shown) is pinned nowhere", file: file, range: lock.places[demand],
                help: "run `pipeline tool lock`")
        }
    }

    private func sumFile(of modFile: String) -> String { "\(modFile.dropLast(".mod".utf8.count)).sum" }
}

extension Pipeline {
    /// Tools of go.mod have go.sum.
    var isLocked: Bool {
        switch tools {
        case .pinned, .modFile: true
        case .none, .goMod: !binaries.isEmpty || go.fetches
        }
    }
}
