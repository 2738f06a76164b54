/// The go command in a sandbox: all kinds of steps on repositories of several shapes, its cache, and what it missed.
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
    struct SandboxedGo {
        @Test(arguments: ["nested", "workspace", "vendored"])
        func repositoriesAreGreen(_ name: String) async throws {
            let desk = try await Desk.fixture(name, store: WarmStore.path)
            desk.write(
                "pipeline.yaml",
                """
                version: 1
                go: { version: "1.27.3" }
                sandbox: strict
                steps:
                  build: { build: ./... }
                  vet: { vet: ./... }
                  test: { test: ./... }
                  fmt: { fmt: check }
                  generate: { generate: ./... }

                """)
            let run = try await desk.run("--keep-going")
            run.expectGreen()
            try await desk.run().expectNothingRan()
        }

        /// It has pinned tools, generators, services, artifacts for two platforms, tests and their coverage.
        @Test func theExampleIsGreenWithTheSameBinaries() async throws {
            let open = try await WarmStore.exampleRun().events
            let desk = try await Desk.example(store: WarmStore.path)
            try desk.edit("pipeline.yaml", "\nversion: 1\n", "\nversion: 1\nsandbox: strict\n")
            let run = try await desk.run()
            run.expectGreen()
            // Downloads, builds of tools, and what only reads are the same in the open.
            #expect(run.executed ?? 0 >= 8, "\(run.ended.transcript)")
            func binaries(_ run: RunEvents) -> Set<String> {
                Set(run.finished.filter { $0.kind == "build" }.flatMap(\.outputs).compactMap { $0["digest"].string })
            }
            #expect(binaries(run) == binaries(open) && binaries(run).count == 3)
            try await desk.run().expectNothingRan()
        }

        @Test func aSecondBuildIsInASandboxTooAndSoIsCgo() async throws {
            let desk = Desk(store: WarmStore.path)
            desk.write("go.mod", "module example.com/seven\n\ngo 1.24\n")
            desk.write(
                "main.go", "package main\n\n// static int seven(void) { return 7; }\nimport \"C\"\n\nfunc main() { println(C.seven()) }\n")
            desk.write(
                "pipeline.yaml",
                "version: 1\ngo: { version: \"1.27.3\" }\nsandbox: strict\nartifacts: { seven: { build: ., cgo: true } }\n")
            let ended = try await desk.pipeline("verify", "--json")
            #expect(ended.exit == .code(0), "\(ended.transcript)")
            #expect(try JSONValue(ended.out)["status"].string == "equal")
        }

        @Test func testsListenOnLoopbackAndTheBuildCacheServes() async throws {
            let desk = Desk(store: WarmStore.path)
            desk.write("go.mod", "module example.com/app\n\ngo 1.24\n")
            desk.write(
                "app_test.go",
                """
                package app

                import (
                	"net"
                	"os"
                	"testing"
                )

                func TestListen(t *testing.T) {
                	l, err := net.Listen("tcp", "127.0.0.1:0")
                	if err != nil {
                		t.Fatal(err)
                	}
                	if _, err := net.Dial("tcp", l.Addr().String()); err != nil {
                		t.Fatal(err)
                	}
                	if _, err := os.ReadFile("testdata/in.txt"); err != nil {
                		t.Fatal(err)
                	}
                }

                """)
            desk.write("testdata/in.txt", "x")
            // The go command keeps no result of a test that read what was written a moment ago.
            try await desk.shell("touch -d '1 hour ago' testdata/in.txt")
            desk.write("pipeline.yaml", "version: 1\ngo: { version: \"1.27.3\" }\nsandbox: strict\nsteps: { test: { test: ./..., cache: false } }\n")
            try await desk.run().expectGreen()
            let again = try await desk.run()
            again.expectGreen()
            // The go command knows its own result, by way of the socket.
            #expect(again.output(of: "test:test").contains { $0.hasSuffix("(cached)") }, "\(again.ended.transcript)")
        }

        @Test func aTestThatReadsWhatIsNotItsOwnSaysSo() async throws {
            let desk = Desk(store: WarmStore.path)
            desk.write("go.mod", "module example.com/app\n\ngo 1.24\n")
            desk.write(
                "app/app_test.go",
                """
                package app

                import (
                	"os"
                	"testing"
                )

                func TestRead(t *testing.T) {
                	if _, err := os.ReadFile("../config/dev.yaml"); err != nil {
                		t.Fatal("no settings")
                	}
                }

                """)
            desk.write("config/dev.yaml", "x")
            desk.write("pipeline.yaml", "version: 1\ngo: { version: \"1.27.3\" }\nsteps:\n  test: { test: ./..., sandbox: strict }\n")
            let run = try await desk.run()
            let event = try #require(run.events("action.finished").first { $0["step"].string == "test" })
            let told = try #require(event["diagnostics"].list?.first, "\(run.ended.transcript)")
            #expect(told["message"].string == "test read config/dev.yaml, which is not among its inputs")
            #expect(told["file"].string == "pipeline.yaml" && told["line"].int == 4)
            let text = try await desk.pipeline("run")
            #expect(text.out.contains("test read config/dev.yaml, which is not among its inputs"), "\(text.transcript)")
            #expect(text.out.contains("--> pipeline.yaml:4:3"), "\(text.transcript)")
            // With it declared the test is green.
            try desk.edit("pipeline.yaml", "sandbox: strict", "sandbox: strict, inputs: [config/**]")
            try await desk.run().expectGreen()
        }

        // MARK: - Machines without namespaces

        private let refusing = [
            "/usr/bin/unshare", "-Ur", "/bin/sh", "-c", "echo 0 > /proc/sys/user/max_user_namespaces && exec \"$@\"", "sh",
        ]

        @Test func whereTheKernelRefusesStrictSaysWhatMendsIt() async throws {
            let desk = Desk()
            desk.write("pipeline.yaml", "version: 1\ngo: { version: \"1.27.3\" }\nsteps: { a: { run: [\"true\"], sandbox: strict } }\n")
            let ended = try await desk.start(["run"], with: refusing).end()
            #expect(ended.exit == .code(5), "\(ended.transcript)")
            #expect(
                ended.err.hasPrefix(
                    "error[sandbox/refused]: a cannot run in a sandbox: the kernel refuses new namespaces (No space left on device)\n"),
                "\(ended.transcript)")
            #expect(ended.err.contains("sysctl user.max_user_namespaces=15000"))
        }

        @Test func whereTheKernelRefusesAutoRunsInTheOpenAndWarnsOnce() async throws {
            let desk = Desk()
            desk.write(
                "pipeline.yaml",
                "version: 1\ngo: { version: \"1.27.3\" }\nsandbox: auto\nsteps: { a: { run: [\"true\"] }, b: { run: [\"true\"] } }\n")
            let run = try await RunEvents(desk.start(["run", "--json"], with: refusing).end())
            run.expectGreen()
            let warnings = run.events("warning").map { $0["diagnostic"]["id"].string }
            #expect(warnings == ["sandbox/unavailable"])
            // Where it can be had, the result from the open is not taken.
            let sandboxed = try await desk.run()
            sandboxed.expectGreen()
            #expect(sandboxed.executed == 2 && sandboxed.events("warning").isEmpty)
        }
    }
}
