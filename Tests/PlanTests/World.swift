/// A repository, a toolchain and the go command's account of the packages, all in memory: what planning is given.
import Diagnostics
import Go
import Pipeline
import Plan
import Testing

struct World {
    static let root = "/src/repo"
    /// The texts of files by path.
    var files: [String: String]
    var toolchain = GoToolchain(
        executable: "/go/bin/go", version: "1.27.3",
        environment: ["GOOS": "linux", "GOARCH": "amd64", "GOAMD64": "v1", "GOROOT": "/go", "CC": "gcc"])
    var git: [Reference.GitFact: String] = [:]
    /// Without it no package can be listed, as before modules are downloaded.
    var isListed = true

    init(_ files: [String: String]) { self.files = files }

    /// A service: a main, a package with tests, embeds and test data, one required module.
    static let service = World([
        "go.mod": "module example.com/greeter\n\ngo 1.24\n\nrequire example.com/words v1.2.0\n",
        "go.sum": "", "README.md": "", "pipeline.yaml": "", "scripts/smoke.sh": "",
        "cmd/server/main.go": "package main\nimport (\n\"fmt\"\n\"example.com/greeter/internal/hello\"\n)\nfunc main() {}",
        "cmd/server/main_test.go": "package main\nimport \"example.com/greeter/internal/check\"",
        "cmd/server/README.md": "",
        "internal/hello/hello.go":
            "package hello\nimport (\n_ \"embed\"\n\"example.com/words\"\n)\n//go:embed page.html\nvar page string",
        "internal/hello/page.html": "", "internal/hello/notes.txt": "",
        "internal/hello/hello_test.go": "package hello\nimport \"example.com/greeter/internal/check\"",
        "internal/hello/hello_x_test.go": "package hello_test\nimport \"testing\"",
        "internal/hello/testdata/in/1.golden": "",
        "internal/check/check.go": "package check", "internal/check/check_test.go": "package check",
        "internal/check/testdata/unused": "",
    ])

    // MARK: - Facts

    func facts(for pipeline: Pipeline? = nil) -> Facts {
        let (repository, diagnostics) = GoRepository.find(paths: files.keys) { files[$0] }
        #expect(diagnostics == [])
        var facts = Facts(
            root: Self.root, toolchain: toolchain, repository: repository, files: files.keys.sorted(), git: git)
        guard isListed else { return facts }
        let keys = pipeline.map { listingKeys($0, facts) } ?? inferenceKeys(facts)
        for key in keys { facts.listings[key] = listing(key, repository) }
        return facts
    }

    /// What `go list -deps -test` would say of the files.
    private func listing(_ key: ListingKey, _ repository: GoRepository) -> [GoPackage] {
        let own = repository.moduleDirectories(of: key.scope)
        let replacing = repository.replacementDirectories(of: key.scope)
        var packages: [String: GoPackage] = [:]
        for (path, text) in files where path.hasSuffix(".go") && isBuilt(path, for: key.platform) {
            let folder = path.contains("/") ? String(path[..<path.lastIndex(of: "/")!]) : "."
            guard !folder.split(separator: "/").contains("testdata"), let owner = repository.module(owning: folder) else {
                continue
            }
            var package: GoPackage
            if let vendored = folder.range(of: "vendor/") {
                package = GoPackage(importPath: String(folder[vendored.upperBound...]))
                package.module = GoPackage.Module(path: "vendored", version: "v1.0.0")
            } else if own.contains(owner.directory) || replacing.contains(owner.directory) {
                let module = owner.file.module!.value
                let below = owner.directory == "." ? folder : String(folder.dropFirst(owner.directory.count + 1))
                package = GoPackage(importPath: below.isEmpty || below == "." ? module : "\(module)/\(below)")
                package.module = GoPackage.Module(path: module, main: own.contains(owner.directory))
                if replacing.contains(owner.directory) { package.module?.replace = .init(path: "./\(owner.directory)") }
            } else {
                continue
            }
            package = packages[package.importPath] ?? package
            package.dir = folder == "." ? Self.root : "\(Self.root)/\(folder)"
            add(path, scanGoHead(text.utf8), key, to: &package)
            packages[package.importPath] = package
        }
        return packages.values.sorted { $0.importPath < $1.importPath } + [standard]
    }

    private func add(_ path: String, _ head: GoHead, _ key: ListingKey, to package: inout GoPackage) {
        let name = String(path.split(separator: "/").last!)
        let isTest = name.hasSuffix("_test.go")
        let isExternal = isTest && head.packageName?.hasSuffix("_test") == true
        let list: GoPackage.FileList =
            isExternal ? .xTestGo : isTest ? .testGo : head.imports.contains("C") ? .cgo : .go
        if list == .cgo, !key.cgo { return }
        package.files[list, default: []].append(name)
        package.files[isExternal ? .xTestEmbed : isTest ? .testEmbed : .embed, default: []] += head.embedPatterns
        if isExternal {
            package.xTestImports += head.imports
        } else if isTest {
            package.testImports += head.imports
        } else {
            package.imports += head.imports
            package.name = head.packageName ?? ""
        }
    }

    private func isBuilt(_ path: String, for platform: Platform) -> Bool {
        let systems = ["linux", "windows", "darwin"]
        return !systems.contains { path.hasSuffix("_\($0).go") && $0 != platform.os }
    }

    private var standard: GoPackage {
        var package = GoPackage(importPath: "fmt")
        package.standard = true
        return package
    }

    // MARK: - Plans

    func pipeline(_ yaml: String) throws -> (Pipeline, SourceText) {
        let source = SourceText(file: "pipeline.yaml", text: "version: 1\n" + yaml)
        let (pipeline, diagnostics) = decodePipeline(source)
        #expect(diagnostics == [])
        return (try #require(pipeline), source)
    }

    /// The plan of a pipeline file, whose first line (`version: 1`) is left out. No diagnostic may come with it.
    func plan(_ yaml: String) throws -> StepGraph {
        let (pipeline, source) = try pipeline(yaml)
        let (graph, diagnostics) = Plan.plan(pipeline, facts(for: pipeline), source: source)
        #expect(described(diagnostics) == "")
        return try #require(graph)
    }

    /// What is wrong with it.
    func mistakes(_ yaml: String) throws -> String {
        let (pipeline, source) = try pipeline(yaml)
        let (graph, diagnostics) = Plan.plan(pipeline, facts(for: pipeline), source: source)
        #expect((graph == nil) == diagnostics.hasErrors)
        return described(diagnostics)
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(text) }.map { $0..<index($0, offsetBy: text.count) }
    }
}
