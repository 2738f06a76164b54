/// Real programs under the local executor: what they see, how their end is judged, what is kept of them.
import Action
import Files
import Processes
import Run
import Synchronization
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.timeLimit(.minutes(10))) struct LocalExecutorTests {
    let workshop: Workshop
    init() throws { workshop = try Workshop() }

    // MARK: - What a program sees

    @Test func theEnvironmentIsExactlyTheDeclaredOne() async {
        setenv("PIPELINE_TEST_LEAK", "1", 1)
        var action = Action(id: "a", step: "a", kind: .run, title: "env", argv: ["env"])
        action.environment = [
            "PATH": "\(.toolchain):/usr/bin:/bin", "HOME": "\(.home)", "EMPTY": "", "GOCACHE": "\(.buildCache(family: "f"))",
            "GOMODCACHE": "\(.moduleCache)", "GOROOT": "\(.goRoot)", "TREE": "\(.root)/x \(.repository)",
        ]
        let execution = await workshop.execute(action)
        let root = workshop.root
        #expect(execution.failure == nil)
        #expect(
            execution.log.sorted() == [
                "EMPTY=", "GOCACHE=/builds/f", "GOMODCACHE=/modules", "GOROOT=/toolchain", "HOME=\(workshop.store.home)",
                "PATH=/toolchain/bin:/usr/bin:/bin", "TREE=\(root)/x \(root)",
            ])
    }

    @Test func itStartsInItsFolderWithAnEmptyInput() async throws {
        try makeFolder("\(workshop.root)/sub/deep")
        let execution = await workshop.shell("pwd; cat; echo \"$PWD\"") { $0.directory = "sub/deep" }
        #expect(execution.log == ["\(workshop.root)/sub/deep", "\(workshop.root)/sub/deep"])
    }

    @Test func bothStreamsAreOneLogToldAsItComes() async {
        let told = Mutex<[String]>([])
        var action = Action(
            id: "a", step: "a", kind: .run, title: "a", argv: ["/bin/sh", "-c", "echo one; echo two >&2; printf three"])
        action.environment = ["PATH": "/bin"]
        let execution = await workshop.execute(action) { lines in told.withLock { $0 += lines } }
        #expect(execution.log == ["one", "two", "three"])
        #expect(told.withLock { $0 } == ["one", "two", "three"])
    }

    @Test func aProgramThatIsNotThere() async {
        let execution = await workshop.shell("true") { $0.argv = ["no-such-program", "x"] }
        #expect(execution.failure == .environment("no program no-such-program in the step's PATH (/usr/bin:/bin)"))
        let without = await workshop.shell("true") { ($0.argv, $0.environment) = (["x"], [:]) }
        #expect(without.failure == .environment("no program x in the step's PATH (empty)"))
    }

    @Test func aProgramOfTheTreeIsFoundFromItsFolder() async {
        workshop.write("sub/tool", "#!/bin/sh\necho here\n", mode: 0o755)
        let execution = await workshop.shell("") { ($0.argv, $0.directory) = (["./tool"], "sub") }
        #expect(execution.log == ["here"])
    }

    // MARK: - Verdicts

    @Test(arguments: [("exit 0", nil), ("exit 7", .exit(code: 7)), ("kill -9 $$", .signal(9))] as [(String, Failure?)])
    func theEndOfTheProgram(script: String, failure: Failure?) async {
        #expect(await workshop.shell("\(script)").failure == failure)
    }

    @Test func aCheckerThatHasSomethingToSayIsRed() async {
        let silent = await workshop.shell("true") { $0.verdict = .silence }
        let talking = await workshop.shell("echo diff") { $0.verdict = .silence }
        let failing = await workshop.shell("echo diff; exit 2") { $0.verdict = .silence }
        #expect(silent.failure == nil)
        #expect(talking.failure == .notSilent && talking.log == ["diff"])
        #expect(failing.failure == .exit(code: 2))
    }

    @Test func timeIsLimited() async {
        let execution = await workshop.shell("echo begun; sleep 60") { $0.timeout = .milliseconds(300) }
        #expect(execution.failure == .timeout(.milliseconds(300)))
        #expect(execution.failure?.description == "not done after 300ms")
        #expect(execution.log == ["begun"])
        #expect(!execution.interrupted)
    }

    @Test func anInterruptedProgramIsNeitherRedNorGreen() async {
        let groups = workshop.groups
        var action = Action(id: "a", step: "a", kind: .run, title: "a", argv: ["/bin/sh", "-c", "echo begun; sleep 60"])
        action.environment = ["PATH": "/usr/bin:/bin"]
        action.outputs = [Action.Output("x")]
        let execution = await workshop.execute(action) { _ in groups.terminateAll() }
        #expect(execution.interrupted)
        #expect(execution.failure == nil && execution.outputs == [])
    }

    // MARK: - Outputs

    @Test func outputsAreTakenIntoTheStore() async throws {
        let execution = await workshop.shell("echo made >$OUT/plain; echo run >$OUT/sub; chmod +x $OUT/sub; mkdir -p gen; echo in >gen/tree") {
            $0.environment["OUT"] = "\(.output)"
            $0.outputs = [Action.Output("plain"), Action.Output("sub"), Action.Output("gen/tree", inTree: true)]
        }
        #expect(execution.failure == nil)
        #expect(execution.outputs.map(\.path) == ["plain", "sub", "gen/tree"])
        #expect(execution.outputs.map(\.isExecutable) == [false, true, false])
        #expect(
            execution.outputs.map { workshop.store.blobs.bytes(of: $0.digest) }
                == ["made\n", "run\n", "in\n"].map { Array($0.utf8) })
        #expect(workshop.read("gen/tree") == "in\n")
        #expect(names(in: workshop.store.temporary) == [], "the output folder is gone")
    }

    @Test(arguments: [true, false])
    func aDeclaredOutputHasToBeThere(inTree: Bool) async {
        let execution = await workshop.shell("mkdir gone") { $0.outputs = [Action.Output("gone", inTree: inTree)] }
        #expect(execution.failure == .missingOutput("gone"))
        #expect(execution.failure?.description == "declared output gone was not made")
    }

    @Test func outputsInTheTreeAreRelativeToTheStep() async throws {
        try makeFolder("\(workshop.root)/sub")
        let execution = await workshop.shell("echo x >out") {
            ($0.directory, $0.outputs) = ("sub", [Action.Output("out", inTree: true)])
        }
        #expect(execution.failure == nil && workshop.read("sub/out") == "x\n")
    }

    // MARK: - Trees

    /// Such a copy is thrown away: what is written to it reaches nobody.
    @Test func aTreeOfInputsHasThemAlone() async {
        for name in ["go.mod", "sub/go.sum", "main.go"] { workshop.write(name, name) }
        let execution = await workshop.shell("find . -type f | sort; echo more >>go.mod") {
            ($0.tree, $0.inputs) = (.inputs, ["go.mod", "sub/go.sum"])
        }
        #expect(execution.log == ["./go.mod", "./sub/go.sum"])
        #expect(workshop.read("go.mod") == "go.mod")
    }

    @Test func aScratchTreeIsForOneAtATime() async throws {
        let lock = try #require(try FileLock(at: "\(workshop.scratch).lock"))
        let execution = await workshop.shell("true") { ($0.tree, $0.timeout) = (.scratch(compared: false), .milliseconds(200)) }
        #expect(execution.failure == .environment("another run of this repository is still at work in \(workshop.scratch)"))
        lock.release()
        let after = await workshop.shell("true") { $0.tree = .scratch(compared: false) }
        #expect(after.failure == nil)
    }
}
