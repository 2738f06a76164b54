/// The rule that go.sum has the hash of every module that go.mod requires.
import Diagnostics
import Go

extension PolicyRule {
    static let goSumMustBeComplete = PolicyRule(
        "go-sum-incomplete", "go.sum must cover what go.mod requires", .error,
        page: RulePage(
            what: """
                A go.mod with requirements and no go.sum beside it, or a requirement whose go.mod has no hash in go.sum (or go.work.sum). \
                Replacements are followed; modules that a folder replaces, and vendored modules, need no hash.
                """,
            why: "Without its hash a module can be anything; the build stops, or with -mod=mod takes what comes.",
            bad: "require golang.org/x/text v0.20.0   // go.mod, and no line of it in go.sum",
            good: "golang.org/x/text v0.20.0/go.mod h1:…   // go.sum, by `go mod tidy`", language: "text")
    ) { world, findings in
        let workspace = world.paths.contains("go.work.sum") ? hashedModules(world.text(of: "go.work.sum") ?? "") : []
        let used = world.repository.workspace?.moduleDirectories ?? []
        for module in world.repository.modules where !module.isVendored && isOwnPath(module.goModPath) {
            guard let source = world.source(module.goModPath) else { continue }
            let isUsed = used.contains(module.directory)
            let needed = module.file.requires.compactMap { requirement in
                replaced(requirement, module, isUsed ? world.repository.workspace?.file.replaces ?? [] : []).map { (requirement, $0) }
            }.filter { _, target in
                // What a go.work unites needs no download.
                !(isUsed && world.repository.modules.contains { $0.file.module?.value == target.path })
            }
            guard !needed.isEmpty else { continue }
            guard let sumPath = module.goSumPath, let sum = world.text(of: sumPath) else {
                // git may well ignore it; then it is not in the list.
                if isUsed, !workspace.isEmpty { continue }
                findings.add(
                    "there is no go.sum beside \(module.goModPath)", at: needed[0].0.range, in: source,
                    help: "`go mod tidy` writes it; commit it")
                continue
            }
            let known = hashedModules(sum)
            let missing = needed.filter { _, target in
                let line = "\(target.path) \(target.version)"
                return !known.contains(line) && !(isUsed && workspace.contains(line))
            }
            guard let first = missing.first else { continue }
            findings.add(
                "go.sum has no hash of \(first.1)\(missing.count > 1 ? " and of \(missing.count - 1) more" : "")", at: first.0.range, in: source,
                help: "`go mod tidy` adds it")
        }
    }
}

/// What is fetched for a requirement; nil for a folder.
private func replaced(
    _ requirement: GoModFile.Requirement, _ module: GoRepository.Module, _ workspace: [Replacement]
) -> ModuleVersion? {
    let replacement = (workspace + module.file.replaces).first {
        $0.oldPath == requirement.path && ($0.oldVersion == nil || $0.oldVersion == requirement.version)
    }
    guard let replacement else { return ModuleVersion(path: requirement.path, version: requirement.version) }
    return replacement.newVersion.map { ModuleVersion(path: replacement.newPath, version: $0) }
}

/// `path version` of each line, whether the hash is of the module or of its go.mod. Not parsed as go.sum is elsewhere:
/// there are hundreds of thousands of lines in some repositories, and their hashes do not matter here.
private func hashedModules(_ text: String) -> Set<String> {
    var modules: Set<String> = []
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
        let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard fields.count == 3 else { continue }
        let version = Substring(fields[1])
        modules.insert("\(Substring(fields[0])) \(version.hasSuffix("/go.mod") ? version.dropLast(7) : version)")
    }
    return modules
}
