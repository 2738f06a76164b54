/// Programs beside a step: waited for, ended, and told of when they fail.
import Action
import Files
import Processes
import Testing
import TestSupport

@testable import Run

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A Python of the machine; the fixtures that listen on a port are written in it.
private let python: String? = findProgram("python3", path: "/usr/bin:/usr/local/bin:" + (environmentValue("PATH") ?? ""), directory: "/")

@Suite(.timeLimit(.minutes(10))) struct ServiceTests {
    let workshop: Workshop
    init() throws { workshop = try Workshop() }

    private func service(
        _ name: String, _ argv: [SymbolicText], ready: Action.Service.Readiness? = nil, timeout: Duration = .seconds(120)
    ) -> Action.Service {
        Action.Service(
            name: name, argv: argv, environment: ["PATH": "\(environmentValue("PATH") ?? "/usr/bin:/bin")"], ready: ready,
            timeout: timeout)
    }

    private func shell(_ name: String, _ script: SymbolicText, ready: Action.Service.Readiness? = nil, timeout: Duration = .seconds(120))
        -> Action.Service
    {
        service(name, ["/bin/sh", "-c", script], ready: ready, timeout: timeout)
    }

    private func isAlive(_ pid: String?) -> Bool {
        guard let number = pid.flatMap({ pid_t($0.filter(\.isNumber)) }) else {
            Issue.record("the service left no process number")
            return true
        }
        return kill(number, 0) == 0
    }

    // MARK: - Ready

    /// It listens late, and answers two requests badly before it is well.
    private static let server = """
        import http.server, sys, time
        class Late(http.server.BaseHTTPRequestHandler):
            seen = 0
            def do_GET(self):
                Late.seen += 1
                self.send_response(200 if self.path == "/step" or Late.seen > 2 else 503)
                self.end_headers()
                print(self.path, Late.seen, flush=True)
            def log_message(self, *words): pass
        time.sleep(0.3)
        http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Late).serve_forever()
        """

    private static let client: SymbolicText = """
        import sys, urllib.request; print(urllib.request.urlopen("http://127.0.0.1:" + sys.argv[1] + "/step").status)
        """

    @Test(.enabled(if: python != nil, "no python3"))
    func aStepWaitsForHTTP() async throws {
        workshop.write("server.py", Self.server)
        let port = SymbolicText(.port(service: "web"))
        let execution = await workshop.shell("") { action in
            action.argv = ["\(python!)", "-c", Self.client, port]
            action.environment["PATH"] = "\(environmentValue("PATH") ?? "")"
            action.services = [
                service("web", ["\(python!)", "server.py", port], ready: .http("http://127.0.0.1:\(port)/health?x=1"))
            ]
        }
        #expect(execution.failure == nil)
        // The step's own word and the service's last one come by two pipes.
        #expect(execution.log.prefix(3) == ["[web] /health?x=1 1", "[web] /health?x=1 2", "[web] /health?x=1 3"])
        #expect(execution.log.dropFirst(3).sorted() == ["200", "[web] /step 4"])
    }

    @Test(.enabled(if: python != nil, "no python3"))
    func aStepWaitsForTCP() async throws {
        workshop.write("server.py", Self.server)
        let port = SymbolicText(.port(service: "web"))
        let execution = await workshop.shell("") { action in
            action.argv = ["\(python!)", "-c", Self.client, port]
            action.environment["PATH"] = "\(environmentValue("PATH") ?? "")"
            action.services = [service("web", ["\(python!)", "server.py", port], ready: .tcp("tcp://127.0.0.1:\(port)"))]
        }
        #expect(execution.failure == nil)
        #expect(execution.log.contains("200"))
    }

    @Test func aServiceThatIsNotReadyInTime() async {
        let execution = await workshop.shell("echo never") {
            $0.services = [
                shell("db", "echo $$ >pid; exec sleep 60", ready: .tcp("tcp://127.0.0.1:1"), timeout: .milliseconds(400))
            ]
        }
        #expect(execution.failure == .service("db", "was not ready at 127.0.0.1:1 within 400ms"))
        #expect(execution.failure?.description == "service db was not ready at 127.0.0.1:1 within 400ms")
        #expect(execution.log == [])
        #expect(!isAlive(workshop.read("pid")))
    }

    @Test func aServiceThatDiesBeforeItIsReady() async {
        let execution = await workshop.shell("echo never") {
            $0.services = [shell("db", "echo no disk; exit 3", ready: .tcp("127.0.0.1:1"))]
        }
        #expect(execution.failure == .service("db", "ended before it was ready"))
        #expect(execution.log == ["[db] no disk"])
    }

    // MARK: - The end

    @Test func itIsEndedAfterTheStep() async {
        let execution = await workshop.shell("while [ ! -s pid ]; do sleep 0.02; done; echo stepped") {
            $0.services = [shell("db", "echo $$ >pid; sleep 60 & wait")]
        }
        #expect(execution.failure == nil)
        #expect(execution.log == ["stepped"])
        #expect(!isAlive(workshop.read("pid")))
    }

    @Test func itIsEndedAfterARedStepAndAfterOneOutOfTime() async {
        let red = await workshop.shell("while [ ! -s pid ]; do sleep 0.02; done; exit 5") {
            $0.services = [shell("db", "echo $$ >pid; exec sleep 60")]
        }
        #expect(red.failure == .exit(code: 5))
        #expect(!isAlive(workshop.read("pid")))
        let late = await workshop.shell("while [ ! -s pid2 ]; do sleep 0.02; done; sleep 60") {
            ($0.services, $0.timeout) = ([shell("db", "echo $$ >pid2; exec sleep 60")], .seconds(1))
        }
        #expect(late.failure == .timeout(.seconds(1)))
        #expect(!isAlive(workshop.read("pid2")))
    }

    /// It gets the chance to end well, and what it says then is in the log.
    @Test func itIsAskedToEndFirst() async {
        let execution = await workshop.shell("while [ ! -e up ]; do sleep 0.02; done") {
            $0.services = [shell("db", "exec 2>/dev/null; trap 'echo bye; exit' TERM; touch up; while :; do sleep 0.02; done")]
        }
        #expect(execution.failure == nil)
        #expect(execution.log == ["[db] bye"])
    }

    @Test func aServiceThatEndsBeforeTheStepIsRed() async {
        let execution = await workshop.shell("while [ ! -s pid ]; do sleep 0.02; done; touch go; while kill -0 $(cat pid) 2>/dev/null; do sleep 0.02; done; sleep 0.3") {
            $0.services = [shell("db", "echo $$ >pid; while [ ! -e go ]; do sleep 0.02; done; echo crashed")]
        }
        #expect(execution.failure == .service("db", "ended before the step did"))
        #expect(execution.log == ["[db] crashed"])
    }

    /// The step is over before its service is even up: it is ended all the same, and nobody waits for it.
    @Test func aStepThatIsFasterThanItsService() async {
        for _ in 0..<8 {
            let execution = await workshop.shell("") {
                ($0.argv, $0.services) = (["/bin/true"], [shell("db", "exec sleep 300")])
            }
            #expect(execution.failure == nil)
        }
    }

    @Test func itCanBeEndedBeforeItIsUp() async {
        let start = ContinuousClock.now
        for _ in 0..<5 {
            let command = Command(executable: "/bin/sleep", arguments: ["400"], environment: [:], directory: "/")
            let service = RunningService("db", .open(command), workshop.groups, ActionLog { _ in })
            await service.stop()
            #expect(service.hasEnded)
        }
        #expect(ContinuousClock.now - start < .seconds(300))
    }

    @Test func anInterruptionWhileWaitingIsNoFailureOfTheService() async throws {
        let groups = workshop.groups
        var action = Action(id: "a", step: "a", kind: .run, title: "a", argv: ["/bin/true"])
        action.services = [shell("db", "echo up; exec sleep 60", ready: .tcp("127.0.0.1:1"))]
        let execution = await workshop.execute(action) { _ in groups.terminateAll() }
        #expect(execution.interrupted)
    }

    // MARK: - Several

    @Test func twoServicesHaveTwoPortsAndBothKnowThem() async throws {
        let (a, b) = (SymbolicText(.port(service: "a")), SymbolicText(.port(service: "b")))
        let execution = await workshop.shell("echo \(a) \(b); while [ ! -s a ] || [ ! -s b ]; do sleep 0.02; done; cat a b") {
            $0.services = [
                shell("a", "echo \(a) \(b) >a; exec sleep 60"), shell("b", "echo \(a) \(b) >b; exec sleep 60"),
            ]
        }
        #expect(execution.failure == nil)
        #expect(execution.log.count == 3 && Set(execution.log).count == 1)
        let ports = execution.log[0].split(separator: " ").compactMap { Int($0) }
        #expect(ports.count == 2 && ports[0] != ports[1])
        #expect(ports.allSatisfy { (1024...65535).contains($0) })
    }

    /// Of two services one cannot be started: the other is not left behind, for it never was.
    @Test func aServiceWhoseProgramIsNotThere() async {
        let execution = await workshop.shell("echo never") {
            $0.services = [shell("a", "echo $$ >pid; exec sleep 60"), service("b", ["no-such-server"])]
        }
        guard case .environment(let words)? = execution.failure else {
            Issue.record("\(execution)")
            return
        }
        #expect(words.hasPrefix("no program no-such-server in the step's PATH"))
        #expect(execution.log == [])
        #expect(workshop.read("pid") == nil)
    }
}
