/// A known result: nothing runs, the log is told again, outputs are where they were.
import Action
import Files
import Plan
import Run
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct HitTests {
    private let bench = Bench()
    private var place: String { "\(bench.folder.path)/sub/out/tool" }

    private let made = action("a") {
        $0.directory = "sub"
        $0.outputs = [Action.Output("out/tool", inTree: true), Action.Output("kept")]
    }
    private let content = Array("a out/tool".utf8)

    @Test(arguments: [[], [""], ["one"], ["one", ""], ["", "", "two", ""], ["é\u{1B}[31m", "x"]])
    func theLogIsToldAgain(log: [String]) async {
        let executor = bench.executor { _, _ in Execution(log: log) }
        let first = await bench.run([action("a")], executor)
        bench.forgetEvents()
        let second = await bench.run([action("a")], executor)
        #expect(executor.started == ["a"])
        #expect(first["a"]?.log == log)
        #expect(second["a"]?.log == log)
        #expect(second["a"]?.cached == true)
        #expect(second["a"]?.key == first["a"]?.key)
        #expect(second["a"]?.reason == "known from an earlier run")
        #expect(second["a"]?.saved == .milliseconds(first["a"]!.elapsed.wholeMilliseconds))
        // It never started, so nothing of it is told but its end.
        #expect(bench.story == ["a green, cached"])
    }

    @Test func outputsAreFilesOfTheStore() async throws {
        let first = await bench.run([made], bench.executor())
        let second = await bench.run([made], bench.executor())
        for outcome in [first, second] {
            let outputs = try #require(outcome["a"]?.outputs)
            #expect(outputs.map(\.name) == ["out/tool", "kept"])
            #expect(try outputs.map { try Digest(ofFile: $0.path) } == outputs.map(\.digest))
        }
    }

    enum Before: CaseIterable { case absent, edited, notExecutable, aFolder, aLink, theSame }

    @Test(arguments: Before.allCases)
    func outputsInTheTreeArePutBack(before: Before) async throws {
        _ = await bench.run([made], bench.executor())
        switch before {
        case .absent: break
        case .edited: bench.folder.write("sub/out/tool", "edited", mode: 0o755)
        case .notExecutable: bench.folder.write("sub/out/tool", "a out/tool")
        case .aFolder: bench.folder.write("sub/out/tool/inner", "x")
        case .aLink:
            bench.folder.write("elsewhere", "a out/tool", mode: 0o755)
            try makeFolder(parentFolder(of: place))
            #expect(symlink("../../elsewhere", place) == 0)
        case .theSame: bench.folder.write("sub/out/tool", "a out/tool", mode: 0o755)
        }
        let outcome = await bench.run([made], bench.executor())
        #expect(outcome.words == ["a green, cached"])
        #expect(try readFile(place) == content)
        #expect(fileStatus(place)?.kind == .file(executable: true))
        #expect(fileStatus("\(bench.folder.path)/sub/kept") == nil)
    }

    /// What is in place already keeps its time, so that nothing that watches it wakes up.
    @Test func whatIsInPlaceIsNotTouched() async throws {
        _ = await bench.run([made], bench.executor())
        _ = await bench.run([made], bench.executor())
        func inode() -> UInt64 {
            var status = stat()
            return lstat(place, &status) == 0 ? UInt64(status.st_ino) : 0
        }
        let before = inode()
        _ = await bench.run([made], bench.executor())
        #expect(before != 0 && inode() == before)
    }

    /// The copy that steps are handed can be written to by who insists; the tree gets what was built.
    @Test func aTamperedCopyIsNotPutBack() async throws {
        let path = try #require(await bench.run([made], bench.executor())["a"]?.outputs.first?.path)
        overwrite(path, with: Array("A OUT/TOOL".utf8))
        _ = await bench.run([made], bench.executor())
        #expect(try readFile(place) == content)
    }

    /// Lost after it was decided: the action runs after all.
    @Test func whatIsLostMeanwhileIsMadeAnew() async throws {
        let graph = StepGraph([made])
        let first = await bench.run(graph, bench.executor())
        let digest = try #require(first["a"]?.outputs.first?.digest)
        let decisions = decide(graph, digests: FileDigests([:]), cache: bench.cache, blobs: bench.blobs)
        #expect(decisions[0].would == .hit)
        bench.blobs.damage(digest, nil)
        removeTree(first["a"]!.outputs[0].path)
        let executor = bench.executor()
        let context = RunContext(
            cache: bench.cache, blobs: bench.blobs, executor: executor, root: bench.folder.path, digests: FileDigests([:]),
            isInterrupted: { false }, emit: { _ in })
        let outcome = await runGraph(graph, decisions: decisions, settings: RunSettings(jobs: 1), in: context)
        #expect(outcome.words == ["a green"])
        #expect(executor.started == ["a"])
        #expect(bench.blobs.bytes(of: digest) == content)
    }

    // MARK: - Inputs that change

    private let reading = action("a") { $0.inputs = ["x", "y", "z"] }

    @Test func anInputThatChangedWhileItRanIsNotKept() async {
        let bench = bench
        for name in ["x", "y", "z"] { bench.folder.write(name, "old") }
        let executor = bench.executor { _, attempt in
            if attempt == 1 {
                bench.folder.write("y", "new")
                bench.folder.write("z", "new")
            }
            return Execution()
        }
        let outcome = await bench.run([reading], executor)
        #expect(outcome.words == ["a green"])
        #expect(bench.story == ["started a", "warning y changed while a ran, so its result is not kept", "a green"])
        #expect(bench.cache.keys == [])
        let again = await bench.run([reading], executor)
        #expect(again.words == ["a green"])
        let third = await bench.run([reading], executor)
        #expect(third.words == ["a green, cached"])
    }

    @Test(arguments: ["content", "mode", "deleted", "link"])
    func everyChangeOfAnInputCounts(change: String) async {
        for name in ["x", "y", "z"] { bench.folder.write(name, "old") }
        _ = await bench.run([reading], bench.executor())
        let file = "\(bench.folder.path)/y"
        switch change {
        case "content": bench.folder.write("y", "new")
        case "mode": chmod(file, 0o755)
        case "deleted": removeTree(file)
        default:
            removeTree(file)
            #expect(symlink("x", file) == 0)
        }
        let changed = await bench.run([reading], bench.executor())
        #expect(changed.words == ["a green"])
        removeTree(file)
        bench.folder.write("y", "old")
        let back = await bench.run([reading], bench.executor())
        #expect(back.words == ["a green, cached"])
    }
}

/// In place, whatever its mode: as a step that does what it should not.
func overwrite(_ path: String, with bytes: [UInt8]) {
    removeTree(path)
    try! createFile(path, bytes, mode: 0o555)
}
