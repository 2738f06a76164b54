/// Steps in a sandbox, as root and as an ordinary user: what is stopped, in which words, and what goes on as ever.
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension EndToEnd {
    @Suite(.needsGo, .needsSandbox)
    struct Sandboxes {
        /// Who runs pipeline. Root can be both.
        enum User: String, Sendable, CaseIterable {
            case caller, ordinary

            static var those: [User] { geteuid() == 0 ? allCases : [.caller] }

            /// An ordinary user may not see root's folders: it is shown the toolchain and the binary in the desk's.
            func wrapper(_ desk: Desk) throws -> [String] {
                guard self == .ordinary else { return [] }
                let go = try #require(RealParts.go)
                let (toolchain, binary) = ("\(desk.folder.path)/toolchain", "\(desk.folder.path)/pipeline")
                let script = """
                    mkdir -p '\(toolchain)'; touch '\(binary)'
                    mount --bind '\(go)' '\(toolchain)'; mount --bind "$1" '\(binary)'; shift
                    PATH='\(toolchain)/bin':/usr/bin:/bin exec setpriv --reuid=12345 --regid=12345 --clear-groups '\(binary)' "$@"
                    """
                return ["/usr/bin/unshare", "--mount", "/bin/sh", "-euc", script, "sh"]
            }
        }

        private let desk = Desk()

        private func pipeline(_ steps: String, sandbox: String = "strict") {
            desk.write("pipeline.yaml", "version: 1\ngo: { version: \"1.27.3\" }\nsandbox: \(sandbox)\nsteps:\n\(steps)\n")
        }

        private func run(_ user: User, _ arguments: String...) async throws -> RunEvents {
            if user == .ordinary { try await desk.shell("chown -R 12345:12345 '\(desk.folder.path)'") }
            return try await RunEvents(desk.start(["run", "--json"] + arguments, with: user.wrapper(desk)).end())
        }

        // MARK: - Ways out

        @Test(arguments: User.those) func allWaysOutAreShut(_ user: User) async throws {
            desk.write("data/in.txt", "given\n")
            desk.write("data/deep/in.txt", "given\n")
            desk.write("config/dev.yaml", "secret\n")
            desk.folder.write("beside.txt", "secret\n")
            desk.folder.write("elsewhere/key", "secret\n")
            desk.folder.write("home/.netrc", "secret\n")
            try await desk.shell("ln -s '\(desk.folder.path)/elsewhere/key' data/link")
            let doors = try Doors(in: desk.folder.path)
            let sleeper = try ChildProgram(["/bin/sleep", "600"], environment: [:], directory: "/")
            let ways = escapes(
                Outside(
                    parent: desk.folder.path, elsewhere: "\(desk.folder.path)/elsewhere", home: desk.home,
                    socket: "\(desk.folder.path)/door", abstractSocket: doors.abstractName, tcpPort: doors.tcpPort,
                    udpPort: doors.udpPort, process: sleeper.pid))
            #expect(ways.count >= 20)
            pipeline(
                ways.map { way in
                    let script = way.script.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("$", with: "$$")
                    let outputs = way.name.contains("output") ? ", outputs: [data/deep/out.txt]" : ""
                    return "  \(way.name): { run: [/bin/bash, -euc, \"\(script)\"], inputs: [data/**]\(outputs) }"
                }.joined(separator: "\n"))
            let run = try await run(user, "--keep-going")
            #expect(run.ended.exit == .code(1), "\(run.ended.transcript)")
            for way in ways {
                let end = try run.finished("run:\(way.name)")
                let said = run.output(of: "run:\(way.name)").joined(separator: "\n")
                #expect(end.status == "red" && end.failure["kind"].string == "exit", "\(way.name): \(said) \(end.failure)")
                #expect(way.says.contains { said.contains($0) }, "\(way.name) said: \(said)")
                #expect(!said.contains("secret"), "\(way.name) said: \(said)")
                guard let told = way.told else { continue }
                let event = run.events("action.finished").first { $0["step"].string == way.name }
                let diagnostics = event?["diagnostics"].list ?? []
                #expect(diagnostics.contains { $0["message"].string == told }, "\(way.name): \(diagnostics)")
                #expect(diagnostics.allSatisfy { $0["id"].string == "sandbox/undeclared-read" && $0["line"].int ?? 0 > 4 })
            }
            #expect(kill(sleeper.pid, 0) == 0 && doors.isUntouched)
            #expect(desk.read("data/in.txt") == "given\n" && desk.read("data/deep/in.txt") == "given\n")
            sleeper.signal(SIGKILL)
            _ = await sleeper.end()
        }

        @Test(arguments: User.those) func whoeverStaysBehindEndsWithTheStep(_ user: User) async throws {
            let (mark, other) = (Int.random(in: 100_000...199_999), Int.random(in: 200_000...299_999))
            pipeline(
                """
                  daemon: { shell: "setsid -f sleep \(mark); (setsid sh -c 'sleep \(other) & exec true' &) ; sleep 0.2; echo left" }
                """)
            let run = try await run(user)
            run.expectGreen()
            #expect(run.output(of: "run:daemon") == ["left"])
            for number in [mark, other] { #expect(LivingProcesses.naming("\(number)").isEmpty) }
        }

        // MARK: - Limits of time, and ends

        @Test func timeoutsAndInterruptionsEndAllOfIt() async throws {
            let mark = Int.random(in: 300_000...399_999)
            pipeline("  slow: { shell: \"setsid -f sleep \(mark); trap '' TERM; sleep \(mark)\", timeout: 1s }")
            let run = try await run(.caller)
            #expect(run.finished.first?.failure["kind"].string == "timeout", "\(run.ended.transcript)")
            #expect(try await LivingProcesses.remaining(naming: "\(mark)").isEmpty)

            for signal in [SIGINT, SIGKILL] {
                pipeline("  slow: { shell: \"echo go; setsid -f sleep \(mark); sleep \(mark) # \(signal)\" }")
                let program = try desk.start(["run", "--json"])
                let end = ContinuousClock.now + .seconds(30)
                while !program.outSoFar.contains("[\"go\"]"), ContinuousClock.now < end {
                    try await Task.sleep(for: .milliseconds(20))
                }
                program.signal(signal)
                let ended = await program.end()
                #expect(ended.exit == (signal == SIGINT ? .code(130) : .signal(SIGKILL)), "\(ended.transcript)")
                #expect(try await LivingProcesses.remaining(naming: "\(mark)").isEmpty)
            }
        }

        // MARK: - What goes on as ever

        @Test(arguments: User.those) func aStepSeesItsTreeWhereItIsAndMakesItsOutputs(_ user: User) async throws {
            desk.write("data/in.txt", "given\n")
            desk.write("docs/guide.md", "text\n")
            pipeline(
                """
                  make:
                    shell: 'pwd; id -u; hostname; cat data/in.txt > docs/out.txt; chmod +x docs/out.txt; ls docs; echo x > "$TMPDIR/x" || echo x > /tmp/x; echo x > "$HOME/x"'
                    env: { TMPDIR: /tmp }
                    inputs: [data/**]
                    outputs: [docs/out.txt]
                """)
            let first = try await run(user)
            first.expectGreen()
            let uid = user == .ordinary ? "12345" : "\(geteuid())"
            #expect(first.output(of: "run:make") == [desk.root, uid, "localhost", "out.txt"])
            #expect(desk.read("docs/out.txt") == "given\n" && fileStatus("\(desk.root)/docs/out.txt")?.kind == .file(executable: true))
            #expect(desk.read("docs/guide.md") == "text\n")
            desk.remove("docs/out.txt")
            let second = try await run(user)
            second.expectNothingRan()
            #expect(desk.read("docs/out.txt") == "given\n" && fileStatus("\(desk.root)/docs/out.txt")?.kind == .file(executable: true))
        }

        @Test func anOutputThatLeadsOutIsNoOutput() async throws {
            desk.folder.write("key", "secret")
            pipeline("  make: { shell: 'ln -s \(desk.folder.path)/key out.txt', outputs: [out.txt] }")
            let run = try await run(.caller)
            #expect(run.finished.first?.failure["kind"].string == "missing-output", "\(run.ended.transcript)")
            #expect(desk.read("out.txt") == nil)
        }

        @Test func servicesShareTheSandbox() async throws {
            desk.write(
                "serve.pl",
                """
                use IO::Socket::INET;
                my $s = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1:$ARGV[0]", ReuseAddr => 1) or die $!;
                while (my $c = $s->accept) { print $c "hello\\n"; close $c }
                """)
            pipeline(
                """
                  talk:
                    run: [/bin/bash, -euc, "exec 3<>/dev/tcp/127.0.0.1/${service.door.port}; cat <&3"]
                    services: { door: { run: [perl, serve.pl, "${service.door.port}"], ready: "tcp://127.0.0.1:${service.door.port}" } }
                """)
            let run = try await run(.caller)
            run.expectGreen()
            #expect(run.output(of: "run:talk").last == "hello")
        }

        @Test func theNetworkIsThereWhereItIsAllowed() async throws {
            let doors = try Doors(in: desk.folder.path)
            pipeline("  call: { run: [/bin/bash, -euc, 'exec 3<>/dev/tcp/127.0.0.1/\(doors.tcpPort)'], network: true }")
            let run = try await run(.caller)
            run.expectGreen()
        }

        @Test func theKeySaysHowItRan() async throws {
            pipeline("  look: { run: [\"true\"] }", sandbox: "off")
            let open = try await desk.plan()["run:look"]
            pipeline("  look: { run: [\"true\"] }")
            let closed = try await desk.plan()["run:look"]
            pipeline("  look: { run: [\"true\"], network: true }")
            let network = try await desk.plan()["run:look"]
            #expect(Set([open, closed, network].map { $0?.key }).count == 3)
            let explained = try await desk.pipeline("explain", "look")
            #expect(explained.out.contains("     in a sandbox, with the network\n"), "\(explained.transcript)")
        }
    }
}

extension Trait where Self == ConditionTrait {
    static var needsSandbox: Self {
        .enabled(if: hasNamespaces || RealParts.isRequired, "no namespaces: `unshare -Urnm true` is refused")
    }
}

private let hasNamespaces: Bool = {
    var child = pid_t()
    let words = ["/usr/bin/unshare", "-Urnmpf", "--mount-proc", "/bin/true"]
    var arguments = words.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    guard posix_spawn(&child, words[0], nil, nil, &arguments, environ) == 0 else { return false }
    var status: Int32 = 1
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return status == 0
}()
