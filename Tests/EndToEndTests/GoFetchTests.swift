/// A pinned Go that is not installed: brought from a proxy as a module, held to the lock, and used by everything.
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension EndToEnd {
    @Suite(.needsGo, .needsOlderGo, .serialized)
    struct GoFetches {
        private static let release = "1.27.3"
        private static let version = "v0.0.1-go\(release).\(platform)"
        private static var platform: String {
            #if arch(arm64)
            "linux-arm64"
            #else
            "linux-amd64"
            #endif
        }

        /// A proxy with the Go of this machine as the module that the go command fetches Go as: all that building needs, in a
        /// zip without go.mod files.
        private static let proxies = Task { () async throws -> TemporaryFolder in
            let folder = TemporaryFolder()
            let script = #"""
                import os, sys, zipfile
                root, out, version = sys.argv[1:]
                def make(proxy, more):
                    place = f"{out}/{proxy}/golang.org/toolchain/@v"
                    os.makedirs(place)
                    open(f"{place}/{version}.info", "w").write('{"Version":"%s"}' % version)
                    open(f"{place}/{version}.mod", "w").write("module golang.org/toolchain\n")
                    prefix = f"golang.org/toolchain@{version}/"
                    with zipfile.ZipFile(f"{place}/{version}.zip", "w") as archive:
                        for name in files:
                            archive.write(f"{root}/{name}", prefix + ("_go.mod" if name == "go.mod" else name.replace("/go.mod", "/_go.mod")))
                        for name, text in more: archive.writestr(prefix + name, text)
                files = ["VERSION", "go.env"]
                for top in ["bin", "src", "pkg/tool", "pkg/include", "lib/time"]:
                    for folder, folders, names in os.walk(f"{root}/{top}"):
                        folders[:] = sorted(f for f in folders if f != "testdata")
                        here = os.path.relpath(folder, root)
                        if here.startswith("src/cmd/"): continue
                        files += [f"{here}/{n}" for n in sorted(names) if not n.endswith("_test.go") and os.path.isfile(f"{folder}/{n}")]
                make("good", [])
                make("tampered", [("src/fmt/tampered.go", "package fmt\n")])
                broken = f"{out}/broken/golang.org/toolchain/@v"
                os.makedirs(broken)
                for name in ["info", "mod"]: open(f"{broken}/{version}.{name}", "w").write(open(f"{out}/good/golang.org/toolchain/@v/{version}.{name}").read())
                open(f"{broken}/{version}.zip", "wb").write(open(f"{out}/good/golang.org/toolchain/@v/{version}.zip", "rb").read(1 << 20))
                """#
            let ended = try await ChildProgram(
                ["/usr/bin/env", "python3", "-c", script, try #require(RealParts.go), folder.path, version],
                environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"], directory: "/"
            ).end()
            try #require(ended.exit == .code(0), "\(ended.transcript)")
            return folder
        }

        /// One store for all of these: a toolchain is large.
        private static let store = TemporaryFolder()

        private func repository(_ proxy: String, store: String = Self.store.path, goRoot: String? = RealParts.olderGo, pin: String = "version: \"1.27.3\", ") async throws -> Desk {
            let desk = Desk(store: store, goRoot: goRoot)
            let place = proxy.isEmpty ? "/nowhere" : "\(try await Self.proxies.value.path)/\(proxy)"
            desk.write("go.mod", "module example.com/fetched\n\ngo 1.24\n")
            desk.write("main.go", "package main\n\nimport \"runtime\"\n\nfunc main() { println(runtime.Version()) }\n")
            desk.write("pipeline.yaml", """
                version: 1
                go: { \(pin)fetch: true, proxy: "file://\(place)", sumdb: "off" }
                artifacts: { app: { build: ., output: bin/app } }
                image: { artifact: app, certificates: false }

                """)
            return desk
        }

        private func transcript(_ ended: Ended) -> String { ended.out + ended.err }

        @Test func theFetchedGoBuildsAndIsFetchedOnce() async throws {
            let desk = try await repository("good")
            let plan = try await desk.pipeline("plan")
            #expect(plan.exit == .code(5) && plan.err.contains("`pipeline run` fetches it"), "\(plan.transcript)")
            #expect(desk.read("pipeline.lock") == nil)

            let first = try await desk.run()
            first.expectGreen()
            #expect(first.all.contains { $0["message"].string == "fetching go1.27.3" })
            let fetched = try #require(first.all.first { $0["event"].string == "fetched" })
            #expect(fetched["name"].string == "golang.org/toolchain" && fetched["version"].string == Self.version)
            let hash = try #require(fetched["hash"].string)
            #expect(hash.hasPrefix("h1:") && fetched["from"].string?.hasSuffix("/good") == true)
            #expect(first.all.first { $0["event"].string == "run.started" }?["toolchain"].string?.hasPrefix("go1.27.3 ") == true)
            #expect(try await desk.shell("./bin/app 2>&1") == "go1.27.3\n")
            let lock = try #require(desk.read("pipeline.lock"))
            #expect(lock.contains("\ntoolchain go1.27.3 \(Self.platform.replacing("-", with: "/"))\n\tsum \(hash)\n"), "\(lock)")

            desk.write("main.go", "package main\n\nimport \"runtime\"\n\nfunc main() { println(\"again\", runtime.Version()) }\n")
            let second = try await desk.run("--locked")
            second.expectGreen()
            #expect(!second.all.contains { $0["event"].string == "fetched" || $0["message"].string == "fetching go1.27.3" })
            #expect(try await desk.shell("./bin/app 2>&1") == "again go1.27.3\n")
            try await desk.run().expectNothingRan()
            // The same program as an installed one links.
            let installed = try await desk.pipeline("run", environment: ["PATH": "\(RealParts.go!)/bin:/usr/bin:/bin"])
            #expect(installed.exit == .code(0), "\(installed.transcript)")
            #expect(try await desk.plan().values.allSatisfy { $0.would == "hit" })
            #expect(desk.read("pipeline.lock") == lock)

            let dockerfile = try await desk.start(["dockerfile", "--store", desk.store]).end()
            #expect(dockerfile.out.contains("golang:1.27.3-bookworm"), "\(dockerfile.transcript)")
            let image = try await desk.pipeline("image", "--output", "oci-dir:bin/image")
            #expect(image.exit == .code(0), "\(image.transcript)")
        }

        @Test func theGoOfGoModIsFetchedToo() async throws {
            let desk = try await repository("good", pin: "")
            desk.write("go.mod", "module example.com/fetched\n\ngo 1.27.3\n")
            try await desk.run().expectGreen()
            #expect(try await desk.shell("./bin/app 2>&1") == "go1.27.3\n")
            desk.write("go.mod", "module example.com/fetched\n\ngo 1.24\n\ntoolchain go1.27.3\n")
            try desk.edit("pipeline.yaml", "go: { fetch", "go: { version: go.mod, fetch")
            try await desk.run().expectGreen()
            #expect(try await desk.shell("./bin/app 2>&1") == "go1.27.3\n")
        }

        @Test func anotherHashThanTheLocksIsRefusedAndForgotten() async throws {
            let good = try await repository("good")
            try await good.run().expectGreen()
            let store = TemporaryFolder()
            let desk = try await repository("tampered", store: store.path)
            desk.write("pipeline.lock", try #require(good.read("pipeline.lock")))
            let ended = try await desk.pipeline("run")
            #expect(ended.exit == .code(1) && ended.err.contains("error[lock/other-hash]: go1.27.3 for "), "\(ended.transcript)")
            #expect(ended.err.contains("--> pipeline.yaml:2:16"), "\(ended.err)")
            #expect(fileStatus("\(store.path)/v2/go/modules/golang.org/toolchain@\(Self.version)") == nil)
            #expect(fileStatus("\(store.path)/v2/go/modules/cache/download/golang.org/toolchain/@v/\(Self.version).zip") == nil)
            // One that is in the store already is held to the lock as well.
            let other = try await repository("good")
            other.write(
                "pipeline.lock",
                "toolchain go1.27.3 \(Self.platform.replacing("-", with: "/"))\n\tsum h1:\(String(repeating: "A", count: 43))=\n")
            let mismatch = try await other.pipeline("run")
            #expect(mismatch.exit == .code(1) && mismatch.err.contains("lock/other-hash"), "\(mismatch.transcript)")
        }

        @Test func lockedItMustBeInTheLock() async throws {
            let desk = try await repository("good")
            let ended = try await desk.pipeline("run", "--locked")
            #expect(ended.exit == .code(2) && ended.err.contains("error[lock/missing]: pipeline.lock does not have go1.27.3 for "), "\(ended.transcript)")
            #expect(desk.read("pipeline.lock") == nil)
        }

        @Test func whatCannotBeHadIsSaid() async throws {
            let store = TemporaryFolder()
            for (proxy, word) in [("broken", "zip"), ("", "no such file")] {
                let desk = try await repository(proxy, store: store.path)
                let ended = try await desk.pipeline("run")
                #expect(ended.exit == .code(5) && ended.err.contains("error[go/not-fetched]: go1.27.3 for "), "\(ended.transcript)")
                #expect(ended.err.contains(word), "\(ended.transcript)")
                #expect(desk.read("pipeline.lock") == nil)
            }
            let without = try await repository("good", store: store.path, goRoot: nil)
            let ended = try await without.pipeline("run")
            if !RealParts.hasSystemGo {
                #expect(ended.exit == .code(5) && ended.err.contains("error[go/absent]"), "\(ended.transcript)")
                #expect(ended.err.contains("install any Go from 1.21 on"), "\(ended.err)")
            }
        }

        @Test func aFetchThatIsInterruptedBeginsAgain() async throws {
            let store = TemporaryFolder()
            for signal in [SIGINT, SIGKILL] {
                let desk = try await repository("good", store: store.path)
                let program = try desk.start(["run", "--json"])
                let end = ContinuousClock.now + .seconds(60)
                while (names(in: "\(store.path)/v2/go/modules/cache/download/golang.org/toolchain/@v") ?? []).isEmpty {
                    try #require(ContinuousClock.now < end, "\(program.outSoFar)")
                    try await Task.sleep(for: .milliseconds(5))
                }
                kill(program.pid, signal)
                let ended = try await program.end()
                #expect(ended.exit == (signal == SIGINT ? .code(130) : .signal(SIGKILL)), "\(ended.transcript)")
            }
            let desk = try await repository("good", store: store.path)
            try await desk.run().expectGreen()
            #expect(try await desk.shell("./bin/app 2>&1") == "go1.27.3\n")
            let cleared = try await desk.start(["cache", "clear", "--store", desk.store]).end()
            #expect(cleared.exit == .code(0), "\(cleared.transcript)")
            #expect(fileStatus("\(store.path)/v2/go/modules/golang.org/toolchain@\(Self.version)") == nil)
        }
    }
}
