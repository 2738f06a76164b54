/// Which files decide the result of building, vetting or testing packages; it reads none of them.
import Go

/// The local packages of one listing, by folder and by import path.
struct PackageIndex {
    private let packages: [String: GoPackage]
    private let directories: [String: String]
    /// Import paths of the packages that patterns can match, in import-path order.
    let local: [(importPath: String, directory: String)]

    init(_ listing: [GoPackage], root: String) {
        var packages: [String: GoPackage] = [:]
        var directories: [String: String] = [:]
        var local: [(String, String)] = []
        for package in listing where !package.standard && package.forTest == nil {
            packages[package.importPath] = package
            guard package.isLocal(root: root) else { continue }
            directories[package.importPath] = relative(package.dir, to: root)
            if package.module?.main ?? true { local.append((package.importPath, directories[package.importPath]!)) }
        }
        self.packages = packages
        self.directories = directories
        self.local = local.sorted { $0.0 < $1.0 }
    }

    subscript(importPath: String) -> GoPackage? { packages[importPath] }

    func package(in directory: String) -> GoPackage? {
        local.first { $0.directory == directory }.flatMap { packages[$0.importPath] }
    }

    /// Local packages that a pattern means when it is used in `directory`.
    func matching(_ pattern: String, in directory: String) -> [(importPath: String, directory: String)] {
        let isPath = pattern == "." || pattern == ".." || pattern.hasPrefix("./") || pattern.hasPrefix("../")
        let wild = pattern == "..." || pattern.hasSuffix("/...")
        let base = wild ? String(pattern.dropLast(pattern == "..." ? 3 : 4)) : pattern
        if isPath {
            let folder = normalized(join(directory, base))
            return local.filter { wild ? isInside($0.directory, folder) : $0.directory == folder }
        }
        return local.filter {
            wild ? base.isEmpty || $0.importPath == base || $0.importPath.hasPrefix("\(base)/") : $0.importPath == base
        }
    }

    /// The given packages and everything local that they are built from, with `tests` their tests' imports too.
    private func closure(of roots: [String], tests: Bool) -> Set<String> {
        var seen = Set<String>()
        var front = roots
        for root in roots where tests {
            guard let package = packages[root] else { continue }
            front += (package.testImports + package.xTestImports).map { package.importMap[$0] ?? $0 }
        }
        while let path = front.popLast() {
            guard let package = packages[path], seen.insert(path).inserted else { continue }
            front += package.imports.map { package.importMap[$0] ?? $0 }
        }
        return seen
    }

    /// Sources and embedded files, relative to the root.
    func buildInputs(of roots: [String], tests: Bool = false) -> Set<String> {
        var files = Set<String>()
        for path in closure(of: roots, tests: tests) {
            guard let directory = directories[path], let package = packages[path] else { continue }
            for name in package.buildFiles { files.insert(normalized(join(directory, name))) }
        }
        if tests {
            for path in roots {
                guard let directory = directories[path], let package = packages[path] else { continue }
                for name in package.testFiles { files.insert(normalized(join(directory, name))) }
            }
        }
        return files
    }
}

extension GoPackage {
    /// Its files are the repository's (or a local replacement's), not the module cache's.
    func isLocal(root: String) -> Bool {
        guard !standard else { return false }
        if module?.main ?? true { return true }
        return dir.hasPrefix("\(root)/") || module?.replace.map { ($0.version ?? "").isEmpty } ?? false
    }

    var buildFiles: [String] {
        goFiles + cgoFiles + cFiles + cxxFiles + hFiles + mFiles + fFiles + sFiles + sysoFiles + swigFiles + embedFiles
    }

    var testFiles: [String] { testGoFiles + xTestGoFiles + testEmbedFiles + xTestEmbedFiles }
}

/// The repository's files by folder, for the files that tests read without naming them to the compiler.
struct FileIndex {
    private let byFolder: [String: [String]]
    private let testdata: [String: [String]]
    let all: Set<String>

    init(_ files: [String]) {
        var byFolder: [String: [String]] = [:]
        var testdata: [String: [String]] = [:]
        for file in files {
            let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
            byFolder[folder, default: []].append(file)
            if folder == "testdata" || folder.hasPrefix("testdata/") {
                testdata[".", default: []].append(file)
            } else if let owner = folder.ownerOfTestdata {
                testdata[owner, default: []].append(file)
            }
        }
        self.byFolder = byFolder
        self.testdata = testdata
        all = Set(files)
    }

    /// Every file of a package's own folder and of its testdata.
    func testReads(in directory: String) -> [String] {
        (byFolder[directory] ?? []) + (testdata[directory] ?? [])
    }

    /// Files below `directory`.
    func below(_ directory: String) -> [String] {
        directory == "." ? Array(all) : all.filter { $0.hasPrefix("\(directory)/") }
    }
}

extension String {
    /// `a/b` of `a/b/testdata/c`.
    fileprivate var ownerOfTestdata: String? {
        let parts = split(separator: "/")
        guard let index = parts.firstIndex(of: "testdata"), index > 0 else { return nil }
        return parts[..<index].joined(separator: "/")
    }
}
