/// A small Go module as a value that can be edited at random; it knows what each file is for, and nothing of pipeline.
import TestSupport

struct ModuleTree: Sendable {
    struct File: Hashable, Sendable {
        enum Role: Hashable, Sendable {
            /// Go source of a package, with the packages that it imports; `active` unless its build constraint says no.
            case source(of: String, imports: Set<String>, active: Bool)
            /// Go source that only the package's tests have.
            case test(of: String, imports: Set<String>)
            /// A file that `embed.go` of its package embeds.
            case embedded(in: String)
            /// go.mod, go.sum.
            case module
            case other
        }

        var role: Role
        var text: String
        var isExecutable = false
    }

    /// By path from the root.
    var files: [String: File] = [:]
    /// Files that git ignores.
    var ignored: [String: String] = ["ignored/note.txt": "nothing\n"]
    /// Of the steps, in pipeline.yaml.
    var environment: [String: String] = ["test": "a", "smoke": "a"]
    /// Folders of the main module's packages, which are their names too.
    private(set) var packages: [String] = []
    private let module: String
    private var count = 0

    static let replaced = "lib"
    static let program = "cmd/app"
    static let tool = "internal/tools/gen"

    /// `name` is unique, so that nothing is known of it in any store.
    init(named name: String, using numbers: inout SeededNumbers) {
        module = "example.com/\(name)"
        let libraries = (0..<Int.random(in: 3...5, using: &numbers)).map { "internal/p\($0)" }
        packages = libraries + [Self.program, Self.tool]
        add("go.mod", .module, """
            module \(module)

            go 1.24

            require example.com/lib v0.0.0

            replace example.com/lib => ./lib

            tool \(module)/\(Self.tool)

            """)
        add("lib/go.mod", .module, "module example.com/lib\n\ngo 1.24\n")
        addSource("lib/lib.go", of: Self.replaced, imports: [])
        for (index, package) in libraries.enumerated() {
            // Of packages further down only: no circles. The last but one has the replaced module.
            var imports = Set(libraries[(index + 1)...].filter { _ in Int.random(in: 0...2, using: &numbers) > 0 })
            if index == libraries.count - 2 { imports.insert(Self.replaced) }
            addSource("\(package)/\(last(package)).go", of: package, imports: imports)
            addTest("\(package)/\(last(package))_test.go", of: package, imports: index == 0 ? [libraries.last!] : [])
        }
        addSource("\(Self.program)/main.go", of: Self.program, imports: [libraries[0]])
        addSource("\(Self.tool)/main.go", of: Self.tool, imports: [libraries.last!])
        addEmbedding(libraries[1])
        addTagged("\(libraries[0])/tagged.go", of: libraries[0], active: true)
        add("\(libraries[0])/testdata/input.txt", .other, "one\n")
        add("\(libraries[0])/testdata/deep/more.txt", .other, "two\n")
        add("\(libraries[0])/notes.md", .other, "Notes.\n")
        add("smoke.txt", .other, "declared\n")
        add("README.md", .other, "Read me.\n")
        add(".gitignore", .other, "/ignored/\n/report.txt\n")
        writePipeline()
    }

    // MARK: - Edits

    /// Changes something, and says what.
    mutating func edit(using numbers: inout SeededNumbers) -> String {
        while true {
            if let what = tryEdit(Int.random(in: 0..<20, using: &numbers), &numbers) { return what }
        }
    }

