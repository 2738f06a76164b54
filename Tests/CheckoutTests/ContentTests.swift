/// What is written for a commit, held against what git itself checks out.
import Checkout
import Files
import Git
import TestSupport
import Testing
import WorkTree

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct ContentTests {
    let bench = Bench()
    private var repository: TestRepository { bench.repository }

    /// The files of a clone that git makes of this very commit.
    private func clone() throws -> [String] {
        let place = "\(repository.folder.path)/clone-\(uniqueName())"
        repository.git("clone", "-q", "--no-hardlinks", repository.path, place)
        return try bench.listing(place)
    }

    @Test func modesLinksAndFoldersAreThoseOfGit() throws {
        repository.write("a.txt", "a\n")
        repository.folder.write("tree/bin/tool", "#!/bin/sh\n", mode: 0o755)
        repository.folder.write("tree/private", "", mode: 0o600)
        symlink("a.txt", "\(repository.path)/link")
        symlink("/nowhere/at all", "\(repository.path)/bin/dangling")
        symlink("bin", "\(repository.path)/folder")
        repository.write("with blank/ü/x", "x")
        repository.write(".gitattributes", "*.secret export-ignore\n")
        repository.write("kept.secret", "export-ignore is about archives\n")
        repository.write(".gitignore", "ignored\n*.log\n")
        repository.write("forced.log", "tracked all the same\n")
        repository.git("add", "-f", "forced.log")
        repository.commit("Everything")
        repository.write("untracked", "x")
        repository.write("ignored", "x")

        let tree = try bench.make()
        #expect(try bench.listing(bench.path) == clone())
        #expect(tree.files.map(\.path) == tree.files.map(\.path).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(tree.files.map(\.path) == repository.list("ls-files", "-z").sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        var status = stat()
        stat("\(bench.path)/private", &status)
        #expect(status.st_mode & 0o777 == 0o644)
    }

    @Test func whatIsSaidOfWrittenFilesIsWhatALookWouldFind() throws {
        repository.write(".gitattributes", "crlf.go text eol=crlf\nid.go ident\n")
        repository.write("crlf.go", "//go:build linux\n\npackage a\n\nimport _ \"embed\"\n\n//go:embed a.txt\nvar a string\n")
        repository.write("id.go", "// $Id$\npackage a\n\n//go:generate true\n")
        repository.write("a.txt", "text")
        repository.folder.write("tree/run.sh", "#!/bin/sh\n", mode: 0o755)
        symlink("a.txt", "\(repository.path)/link.go")
        repository.commit("Two Go files, converted")

        let first = try bench.make()
        let told = lookAtWorkTree(root: bench.path, files: first.files, written: first.contents, remembered: nil)
        let read = lookAtWorkTree(root: bench.path, files: first.files, written: [], remembered: nil)
        #expect(first.contents.compactMap(\.self).count == 5)
        #expect(told.contents == read.contents)
        #expect(told.fingerprint == read.fingerprint)
        #expect(read.contents.contains { $0?.hasEmbeds == true })
        #expect(read.contents.contains { $0?.hasDirectives == true })

        repository.write("a.txt", "another")
        repository.commit("Change one")
        let second = try bench.make()
        #expect(second.contents.compactMap(\.self).count == 1)
        #expect(try bench.make().contents.isEmpty)
        // What is said counts, also where the table knows an earlier content.
        let next = lookAtWorkTree(root: bench.path, files: second.files, written: second.contents, remembered: told.table)
        #expect(next.fingerprint == lookAtWorkTree(root: bench.path, files: second.files, written: [], remembered: nil).fingerprint)
    }

    @Test func attributesAreThoseOfGit() throws {
        repository.write(
            ".gitattributes",
            """
            # The last line that fits decides.
            *.txt text eol=crlf
            *.auto text=auto eol=crlf
            *.bin binary
            raw/** -text
            *.id ident
            "quoted name.txt" -text
            [attr]windows text eol=crlf
            *.bat windows
            *.u16 text working-tree-encoding=UTF-16LE-BOM
            *.u16be working-tree-encoding=UTF-16BE eol=crlf text
            /top.only text eol=crlf
            sub/*.deep text eol=crlf
            **/any/*.z text eol=crlf
            unset.txt !eol
            old.crlf crlf eol=crlf
            old.nocrlf -crlf eol=crlf
            input.x text=input eol=crlf
            !negated.txt -text
            folder/ -text

            """)
        repository.write("sub/.gitattributes", "*.txt -text\n!*.deep text\n\nagain.txt text eol=crlf\n")
        let lines = "one\ntwo\r\nthree\n"
        let plain = "one\ntwo\n"
        for name in [
            "a.txt", "quoted name.txt", "raw/a.txt", "x.bat", "top.only", "sub/top.only", "sub/a.txt", "sub/again.txt",
            "sub/b.deep", "sub/sub/b.deep", "x/any/y.z", "unset.txt", "old.crlf", "old.nocrlf", "input.x", "negated.txt",
            "folder/a.txt", "a.auto", "b.bin",
        ] {
            repository.write(name, plain)
        }
        repository.write("mixed.auto", lines)
        writeFile("\(repository.path)/zero.auto", Array("a\nb\u{0}\n".utf8))
        writeFile("\(repository.path)/lonely.auto", Array("a\rb\n".utf8))
        writeFile("\(repository.path)/controls.auto", Array(repeating: 1, count: 20) + Array("a\n".utf8))
        repository.write(
            "x.id", "$Id$ and $Id: old $ and $Id: from another place $ and $Id:$ and $Identity$ and $Id: not closed\n$Id$ $")
        repository.write("plain.u16", "placeholder")
        for (name, text) in [("a.u16", "grüße\n"), ("a.u16be", "ab\n")] {
            let isBig = name.hasSuffix("be")
            var bytes: [UInt8] = isBig ? [] : [0xff, 0xfe]
            for unit in text.utf16 { withUnsafeBytes(of: isBig ? unit.bigEndian : unit.littleEndian) { bytes += $0 } }
            writeFile("\(repository.path)/\(name)", bytes)
        }
        remove("\(repository.path)/plain.u16")
        repository.git("-c", "core.safecrlf=false", "add", "-A")
        repository.commit("Attributes")
        // Written as they are, line feeds and all.
        try bench.make()
        #expect(try bench.listing(bench.path) == clone())
        #expect(bench.text("a.txt") == "one\r\ntwo\r\n")
        #expect(bench.text("raw/a.txt") == plain)
    }

    /// Patterns, settings and files by chance.
    @Test(arguments: 1...12)
    func attributesByChanceAreThoseOfGit(seed: Int) throws {
        var random = SeededNumbers(seed: UInt64(seed))
        func pick<Element>(_ choices: [Element]) -> Element { choices.randomElement(using: &random)! }
        let settings = [
            "text", "-text", "!text", "text=auto", "eol=crlf", "eol=lf", "binary", "-binary", "crlf", "-crlf", "!eol", "ident",
            "-ident", "-eol", "mine", "-mine",
        ]
        let patterns = ["*", "*.a", "*.b", "/x.a", "d/*", "d/**", "**/e/*", "x.*", "d/e/x.b", "[xy].a", "?.b", "e/", "**/x.a", "\\x.b"]
        func attributes() -> String {
            var text = "[attr]mine text eol=crlf ident\n"
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let count = Int.random(in: 1...3, using: &random)
                text += pick(patterns) + " " + (0..<count).map { _ in pick(settings) }.joined(separator: " ") + "\n"
            }
            return text
        }
        let contents = ["a\nb\n", "a\r\nb\n", "$Id$\n", "no end", "", "a\rb\n", "\u{1}\u{2}\n", "$Id: x $\n\n"]
        for name in ["x.a", "y.a", "x.b", "d/x.a", "d/y.b", "d/e/x.a", "d/e/x.b", "e/z.a"] { repository.write(name, pick(contents)) }
        repository.write(".gitattributes", attributes())
        if Bool.random(using: &random) { repository.write("d/.gitattributes", attributes()) }
        // What is committed is what was written: the contents as they are, whatever the attributes would clean.
        repository.git("-c", "core.safecrlf=false", "add", "-A")
        repository.git("commit", "-q", "-m", "By chance")
        try bench.make()
        #expect(try bench.listing(bench.path) == clone(), "\(repository.folder.read("tree/.gitattributes") ?? "")")
    }

    @Test func anUnknownEncodingIsRefused() throws {
        repository.write(".gitattributes", "*.s working-tree-encoding=SHIFT-JIS\n")
        repository.git("add", "-A")
        repository.write("a.s", "text")
        let id = repository.git("hash-object", "-w", "--no-filters", "a.s")
        repository.git("update-index", "--add", "--cacheinfo", "100644,\(id),a.s")
        repository.git("commit", "-q", "-m", "Encoded")
        #expect(try bench.refusal() == .unknownEncoding("SHIFT-JIS", of: "a.s"))
    }

    /// The very rule of `cache restore --file-times`.
    @Test func timesFollowFromContents() throws {
        repository.write("a.txt", "a\n")
        repository.folder.write("tree/d/run", "#!/bin/sh\n", mode: 0o755)
        symlink("a.txt", "\(repository.path)/d/link")
        repository.commit("Files")
        let tree = try bench.make()
        for file in tree.files {
            let text = file.isSymlink ? "a.txt" : bench.text(file.path)!
            #expect(file.modified == contentTime(sha256: sha256(text), isExecutable: file.path == "d/run"), "\(file.path)")
        }
        for folder in ["", "/d"] {
            var status = stat()
            lstat(bench.path + folder, &status)
            #expect(FileSignature(status).modified == firstTime)
        }
    }
}

/// Writes bytes that need not be text.
private func writeFile(_ path: String, _ bytes: [UInt8]) {
    unlink(path)
    try! createFile(path, bytes, mode: 0o644)
}
