/// What enters a key and what does not, field by field.
import Action
import Testing

@Suite struct ManifestTests {
    private func key(_ action: Action, digest: (String) -> String? = { "file \($0)" }) -> CacheKey {
        Manifest(of: action, digest: digest, key: { CacheKey("key of \($0)") }).key
    }

    static let everything: Action = {
        var action = Action(
            id: "run:smoke", step: "smoke", kind: .run, title: "./smoke", argv: ["./smoke", "\(.root)/x"])
        action.environment = ["A": "1", "B": "\(.home)"]
        action.directory = "sub"
        action.inputs = ["a.go", "b.go"]
        action.facts = ["toolchain": "go1.27.3", "platform": "linux/amd64"]
        action.dependencies = [
            Action.Dependency("build:a", .input), Action.Dependency("tool:lint", .tool),
            Action.Dependency("download", .provision), Action.Dependency("vet:vet", .order),
        ]
        action.outputs = [Action.Output("out.txt", inTree: true)]
        action.services = [
            Action.Service(
                name: "db", argv: ["./db"], environment: ["PORT": "\(.port(service: "db"))"], ready: .tcp("127.0.0.1:1"),
                timeout: .seconds(3))
        ]
        return action
    }()

    typealias Change = @Sendable (inout Action) -> Void

    /// By the field that is changed.
    static let changes: [(field: String, what: String, change: Change)] = [
        ("kind", "kind", { $0.kind = .tool }),
        ("argv", "a word", { $0.argv[0] = "./other" }),
        ("argv", "a place", { $0.argv[1] = "\(.output)/x" }),
        ("argv", "a further word", { $0.argv.append("") }),
        ("argv", "the order of words", { $0.argv.reverse() }),
        ("environment", "a value", { $0.environment["A"] = "2" }),
        ("environment", "a name", { $0.environment["C"] = $0.environment.removeValue(forKey: "A") }),
        ("environment", "an absent variable", { $0.environment["A"] = nil }),
        ("environment", "an empty variable", { $0.environment["C"] = "" }),
        ("directory", "the directory", { $0.directory = "." }),
        ("tree", "a scratch tree", { $0.tree = .scratch(compared: false) }),
        ("tree", "a compared tree", { $0.tree = .scratch(compared: true) }),
        ("tree", "a tree of inputs", { $0.tree = .inputs }),
        ("verdict", "the verdict", { $0.verdict = .silence }),
        ("sandbox", "a sandbox", { $0.sandbox = .closed }),
        ("sandbox", "a sandbox with the network", { $0.sandbox = .network }),
        ("facts", "a fact", { $0.facts["toolchain"] = "go1.27.4" }),
        ("facts", "an absent fact", { $0.facts["toolchain"] = nil }),
        ("inputs", "a further input", { $0.inputs.append("c.go") }),
        ("inputs", "an absent input", { $0.inputs.removeLast() }),
        ("dependencies", "another product", { $0.dependencies[0].action = "build:b" }),
        ("dependencies", "another tool", { $0.dependencies[1].action = "tool:other" }),
        ("dependencies", "no tool", { $0.dependencies.remove(at: 1) }),
        ("outputs", "another output", { $0.outputs[0].path = "out" }),
        ("outputs", "its place", { $0.outputs[0].inTree = false }),
        ("outputs", "no output", { $0.outputs = [] }),
        ("services", "its name", { $0.services[0].name = "d" }),
        ("services", "its command", { $0.services[0].argv = ["./db", "-x"] }),
        ("services", "its variables", { $0.services[0].environment = [:] }),
        ("services", "its readiness", { $0.services[0].ready = .http("127.0.0.1:1") }),
        ("services", "its address", { $0.services[0].ready = .tcp("127.0.0.1:2") }),
        ("services", "no readiness", { $0.services[0].ready = nil }),
        ("services", "no service", { $0.services = [] }),
        ("services", "a second service", { $0.services.append($0.services[0]) }),
    ]

