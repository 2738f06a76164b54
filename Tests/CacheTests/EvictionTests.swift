/// What a prune takes and what it leaves: by age, by size, by what still names it, by who may be using it.
import Action
import Files
import Testing

@testable import Cache

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct EvictionTests {
    let sample: SampleStore
    var store: Store { sample.store }
    let now = SampleStore.now
    let later = SampleStore.later()

    init() throws { sample = try SampleStore() }

    // MARK: - Age

    @Test func whatWasNotUsedForTooLongGoesWithItsContents() throws {
        try sample.putResult("old", output: "old output", used: now - 11 * SampleStore.day, uses: [SampleStore.id("x")])
        try sample.putResult("new", output: "new output", used: now - 9 * SampleStore.day)
        try store.facts.remember(bytes: [1], to: "fact")
        let report = try store.prune(StoreBounds(maxSize: .max, maxAge: 10 * SampleStore.day), now: later)
        #expect(!sample.hasResult("old") && sample.hasResult("new"))
        #expect(!sample.hasBlob("old output") && !sample.hasBlob("log of old"))
        #expect(sample.hasBlob("new output") && sample.hasBlob("log of new"))
        #expect(store.facts.bytes(to: "fact") == [1])
        // Output, log, and the list of uses.
        #expect(report.removed == [
            .results: report.removed[.results]!, .blobs: StoreAmount(count: 3, bytes: 10 + 10 + 32),
        ])
        #expect(report.removed[.results]?.count == 1)
        #expect(report.before - report.after == report.total.bytes)
        #expect(store.verify().isClean)
    }

    @Test func aContentStaysAsLongAsAnythingNamesIt() throws {
        try sample.putResult("old", output: "shared", used: now - 11 * SampleStore.day)
        try sample.putResult("new", output: "shared", used: now)
        try sample.putRecord("go old", output: "of both", used: now - 11 * SampleStore.day)
        try sample.putRecord("go new", output: "of both", used: now)
        _ = try store.prune(StoreBounds(maxSize: .max, maxAge: 10 * SampleStore.day), now: later)
        #expect(!sample.hasResult("old") && sample.hasResult("new") && sample.hasBlob("shared"))
        #expect(!sample.hasRecord("go old") && sample.hasRecord("go new") && sample.hasBlob("of both"))
        #expect(store.verify().isClean)
    }

    /// A hit starts no go command, but the next miss will ask it for nearly the same.
    @Test func whatAKeptResultUsedOfTheBuildCacheIsAsFreshAsTheResult() throws {
        for name in ["named", "forgotten"] {
            try sample.putRecord(name, output: "output of \(name)", used: now - 20 * SampleStore.day)
        }
        try sample.putResult("r", output: "o", used: now - SampleStore.day, uses: [SampleStore.id("named")])
        _ = try store.prune(StoreBounds(maxSize: .max, maxAge: 10 * SampleStore.day), now: later)
        #expect(sample.hasRecord("named") && sample.hasBlob("output of named"))
        #expect(!sample.hasRecord("forgotten") && !sample.hasBlob("output of forgotten"))
    }

    @Test func whatASnapshotUsedStaysWithIt() throws {
        let list = try store.blobs.put(SampleStore.id("red").bytes)
        try store.snapshots.record(
            key: SampleStore.key("s").text, actions: ["test": .init(key: nil, buildUses: ["f": list])], facts: [],
            isWhole: true)
        try sample.putRecord("red", output: "red output", used: now - 20 * SampleStore.day)
        _ = try store.prune(StoreBounds(maxSize: .max, maxAge: 10 * SampleStore.day), now: later)
        #expect(store.blobs.contains(list) && sample.hasRecord("red"))
        setTime("\(store.path)/snapshots/\(SampleStore.key("s").text)", now - 11 * SampleStore.day)
        _ = try store.prune(StoreBounds(maxSize: .max, maxAge: 10 * SampleStore.day), now: later)
        #expect(!store.blobs.contains(list) && !sample.hasRecord("red") && !sample.hasBlob("red output"))
    }

    @Test func contentsThatNothingNamesGo() throws {
        _ = try store.blobs.put(Array("orphan".utf8))
        let kept = try sample.putResult("kept", output: "kept")
        for (digest, name) in [(Digest(of: Array("orphan".utf8)), "a"), (kept.outputs[0].digest, "b")] {
            _ = try store.blobs.file(digest, named: name, executable: true, checked: true)
        }
        #expect(try store.prune(.standard, now: now).total == StoreAmount())
        let report = try store.prune(.standard, now: later)
        #expect(report.removed == [.blobs: StoreAmount(count: 1, bytes: 6), .files: StoreAmount(count: 1, bytes: 6)])
        #expect(try filesBelow("\(store.path)/files").map(baseName) == ["b"])
    }

    // MARK: - Size

    @Test func theOldestGoUntilTheRestIsSmallEnough() throws {
        let size = 100_000
        for number in 1...6 {
            try sample.putResult(
                "\(number)", output: String(repeating: "\(number)", count: size), used: now - Int64(number) * SampleStore.day)
        }
        let report = try store.prune(StoreBounds(maxSize: 4 * size, maxAge: .max / 2), now: later)
        #expect((1...6).filter { sample.hasResult("\($0)") } == [1, 2, 3])
        #expect(report.after <= 4 * size && report.after > 3 * size)
        #expect(StoreContents(of: store).bytes == report.after)
        #expect(try store.prune(StoreBounds(maxSize: 4 * size, maxAge: .max / 2), now: later).total == StoreAmount())
    }

    @Test func resultsAndRecordsGoInTheOrderOfTheirUse() throws {
        let size = 50_000
        for number in 1...6 {
            let (text, used) = (String(repeating: "\(number)", count: size), now - Int64(number) * SampleStore.day)
            if number.isMultiple(of: 2) {
                try sample.putResult("\(number)", output: text, used: used)
            } else {
                try sample.putRecord("\(number)", output: text, used: used)
            }
        }
        _ = try store.prune(StoreBounds(maxSize: 3 * size + 20_000, maxAge: .max / 2), now: later)
        #expect(sample.hasRecord("1") && sample.hasResult("2") && sample.hasRecord("3"))
        #expect(!sample.hasResult("4") && !sample.hasRecord("5") && !sample.hasResult("6"))
    }

    // MARK: - Holds

    @Test func whatWasUsedWithinTwoHoursIsHeld() throws {
        try sample.putResult("used", output: "a")
        try sample.putResult("not used", output: "b", used: now - 3 * SampleStore.hour)
        try sample.putRecord("go", output: "c")
        _ = try store.blobs.put(Array("nobody's yet".utf8))
        let report = try store.prune(StoreBounds(maxSize: 0, maxAge: 0))
        #expect(report.removed.keys.sorted { $0.rawValue < $1.rawValue } == [.results])
        #expect(sample.hasResult("used") && !sample.hasResult("not used") && sample.hasRecord("go"))
        // Just put, whoever needed it.
        #expect(sample.hasBlob("b") && sample.hasBlob("nobody's yet"))
    }

    @Test(.enabled(if: LockHolder.program != nil, "no flock program"))
    func whatALiveRunMayUseIsHeld() throws {
        try sample.putResult("r", output: "a")
        try sample.putRecord("go", output: "b")
        try sample.putModule("example.com/m", "v1.0.0")
        sample.folder.write("store/v2/trees/t/file", "tree")
        let holder = try LockHolder(sample.folder.write("store/v2/leases/1-x", "1 \(now)\n"))
        let report = try store.prune(StoreBounds(maxSize: 0, maxAge: 0), now: later + 30 * SampleStore.day)
        #expect(report.total == StoreAmount() && report.liveRuns.map(\.process) == [1])
        #expect(try store.clear().total == StoreAmount())
        #expect(sample.hasResult("r") && sample.hasRecord("go") && sample.hasBlob("a") && sample.hasBlob("b"))
        #expect(names(in: store.moduleCache)?.isEmpty == false && names(in: "\(store.path)/trees") == ["t"])

        holder.kill()
        let freed = try store.prune(StoreBounds(maxSize: 0, maxAge: 0), now: later + 30 * SampleStore.day)
        #expect(freed.after == 0, "\(freed)")
        #expect(try filesBelow(store.moduleCache) == [] && names(in: "\(store.path)/trees") == [])
    }

    /// It is read from memory long after the table was thinned: the go command that comes back to it gets what it was
    /// promised.
    @Test func aRecordThatIsRenewedMeanwhileKeepsItsContent() throws {
        let record = try sample.putRecord("go", output: "precious", used: now - 40 * SampleStore.day)
        let contents = StoreContents(of: store)
        var renewed = record
        renewed.used = later
        try store.buildTable("f").append([renewed])
        _ = try store.prune(.standard, contents, [], dryRun: false, now: later)
        #expect(sample.hasRecord("go") && sample.hasBlob("precious"))
    }

    @Test func aResultThatIsUsedMeanwhileKeepsItsContents() throws {
        try sample.putResult("r", output: "precious", used: now - 40 * SampleStore.day)
        let contents = StoreContents(of: store)
        // This is the use; what is held begins a moment before it, and long after the contents were put.
        setTime(sample.place(ofResult: "r"), later)
        _ = try store.prune(.standard, contents, [], dryRun: false, now: later)
        #expect(sample.hasResult("r") && sample.hasBlob("precious") && sample.hasBlob("log of r"))
    }

    // MARK: - The rest

    @Test func tablesOfOldRecordsAreWrittenAnew() throws {
        for _ in 0..<9 { try sample.putRecord("go", output: "same") }
        #expect(store.buildTable("f").logSize == 9 * BuildRecord.size)
        _ = try store.prune(.standard)
        #expect(store.buildTable("f").logSize == BuildRecord.size && sample.hasRecord("go"))
    }

    @Test func aDryRunSaysWhatARealOneDoes() throws {
        try sample.putResult("old", output: "x", used: now - 40 * SampleStore.day)
        try sample.putRecord("go", output: "y", used: now - 40 * SampleStore.day)
        try sample.putModule("example.com/m", "v1.0.0")
        let before = try filesBelow(store.path).sorted()
        let promised = try store.prune(.standard, dryRun: true, now: later + 40 * SampleStore.day)
        #expect(try filesBelow(store.path).sorted().filter { $0 != "lock" } == before.filter { $0 != "lock" })
        let done = try store.prune(.standard, now: later + 40 * SampleStore.day)
        #expect(promised == done && done.removed.count == 4)
    }

    @Test func aModuleVersionGoesAsOne() throws {
        try sample.putModule("example.com/used", "v1.0.0")
        try sample.putModule("example.com/left", "v1.0.0")
        try sample.putModule("example.com/left", "v1.1.0")
        store.noteUse(ofModuleFolders: ["\(store.moduleCache)/example.com/used@v1.0.0"])
        setTime("\(store.moduleUses)/\(names(in: store.moduleUses)![0])", later + 29 * SampleStore.day)
        let report = try store.prune(.standard, now: later + 31 * SampleStore.day)
        #expect(report.removed == [.modules: StoreAmount(count: 2, bytes: report.total.bytes)])
        #expect(try Set(filesBelow(store.moduleCache)) == [
            "example.com/used@v1.0.0/inner/a.go", "cache/download/example.com/used/@v/v1.0.0.info",
            "cache/download/example.com/used/@v/v1.0.0.mod", "cache/download/example.com/used/@v/v1.0.0.zip",
            "cache/download/example.com/used/@v/v1.0.0.ziphash",
        ])
    }

    @Test func plainCachesGoByTheirNewestFile() throws {
        for family in ["old", "new"] {
            for name in ["00/a", "ff/b"] {
                setTime(sample.folder.write("store/v2/go/build/\(family)/\(name)", "x"), now - 40 * SampleStore.day)
            }
        }
        for family in ["old", "new"] {
            for folder in ["", "/00", "/ff"] { setTime("\(store.buildCache(family))\(folder)", now - 40 * SampleStore.day) }
        }
        setTime("\(store.buildCache("new"))/ff/b", now - 20 * SampleStore.day)
        let report = try store.prune(.standard)
        #expect(report.removed == [.buildCaches: StoreAmount(count: 1, bytes: 2)])
        #expect(names(in: "\(store.path)/go/build") == ["new"])
    }

    @Test func leftoversAndQuarantineGo() throws {
        sample.folder.write("store/v2/temporary/killed/output/file", "x")
        sample.folder.write("store/v2/quarantine/20260101T000000Z-blobs", "x")
        #expect(try store.prune(.standard, now: now).total == StoreAmount())
        #expect(try store.prune(.standard, now: later).removed == [.temporary: StoreAmount(count: 1, bytes: 1)])
        #expect(names(in: store.temporary) == [])
        let report = try store.prune(.standard, now: later + 30 * SampleStore.day)
        #expect(report.removed == [.quarantine: StoreAmount(count: 1, bytes: 1)])
    }

    @Test func otherFormatsAreLeftAlone() throws {
        for format in ["v1", "v3"] { sample.folder.write("store/\(format)/results/ab/x", "other") }
        _ = try store.prune(StoreBounds(maxSize: 0, maxAge: 0), now: later + 90 * SampleStore.day)
        _ = store.verify()
        _ = try store.clear()
        for format in ["v1", "v3"] { #expect(sample.folder.read("store/\(format)/results/ab/x") == "other") }
        #expect(store.status.otherFormats.map(\.path) == ["v1", "v3"].map { "\(store.root)/\($0)" })
        #expect(store.status.otherFormats.map(\.bytes) == [5, 5])
    }

    @Test func aPruneThatIsStoppedLeavesAWholeStore() throws {
        for number in 0..<20 { try sample.putResult("\(number)", output: "o\(number)", used: now - 40 * SampleStore.day) }
        var asked = 0
        _ = try store.prune(.standard, now: later) {
            asked += 1
            return asked > 2
        }
        #expect(asked > 2)
        #expect(store.verify().isClean)
        _ = try store.prune(.standard, now: later)
        #expect(StoreContents(of: store).bytes == 0)
    }

    @Test func byItselfAStoreIsPrunedOnceADay() throws {
        try sample.putResult("old", output: "x", used: now - 40 * SampleStore.day)
        #expect(try store.pruneIfDue(.standard, now: now)?.total.count ?? 0 > 0)
        try sample.putResult("old", output: "x", used: now - 40 * SampleStore.day)
        #expect(try store.pruneIfDue(.standard, now: now + 23 * SampleStore.hour) == nil)
        #expect(sample.hasResult("old"))
        #expect(try store.pruneIfDue(.standard, now: now + 25 * SampleStore.hour) != nil)
        #expect(!sample.hasResult("old"))
    }

    @Test func byItselfNothingIsReadWhileTheBoundsHold() throws {
        try sample.putResult("new", output: "x")
        #expect(try store.pruneIfDue(.standard, now: now) == nil)
        #expect(modificationTime("\(store.path)/\(Store.pruneStamp)") >= now)
    }

    // MARK: - Clear

    @Test func clearEmptiesAStoreThatNobodyUses() throws {
        try sample.putResult("r", output: "a")
        try sample.putRecord("go", output: "b")
        try sample.putModule("example.com/m", "v1.0.0")
        for place in ["home/.cache/x", "trees/t/y", "temporary/z/output/q", "quarantine/q", "unknown/u", "go/build/f/00/a"] {
            sample.folder.write("store/v2/\(place)", "x")
        }
        sample.folder.write("store/v2/leases/dead", "1 1\n")
        let report = try store.clear()
        #expect(report.after == 0 && report.before == report.total.bytes && report.total.count > 10)
        #expect(try filesBelow(store.path) == ["lock"])
        // It works on as a new one.
        try sample.putResult("r", output: "a")
        #expect(store.actionCache.result(for: SampleStore.key("r")) != nil)
    }

    @Test(.enabled(if: LockHolder.program != nil, "no flock program"))
    func clearLeavesWhatALiveRunHolds() throws {
        try sample.putResult("held", output: "a")
        try sample.putResult("not held", output: "b", used: now - 3 * SampleStore.hour)
        let holder = try LockHolder(sample.folder.write("store/v2/leases/1-x", "1 \(now)\n"))
        defer { holder.kill() }
        let report = try store.clear()
        #expect(report.liveRuns.count == 1 && report.removed[.results]?.count == 1)
        #expect(sample.hasResult("held") && !sample.hasResult("not held"))
    }
}