    /// Nil when there is nothing to do this to.
    private mutating func tryEdit(_ kind: Int, _ numbers: inout SeededNumbers) -> String? {
        count += 1
        let libraries = packages.dropLast(2)
        switch kind {
        case 0, 1, 2:
            guard let path = anyPath(&numbers, where: { $0.isSource }) else { return nil }
            files[path]!.text += "\n// Edit \(count).\n"
            return "edit \(path)"
        case 3:
            let path = "\(packages.randomElement(using: &numbers)!)/extra\(count).go"
            addExtra(path)
            return "add \(path)"
        case 4:
            let package = libraries.randomElement(using: &numbers)!
            addTest("\(package)/extra\(count)_test.go", of: package, imports: [libraries.last!].filter { $0 != package }.asSet)
            return "add a test to \(package)"
        case 5:
            guard let path = anyPath(&numbers, named: "extra") else { return nil }
            files[path] = nil
            return "delete \(path)"
        case 6:
            guard let path = anyPath(&numbers, named: "extra"), let file = files.removeValue(forKey: path) else { return nil }
            let name = path.hasSuffix("_test.go") ? "extra\(count)_test.go" : "extra\(count).go"
            files["\(folder(path))/\(name)"] = file
            return "rename \(path) to \(name)"
        case 7:
            guard let path = anyPath(&numbers, named: "tagged"), case .source(let package, _, let active) = files[path]!.role
            else { return nil }
            addTagged(path, of: package, active: !active)
            return "turn \(path) \(active ? "off" : "on")"
        case 8:
            guard let path = anyPath(&numbers, where: { if case .embedded = $0.role { true } else { false } }) else { return nil }
            files[path]!.text += "\(count)\n"
            return "edit the embedded \(path)"
        case 9:
            add("\(packages[1])/assets/more\(count).txt", .embedded(in: packages[1]), "\(count)\n")
            return "add an embedded file"
        case 10:
            guard let path = anyPath(&numbers, named: "more", where: { if case .embedded = $0.role { true } else { false } })
            else { return nil }
            files[path] = nil
            return "delete the embedded \(path)"
        case 11:
            let step = environment.keys.sorted().randomElement(using: &numbers)!
            environment[step] = "\(count)"
            writePipeline()
            return "change an env of \(step)"
        case 12:
            files["\(Self.tool)/main.go"]!.text += "\n// Tool \(count).\n"
            return "edit the tool"
        case 13:
            let line = "example.com/unused v1.0.\(count) h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
            if files["go.sum"] != nil, Bool.random(using: &numbers) {
                files["go.sum"] = nil
                return "delete go.sum"
            }
            add("go.sum", .module, (files["go.sum"]?.text ?? "") + line)
            return "add a line to go.sum"
        case 14:
            let path = ["README.md", "smoke.txt", "\(packages[0])/notes.md"].randomElement(using: &numbers)!
            files[path]!.text += "\(count)\n"
            return "edit \(path)"
        case 15:
            guard let path = anyPath(&numbers, named: "testdata/") else { return nil }
            files[path]!.text += "\(count)\n"
            return "edit \(path)"
        case 16:
            ignored["ignored/note.txt"] = "\(count)\n"
            return "edit an ignored file"
        case 17:
            guard let path = anyPath(&numbers, where: { !$0.isExecutable }) else { return nil }
            files[path]!.isExecutable = true
            return "make \(path) executable"
        case 18:
            // Of its own last package only: still no circle.
            let package = libraries.dropLast().randomElement(using: &numbers)!
            let path = "\(package)/\(last(package)).go"
            guard case .source(_, let imports, _) = files[path]!.role else { return nil }
            addSource(path, of: package, imports: imports.symmetricDifference([libraries.last!]))
            return "change what \(package) imports"
        default:
            // It parses, and does not compile; the same again mends it.
            let path = "\(libraries.randomElement(using: &numbers)!)/broken.go"
            if let broken = files.keys.sorted().first(where: { $0.hasSuffix("/broken.go") }) {
                files[broken] = nil
                return "mend \(broken)"
            }
            guard Int.random(in: 0...2, using: &numbers) == 0 else { return nil }
            add(path, .source(of: folder(path), imports: [], active: true), "package \(last(folder(path)))\n\nvar broken int = \"text\"\n")
            return "break \(path)"
        }
    }