    /// Fields that say when, by what name and how patiently an action runs, not what comes of it.
    static let indifferent: [(field: String, what: String, change: Change)] = [
        ("id", "the id", { $0.id = "run:other" }),
        ("step", "the step", { $0.step = "other" }),
        ("title", "the title", { $0.title = "other" }),
        ("isCached", "whether it is cached", { $0.isCached = false }),
        ("timeout", "the timeout", { $0.timeout = .seconds(1) }),
        ("retries", "the retries", { $0.retries = 7 }),
        ("services", "a service's timeout", { $0.services[0].timeout = .seconds(99) }),
        ("dependencies", "what supplies", { $0.dependencies.remove(at: 2) }),
        ("dependencies", "what comes first", { $0.dependencies.remove(at: 3) }),
    ]

    @Test func everyChangeIsAnotherKey() {
        var keys = [key(Self.everything): "nothing changed"]
        for (_, what, change) in Self.changes {
            var action = Self.everything
            change(&action)
            let other = keys.updateValue(what, forKey: key(action))
            #expect(other == nil, "\(what) has the key of: \(other ?? "")")
        }
    }

    @Test func whatDecidesNothingLeavesTheKey() {
        for (_, what, change) in Self.indifferent {
            var action = Self.everything
            change(&action)
            #expect(action != Self.everything, "\(what)")
            #expect(key(action) == key(Self.everything), "\(what)")
        }
    }

    /// A field that is new to Action has to be put into one of the tables above.
    @Test func everyFieldIsInATable() {
        let fields = Set(Mirror(reflecting: Self.everything).children.compactMap(\.label))
        #expect(fields == Set(Self.changes.map(\.field)).union(Self.indifferent.map(\.field)))
    }

    @Test func theOrderOfVariablesAndFactsIsNoChange() {
        let names = (0..<50).map { "V\($0)" }
        var (forwards, backwards) = (Self.everything, Self.everything)
        for name in names { (forwards.environment[name], forwards.facts[name]) = ("1", "2") }
        for name in names.reversed() { (backwards.environment[name], backwards.facts[name]) = ("1", "2") }
        #expect(key(forwards) == key(backwards))
    }

    @Test func theContentOfInputsEnters() {
        let keys: [CacheKey] = [
            key(Self.everything) { _ in nil },
            key(Self.everything) { _ in "" },
            key(Self.everything) { _ in "file e3b0" },
            key(Self.everything) { _ in "program e3b0" },
            key(Self.everything) { $0 == "a.go" ? "file e3b0" : nil },
            key(Self.everything) { $0 == "b.go" ? "file e3b0" : nil },
        ]
        #expect(Set(keys).count == keys.count)
    }

    @Test func theKeyOfAToolAndOfAProductEnters() {
        func key(_ changed: ActionID) -> CacheKey {
            Manifest(of: Self.everything, digest: { _ in nil }, key: { CacheKey($0 == changed ? "new" : "old") }).key
        }
        #expect(key("build:a") != key("nothing"))
        #expect(key("tool:lint") != key("nothing"))
        #expect(key("download") == key("nothing"))
        #expect(key("vet:vet") == key("nothing"))
    }

    @Test func theSpellingIsThatOfTheFirstFormat() {
        var action = Action(id: "a", step: "a", kind: .vet, title: "a", argv: ["go"])
        action.inputs = ["x"]
        let manifest = Manifest(of: action, digest: { _ in nil }, key: { _ in nil })
        #expect(
            manifest.entries.map { "\($0.field.rawValue) \($0.name) \($0.value)" } == [
                "format  1", "kind  vet", "argv 0 go", "directory  .", "tree  repository", "verdict  exitZero",
                "input x absent",
            ])
        let spelling = """
            6:format0:1:1
            4:kind0:3:vet
            4:argv1:02:go
            9:directory0:1:.
            4:tree0:10:repository
            7:verdict0:8:exitZero
            5:input1:x6:absent

            """
        #expect(manifest.key.text == Digest(of: Array(spelling.utf8)).sha256)
    }
}
