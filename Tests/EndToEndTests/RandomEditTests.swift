/// Random edits of a random module: a step runs again if and only if what docs/caches.md calls its inputs changed, by
/// an oracle that knows the module because it made it; and what comes out is what a fresh store makes of it.
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension EndToEnd {
    /// PIPELINE_EDIT_ROUNDS makes it longer, PIPELINE_EDIT_SEED another one.
    @Suite(.needsGo)
    struct RandomEdits {
        private let rounds = environmentValue("PIPELINE_EDIT_ROUNDS").flatMap(Int.init) ?? 10
        private let seed = environmentValue("PIPELINE_EDIT_SEED").flatMap(UInt64.init) ?? 1
        /// A clean run each so many rounds: it compiles the standard library.
        private let roundsPerCleanRun = 25

        @Test func onlyWhatDependsOnThemRunsAgain() async throws {
            var numbers = SeededNumbers(seed: seed)
            var tree = ModuleTree(named: "w\(uniqueName())", using: &numbers)
            let desk = Desk("tree", store: WarmStore.path)
            var past = [tree]
            var oracle = Oracle()
            desk.put(tree, over: nil)
            try await desk.commit()
            try await check(desk, tree, &oracle, "seed \(seed), at first", clean: false)
            for round in 1...rounds {
                let before = tree
                var what: String
                switch Int.random(in: 0..<8, using: &numbers) {
                case 0:
                    what = "touch everything"
                    try await desk.shell("find . -name .git -prune -o -type f -exec touch {} +")
                case 1:
                    tree = past.randomElement(using: &numbers)!
                    what = "go back to an earlier state"
                case 2:
                    what = tree.edit(using: &numbers)
                    what += " and " + tree.edit(using: &numbers)
                default: what = tree.edit(using: &numbers)
                }
                desk.put(tree, over: before)
                past.append(tree)
                let place = "seed \(seed), round \(round): \(what)"
                try await check(desk, tree, &oracle, place, clean: round % roundsPerCleanRun == 0 || round == rounds)
            }
        }

        private func check(
            _ desk: Desk, _ tree: ModuleTree, _ oracle: inout Oracle, _ place: String, clean: Bool
        ) async throws {
            let inputs = Oracle.inputs(of: tree)
            let expected = oracle.wouldRun(inputs)
            let planned = try await desk.plan()
            #expect(planned.keys.sorted() == inputs.keys.sorted(), "\(place)")
            let would = planned.filter { $0.value.would == "run" }.keys.sorted()
            #expect(would == expected.sorted(), "\(place)")

            let run = try await desk.run("--keep-going")
            let skipped = run.events("action.skipped").compactMap { $0["action"].string }
            #expect((run.ran + skipped).sorted() == would, "\(place)\n\(run.ended.transcript)")
            for action in run.finished { #expect(action.key == planned[action.action]?.key, "\(place): \(action.action)") }
            for action in run.finished where action.status == "green" { oracle.learn(action.action, inputs) }

            // Red ones, and those that were skipped for them, are all that there is left to do.
            let red = Set(run.finished.filter { $0.status == "red" }.map(\.action) + skipped)
            #expect(red == Set(oracle.wouldRun(inputs)), "\(place)")
            if red.isEmpty { try await desk.run().expectNothingRan() }
            if clean { try await compareWithCleanRun(desk, run, place) }
        }

        /// The same files in another folder, with a store in which there is nothing.
        private func compareWithCleanRun(_ desk: Desk, _ run: RunEvents, _ place: String) async throws {
            let fresh = Desk("clean")
            try await fresh.shell("cp -R '\(desk.root)/.' . && rm -f report.txt")
            let clean = try await fresh.run("--keep-going")
            func results(_ run: RunEvents) -> [String: [String]] {
                Dictionary(
                    run.finished.filter { $0.kind != "download" && $0.kind != "tool-build" }.map { action in
                        (action.action, [action.key, action.status] + action.outputs.map { $0["digest"].string ?? "" })
                    }) { $1 }
            }
            #expect(results(clean) == results(run), "\(place)")
            #expect(clean.finished.contains { !$0.outputs.isEmpty }, "\(place)")
            if results(run)["run:all"]?[1] == "green" { #expect(fresh.read("report.txt") == desk.read("report.txt"), "\(place)") }
        }
    }
}

/// What docs/caches.md says, about the actions of `ModuleTree`'s pipeline.
private struct Oracle {
    /// Actions with what they were green with.
    private var known: Set<[String]> = []

    private static let artifact = "build:app:linux/amd64"
    private static let tool = "tool:gen"
    /// Those that have the tool in their PATH, or are it.
    private static let users = ["run:all", "run:smoke", "tool:make:run"]

    mutating func learn(_ action: String, _ inputs: [String: [String]]) {
        if let all = inputs[action] { known.insert([action] + all) }
    }

    func wouldRun(_ inputs: [String: [String]]) -> [String] {
        func isUnknown(_ action: String) -> Bool { !known.contains([action] + inputs[action]!) }
        var running = inputs.keys.filter { $0 != "download" && $0 != Self.tool && isUnknown($0) }
        if running.contains(Self.artifact), !running.contains("run:smoke") { running.append("run:smoke") }
        // What only supplies others runs when one of them does.
        if isUnknown(Self.tool), running.contains(where: Self.users.contains) { running.append(Self.tool) }
        if inputs["download"] != nil, isUnknown("download"), running.contains(where: { $0 != "fmt:fmt" }) {
            running.append("download")
        }
        return running
    }

    /// Everything that decides an action's result, in an order of its own.
    static func inputs(of tree: ModuleTree) -> [String: [String]] {
        func contents(_ paths: some Sequence<String>) -> [String] {
            Set(paths).sorted().map { path in
                let file = tree.files[path]!
                return "\(path) \(file.isExecutable) \(file.text)"
            }
        }
        func paths(_ isWanted: (String, ModuleTree.File.Role) -> Bool) -> [String] {
            tree.files.filter { isWanted($0.key, $0.value.role) }.map(\.key)
        }
        /// Packages and all that they are built from.
        func closure(_ packages: [String]) -> Set<String> {
            var seen: Set<String> = []
            var front = packages
            while let package = front.popLast() {
                guard seen.insert(package).inserted else { continue }
                for file in tree.files.values {
                    if case .source(package, let imports, active: true) = file.role { front += imports }
                }
            }
            return seen
        }
        func built(_ packages: Set<String>) -> [String] {
            paths { _, role in
                switch role {
                case .source(let package, _, let active): active && packages.contains(package)
                case .embedded(let package): packages.contains(package)
                case .test, .module, .other: false
                }
            }
        }
        let modules = paths { _, role in role == .module }
        let all = tree.packages
        let imported = tree.files.values.flatMap { file in
            if case .test(_, let imports) = file.role { Array(imports) } else { [String]() }
        }
        let tests = paths { _, role in if case .test = role { true } else { false } }
        let vetted = built(closure(all + imported)) + tests + modules
        let read = paths { path, _ in
            all.contains { path.hasPrefix("\($0)/testdata/") || path.hasPrefix("\($0)/") && !path.dropFirst($0.count + 1).contains("/") }
        }
        let sources = paths { path, _ in path.hasSuffix(".go") }
        let everything = contents(tree.files.keys)
        let artifactInputs = contents(built(closure([ModuleTree.program])) + modules)
        let toolInputs = contents(built(closure([ModuleTree.tool])) + modules)
        return [
            "download": contents(modules),
            artifact: artifactInputs,
            tool: toolInputs,
            "vet:vet": contents(vetted),
            "test:test": contents(vetted + read) + [tree.environment["test"]!],
            "fmt:fmt": contents(sources),
            "tidy:tidy": contents(sources + modules),
            "tool:make:run": everything + toolInputs,
            "run:smoke": contents(["smoke.txt"]) + [tree.environment["smoke"]!] + artifactInputs + toolInputs,
            "run:all": everything + toolInputs,
        ]
    }
}

extension Desk {
    /// Makes the folder hold this tree, with no file written that is there already.
    fileprivate func put(_ tree: ModuleTree, over old: ModuleTree?) {
        for path in (old?.files ?? [:]).keys where tree.files[path] == nil { remove(path) }
        for (path, file) in tree.files {
            guard let before = old?.files[path], before.text == file.text, before.isExecutable == file.isExecutable else {
                write(path, file.text, mode: file.isExecutable ? 0o755 : 0o644)
                continue
            }
        }
        for (path, text) in tree.ignored where old?.ignored[path] != text { write(path, text) }
    }
}
