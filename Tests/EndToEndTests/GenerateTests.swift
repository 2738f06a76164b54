/// The freshness check: what is shown of a difference, writing it, and packages side by side.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct Generation {
        /// `a` and `b` each have a file that a script makes from another; `b` also drops one.
        private func desk(_ options: String = "", steps: String = "") -> Desk {
            let desk = Desk(store: WarmStore.path)
            desk.write("pipeline.yaml", "version: 1\nsteps:\n  gen: { generate: ./...\(options) }\n\(steps)")
            desk.write("go.mod", "module example.com/app\n\ngo 1.24\n")
            desk.write("gen.sh", "#!/bin/sh\nset -eu\ntr a-z A-Z <in.txt >out.txt\n# \(uniqueName())\n", mode: 0o755)
            for package in ["a", "b"] {
                desk.write("\(package)/x.go", "package \(package)\n\n//go:generate ../gen.sh\n")
                desk.write("\(package)/in.txt", "words of \(package)\n")
                desk.write("\(package)/out.txt", "WORDS OF \(package.uppercased())\n")
            }
            return desk
        }

        @Test(arguments: [[], ["--fix"]])
        func whatIsFreshIsGreen(_ options: [String]) async throws {
            let desk = desk()
            let run = try RunEvents(try await desk.start(["run", "--json"] + options).end())
            run.expectGreen()
            #expect(run.events("rewritten").isEmpty)
            try await desk.run().expectNothingRan()
        }

        @Test func differencesAreShownAndWritten() async throws {
            let desk = desk()
            desk.write("a/in.txt", "other words\n")
            desk.write("b/x.go", "package b\n\n//go:generate sh -c \"rm out.txt; echo new >more.txt; ln -s more.txt link\"\n")
            let red = try await desk.run()
            #expect(red.ended.exit == .code(1))
            #expect(try red.finished("generate:gen").failure["files"].int == 4)
            #expect(
                red.output(of: "generate:gen") == [
                    "--- a/a/out.txt", "+++ b/a/out.txt", "@@ -1 +1 @@", "-WORDS OF A", "+OTHER WORDS",
                    "--- /dev/null", "+++ b/b/link", "@@ -0,0 +1 @@", "+more.txt", "\\ No newline at end of file",
                    "--- /dev/null", "+++ b/b/more.txt", "@@ -0,0 +1 @@", "+new",
                    "--- a/b/out.txt", "+++ /dev/null", "@@ -1 +0,0 @@", "-WORDS OF B",
                ], "\(red.ended.transcript)")
            #expect(desk.read("a/out.txt") == "WORDS OF A\n" && desk.read("b/more.txt") == nil, "the repository is left alone")

            // What can be made twice is fresh from then on.
            desk.write("b/x.go", "package b\n\n//go:generate sh -c \"rm -f out.txt link; echo new >more.txt; ln -s more.txt link\"\n")
            let fixed = try await desk.run("--fix")
            fixed.expectGreen()
            #expect(fixed.events("rewritten").first?["files"].list == ["a/out.txt", "b/link", "b/more.txt", "b/out.txt"].map { .string($0) })
            #expect(desk.read("a/out.txt") == "OTHER WORDS\n" && desk.read("b/more.txt") == "new\n" && desk.read("b/out.txt") == nil)
            #expect(readLink("\(desk.root)/b/link") == "more.txt")
            #expect(fixed.events("warning").isEmpty, "\(fixed.ended.transcript)")
            try await desk.run().expectNothingRan()
        }

        /// The second step reads what the first makes.
        @Test func stepsThatGenerateAreFixedInOrder() async throws {
            let desk = desk(steps: "  more: { generate: ./c, needs: [gen] }\n")
            desk.write("c/x.go", "package c\n\n//go:generate cp ../a/out.txt out.txt\n")
            desk.write("a/in.txt", "newer words\n")
            let fixed = try await desk.run("--fix", "more")
            fixed.expectGreen()
            #expect(desk.read("c/out.txt") == "NEWER WORDS\n")
            let text = try await desk.pipeline("run", "--fix")
            #expect(text.exit == .code(0) && !text.out.contains("rewritten"), "\(text.transcript)")
        }

        @Test func aGeneratorThatNeverAgreesStaysRed() async throws {
            let desk = desk()
            desk.write("a/x.go", "package a\n\n//go:generate sh -c \"head -c 16 /dev/urandom | od -An -x >out.txt\"\n")
            let ended = try await desk.pipeline("run", "--fix")
            #expect(ended.exit == .code(1) && ended.out.contains("rewritten a/out.txt\n"), "\(ended.transcript)")
            #expect(ended.out.contains("1 file is not up to date"), "\(ended.transcript)")
        }

        @Test func packagesSideBySide() async throws {
            let desk = desk(", parallel: true")
            // Each waits until the other has begun.
            let meeting = "\(desk.folder.path)/meeting"
            desk.write(
                "gen.sh",
                """
                #!/bin/sh
                set -eu
                mkdir -p '\(meeting)'
                : >'\(meeting)'/$GOPACKAGE
                for try in $(seq 600); do
                    [ -e '\(meeting)/a' ] && [ -e '\(meeting)/b' ] && break
                    sleep 0.1
                done
                ls '\(meeting)' | tr '\\n' ' '
                tr a-z A-Z <in.txt >out.txt

                """, mode: 0o755)
            desk.write("c/x.go", "package c\n")
            let run = try await desk.run("--jobs", "2")
            run.expectGreen()
            #expect(run.ran.sorted() == ["generate:gen:./a", "generate:gen:./b"])
            for id in run.ran { #expect(run.output(of: id) == ["a b "], "\(run.ended.transcript)") }
            try await desk.run().expectNothingRan()
            // One that is stale says so alone.
            desk.write("b/in.txt", "others\n")
            let stale = try await desk.run("--jobs", "2", "--keep-going")
            #expect(stale.ended.exit == .code(1))
            #expect(try stale.finished("generate:gen:./a").status == "green")
            #expect(try stale.finished("generate:gen:./b").failure["kind"].string == "stale")
            let fixed = try await desk.run("--fix")
            fixed.expectGreen()
            #expect(desk.read("b/out.txt") == "OTHERS\n")
        }
    }
}
