/// Why an action would run, in the words that `plan`, `run -v` and `explain` share.
import Action
import Plan
import Run
import Testing
import TestSupport

@Suite struct ReasonTests {
    private let bench = Bench()
    private let journal = MemoryActionJournal()

    private func decided(_ actions: [Action], _ files: [String: String] = [:]) -> [Decision] {
        decide(
            StepGraph(actions), digests: FileDigests(files), cache: bench.cache, blobs: bench.blobs, journal: journal)
    }

    private func reasons(_ actions: [Action], _ files: [String: String] = [:]) -> [String] {
        decided(actions, files).map(\.reason)
    }

    /// Notes these as having run, with no result kept.
    private func note(
        _ actions: [Action], _ files: [String: String] = [:], _ deed: ManifestHistory.Entry.Deed = .ran, time: Int = 1
    ) throws {
        try journal.note(
            decided(actions, files).map {
                ActionNote($0.action, .init(time: time, deed: deed, reason: $0.reason, key: $0.key), $0.manifest)
            })
    }

    private let sources = ["a.go", "b.go", "c.go"]
    private var files: [String: String] { ["a.go": "file 1", "b.go": "file 1", "c.go": "file 1"] }
    private var test: Action {
        action("test", kind: .test) {
            $0.inputs = sources
            $0.argv = ["go", "test", "-v", "./..."]
            $0.environment = ["GOFLAGS": "-mod=readonly", "GOCACHE": "/a"]
            $0.facts = ["toolchain": "go1.26.5 linux/amd64"]
        }
    }

    @Test func withoutAPastOnlyThatIsSaid() {
        #expect(reasons([test], files) == ["not run before with these inputs"])
        #expect(decided([test], files)[0].comparison == nil)
    }

    typealias Change = @Sendable (inout Action, inout [String: String]) -> Void

    private static let cases: [(reason: String, change: Change)] = [
        ("a.go changed", { $1["a.go"] = "file 2" }),
        ("a.go is executable now", { $1["a.go"] = "program 1" }),
        ("a.go changed", { $1["a.go"] = "link b.go" }),
        ("a.go is gone", { $1["a.go"] = nil }),
        ("b.go is gone", { action, _ in action.inputs.remove(at: 1) }),
        ("new input d.go", { action, files in (action.inputs.append("d.go"), files["d.go"] = "file 1").1 }),
        ("env GOFLAGS was `-mod=readonly`, is `-mod=vendor`", { action, _ in action.environment["GOFLAGS"] = "-mod=vendor" }),
        ("env A is new: `1`", { action, _ in action.environment["A"] = "1" }),
        ("env GOFLAGS is gone", { action, _ in action.environment["GOFLAGS"] = nil }),
        ("toolchain go1.26.5 → go1.27.3", { action, _ in action.facts["toolchain"] = "go1.27.3 linux/amd64" }),
        (
            "toolchain go1.26.5 linux/amd64 → go1.26.5 linux/arm64",
            { action, _ in action.facts["toolchain"] = "go1.26.5 linux/arm64" }
        ),
        ("command has `-race` instead of `-v`", { action, _ in action.argv[2] = "-race" }),
        ("command now has `-race`", { action, _ in action.argv.insert("-race", at: 2) }),
        ("command no longer has `test -v`", { action, _ in action.argv.removeSubrange(1...2) }),
        ("folder was `.`, is `sub`", { action, _ in action.directory = "sub" }),
        ("output cover is new", { action, _ in action.outputs = [Action.Output("cover")] }),
        // The cache's place follows from what else is different.
        (
            "env GOFLAGS was `-mod=readonly`, is ``",
            { action, _ in (action.environment["GOFLAGS"] = "", action.environment["GOCACHE"] = "/b").1 }
        ),
        ("env GOCACHE was `/a`, is `/b`", { action, _ in action.environment["GOCACHE"] = "/b" }),
        (
            "toolchain go1.26.5 → go1.27.3, env A is new: `1`, a.go changed, and 3 more",
            { action, files in
                action.facts["toolchain"] = "go1.27.3 linux/amd64"
                action.environment["A"] = "1"
                for file in ["a.go", "b.go", "c.go"] { files[file] = "file 2" }
                action.argv.append("-x")
            }
        ),
    ]

