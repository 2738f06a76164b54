/// A generator's tree: filled from the repository, its times from content, compared with it, each difference told as a diff.
import Action
import Files
import Run
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.timeLimit(.minutes(10))) struct ScratchTreeTests {
    var workshop: Workshop

    init() throws {
        workshop = try Workshop([
            "gen.go": "one\ntwo\nthree\n", "sub/kept.txt": "kept\n", "tool.sh": "#!/bin/sh\n", "gone.txt": "gone\n", "data": "text",
        ])
        workshop.write("tool.sh", "#!/bin/sh\n", mode: 0o755)
        #expect(symlink("gen.go", "\(workshop.root)/link") == 0)
        workshop.files.append("link")
    }

    private func generate(_ script: SymbolicText, compared: Bool = true) async -> Execution {
        await workshop.shell(script) { $0.tree = .scratch(compared: compared) }
    }

    /// The log, when this many files differ.
    private func differences(_ count: Int, _ script: SymbolicText) async -> String {
        let execution = await generate(script)
        #expect(execution.failure == .stale(files: count))
        return execution.log.joined(separator: "\n")
    }

    @Test func theTreeIsTheRepository() async {
        let execution = await generate("find . ! -type d | sort; cat gen.go; readlink link; test -x tool.sh; test ! -x gen.go; pwd")
        #expect(execution.failure == nil)
        #expect(
            execution.log == [
                "./data", "./gen.go", "./gone.txt", "./link", "./sub/kept.txt", "./tool.sh", "one", "two", "three", "gen.go",
                workshop.scratch,
            ])
    }

    @Test func aChangedFile() async {
        #expect(
            await differences(1, "printf 'one\\n2\\nthree\\n' >gen.go") == """
                --- a/gen.go
                +++ b/gen.go
                @@ -1,3 +1,3 @@
                 one
                -two
                +2
                 three
                """)
        #expect(workshop.read("gen.go") == "one\ntwo\nthree\n")
    }

    @Test func aNewFileAnEmptyOneAndADeletedOne() async {
        #expect(
            await differences(3, "mkdir new; echo hello >new/file; : >empty; rm gone.txt") == """
                --- /dev/null
                +++ b/empty
                --- a/gone.txt
                +++ /dev/null
                @@ -1 +0,0 @@
                -gone
                --- /dev/null
                +++ b/new/file
                @@ -0,0 +1 @@
                +hello
                """)
        #expect(workshop.read("gone.txt") == "gone\n")
    }

    @Test func aChangedMode() async {
        #expect(
            await differences(2, "chmod +x gen.go; chmod -x tool.sh; echo more >>tool.sh") == """
                diff a/gen.go b/gen.go
                old mode 100644
                new mode 100755
                diff a/tool.sh b/tool.sh
                old mode 100755
                new mode 100644
                --- a/tool.sh
                +++ b/tool.sh
                @@ -1 +1,2 @@
                 #!/bin/sh
                +more
                """)
    }

    @Test func aLinkThatLeadsElsewhereAndAFileThatBecameOne() async {
        #expect(
            await differences(2, "rm link data; ln -s data link; ln -s text data") == """
                diff a/data b/data
                old mode 100644
                new mode 120000
                --- a/link
                +++ b/link
                @@ -1 +1 @@
                -gen.go
                \\ No newline at end of file
                +data
                \\ No newline at end of file
                """)
    }

    @Test func aBinaryFile() async {
        #expect(
            await differences(2, "printf 'a\\0b' >data; printf '\\377' >new") == """
                Binary files a/data and b/data differ
                Binary files /dev/null and b/new differ
                """)
    }

    @Test func whatItPrintedStandsBeforeTheDifferences() async {
        let log = await differences(1, "echo generating; echo x >gen.go")
        #expect(log.hasPrefix("generating\n--- a/gen.go\n"))
        #expect(Failure.stale(files: 1).description == "1 file is not up to date")
        #expect(Failure.stale(files: 2).description == "2 files are not up to date")
    }

    @Test func withoutComparisonADifferenceIsFine() async {
        let execution = await generate("echo x >gen.go", compared: false)
        #expect(execution.failure == nil && execution.log == [])
    }

    @Test func aRedGeneratorIsNotCompared() async {
        let execution = await generate("echo x >gen.go; exit 4")
        #expect(execution.failure == .exit(code: 4) && execution.log == [])
    }

    /// Each run begins with the repository as it is, whatever the last one left.
    @Test func theNextRunStartsAnew() async {
        _ = await generate("echo x >gen.go; rm gone.txt; mkdir gone.txt; echo y >gone.txt/in; echo z >extra; rm link; echo l >link; chmod +x data")
        #expect(await generate("true").failure == nil)
        let listing = await generate("find . ! -type d | sort; cat gone.txt; readlink link")
        #expect(
            listing.log == [
                "./data", "./gen.go", "./gone.txt", "./link", "./sub/kept.txt", "./tool.sh", "gone", "gen.go",
            ])
    }

    /// Listed by git still, but gone: it is gone from the copy of the run before, too.
    @Test func aDeletedFileIsNoNews() async {
        #expect(await generate("test -e gone.txt").failure == nil)
        removeTree("\(workshop.root)/gone.txt")
        let execution = await generate("test ! -e gone.txt")
        #expect(execution.failure == nil && execution.log == [])
    }

    // MARK: - Times

    private func status(_ name: String) -> stat {
        var status = stat()
        lstat("\(workshop.scratch)/\(name)", &status)
        return status
    }

    private func modified(_ name: String) -> Int64 { FileSignature(status(name)).modified }

    @Test func whatIsTheSameIsNotCopiedAgain() async {
        _ = await generate("true")
        let before = status("gen.go")
        _ = await generate("echo x >data")
        #expect(before.st_ino != 0 && status("gen.go").st_ino == before.st_ino)
        #expect(FileSignature(status("gen.go")) == FileSignature(before))
    }

    /// Of files, links and folders, whatever a generator or the clock did to them.
    @Test func timesFollowFromContent() async {
        let names = ["gen.go", "tool.sh", "link", "sub", "sub/kept.txt", "."]
        _ = await generate("true")
        let before = names.map(modified)
        workshop.write("gen.go", "one\ntwo\nthree\n")
        _ = await generate("touch gen.go sub tool.sh; mkdir -p sub/empty/deep; echo new >sub/new")
        _ = await generate("test ! -e sub/empty")
        #expect(names.map(modified) == before)
        #expect(before[3] == before[5] && Set(before).count == 5)
        let cutoff = Int64(time(nil) - 3600) * 1_000_000_000
        #expect(before.allSatisfy { $0 < cutoff })
    }

    @Test func otherContentOrAnotherModeIsAnotherTime() async {
        _ = await generate("true")
        let before = ["gen.go", "data"].map(modified)
        workshop.write("gen.go", "one\ntwo\nTHREE\n")
        workshop.write("data", "text", mode: 0o755)
        _ = await generate("true")
        #expect(modified("gen.go") != before[0] && modified("data") != before[1])
    }
}
