/// What would happen to each action and why, with nothing run in between.
import Action
import Plan
import Run
import Testing

@Suite struct DecisionTests {
    private let bench = Bench()

    /// `run a: reason` or `hit a: reason`, for every action.
    private func decisions(_ actions: [Action], asking: Set<String> = []) -> [String] {
        decide(StepGraph(actions).selecting(asking), digests: FileDigests([:]), cache: bench.cache, blobs: bench.blobs)
            .map { "\($0.would) \($0.action): \($0.reason)" }
    }

    /// Runs all of it, so that it is known.
    private func learn(_ actions: [Action]) async -> RunOutcome { await bench.run(actions, bench.executor()) }

    private let chain = [
        action("a") { $0.outputs = [Action.Output("bin")] },
        action("b", input("a")) { $0.argv.append("\(.product("a", named: "bin"))") },
    ]
    private let unknown = "not run before with these inputs"
    private let known = "known from an earlier run"

    @Test func atFirstNothingIsKnown() {
        #expect(decisions([action("a"), action("b", order("a"))]) == ["run a: \(unknown)", "run b: \(unknown)"])
    }

    @Test func whatRanIsKnown() async {
        _ = await learn(chain)
        #expect(decisions(chain) == ["hit a: \(known)", "hit b: \(known)"])
        let decided = decide(StepGraph(chain), digests: FileDigests([:]), cache: bench.cache, blobs: bench.blobs)
        #expect(decided.map { $0.result?.action } == ["a", "b"])
        #expect(bench.cache.keys == Set(decided.map(\.key)))
        #expect(decided.map(\.manifest.key) == decided.map(\.key))
    }

    @Test func whatRunsBeforeAnotherIsRunForItsOutput() async {
        _ = await learn(chain)
        var changed = chain
        changed[0].argv.append("-x")
        #expect(decisions(changed) == ["run a: \(unknown)", "run b: needs a, which would run"])
    }

    @Test func orderAloneDecidesNothing() async {
        let actions = [action("a"), action("b", order("a"))]
        _ = await learn(actions)
        var changed = actions
        changed[0].argv.append("-x")
        #expect(decisions(changed) == ["run a: \(unknown)", "hit b: \(known)"])
    }

    @Test func aFileThatChangedIsAnotherInput() {
        let actions = [action("a") { $0.inputs = ["x"] }]
        func key(_ files: [String: String]) -> CacheKey {
            decide(StepGraph(actions), digests: FileDigests(files), cache: bench.cache, blobs: bench.blobs)[0].key
        }
        #expect(Set([key([:]), key(["x": "file 1"]), key(["x": "file 2"]), key(["x": ""])]).count == 4)
    }

    @Test func whatIsNotCachedRunsEachTime() async {
        var actions = chain
        actions[0].isCached = false
        _ = await learn(actions)
        #expect(decisions(actions) == ["run a: the step says `cache: false`", "run b: needs a, which would run"])
    }

    @Test func aLostOutputIsMadeAnew() async throws {
        let digest = try #require(await learn(chain)["a"]?.outputs.first?.digest)
        bench.blobs.damage(digest, nil)
        #expect(decisions(chain) == ["run a: its output bin is no longer in the store", "run b: needs a, which would run"])
    }

    @Test func aLostOrDamagedLogIsMadeAnew() async throws {
        _ = await learn(chain)
        let key = decide(StepGraph(chain), digests: FileDigests([:]), cache: bench.cache, blobs: bench.blobs)[0].key
        let log = try #require(bench.cache.result(for: key)).log
        bench.blobs.damage(log, [7])
        #expect(decisions([chain[0]]) == ["run a: its log is no longer in the store"])
        bench.blobs.damage(log, nil)
        #expect(decisions([chain[0]]) == ["run a: its log is no longer in the store"])
    }

