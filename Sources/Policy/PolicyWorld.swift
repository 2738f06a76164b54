/// All that rules look at: the files that run commands, the modules, the pins. It holds what it was given; only heads of
/// single Go files are read later, through the same door.
import Diagnostics
import Go
import Pipeline
import Scripts

package struct PolicyWorld: Sendable {
    /// By path; copies of others' code are not among them.
    package let files: [ReadFile]
    /// Every file that git does not ignore.
    package let paths: Set<String>
    package let repository: GoRepository
    package let pipeline: Pipeline?
    package let pipelineSource: SourceText?
    /// What is known of a path is right: the list of files is git's own.
    package let isGit: Bool
    /// Every call of the go command, with the file that makes it.
    let goInvocations: [(file: ReadFile, go: GoInvocation)]
    /// The module file of its own that `tools: FILE.mod` names.
    private let toolModFile: (path: String, file: GoModFile)?
    private let goFiles: [String: [String]]
    private let fileIndex: [String: Int]
    private let read: @Sendable (String) -> String?

    /// `read` gives the text of a file by its path, or nil.
    package init(
        files: [ReadFile], paths: some Sequence<String>, repository: GoRepository, pipeline: Pipeline? = nil,
        pipelineSource: SourceText? = nil, isGit: Bool = true, read: @escaping @Sendable (String) -> String?
    ) {
        self.files = files.filter { isOwnPath($0.file) }.sorted { $0.file < $1.file }
        self.paths = Set(paths)
        self.repository = repository
        self.pipeline = pipeline
        self.pipelineSource = pipelineSource
        self.isGit = isGit
        self.read = read
        toolModFile =
            if case .modFile(let path)? = pipeline?.tools, let text = read(path.value) {
                (path.value, GoModFile.parse(SourceText(file: path.value, text: text)).0)
            } else {
                nil
            }
        goFiles = Dictionary(grouping: self.paths.filter { $0.hasSuffix(".go") }, by: folderPath(of:))
        goInvocations = self.files.flatMap { file in
            file.commands.compactMap { command in GoInvocation(command).map { (file, $0) } }
        }
        fileIndex = Dictionary(self.files.enumerated().map { ($1.file, $0) }) { first, _ in first }
    }

    func file(_ path: String) -> ReadFile? { fileIndex[path].map { files[$0] } }

    func source(_ path: String) -> SourceText? {
        file(path)?.source ?? read(path).map { SourceText(file: path, text: $0) }
    }

    // MARK: - Go

    /// The names of a folder's Go files that are no tests, sorted.
    func goFileNames(in folder: String) -> [String] {
        (goFiles[folder] ?? []).map(fileName(of:)).filter { !$0.hasSuffix("_test.go") && $0.first != "_" && $0.first != "." }.sorted()
    }

    func head(of path: String) -> GoHead? { read(path).map { scanGoHead($0.utf8) } }

    func text(of path: String) -> String? { read(path) }

    /// Whether a folder holds a program, as far as its files say.
    func isProgram(_ folder: String) -> Bool {
        goFileNames(in: folder).contains { head(of: joined(folder, $0) ?? $0)?.packageName == "main" }
    }

    /// The folder of the package that `path` names when a command runs in `folder` (nil: at the root, as far as one can
    /// tell); nil when it is not one of this repository.
    func folder(ofPackage path: String, from folder: String?) -> String? {
        let reference = PackageReference(path)
        if reference.isLocal {
            return joined(folder.map { $0.isEmpty ? "." : $0 } ?? ".", path).flatMap { goFileNames(in: $0).isEmpty ? nil : $0 }
        }
        guard let module = ownModule(of: reference), let modulePath = module.file.module?.value else { return nil }
        let below = reference.path == modulePath ? "." : String(reference.path.dropFirst(modulePath.count + 1))
        return joined(module.directory, below).flatMap { goFileNames(in: $0).isEmpty ? nil : $0 }
    }

    /// The module of this repository that has the package: the one with the longest path.
    func ownModule(of reference: PackageReference) -> GoRepository.Module? {
        repository.modules.filter { module in module.file.module.map { reference.isIn(module: $0.value) } ?? false }
            .max { ($0.file.module?.value.count ?? 0) < ($1.file.module?.value.count ?? 0) }
    }

    /// The module around a file or folder.
    func module(around path: String) -> GoRepository.Module? { repository.module(owning: folderPath(of: path)) }

    /// Whether a go.mod of the repository requires the module of the package.
    func isRequired(_ reference: PackageReference) -> Bool {
        repository.modules.contains { module in module.file.requires.contains { reference.isIn(module: $0.path) } }
    }

    // MARK: - Pins

    /// A version that the repository demands of a package, and where it says so.
    struct Pin {
        var version: String
        var file: String
        var range: SourceRange
        /// A `tool` line names the package, or the pipeline file does: it is a tool, not only a dependency.
        var isTool: Bool
    }

    /// The pipeline file's pin or that of the module file it names, else what the go.mod requires in whose module the command runs (where that is not known,
    /// the one around its file), else another go.mod.
    func pin(of reference: PackageReference, for command: ScriptCommand) -> Pin? {
        if case .pinned(let pins)? = pipeline?.tools, let file = pipelineSource?.file,
            let pin = pins.first(where: { $0.package == reference.path })
        {
            return Pin(version: pin.version, file: file, range: pin.range, isTool: true)
        }
        if let (path, file) = toolModFile, file.tools.contains(where: { $0.value == reference.path }),
            let required = file.requirement(of: reference)
        {
            return Pin(version: required.version, file: path, range: required.range, isTool: true)
        }
        let around = command.folder.map { repository.module(owning: $0.isEmpty ? "." : $0) } ?? module(around: command.file)
        let others = repository.modules.filter { $0.directory != around?.directory }
        for module in [around].compactMap({ $0 }) + others {
            guard let required = module.file.requirement(of: reference) else { continue }
            let isTool = module.file.tools.contains { $0.value == reference.path }
            // A library of that name in another module is no pin of the tool.
            if module.directory != around?.directory, !isTool { continue }
            return Pin(version: required.version, file: module.goModPath, range: required.range, isTool: isTool)
        }
        return nil
    }
}

extension GoModFile {
    /// Of the module that has the package.
    fileprivate func requirement(of reference: PackageReference) -> Requirement? {
        requires.filter { reference.isIn(module: $0.path) }.max { $0.path.count < $1.path.count }
    }
}
