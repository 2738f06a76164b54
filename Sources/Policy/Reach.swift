/// What else runs when a command runs: the script that it names, the recipe of the target, the package script. It follows
/// names inside the repository, and gives up where they lead out of it.
import Diagnostics
import Scripts

extension PolicyWorld {
    struct Reached {
        var command: ScriptCommand
        var source: SourceText
        /// The commands that led here, outermost first; empty for the command itself.
        var way: [(command: ScriptCommand, source: SourceText)]
    }

    /// The command and all that it leads to. `places` are the folders in which a relative name may be meant.
    func reached(from command: ScriptCommand, in source: SourceText, places: [String], files scripts: [String] = []) -> [Reached] {
        var all: [Reached] = []
        var seen: Set<String> = []
        func follow(_ command: ScriptCommand, _ source: SourceText, _ way: [(command: ScriptCommand, source: SourceText)], _ places: [String]) {
            all.append(Reached(command: command, source: source, way: way))
            guard way.count < 5 else { return }
            let next = targets(of: command, places: places, scripts: way.isEmpty ? scripts : [])
            for target in next where seen.insert(target.id).inserted {
                for inner in target.commands {
                    follow(inner, target.source, way + [(command, source)], [target.folder] + places)
                }
            }
        }
        follow(command, source, [], places)
        return all
    }

    private struct Target {
        var id: String
        var source: SourceText
        var folder: String
        var commands: [ScriptCommand]
    }

    private func targets(of command: ScriptCommand, places: [String], scripts: [String]) -> [Target] {
        guard let program = command.words.first?.text else { return [] }
        let here = command.folder.map { $0.isEmpty ? "." : $0 }
        let places = ([here].compactMap { $0 } + places).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let arguments = command.words.dropFirst().map(\.text)
        switch fileName(of: program) {
        case "make", "gmake", "$(MAKE)", "${MAKE}": return recipes(arguments, places)
        case "just":
            return named(arguments.filter { !$0.hasPrefix("-") }, in: ["justfile", "Justfile", ".justfile"], places) { context, name in
                context == .just(recipe: name)
            }
        case "task", "go-task":
            return named(
                arguments.filter { !$0.hasPrefix("-") }, in: ["Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "taskfile.yaml"], places
            ) { context, name in context == .task(name: name) }
        case "npm", "yarn", "pnpm":
            let words = arguments.filter { !$0.hasPrefix("-") && $0 != "run" && $0 != "run-script" }
            return named(Array(words.prefix(1)), in: ["package.json"], places) { context, name in context == .packageScript(name: name) }
        case "sh", "bash", "dash", "ash", "zsh":
            guard let script = arguments.first(where: { !$0.hasPrefix("-") }), !arguments.contains(where: { $0.hasPrefix("-") && $0.hasSuffix("c") })
            else { return [] }
            return self.scripts(script, places, scripts)
        default: return self.scripts(program, places, scripts)
        }
    }

    private func scripts(_ path: String, _ places: [String], _ candidates: [String]) -> [Target] {
        let paths = candidates + (path.contains("/") ? places.compactMap { joined($0, path) } : [])
        guard let file = paths.lazy.compactMap({ file($0) }).first(where: { $0.kind == .shellScript }) else { return [] }
        return [Target(id: file.file, source: file.source, folder: folderPath(of: file.file), commands: file.commands)]
    }

    /// `make -C folder target`; without a target its first one.
    private func recipes(_ arguments: [String], _ places: [String]) -> [Target] {
        var (names, folder): ([String], String?) = ([], nil)
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "-C" || word == "--directory" { folder = rest.popFirst() } else if ["-f", "-j", "-o", "-I"].contains(word) {
                _ = rest.popFirst()
            } else if !word.hasPrefix("-"), !word.contains("=") {
                names.append(word)
            }
        }
        let places = folder.map { folder in places.compactMap { joined($0, folder) } } ?? places
        if names.isEmpty {
            let makefile = places.lazy.compactMap { self.makefile(in: $0) }.first
            let targets = makefile?.commands.compactMap { command -> String? in
                if case .makeRecipe(let target) = command.context { return target }
                return nil
            }
            names = Array((targets ?? []).prefix(1))
        }
        return named(names, in: ["GNUmakefile", "makefile", "Makefile"], places) { context, name in
            context == .makeRecipe(target: name)
        }
    }

    private func makefile(in folder: String) -> ReadFile? {
        ["GNUmakefile", "makefile", "Makefile"].lazy.compactMap { joined(folder, $0).flatMap { file($0) } }.first
    }

    private func named(
        _ names: [String], in files: [String], _ places: [String], _ matches: (ScriptContext, String) -> Bool
    ) -> [Target] {
        let found = places.lazy.flatMap { place in files.compactMap { joined(place, $0) } }.compactMap { file($0) }.first
        guard let found else { return [] }
        return names.map { name in
            Target(
                id: "\(found.file):\(name)", source: found.source, folder: folderPath(of: found.file),
                commands: found.commands.filter { matches($0.context, name) })
        }
    }
}
