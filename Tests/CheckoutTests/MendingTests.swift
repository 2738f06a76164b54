/// A tree that is there already: only what changed is written, and whatever was done to it is undone.
import Action
import Checkout
import Files
import Git
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

func sha256(_ text: String) -> String { Digest(of: Array(text.utf8)).sha256 }

@Suite struct MendingTests {
    let bench = Bench()
    private var repository: TestRepository { bench.repository }

    /// Twelve files in three folders, committed and made.
    private func made() throws -> CleanTree {
        for folder in ["", "a/", "a/b/"] {
            for name in ["1", "2", "3"] { repository.write("\(folder)\(name).txt", "\(folder)\(name)\n") }
            symlink("1.txt", "\(repository.path)/\(folder)link")
        }
        repository.commit("First")
        let tree = try bench.make()
        // Until a change cannot hide in the tick of the file system's clock.
        usleep(60_000)
        return tree
    }

    @Test func onlyWhatChangedIsWritten() throws {
        let first = try made()
        #expect(first.written == 12 && first.removed == 0)
        let paths = first.files.map(\.path)
        let signatures = paths.map(bench.signature)
        let again = try bench.make()
        #expect(again.written == 0 && again.removed == 0)
        #expect(again.files == first.files)
        #expect(paths.map(bench.signature) == signatures)

        repository.write("a/2.txt", "new\n")
        repository.write("a/new/4.txt", "4\n")
        remove("\(repository.path)/a/b/3.txt")
        repository.commit("Second")
        let second = try bench.make()
        #expect(second.written == 2 && second.removed == 1)
        for (path, signature) in zip(paths, signatures) where path != "a/2.txt" && path != "a/b/3.txt" {
            #expect(bench.signature(path) == signature, "\(path)")
        }
        #expect(bench.signature("a/2.txt") != signatures[paths.firstIndex(of: "a/2.txt")!])
        #expect(bench.text("a/2.txt") == "new\n" && bench.text("a/new/4.txt") == "4\n" && bench.read("a/b/3.txt") == nil)

        // And back, by another name of the commit.
        let back = try bench.make("HEAD~1")
        #expect(back.written == 2 && back.removed == 1)
        #expect(fileStatus("\(bench.path)/a/new") == nil)
        #expect(back.files.map(\.path) == paths)
    }

    /// Attributes change what is written of the same blob.
    @Test func changedAttributesCount() throws {
        _ = try made()
        repository.write(".gitattributes", "a/*.txt text eol=crlf\n")
        repository.commit("Attributes")
        let tree = try bench.make()
        #expect(tree.written == 4)
        #expect(bench.text("a/1.txt") == "a/1\r\n" && bench.text("a/b/1.txt") == "a/b/1\n")
    }

    @Test(arguments: [
        "printf x >1.txt", "printf x >>a/1.txt", "rm a/b/1.txt", "chmod 755 1.txt", "chmod 600 1.txt", "rm -r a/b", "mv 1.txt 9.txt",
        "touch untracked a/untracked", "mkdir empty a/empty", "mkdir -p deep/er && touch deep/er/x && chmod 555 deep",
        "rm 1.txt; ln -s 2.txt 1.txt", "rm 1.txt; mkdir 1.txt; touch 1.txt/x", "rm link; touch link", "rm link; ln -s 3.txt link",
        "rm -r a; ln -s /etc a", "rm -r a; touch a", "cp -p 1.txt y; mv y 1.txt", "chmod 777 a", "touch a", "printf x >.git",
        "f=$(stat -c %y 1.txt); printf '9\\n' >1.txt; touch -d \"$f\" 1.txt", "touch \"$(printf 'b\\377d')\"", "mkdir .git2 && touch .git2/x",
    ])
    func whatWasDoneIsUndone(script: String) throws {
        let tree = try made()
        let before = try bench.listing(bench.path)
        #expect(shell(script, in: bench.path) == 0)
        let again = try bench.make()
        #expect(try bench.listing(bench.path) == before)
        #expect(again.files.map(\.path) == tree.files.map(\.path))
        #expect(again.files.map(\.modified) == tree.files.map(\.modified))
        for folder in ["", "/a", "/a/b"] {
            var status = stat()
            lstat(bench.path + folder, &status)
            #expect(FileSignature(status).modified == firstTime && status.st_mode & 0o7777 == 0o755, "\(folder)")
        }
        usleep(60_000)
        let last = try bench.make()
        #expect(last.written == 0 && last.removed == 0)
    }

    /// As a run that was killed would leave it: files that the table does not know, a table that knows files as they were.
    @Test func aTreeWithoutItsTableIsMadeAnew() throws {
        _ = try made()
        let before = try bench.listing(bench.path)
        for damage in ["", "pipeline tree files 1\nnonsense", "x"] {
            remove("\(bench.path).table")
            if !damage.isEmpty { try createFile("\(bench.path).table", Array(damage.utf8), mode: 0o644) }
            #expect(try bench.make().written == 12)
            #expect(try bench.listing(bench.path) == before)
        }
    }

    /// What changes in the very moment after it was written is seen by its content.
    @Test func aChangeAtOnceIsSeen() throws {
        repository.write("a", "1\n")
        repository.commit("First")
        for _ in 1...20 {
            try bench.make()
            let file = "\(bench.path)/a"
            let time = bench.signature("a")!.modified
            let descriptor = open(file, O_WRONLY)
            write(descriptor, "2", 1)
            close(descriptor)
            try setTime(time, of: file)
            try bench.make()
            #expect(bench.text("a") == "1\n")
        }
    }

    private func shell(_ script: String, in folder: String) -> Int32 {
        system("cd '\(folder)' && { \(script); } >/dev/null 2>&1")
    }
}
