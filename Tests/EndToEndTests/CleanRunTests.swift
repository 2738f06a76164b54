/// `run --clean` and `--staged` by the real binary, git and go: what leaks in from the work tree (nothing), what is known.
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension EndToEnd {
    @Suite(.needsGo)
    struct CleanRuns {
        /// A module whose only test wants `testdata/needed`; it is not committed.
        private func desk(_ module: String, steps: String = "  test: { test: ./... }\n") async throws -> Desk {
            _ = try await WarmStore.exampleRun()
            let desk = Desk(store: WarmStore.path)
            desk.write("go.mod", "module example.com/\(module)\n\ngo 1.24\n")
            desk.write("pipeline.yaml", "version: 1\nname: clean\ngo: { version: \"1.27.3\" }\nsteps:\n\(steps)")
            desk.write("m.go", "package m\n")
            desk.write(
                "m_test.go",
                """
                package m
                import ("os"; "testing")
                func TestNeeded(t *testing.T) { if _, err := os.ReadFile("testdata/needed"); err != nil { t.Fatal(err) } }

                """)
            return desk
        }

        private func tree(_ run: RunEvents) -> JSONValue { run.events("run.started").first?["tree"] ?? .null }

        /// What git says of the folder as a work tree of HEAD's commit; empty when it is exactly that.
        private func difference(_ desk: Desk, _ folder: String) async throws -> String {
            try await desk.shell(
                """
                export GIT_INDEX_FILE='\(desk.folder.path)/index-\(uniqueName())' GIT_DIR=.git GIT_WORK_TREE='\(folder)'
                git read-tree HEAD && git status --porcelain --ignored
                """)
        }

        @Test func anUntrackedFileDoesNotHelp() async throws {
            let desk = try await desk("untracked")
            desk.write(".gitignore", "/ignored\n")
            try await desk.commit()
            desk.write("testdata/needed", "x")
            desk.write("ignored", "x")
            try await desk.run().expectGreen()
            let clean = try await desk.run("--clean")
            #expect(clean.ended.exit == .code(1) && clean.status == "red", "\(clean.ended.transcript)")
            let commit = try await desk.shell("git rev-parse HEAD").dropLast()
            #expect(tree(clean)["commit"].string == String(commit) && tree(clean)["staged"].bool == false)
            let folder = try #require(tree(clean)["folder"].string)
            #expect(try await difference(desk, folder) == "")

            // Staged, it is in the next commit; committed, in HEAD's.
            try await desk.shell("git add testdata")
            try await desk.run("--staged").expectGreen()
            #expect(try await desk.run("--clean").status == "red")
            try await desk.commit()
            try await desk.run("--clean").expectNothingRan()
            #expect(try await desk.run("--clean", "HEAD~1").status == "red")
            #expect(try await desk.run("--clean=HEAD~1", "test").status == "red")
            try await desk.run("--clean", "test").expectNothingRan()
        }

        @Test func whatIsKnownOfOneTreeIsKnownOfTheOther() async throws {
            let desk = try await desk("known")
            desk.write("testdata/needed", "x")
            try await desk.commit()
            try await desk.run().expectGreen()
            let clean = try await desk.run("--clean")
            clean.expectNothingRan()
            #expect(tree(clean)["written"].int == 5)
            // Remembered for each: neither takes the other's place.
            for _ in 1...2 {
                let again = try await desk.run("--clean")
                again.expectNothingRan()
                #expect(tree(again)["written"].int == 0 && tree(again)["removed"].int == 0)
                try await desk.run().expectNothingRan()
            }
            desk.write("m.go", "package m\n\nvar V = 1\n")
            try await desk.commit()
            try await desk.run("--clean").expectGreen()
            try await desk.run().expectNothingRan()
            let words = try await desk.start(["run", "--clean"]).end()
            let commit = try await desk.shell("git rev-parse HEAD").prefix(12)
            #expect(words.out.contains("files of commit \(commit) (As it is) in \(desk.store)/v2/trees/clean-"), "\(words.transcript)")
            #expect(words.out.lines.contains { $0.hasPrefix("green") && $0.hasSuffix("· commit \(commit)") }, "\(words.transcript)")
        }

        @Test func valuesOfGitAreTheCommitsOwn() async throws {
            let desk = try await desk(
                "values", steps: "  say: { run: [echo, \"${git.commit} ${git.describe} ${git.dirty}\"], inputs: [m.go] }\n")
            try await desk.commit()
            try await desk.shell("git tag v1.2.3")
            let first = try await desk.shell("git rev-parse HEAD").dropLast()
            desk.write("m.go", "package m\n\nvar V = 1\n")
            try await desk.commit()
            let second = try await desk.shell("git rev-parse HEAD").dropLast()
            desk.write("m.go", "package m // edited, not staged\n")
            func said(_ arguments: String...) async throws -> String? {
                let run = try await RunEvents(desk.start(["run", "--json", "-v"] + arguments).end())
                run.expectGreen()
                return run.output(of: "run:say").first
            }
            #expect(try await said("--clean") == "\(second) v1.2.3-1-g\(second.prefix(7)) false")
            #expect(try await said("--clean", "v1.2.3") == "\(first) v1.2.3 false")
            #expect(try await said("--staged") == "\(second) v1.2.3-1-g\(second.prefix(7)) false")
            try await desk.shell("git add -A")
            #expect(try await said("--staged") == "\(second) v1.2.3-1-g\(second.prefix(7))-dirty true")
        }

        /// Copies of artifacts stay out of the user's own files, and out of the commit's.
        @Test func outputsGoBeside() async throws {
            let desk = try await desk("outputs", steps: "  vet: { vet: ./... }\nartifacts: { tool: { build: ./cmd/tool, output: bin/tool } }\n")
            desk.write("cmd/tool/main.go", "package main\n\nfunc main() {}\n")
            try await desk.commit()
            for _ in 1...2 {
                let run = try await desk.run("--clean")
                run.expectGreen()
                let folder = try #require(tree(run)["folder"].string)
                #expect(fileStatus("\(desk.root)/bin") == nil && fileStatus("\(folder)/bin") == nil)
                #expect(fileStatus("\(parentFolder(of: folder))/outputs/bin/tool")?.kind == .file(executable: true))
            }
        }

        /// A fresh clone elsewhere has its tree at the same place with the same times: what its tests open is known to Go.
        @Test func goKnowsTheTestsOfAFreshClone() async throws {
            let desk = try await desk("fresh")
            desk.write("testdata/needed", "x")
            desk.write("other/other_test.go", "package other\nimport \"testing\"\nfunc TestNothing(t *testing.T) {}\n")
            try await desk.commit()
            try await desk.run("--clean").expectGreen()
            let clone = Desk("elsewhere", store: WarmStore.path)
            try await clone.shell("git clone -q '\(desk.root)' .")
            try await clone.run("--clean").expectNothingRan()
            clone.write("other/other_test.go", "package other\nimport \"testing\"\nfunc TestMore(t *testing.T) { t.Log(1) }\n")
            try await clone.commit()
            let run = try await clone.run("--clean")
            run.expectGreen()
            #expect(run.executed == 1 && tree(run)["written"].int == 1)
            let lines = run.finished.map { run.output(of: $0.action) }.joined()
            #expect(lines.contains { $0.contains("example.com/fresh") && $0.contains("(cached)") && !$0.contains("other") }, "\(lines)")
            #expect(lines.contains { $0.contains("example.com/fresh/other") && !$0.contains("(cached)") }, "\(lines)")
        }

        // MARK: - Killed, edited, two at once

        @Test func aKilledRunIsMended() async throws {
            let desk = try await desk("killed", steps: "  true: { run: [\"true\"], inputs: [m.go] }\n")
            try await desk.shell("for d in $(seq 60); do mkdir d$d; for f in $(seq 50); do echo $d $f >d$d/$f; done; done")
            try await desk.commit()
            var random = SeededNumbers(seed: 6)
            for turn in 1...8 {
                // Another file in each folder than the time before.
                try await desk.shell("for d in $(seq 60); do for f in $(seq \(turn)); do echo turn \(turn) >d$d/$f; done; done")
                try await desk.commit()
                let run = try desk.start(["run", "--clean", "--json"])
                try await Task.sleep(for: .milliseconds(Int.random(in: 5...150, using: &random)))
                run.signal(SIGKILL)
                _ = await run.end()
            }
            let run = try await desk.run("--clean")
            run.expectGreen()
            let folder = try #require(tree(run)["folder"].string)
            #expect(try await difference(desk, folder) == "")
            try await desk.shell("cd '\(folder)'; echo x >d1/1; rm -r d2; echo y >d3/new")
            let mended = try await desk.run("--clean")
            #expect(tree(mended)["written"].int == 51 && tree(mended)["removed"].int == 1)
            #expect(try await difference(desk, folder) == "")
        }

        @Test func twoAtOnceHaveATreeEach() async throws {
            let desk = try await desk("two", steps: "  wait: { run: [sleep, \"1\"], inputs: [m.go] }\n")
            try await desk.commit()
            desk.write("m.go", "package m\n\nvar V = 2\n")
            try await desk.commit()
            async let first = desk.run("--clean", "HEAD~1")
            async let second = desk.run("--clean")
            let (one, two) = try await (first, second)
            one.expectGreen()
            two.expectGreen()
            let folders = [one, two].compactMap { tree($0)["folder"].string }
            #expect(Set(folders).count == 2)
            // The place is the first one again afterwards.
            #expect(try await tree(desk.run("--clean"))["folder"].string?.hasSuffix("-1/files") == true)
        }

        // MARK: - What is refused

        @Test func whatLiesOutsideIsRefused() async throws {
            let desk = try await desk("outside", steps: "  vet: { vet: ./... }\n")
            desk.folder.write("beside/go.mod", "module example.com/beside\n\ngo 1.24\n")
            desk.folder.write("beside/b.go", "package beside\n")
            desk.write("go.mod", "module example.com/outside\n\ngo 1.24\n\nrequire example.com/beside v0.0.0\n\nreplace example.com/beside => ../beside\n")
            desk.write("m.go", "package m\n\nimport _ \"example.com/beside\"\n")
            try await desk.commit()
            try await desk.run().expectGreen()
            let run = try await desk.pipeline("run", "--clean")
            #expect(run.exit == .code(2) && run.err.contains("error[clean/outside]"), "\(run.transcript)")
            #expect(run.err.contains("go.mod:7:31") && run.err.contains("../beside"), "\(run.err)")
        }

        @Test func aStartBelowTheRootWorks() async throws {
            let desk = try await desk("above")
            desk.write("go.work", "go 1.24\n\nuse (\n\t./service\n\t./library\n)\n")
            desk.write("service/pipeline.yaml", "version: 1\nname: service\nsteps: { test: { test: ./... } }\n")
            desk.write("service/go.mod", "module example.com/service\n\ngo 1.24\n\nrequire example.com/library v0.0.0\n\nreplace example.com/library => ../library\n")
            desk.write("service/s_test.go", "package s\n\nimport (\n\t\"testing\"\n\n\t\"example.com/library\"\n)\n\nfunc TestOne(t *testing.T) {\n\tif library.One != 1 {\n\t\tt.Fatal()\n\t}\n}\n")
            desk.write("library/go.mod", "module example.com/library\n\ngo 1.24\n")
            desk.write("library/l.go", "package library\n\nconst One = 1\n")
            try await desk.commit()
            desk.write("library/l.go", "package library\n\nconst One = 2\n")
            let dirty = try await desk.start(["run"], in: "\(desk.root)/service").end()
            #expect(dirty.exit == .code(1), "\(dirty.transcript)")
            let run = try await desk.start(["run", "--clean", "-C", "service"]).end()
            #expect(run.exit == .code(0), "\(run.transcript)")
            desk.write("new/pipeline.yaml", "version: 1\n")
            let absent = try await desk.start(["run", "--clean", "-C", "new"]).end()
            #expect(absent.exit == .code(2) && absent.err.contains("error[clean/no-folder]: new is not among the files of commit"), "\(absent.transcript)")
        }

        @Test func aPointerIsNotTakenForTheFile() async throws {
            let desk = try await desk("pointer", steps: "  reads: { run: [cat, a.big], inputs: [a.big] }\n  not: { run: [cat, m.go], inputs: [m.go] }\n")
            desk.write(".gitattributes", "*.big filter=lfs -text\n")
            desk.write("a.big", "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "ab", count: 32))\nsize 3\n")
            try await desk.commit()
            let other = try await desk.run("--clean", "not")
            other.expectGreen()
            #expect(other.events("warning").first?["diagnostic"]["id"].string == "clean/lfs-pointer")
            let run = try await desk.pipeline("run", "--clean", "reads")
            #expect(run.exit == .code(5) && run.err.contains("reads reads a.big, and Git LFS has not fetched it"), "\(run.transcript)")
        }

        @Test func whatIsNoCommitIsSaid() async throws {
            let desk = try await desk("none", steps: "  vet: { vet: ./... }\n")
            let without = try await desk.pipeline("run", "--clean")
            #expect(without.exit == .code(2) && without.err.contains("error[clean/no-repository]"), "\(without.transcript)")
            try await desk.shell("git init -q -b main && git add -A")
            let unborn = try await desk.pipeline("run", "--clean")
            #expect(unborn.exit == .code(2) && unborn.err.contains("error[clean/no-commit]"), "\(unborn.transcript)")
            try await desk.run("--staged").expectGreen()
            try await desk.commit()
            let typo = try await desk.pipeline("run", "--clean", "HAED")
            #expect(typo.exit == .code(2) && typo.err.contains("`HAED` names no commit and no step"), "\(typo.transcript)")
            try await desk.shell("git branch vet")
            let both = try await desk.pipeline("run", "--clean", "vet")
            #expect(both.exit == .code(2) && both.err.contains("error[arguments/ambiguous]"), "\(both.transcript)")
            try await desk.run("--clean=refs/heads/vet").expectGreen()
            for words in [["--clean", "--staged"], ["--clean", "--fix"]] {
                let ended = try await desk.start(["run"] + words).end()
                #expect(ended.exit == .code(2), "\(ended.transcript)")
            }
        }

        /// Steps name files by their places in the tree, which is not where the user has them.
        @Test func filesAreCalledAsInTheRepository() async throws {
            let desk = try await desk("paths", steps: "  fails: { run: [sh, -c, \"echo $PWD/m.go:1: bad; exit 1\"], inputs: [m.go] }\n")
            try await desk.commit()
            let run = try await desk.run("--clean")
            #expect(run.status == "red")
            #expect(run.output(of: "run:fails") == ["m.go:1: bad"], "\(run.ended.transcript)")
        }
    }
}
