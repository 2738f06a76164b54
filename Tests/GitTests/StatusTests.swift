/// Whether a tree is dirty, held against what git says after the same edits.
import Git
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct StatusTests {
    private func expectDirty(
        _ expected: Bool, _ repository: TestRepository, _ sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let isDirty = repository.git("describe", "--always", "--dirty").hasSuffix("-dirty")
        #expect(isDirty == expected, "git", sourceLocation: sourceLocation)
        #expect(try repository.open().isDirty() == expected, sourceLocation: sourceLocation)
        #expect(try repository.open().describe().hasSuffix("-dirty") == expected, sourceLocation: sourceLocation)
    }

    @Test func onlyTrackedFilesCount() throws {
        let repository = TestRepository()
        repository.write("a", "1")
        repository.write("b/c", "1")
        repository.commit("one")
        try expectDirty(false, repository)
        #expect(try !repository.open().hasUntracked())

        repository.write("new", "")
        try expectDirty(false, repository)
        #expect(try repository.open().hasUntracked())
        repository.git("add", "new")
        try expectDirty(true, repository)
        #expect(try !repository.open().hasUntracked())
        repository.git("reset", "-q", "--hard")

        // The same text written again is the same file.
        repository.write("a", "1")
        try expectDirty(false, repository)
        chmod("\(repository.path)/a", 0o755)
        try expectDirty(true, repository)
        chmod("\(repository.path)/a", 0o644)
        repository.write("a", "2")
        try expectDirty(true, repository)
        repository.git("checkout", "-q", "a")
        unlink("\(repository.path)/b/c")
        try expectDirty(true, repository)
        repository.git("checkout", "-q", "b/c")
        repository.git("rm", "-q", "--cached", "a")
        try expectDirty(true, repository)
    }

    @Test func whatIsLeftOutOnPurposeIsNotMissing() throws {
        let repository = TestRepository()
        for name in ["a", "b", "c"] { repository.write(name, "1") }
        repository.commit("one")
        repository.git("update-index", "--skip-worktree", "a")
        repository.git("update-index", "--assume-unchanged", "b")
        for name in ["a", "b"] { unlink("\(repository.path)/\(name)") }
        try expectDirty(false, repository)
        unlink("\(repository.path)/c")
        try expectDirty(true, repository)
    }

    @Test func lineEndsFollowTheAttributes() throws {
        let repository = TestRepository()
        repository.write(".gitattributes", "*.txt text eol=crlf\n")
        repository.write("a.txt", "one\r\ntwo\r\n")
        repository.commit("one")
        repository.write("a.txt", "one\r\ntwo\r\n")
        try expectDirty(false, repository)
        repository.write("a.txt", "one\r\nthree\r\n")
        try expectDirty(true, repository)
    }

    @Test func aSubmoduleCountsByItsCommitAndItsTrackedFiles() throws {
        let library = TestRepository()
        library.write("lib.go", "package lib\n")
        library.commit("one")
        let repository = TestRepository()
        repository.git("submodule", "--quiet", "add", library.path, "lib")
        repository.commit("with a submodule")
        try expectDirty(false, repository)
        #expect(try !repository.open().hasUntracked())

        repository.write("lib/untracked", "")
        try expectDirty(false, repository)
        repository.write("lib/lib.go", "package other\n")
        try expectDirty(true, repository)
        repository.git("commit", "-qam", "two", in: "\(repository.path)/lib")
        try expectDirty(true, repository)
        repository.commit("follow")
        try expectDirty(false, repository)

        let inner = try repository.open("lib")
        #expect(inner.workTree == "\(repository.path)/lib")
        #expect(inner.layout.gitDirectory == "\(repository.path)/.git/modules/lib")
        #expect(try inner.head()?.summary == "two")
        #expect(try repository.scan() == [".gitmodules", "lib/lib.go", "lib/untracked"])
        #expect(try repository.scan("lib") == ["lib.go", "untracked"])
    }

    @Test func aNestedRepositoryThatIsNoSubmoduleIsUntracked() throws {
        let repository = TestRepository()
        repository.commit("one")
        repository.git("init", "-q", "nested")
        repository.write("nested/f", "")
        #expect(try repository.open().hasUntracked())
        repository.write(".git/info/exclude", "nested/\n")
        #expect(try !repository.open().hasUntracked())
    }

    @Test(arguments: 0..<40)
    func agreesWithGitAfterRandomEdits(seed: Int) throws {
        var random = SeededNumbers(seed: UInt64(seed))
        let repository = TestRepository()
        let names = ["a", "b", "sub/a", "sub/b", "sub/deep/c"]
        for name in names.prefix(3) { repository.write(name, "1") }
        repository.commit("one")
        var edits: [String] = []
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let name = random.pick(names)
            let edit = Int.random(in: 0..<8, using: &random)
            edits.append("\(edit) \(name)")
            switch edit {
            case 0: repository.write(name, random.pick(["1", "2", "1\n"]))
            case 1: unlink("\(repository.path)/\(name)")
            case 2: repository.git("add", "-A", name, allowing: [0, 128])
            case 3: repository.git("rm", "-q", "--cached", name, allowing: [0, 128])
            case 4: chmod("\(repository.path)/\(name)", random.pick([0o644, 0o755]))
            case 5: repository.git("reset", "-q", "--", name, allowing: [0, 128])
            case 6: repository.git("add", "-N", name, allowing: [0, 128])
            default: repository.git("stash", "-q", allowing: [0, 1])
            }
            let isDirty = repository.git("describe", "--always", "--dirty").hasSuffix("-dirty")
            #expect(try repository.open().isDirty() == isDirty, "\(edits)")
        }
    }
}
