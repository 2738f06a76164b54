/// Caches that were saved on one machine and restored on another: what need not be done there again, by the real binary.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct CarriedCaches {
        let carrier = TemporaryFolder()
        private var file: String { "\(carrier.path)/cache" }

        private func cache(_ desk: Desk, _ words: String..., environment: [String: String] = [:]) async throws -> Ended {
            try await desk.start(["cache"] + words + ["--store", desk.store], environment: environment).end()
        }

        /// A second machine: another checkout, another store, into which the example's caches were restored.
        private func elsewhere() async throws -> Desk {
            let desk = try await WarmStore.knownExample()
            let saved = try await cache(desk, "save", "--file", file)
            try #require(saved.exit == .code(0), "\(saved.transcript)")
            let second = try await Desk.example()
            let restored = try await cache(second, "restore", "--file", file, "--json")
            try #require(restored.exit == .code(0), "\(restored.transcript)")
            #expect(try JSONValue(restored.out)["match"].string == "exact")
            return second
        }

        private func records(_ desk: Desk) async throws -> Int {
            try await JSONValue(cache(desk, "status", "--json").out)["kinds"]["build-records"]["count"].int ?? 0
        }

        @Test func aSecondMachineRunsNothing() async throws {
            let desk = try await elsewhere()
            #expect(try filesBelow("\(desk.store)/v2/blobs") == [])
            let recording = try RecordingTools(in: desk.folder)
            try await desk.run(environment: recording.environment).expectNothingRan()
            // Which Go it is, this machine has to be asked itself.
            #expect(recording.started.filter { !$0.hasPrefix("go env ") } == [])
            // Outputs and logs, and nothing of the build cache.
            #expect(try filesBelow("\(desk.store)/v2/blobs").count < 20)
        }

        /// Go's test cache knows files by their times, and every checkout has new ones.
        @Test(arguments: [true, false])
        func testsThatReadFilesStayKnown(fileTimes: Bool) async throws {
            let flag = fileTimes ? ["--file-times"] : []
            let desk = Desk()
            // A new one each time, with its checkout at the same place, as in CI: Go's cache goes by the path too.
            func machine() async throws {
                removeTree(desk.store)
                try await desk.shell("rm -rf .git *")
                desk.write("go.mod", "module example.com/m\n\ngo 1.24\n")
                desk.write("pipeline.yaml", "version: 1\ngo: { version: \"1.27.3\" }\nsteps: { test: { test: ./... } }\n")
                desk.write("reads/testdata/text", "a\n")
                desk.write(
                    "reads/reads_test.go",
                    """
                    package reads
                    import ("os"; "testing")
                    func TestRead(t *testing.T) { if _, err := os.ReadFile("testdata/text"); err != nil { t.Fatal(err) } }
                    func TestList(t *testing.T) { if _, err := os.ReadDir("testdata"); err != nil { t.Fatal(err) } }

                    """)
                desk.write("other/other_test.go", "package other\nimport \"testing\"\nfunc TestNothing(t *testing.T) {}\n")
                // Old, since Go trusts no file that is younger than two seconds.
                _ = try await desk.shell("find . -exec touch -d \"10 minutes ago\" {} +")
                try await desk.commit()
                let restored = try await desk.start(["cache", "restore", "--dir", carrier.path, "--store", desk.store] + flag).end()
                #expect(restored.exit == .code(0), "\(restored.transcript)")
            }
            try await machine()
            try await desk.run().expectGreen()
            let saved = try await cache(desk, "save", "--dir", carrier.path)
            #expect(saved.exit == .code(0), "\(saved.transcript)")

            try await machine()
            #expect(try await desk.shell("git status --porcelain") == "")
            desk.write("other/more.go", "package other\n")
            let run = try await desk.run()
            run.expectGreen()
            let line = try #require(run.output(of: "test:test").first { $0.contains("example.com/m/reads") })
            #expect(line.contains("(cached)") == fileTimes, "\(line)")

            desk.write("reads/testdata/text", "b\n")
            let again = try await desk.run().output(of: "test:test").first { $0.contains("example.com/m/reads") }
            #expect(again?.contains("(cached)") == false)
        }

        @Test func onlyWhatChangedIsCompiled() async throws {
            let desk = try await elsewhere()
            let before = try await records(desk)
            #expect(before > 500, "the build cache was carried")
            desk.write("cmd/greet/unique.go", "package main\n\n// \(desk.folder.path)\n")
            let run = try await desk.run("artifact.greet", "vet")
            run.expectGreen()
            #expect(run.ran.contains("build:greet:linux/amd64"))
            // A package compiled, vetted and linked, of some hundred.
            #expect(try await records(desk) - before < 40)
        }

        @Test func aSaveIsSkippedUntilARunAddsSomething() async throws {
            let desk = try await elsewhere()
            func save() async throws -> JSONValue {
                let ended = try await cache(desk, "save", "--dir", "\(carrier.path)/dir", "--json")
                try #require(ended.exit == .code(0), "\(ended.transcript)")
                return try JSONValue(ended.out)
            }
            let first = try await save()
            #expect(first["saved"].bool == true && first["missing"].int == 0)
            #expect(try await save()["saved"].bool == false)
            try await desk.run().expectNothingRan()
            #expect(try await save()["saved"].bool == false)
            desk.write("README.md", desk.folder.path)
            try await desk.run().expectGreen()
            let second = try await save()
            #expect(second["saved"].bool == true)
            // What no run uses any more is gone from it, so that it does not grow.
            let (old, new) = (first["bytes"].int ?? 0, second["bytes"].int ?? 0)
            #expect(new < old + old / 10, "\(old) → \(new) bytes")
            #expect(names(in: "\(carrier.path)/dir") == ["\(second["key"].string ?? "").pipelinecache"])
        }

        /// The go command takes what was carried for the proxy's own, and checks it.
        @Test(.needsRealPrograms) func modulesNeedNoProxy() async throws {
            guard let programs = RealParts.programs else { throw Missing(description: "scripts/real-programs is needed") }
            let version = try #require(readText("\(programs)/proxy/golang.org/x/mod/@v/list")?.split(separator: "\n").first)
            let first = Desk()
            first.write("go.mod", "module example.com/m\n\ngo 1.21\n\nrequire golang.org/x/mod \(version)\n")
            first.write("m.go", "package m\n\nimport _ \"golang.org/x/mod/semver\"\n")
            func pipeline(_ proxy: String) -> String {
                "version: 1\ngo: { version: \"1.27.3\", proxy: \"\(proxy)\", sumdb: \"off\" }\nsteps:\n  vet: { vet: ./... }\n"
            }
            first.write("pipeline.yaml", pipeline("file://\(programs)/proxy"))
            try await first.shell(
                "GOFLAGS=-mod=mod GOSUMDB=off GOPROXY='file://\(programs)/proxy' GOMODCACHE=\"$HOME/m\" go mod tidy; chmod -R u+w \"$HOME/m\"")
            try await first.run().expectGreen()
            #expect(try await cache(first, "save", "--file", file).exit == .code(0))

            for isTampered in [false, true] {
                let second = Desk()
                for name in ["go.mod", "go.sum", "m.go"] { second.write(name, try #require(first.read(name))) }
                // With GOPROXY=off nothing can be downloaded. A new file makes the step run.
                second.write("pipeline.yaml", pipeline("off"))
                second.write("n.go", "package m\n")
                if isTampered {
                    let sum = try #require(second.read("go.sum")).lines.map { line in
                        line.contains("/go.mod ") ? line : line.replacing(/h1:..../, with: "h1:AAAA")
                    }
                    second.write("go.sum", sum.joined(separator: "\n"))
                }
                let restored = try await cache(second, "restore", "--file", file)
                #expect(restored.exit == .code(0), "\(restored.transcript)")
                let run = try await second.run()
                if isTampered { #expect(run.ended.exit == .code(1)) } else { run.expectGreen() }
                #expect(try await cache(first, "verify").exit == .code(0))
            }
        }

        // MARK: - Words

        @Test func whatCannotBeUsedIsSaid() async throws {
            let desk = try await Desk.example()
            func refusal(_ words: String...) async throws -> (Ended.Exit, String) {
                let ended = try await desk.start(["cache"] + words + ["--store", desk.store]).end()
                return (ended.exit, ended.err)
            }
            let (exit, words) = try await refusal("save", "--file", file)
            #expect(exit == .code(2))
            #expect(words.contains("error[cache/no-snapshot]: no run of this repository with these modules and this toolchain is known"))
            #expect(words.contains("= help: `pipeline run` first; `pipeline cache key --explain`"))
            #expect(try await refusal("restore", "--file", file).0 == .code(5))
            #expect(try await refusal("restore", "--file", file).1.contains("cannot open \(file): No such file or directory"))
            let text = carrier.write("text", "no cache")
            #expect(try await refusal("restore", "--file", text).0 == .code(5))
            #expect(try await refusal("restore", "--file", text).1.contains("\(text) is not a saved cache"))
            #expect(try await refusal("restore").0 == .code(2))
            #expect(try await refusal("save", "--file", file, "--dir", carrier.path).0 == .code(2))
            let none = try await cache(desk, "restore", "--dir", carrier.path)
            #expect(none.exit == .code(0))
            #expect(none.out == "no saved cache of this repository in \(carrier.path)\n")
        }
    }
}
