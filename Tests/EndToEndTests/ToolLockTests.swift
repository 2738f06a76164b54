/// pipeline.lock: written once, held to ever after; nothing of a tool is run that is not what was pinned.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct ToolLocks {
        private let pinned = """
            tools:
              shout: example.com/shout/cmd/shout@VERSION
            steps:
              say: { tool: shout, args: [hello] }

            """

        @Test func isWrittenOnceAndThenLeftAlone() async throws {
            let bench = try await ToolDesk(pinned)
            let desk = bench.desk
            let planned = try await desk.pipeline("plan")
            #expect(planned.exit == .code(0), "\(planned.transcript)")
            #expect(desk.read("pipeline.lock") == nil, "a plan writes nothing")
            let first = try await desk.run()
            first.expectGreen()
            #expect(first.output(of: "tool:say:run") == ["HELLO"])
            let lock = try #require(desk.read("pipeline.lock"))
            for words in [
                "tool example.com/shout/cmd/shout \(bench.version)\n\tmodule example.com/shout\n\tgo 1.24",
                "\n\trequire example.com/upper \(bench.version)\n", "\n\tsum example.com/shout \(bench.version) h1:",
                "\n\tsum example.com/upper \(bench.version) h1:", "\n\tsum example.com/upper \(bench.version)/go.mod h1:",
            ] {
                #expect(lock.contains(words), "\(words) in \(lock)")
            }
            for arguments in [["run"], ["run", "--locked"]] {
                let again = try await desk.start(arguments, environment: ["CI": "true"]).end()
                #expect(again.exit == .code(0), "\(again.transcript)")
            }
            #expect(desk.read("pipeline.lock") == lock)
            let verified = try await bench.tool("verify")
            #expect(verified.exit == .code(0) && verified.out == "2 modules are as named\n", "\(verified.transcript)")
        }

        @Test(arguments: [(["--locked"], [:]), ([], ["CI": "true"])])
        func aLockedRunAddsNothing(_ options: [String], _ variables: [String: String]) async throws {
            let bench = try await ToolDesk(pinned)
            let ended = try await bench.desk.start(["run"] + options, environment: variables).end()
            #expect(ended.exit == .code(2), "\(ended.transcript)")
            let demand = "example.com/shout/cmd/shout@\(bench.version)"
            #expect(ended.err.hasPrefix("error[lock/missing]: pipeline.lock does not have \(demand)\n --> pipeline.yaml:7:10"), "\(ended.err)")
            #expect(bench.desk.read("pipeline.lock") == nil)
        }

        /// A machine that has nothing yet gets something else from the proxy than whoever pinned the tool.
        @Test(arguments: [("example.com/shout", "\"fail\"", "\"fall\""), ("example.com/upper", "ToUpper", "ToLower")])
        func aTamperedZipIsRefused(_ module: String, _ old: String, _ new: String) async throws {
            let bench = try await ToolDesk(pinned)
            let locked = try await bench.tool("lock")
            #expect(locked.exit == .code(0) && locked.out == "pipeline.lock is written\n", "\(locked.transcript)")
            try await bench.tamper(module, bench.version, old, new)
            let machine = Desk()
            for file in ["pipeline.yaml", "pipeline.lock"] { machine.write(file, try #require(bench.desk.read(file))) }
            let other = try await machine.pipeline("run")
            #expect(other.exit == .code(1), "\(other.transcript)")
            for words in ["verifying \(module)@\(bench.version): checksum mismatch", "downloaded: h1:", "go.sum:     h1:", "SECURITY ERROR"] {
                #expect(other.out.contains(words), "\(words) in \(other.transcript)")
            }
            #expect(!other.out.contains("HELLO") && !other.out.contains("| hello"))
        }

        /// The same for `tool` lines, of go.mod or of a file of their own.
        @Test(arguments: ["go.mod", "tools.mod"])
        func aTamperedZipIsRefusedInOtherWaysToo(_ modFile: String) async throws {
            let bench = try await ToolDesk(pinned)
            bench.desk.write("go.mod", "module example.com/app\n\ngo 1.24\n")
            let moved = try await bench.tool("migrate", "--to", modFile == "go.mod" ? "b" : "c")
            #expect(moved.exit == .code(0), "\(moved.transcript)")
            try await bench.tamper("example.com/shout", bench.version, "\"fail\"", "\"fall\"")
            let machine = Desk()
            for file in ["pipeline.yaml", "pipeline.lock", "go.mod", "go.sum", "tools.mod", "tools.sum"] {
                if let text = bench.desk.read(file) { machine.write(file, text) }
            }
            let ended = try await machine.pipeline("run")
            #expect(ended.exit == .code(1), "\(ended.transcript)")
            for words in ["verifying example.com/shout@\(bench.version): checksum mismatch", "downloaded: h1:", "go.sum:     h1:", "SECURITY ERROR"] {
                #expect(ended.out.contains(words), "\(words) in \(ended.transcript)")
            }
            #expect(!ended.out.contains("HELLO") && !ended.out.contains("| hello"))
            let called = try await machine.start(["tool", "run", "--store", machine.store, "shout", "x"]).end()
            #expect(called.exit == .code(1) && called.out == "" && called.err.contains("checksum mismatch"), "\(called.transcript)")
        }

        @Test func aTamperedLockIsRefused() async throws {
            let bench = try await ToolDesk(pinned)
            try await bench.desk.run().expectGreen()
            let lock = try #require(bench.desk.read("pipeline.lock"))
            let mark = "sum example.com/upper \(bench.version) h1:"
            let right = try #require(lock.components(separatedBy: mark).last?.prefix(44))
            let wrong = "\(right.first == "A" ? "B" : "A")\(right.dropFirst())"
            bench.desk.write("pipeline.lock", lock.replacing(mark + right, with: mark + wrong))
            let ended = try await bench.desk.pipeline("run")
            #expect(ended.exit == .code(1), "\(ended.transcript)")
            for words in [
                "example.com/upper@\(bench.version) in the module cache is not what pipeline.lock names",
                "hash     h1:\(right)", "expected h1:\(wrong) (pipeline.lock)",
            ] {
                #expect(ended.out.contains(words), "\(words) in \(ended.transcript)")
            }
            let verified = try await bench.tool("verify")
            #expect(verified.exit == .code(1) && verified.err.contains("error[tool/other-content]: example.com/upper@"), "\(verified.transcript)")
        }

        /// Once everything is there, no network is needed, not even for another pipeline.
        @Test func worksOffline() async throws {
            let bench = try await ToolDesk(pinned)
            try await bench.desk.run().expectGreen()
            try bench.desk.edit("pipeline.yaml", "file://\(bench.proxy)", "off")
            let ended = try await bench.desk.run()
            ended.expectGreen()
            #expect(ended.ran.contains("tool:shout"), "the policy is another: it is built again")
        }

        @Test func aLockThatCannotBeReadIsTwo() async throws {
            let bench = try await ToolDesk(pinned)
            bench.desk.write("pipeline.lock", "<<<<<<< ours\n")
            let ended = try await bench.desk.pipeline("run")
            #expect(ended.exit == .code(2) && ended.err.contains("error[lock/conflict]: an unresolved merge conflict\n --> pipeline.lock:1:1"), "\(ended.transcript)")
        }

        @Test func aVersionThatIsNotThere() async throws {
            let bench = try await ToolDesk("tools: { shout: example.com/shout/cmd/shout@v9.9.9 }\nsteps: { say: { tool: shout } }\n")
            let ended = try await bench.desk.pipeline("run")
            #expect(ended.exit == .code(1), "\(ended.transcript)")
            #expect(ended.err.contains("error[tool/unresolved]: the go command cannot get example.com/shout/cmd/shout@v9.9.9"), "\(ended.err)")
            #expect(ended.err.contains("\n  = note: go: example.com/shout/cmd/shout@v9.9.9: reading file:///"), "\(ended.err)")
        }
    }
}