    @Test(arguments: cases.indices)
    func differencesHaveNames(index: Int) throws {
        let (expected, change) = Self.cases[index]
        try note([test], files)
        var (changed, now) = (test, files)
        change(&changed, &now)
        #expect(reasons([changed], now) == [expected])
    }

    @Test func theNearestOfTheEarlierRunsIsComparedWith() throws {
        try note([test], files)
        try note([test], ["a.go": "file 2", "b.go": "file 2", "c.go": "file 2"], time: 2)
        let decision = decided([test], ["a.go": "file 1", "b.go": "file 3", "c.go": "file 1"])[0]
        #expect(decision.reason == "b.go changed")
        #expect(decision.comparison?.with.time == 1)
    }

    @Test func aRedActionRunsAgain() throws {
        try note([test], files, .red)
        #expect(reasons([test], files) == ["red with these inputs before"])
    }

    @Test func aResultThatIsGoneIsMadeAgain() throws {
        try note([test], files)
        #expect(reasons([test], files) == ["its result is no longer in the store"])
    }

    @Test func aKnownResultNeedsNoComparison() async throws {
        _ = await bench.run([action("a")], bench.executor())
        try note([action("a")])
        #expect(reasons([action("a")]) == ["known from an earlier run"])
        #expect(decided([action("a")])[0].comparison == nil)
    }

    // MARK: - What is given by others

    private var chain: [Action] {
        [
            action("build") { $0.inputs = ["a.go"]; $0.outputs = [Action.Output("server")] },
            action("smoke", input("build")) { $0.inputs = ["smoke.sh"] },
            action("check", input("smoke")),
        ]
    }

    @Test func whatIsNeededIsFollowedToItsOwnDifferences() throws {
        let before = ["a.go": "file 1", "smoke.sh": "file 1"]
        try note(chain, before)
        #expect(
            reasons(chain, ["a.go": "file 2", "smoke.sh": "file 1"]) == [
                "a.go changed", "needs build: a.go changed", "needs smoke: needs build: a.go changed",
            ])
        #expect(
            reasons(chain, ["a.go": "file 2", "smoke.sh": "file 2"]) == [
                "a.go changed", "smoke.sh changed, needs build: a.go changed",
                "needs smoke: smoke.sh changed, needs build: a.go changed",
            ])
    }

    @Test func whatIsNeededMayBeAHit() throws {
        let (first, second) = (["a.go": "file 1", "smoke.sh": "file 1"], ["a.go": "file 2", "smoke.sh": "file 1"])
        try note(chain, first)
        let result = ActionResult(
            action: "build", outputs: [], log: try bench.blobs.put([]), elapsedMilliseconds: 1, used: [:])
        try bench.cache.store(result, for: decided(chain, second)[0].key)
        #expect(reasons(Array(chain.prefix(2)), second) == ["known from an earlier run", "needs build: a.go changed"])
    }

    @Test func anotherNeedIsNamed() throws {
        try note([action("lint"), action("vet", [.init("lint", .tool)])])
        #expect(
            reasons([action("lint"), action("staticcheck"), action("vet", [.init("staticcheck", .tool)])])[2]
                == "no longer needs lint, now needs staticcheck")
    }

    @Test func anInputThatRunsForAnotherReasonIsStillTheReason() throws {
        var uncached = chain
        uncached[0].isCached = false
        let files = ["a.go": "file 1", "smoke.sh": "file 1"]
        try note(uncached, files)
        #expect(
            reasons(uncached, files) == [
                "the step says `cache: false`", "needs build, which would run", "needs smoke, which would run",
            ])
    }
}
