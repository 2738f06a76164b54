/// `pipeline tool`: names and what they mean, the tool's own streams and exit code, edits that can be said twice.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct ToolCommands {
        private let two = """
            # Programs that shout.
            tools:
              shout: example.com/shout/cmd/shout@VERSION  # ours
              theirs: example.com/other/cmd/shout@VERSION
            steps: { say: { tool: shout, args: [hello] } }

            """
        private let step = "steps: { f: { fmt: check } }\n"

        // MARK: - Running

        @Test func aToolIsRunAsIfItWereCalledItself() async throws {
            let bench = try await ToolDesk(two)
            for _ in 1...2 {
                let said = try await bench.tool("run", "shout", "--", "hello", "-v", "--", "x")
                #expect(said.exit == .code(0) && said.out == "HELLO -V -- X\n" && said.err == "", "\(said.transcript)")
                let failed = try await bench.tool("run", "example.com/shout/cmd/shout", "fail")
                #expect(failed.exit == .code(7) && failed.out == "" && failed.err == "", "\(failed.transcript)")
            }
            let other = try await bench.tool("run", "theirs")
            #expect(other.exit == .code(0) && other.err == "other\n", "\(other.transcript)")
        }

        /// What is known is forgotten when what it depends on changes.
        @Test func anotherPinIsAnotherProgram() async throws {
            let bench = try await ToolDesk(two)
            #expect(try await bench.tool("run", "theirs").err == "other\n")
            #expect(try await bench.tool("run", "theirs").err == "other\n")
            try bench.desk.edit("pipeline.yaml", "theirs: example.com/other/cmd/shout@\(bench.version)", "theirs: example.com/shout/cmd/shout@\(bench.newer)")
            let changed = try await bench.tool("run", "theirs", "x")
            #expect(changed.exit == .code(0) && changed.out == "X\n", "\(changed.transcript)")
        }

        /// The second repository builds nothing.
        @Test func repositoriesShareTheProgram() async throws {
            let bench = try await ToolDesk(two)
            #expect(try await bench.tool("run", "shout", "a").out == "A\n")
            let elsewhere = Desk("elsewhere", store: bench.desk.store)
            elsewhere.write("pipeline.yaml", try #require(bench.desk.read("pipeline.yaml")))
            elsewhere.write("pipeline.lock", try #require(bench.desk.read("pipeline.lock")))
            let plan = try await elsewhere.plan("tool.shout")
            #expect(plan["tool:shout"]?.would == "hit")
        }

        @Test func aNameThatMeansTwoIsAnError() async throws {
            let bench = try await ToolDesk(two.replacing("  shout:", with: "  ours:").replacing("tool: shout", with: "tool: ours"))
            let ended = try await bench.tool("run", "shout")
            #expect(ended.exit == .code(2), "\(ended.transcript)")
            #expect(
                ended.err == """
                    error[tool/ambiguous]: `shout` means 2 tools
                      = note: example.com/shout/cmd/shout@\(bench.version)
                      = note: example.com/other/cmd/shout@\(bench.version)
                      = help: say the whole path of one of them

                    1 error

                    """)
            let unknown = try await bench.tool("run", "shut")
            #expect(unknown.exit == .code(2) && unknown.err.contains("error[tool/unknown]: no tool is called `shut`"), "\(unknown.transcript)")
        }

        @Test func goKeepsItsOwnNames() async throws {
            let bench = try await ToolDesk("tools: { cover: example.com/shout/cmd/shout@VERSION }\n" + step)
            let own = try await bench.tool("run", "cover", "-V")
            #expect(own.exit == .code(0) && own.out.hasPrefix("cover version go1.27.3"), "\(own.transcript)")
            #expect(own.err == "`cover` is Go's own tool; example.com/shout/cmd/shout@\(bench.version) is run by its whole path: pipeline tool run example.com/shout/cmd/shout\n")
        }

        @Test func aToolThatDoesNotBuild() async throws {
            let bench = try await ToolDesk("tools: { broken: example.com/broken@VERSION }\n" + step)
            let ended = try await bench.tool("run", "broken")
            #expect(ended.exit == .code(1) && ended.out == "", "\(ended.transcript)")
            #expect(ended.err.hasPrefix("error[tool/not-built]: example.com/broken@\(bench.version) cannot be built: exit code 1\n"), "\(ended.err)")
            #expect(ended.err.contains("too many return values"), "\(ended.err)")
        }

        // MARK: - Looking

        @Test func listAndInstall() async throws {
            let bench = try await ToolDesk(two)
            let list = try await bench.tool("list")
            #expect(
                list.out == """
                    shout   \(bench.version)  example.com/shout/cmd/shout  pipeline.yaml
                    theirs  \(bench.version)  example.com/other/cmd/shout  pipeline.yaml

                    """, "\(list.transcript)")
            let both = try await bench.tool("install", "--bin", "bin")
            #expect(both.exit == .code(2) && both.err.contains("error[tool/ambiguous]: 2 tools would be "), "\(both.transcript)")
            let one = try await bench.tool("install", "--bin", "bin", "theirs")
            #expect(one.exit == .code(0), "\(one.transcript)")
            #expect(try await bench.desk.shell("bin/shout 2>&1") == "other\n")
            let again = try await bench.tool("install", "--bin", "bin", "theirs")
            #expect(again.out.hasSuffix("is example.com/other/cmd/shout@\(bench.version) already\n"), "\(again.transcript)")
        }

        // MARK: - Editing

        @Test func editsKeepTheFileAndCanBeSaidTwice() async throws {
            let bench = try await ToolDesk("# What is done.\n" + step)
            let desk = bench.desk
            for _ in 1...2 {
                let ended = try await bench.tool("add", "example.com/shout/cmd/shout@\(bench.version)")
                #expect(ended.exit == .code(0), "\(ended.transcript)")
                let text = bench.head + "tools:\n  shout: example.com/shout/cmd/shout@\(bench.version)\n\n# What is done.\n" + step
                #expect(desk.read("pipeline.yaml") == text)
                #expect(desk.read("pipeline.lock")?.contains("tool example.com/shout/cmd/shout \(bench.version)\n") == true)
            }
            let added = try await bench.tool("add", "theirs=example.com/other/cmd/shout")
            #expect(added.exit == .code(0) && added.err.contains("theirs is example.com/other/cmd/shout@\(bench.newer)"), "\(added.transcript)")

            let outdated = try await bench.tool("outdated")
            #expect(outdated.out == "shout  \(bench.version)  \(bench.newer)  example.com/shout/cmd/shout\n", "\(outdated.transcript)")
            for _ in 1...2 {
                let ended = try await bench.tool("update")
                #expect(ended.exit == .code(0), "\(ended.transcript)")
                #expect(desk.read("pipeline.yaml")?.contains("  shout: example.com/shout/cmd/shout@\(bench.newer)\n  theirs: ") == true)
                #expect(desk.read("pipeline.lock")?.contains("tool example.com/shout/cmd/shout \(bench.version)\n") == false)
            }
            for _ in 1...2 {
                let ended = try await bench.tool("remove", "shout", "theirs")
                #expect(ended.exit == .code(0), "\(ended.transcript)")
                #expect(desk.read("pipeline.yaml") == bench.head + "# What is done.\n" + step)
                #expect(desk.read("pipeline.lock") == nil)
            }
        }

        // MARK: - tool lines

        @Test func eachModuleHasItsOwn() async throws {
            let bench = try await ToolDesk(step)
            let desk = bench.desk
            desk.write("go.mod", "module example.com/app\n\ngo 1.24\n")
            desk.write("cmd/migrate/main.go", "package main\n\nfunc main() { println(\"migrated\") }\n")
            desk.write("web/go.mod", "module example.com/web\n\ngo 1.24\n")
            let own = try await bench.tool("add", "example.com/shout/cmd/shout@\(bench.version)", "--pipeline", "absent")
            #expect(own.exit == .code(2), "there is no such pipeline")
            try await desk.shell("sed -i 's|^steps:|tools: go.mod\\nsteps:|' pipeline.yaml; printf '\\ntool example.com/app/cmd/migrate\\n' >>go.mod")
            for (folder, package) in [(".", "example.com/shout/cmd/shout"), ("web", "example.com/other/cmd/shout")] {
                let added = try await bench.tool("add", "\(package)@\(bench.version)", in: "\(desk.root)/\(folder)")
                #expect(added.exit == .code(0), "\(added.transcript)")
            }
            let list = try await bench.tool("list")
            #expect(
                Set(list.out.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }) == [
                    ["migrate", "–", "example.com/app/cmd/migrate", "go.mod"],
                    ["shout", bench.version, "example.com/shout/cmd/shout", "go.mod"],
                    ["shout", bench.version, "example.com/other/cmd/shout", "web/go.mod"],
                ], "\(list.transcript)")
            #expect(try await bench.tool("run", "shout", "x").out == "X\n")
            #expect(try await bench.tool("run", "shout", in: "\(desk.root)/web").err == "other\n")
            // A program of the repository follows its sources.
            #expect(try await bench.tool("run", "migrate").err == "migrated\n")
            desk.write("cmd/migrate/main.go", "package main\n\nfunc main() { println(\"moved\") }\n")
            #expect(try await bench.tool("run", "migrate").err == "moved\n")
            let removed = try await bench.tool("remove", "shout")
            #expect(removed.exit == .code(0) && desk.read("go.mod")?.contains("example.com/shout/cmd/shout") == false, "\(removed.transcript)")
        }

        @Test func aModFileOfTheirOwn() async throws {
            let bench = try await ToolDesk("tools: tools.mod\nsteps: { say: { tool: shout, args: [hi] } }\n")
            let desk = bench.desk
            desk.write("go.mod", "module example.com/app\n\ngo 1.24\n")
            let missing = try await desk.pipeline("run")
            #expect(missing.exit == .code(2) && missing.err.contains("error[plan/no-mod-file]: there is no tools.mod\n --> pipeline.yaml:6:8"), "\(missing.transcript)")
            desk.write("tools.mod", "module example.com/app\n\ngo 1.24\n\ntool example.com/shout/cmd/shout\n\nrequire example.com/shout \(bench.version)\n")
            let added = try await bench.tool("add", "example.com/shout/cmd/shout@\(bench.version)")
            #expect(added.exit == .code(0), "\(added.transcript)")
            #expect(desk.read("go.mod") == "module example.com/app\n\ngo 1.24\n" && desk.read("go.sum") == nil)
            #expect(desk.read("tools.sum")?.contains("example.com/upper \(bench.version) h1:") == true)
            let run = try await desk.run()
            run.expectGreen()
            #expect(run.output(of: "tool:say:run") == ["HI"])
            #expect(try await bench.tool("list").out == "shout  \(bench.version)  example.com/shout/cmd/shout  tools.mod\n")
            // What tools.sum says of a version is what it said when it was pinned.
            let lock = try #require(desk.read("pipeline.lock"))
            #expect(lock.contains("tool example.com/shout/cmd/shout \(bench.version)\n\tmodule example.com/shout\n\tgo 1.24\n"), "\(lock)")
            let sums = try #require(desk.read("tools.sum"))
            let line = try #require(sums.lines.first { $0.hasPrefix("example.com/shout \(bench.version) h1:") })
            let hash = String(try #require(line.split(separator: " ").last))
            let wrong = "h1:\(hash.dropFirst(3).first == "A" ? "B" : "A")\(hash.dropFirst(4))"
            desk.write("tools.sum", sums.replacing(hash, with: wrong))
            let changed = try await desk.pipeline("run")
            #expect(changed.exit == .code(1), "\(changed.transcript)")
            #expect(changed.err.hasPrefix("error[lock/other-hash]: example.com/shout@\(bench.version) has another hash than pipeline.lock\n"), "\(changed.err)")
            #expect(changed.err.contains("note: tools.sum: \(wrong)\n") && changed.err.contains("note: pipeline.lock: \(hash)\n"), "\(changed.err)")
            desk.write("tools.sum", sums)
            #expect(try await bench.tool("verify").exit == .code(0))
            #expect(try await bench.tool("run", "shout", "x").out == "X\n")
        }
    }
}