    private func anyPath(
        _ numbers: inout SeededNumbers, named part: String = "", where fits: (File) -> Bool = { _ in true }
    ) -> String? {
        files.filter { ($0.key.contains(part) || part.isEmpty) && fits($0.value) }.keys.sorted().randomElement(using: &numbers)
    }

    // MARK: - Files

    private mutating func add(_ path: String, _ role: File.Role, _ text: String) {
        files[path] = File(role: role, text: text, isExecutable: files[path]?.isExecutable ?? false)
    }

    private mutating func addSource(_ path: String, of package: String, imports: Set<String>) {
        let isMain = package == Self.program || package == Self.tool
        let lines = imports.map { "\t\"\($0 == Self.replaced ? "example.com/lib" : "\(module)/\($0)")\"\n" }.sorted()
        let block = lines.isEmpty ? "" : "import (\n\(lines.joined()))\n\n"
        let values = ["\"\(module)/\(package) \(count)\""] + imports.sorted().map { "\(last($0)).Value()" }
        let body =
            isMain
            ? "func main() { println(\(values.joined(separator: " + "))) }\n"
            : "func Value() string { return \(values.joined(separator: " + ")) }\n"
        add(path, .source(of: package, imports: imports, active: true), "package \(isMain ? "main" : last(package))\n\n\(block)\(body)")
    }

    private mutating func addExtra(_ path: String) {
        let package = folder(path)
        let name = package == Self.program || package == Self.tool ? "main" : last(package)
        add(path, .source(of: package, imports: [], active: true), "package \(name)\n\nconst Extra\(count) = \"\(count)\"\n")
    }

    private mutating func addTest(_ path: String, of package: String, imports: Set<String>) {
        let lines = (["os", "testing"] + imports.map { "\(module)/\($0)" }.sorted()).map { "\t\"\($0)\"\n" }.sorted()
        let uses = imports.sorted().map { "\t_ = \(last($0)).Value()\n" }.joined()
        add(
            path, .test(of: package, imports: imports),
            """
            package \(last(package))_test

            import (
            \(lines.joined()))

            func Test\(count)(t *testing.T) {
            \t_, _ = os.ReadFile("testdata/input.txt")
            \(uses)}

            """)
    }

    private mutating func addTagged(_ path: String, of package: String, active: Bool) {
        add(
            path, .source(of: package, imports: [], active: active),
            "//go:build \(active ? "linux" : "never")\n\npackage \(last(package))\n\nconst Tagged = \"\(module)\"\n")
    }

    private mutating func addEmbedding(_ package: String) {
        add("\(package)/assets/text.txt", .embedded(in: package), "embedded\n")
        add(
            "\(package)/embed.go", .source(of: package, imports: [], active: true),
            "package \(last(package))\n\nimport \"embed\"\n\n//go:embed assets/*.txt\nvar Assets embed.FS\n")
    }

    private mutating func writePipeline() {
        add("pipeline.yaml", .other, """
            version: 1
            go: { version: "1.27.3", proxy: "off", sumdb: "off" }
            tools: go.mod
            artifacts: { app: ./\(Self.program) }
            steps:
              vet: { vet: ./... }
              test: { test: ./..., env: { MODE: "\(environment["test"]!)" } }
              fmt: { fmt: check }
              tidy: { tidy: check }
              make: { tool: gen }
              smoke: { run: ["${artifact.app}"], inputs: [smoke.txt], env: { MODE: "\(environment["smoke"]!)" } }
              all:
                shell: find . \\( -name .git -o -name ignored -o -name report.txt \\) -prune -o -type f -print | LC_ALL=C sort | xargs sha256sum >report.txt
                outputs: [report.txt]

            """)
    }
}

extension ModuleTree.File {
    var isSource: Bool {
        switch role {
        case .source, .test: true
        case .embedded, .module, .other: false
        }
    }
}

extension [String] {
    fileprivate var asSet: Set<String> { Set(self) }
}

private func folder(_ path: String) -> String { String(path[..<path.lastIndex(of: "/")!]) }
private func last(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