    /// Reading every output on each run would cost more than it saves; what is given to a running action is read.
    @Test func aDamagedOutputIsMadeAnewWhenItIsUsed() async throws {
        let output = try #require(await learn(chain)["a"]?.outputs.first)
        bench.blobs.damage(output.digest, [UInt8](repeating: 0, count: output.digest.size))
        #expect(decisions(chain) == ["hit a: \(known)", "hit b: \(known)"])
        var more = chain
        more.append(action("c", input("a")))
        // The file that was handed out is whole, and is what `c` is given.
        #expect(decisions(more) == ["hit a: \(known)", "hit b: \(known)", "run c: \(unknown)"])
        overwrite(output.path, with: [UInt8](repeating: 1, count: output.digest.size))
        #expect(
            decisions(more) == [
                "run a: its output bin is damaged in the store", "run b: needs a, which would run", "run c: \(unknown)",
            ])
    }

    @Test func aDamagedOutputIsMadeAnewWhenTheUserIsToHaveACopy() async throws {
        let output = try #require(await learn(chain)["a"]?.outputs.first)
        func reasons(copied: Bool) -> [String] {
            decide(
                StepGraph(chain), digests: FileDigests([:]), cache: bench.cache, blobs: bench.blobs,
                isCopied: { id, file in copied && id == "a" && file.digest == output.digest }
            ).map(\.reason)
        }
        let changed = [UInt8](repeating: 0, count: output.digest.size)
        overwrite(output.path, with: changed)
        // The blob is whole: the file is made from it again.
        #expect(reasons(copied: true) == [known, known])
        #expect(try Digest(ofFile: output.path) == output.digest)
        bench.blobs.damage(output.digest, changed)
        overwrite(output.path, with: changed)
        #expect(reasons(copied: false) == [known, known])
        #expect(reasons(copied: true) == ["its output bin is damaged in the store", "needs a, which would run"])
    }

    @Test func aResultSpeaksOnlyOfTheArtifactItRanWith() async throws {
        let decided = { decide(StepGraph(chain), digests: FileDigests([:]), cache: bench.cache, blobs: bench.blobs) }
        let digest = try #require(await learn(chain)["a"]?.outputs.first?.digest)
        var result = try #require(decided()[1].result)
        result.used = ["a/bin": digest]
        try bench.cache.store(result, for: decided()[1].key)
        #expect(decisions(chain) == ["hit a: \(known)", "hit b: \(known)"])

        // The same key, rebuilt elsewhere into other bytes.
        var rebuilt = try #require(decided()[0].result)
        rebuilt.outputs[0].digest = try bench.blobs.put([1, 2, 3])
        try bench.cache.store(rebuilt, for: decided()[0].key)
        #expect(decisions(chain) == ["hit a: \(known)", "run b: a has another digest than the one it ran with"])
    }

    // MARK: - What supplies others

    private let supplied = [
        action("download", kind: .download),
        action("tool:lint", [.init("download", .provision)], kind: .toolBuild) { $0.outputs = [Action.Output("lint")] },
        action("lint", [.init("tool:lint", .tool)]),
        action("vet", [.init("download", .provision)]),
    ]
    private let idle = "nothing that runs needs it"

    @Test func itRunsForThoseWhoRun() async {
        #expect(decisions(supplied).allSatisfy { $0.hasSuffix(unknown) })
        _ = await learn(supplied)
        #expect(decisions(supplied).allSatisfy { $0.hasPrefix("hit") && $0.hasSuffix(known) })
    }

    @Test func itDoesNotRunForHits() async {
        _ = await learn(supplied)
        for key in bench.cache.keys where ["download", "tool:lint"].contains(bench.cache.result(for: key)!.action) {
            bench.cache.forget(key)
        }
        #expect(decisions(supplied) == ["hit download: \(idle)", "hit tool:lint: \(idle)", "hit lint: \(known)", "hit vet: \(known)"])
    }

    @Test func itRunsForOneThatRuns() async {
        _ = await learn(supplied)
        for key in bench.cache.keys where bench.cache.result(for: key)!.action != "lint" { bench.cache.forget(key) }
        #expect(
            decisions(supplied) == [
                "run download: \(unknown)", "hit tool:lint: \(idle)", "hit lint: \(known)", "run vet: \(unknown)",
            ])
    }

    @Test func itRunsWhenItIsAskedForByName() async {
        #expect(decisions(supplied, asking: ["tool:lint"]) == ["run download: \(unknown)", "run tool:lint: \(unknown)"])
        #expect(decisions([supplied[0]]) == ["hit download: \(idle)"])
    }

    @Test func anotherToolIsAnotherResult() async {
        _ = await learn(supplied)
        var changed = supplied
        changed[1].argv.append("@v2.0.0")
        #expect(
            decisions(changed) == [
                "hit download: \(known)", "run tool:lint: \(unknown)", "run lint: \(unknown)", "hit vet: \(known)",
            ])
    }
}
