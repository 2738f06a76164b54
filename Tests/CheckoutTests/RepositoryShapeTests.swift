/// Repositories that are not plain: submodules, large files, partial and sparse and shallow ones, damaged trees, the index.
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

@Suite struct RepositoryShapeTests {
    let bench = Bench()
    private var repository: TestRepository { bench.repository }

    private func place(_ name: String) -> String { "\(repository.folder.path)/\(name)" }

    // MARK: - Submodules

    @Test func aSubmoduleIsTakenWhereItsCommitIsHere() throws {
        let inner = TestRepository()
        inner.write(".gitattributes", "*.txt text eol=crlf\n")
        inner.write("in.txt", "in\n")
        inner.write("deep/x", "x")
        inner.commit("Inner")
        repository.write("own.txt", "own\n")
        repository.git("submodule", "--quiet", "add", "--name", "odd name", inner.path, "third/party")
        repository.commit("With a submodule")
        // What the work tree has of it does not count.
        repository.write("third/party/untracked", "x")
        repository.write("third/party/in.txt", "edited\n")

        let tree = try bench.make()
        #expect(tree.remarks.submodules.map(\.path) == ["third/party"] && tree.remarks.absentSubmodules.isEmpty)
        #expect(try bench.listing("\(bench.path)/third/party").map { String($0.prefix { $0 != " " }) } == [".gitattributes", "deep/", "deep/x", "in.txt"])
        #expect(bench.text("third/party/in.txt") == "in\r\n" && bench.text("own.txt") == "own\n")

        // The next commit of it is not here.
        inner.write("more", "x")
        inner.commit("More")
        let next = inner.git("rev-parse", "HEAD")
        repository.git("update-index", "--cacheinfo", "160000,\(next),third/party")
        repository.git("commit", "-q", "-m", "Further")
        let later = try bench.make()
        #expect(later.remarks.absentSubmodules == [GitFile(path: "third/party", kind: .submodule, id: GitObjectID(text: next)!)])
        #expect(fileStatus("\(bench.path)/third/party") == nil)

        // Gone from the work tree, it is still in the repository.
        removeTree("\(repository.path)/third/party")
        #expect(try bench.make("HEAD~1").remarks.submodules.count == 1)
        #expect(bench.text("third/party/in.txt") == "in\r\n")
    }

    // MARK: - Large files

    @Test func aLargeFileIsTakenWhereItWasFetched() throws {
        let content = "a very large file\n"
        let oid = sha256(content)
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:\(oid)\nsize \(content.utf8.count)\n"
        repository.write(".gitattributes", "*.big filter=lfs diff=lfs merge=lfs -text\n*.odd filter=mine\n")
        repository.write("a.big", pointer)
        repository.write("b.big", "no pointer\n")
        repository.write("c.odd", "odd\n")
        repository.commit("Large")

        let without = try bench.make()
        #expect(without.remarks.pointers == ["a.big"] && without.remarks.filters == ["mine": "c.odd"])
        #expect(bench.text("a.big") == pointer && bench.text("b.big") == "no pointer\n")

        let object = "tree/.git/lfs/objects/\(oid.prefix(2))/\(oid.dropFirst(2).prefix(2))/\(oid)"
        repository.folder.write(object, content)
        let fetched = try bench.make()
        #expect(fetched.remarks.pointers.isEmpty && fetched.written == 1)
        #expect(bench.text("a.big") == content)
        #expect(try bench.make().written == 0)

        repository.folder.write(object, "a very large fil?\n")
        removeTree("\(bench.path)/a.big")
        #expect(try bench.refusal() == .damagedLargeFile(place(object), of: "a.big"))
    }

    // MARK: - Clones that lack something

    @Test func aSparseCheckoutIsMadeWhole() throws {
        for name in ["a/x", "b/x", "c/x", "top"] { repository.write(name, name) }
        repository.commit("Files")
        let whole = try bench.listing(repository.path)
        repository.git("sparse-checkout", "set", "a")
        #expect(fileStatus("\(repository.path)/b") == nil)
        try bench.make()
        #expect(try bench.listing(bench.path) == whole)
        #expect(try bench.makeStaged().written == 0)
    }

    @Test func aPartialCloneLacksContents() throws {
        for name in ["a/x", "b/x", "top"] { repository.write(name, name) }
        repository.commit("Files")
        repository.write("top", "new")
        repository.commit("Others")
        repository.git("config", "uploadpack.allowFilter", "true")
        let clone = place("partial")
        repository.git("clone", "-q", "--no-checkout", "--filter=blob:none", "file://\(repository.path)", clone)
        let git = try #require(try GitRepository.open(at: clone, environment: repository.environment))
        #expect(git.isPartialClone)
        #expect(try !repository.open().isPartialClone)
        let commit = try git.commit(named: "HEAD")
        #expect(throws: CheckoutError.missingContents(count: 3, of: "a/x")) {
            try CleanTree(at: bench.path, commit: commit, of: git)
        }
        // What `run --clean` advises.
        repository.git("diff", "--numstat", "4b825dc642cb6eb9a060e54bf8d69288fbee4904", commit.id, in: clone)
        #expect(try CleanTree(at: bench.path, commit: commit, of: git).written == 3)
        #expect(bench.text("top") == "new")
    }

    @Test func aShallowCloneHasItsLastCommit() throws {
        repository.write("a", "1")
        repository.commit("First")
        repository.write("a", "2")
        repository.commit("Second")
        let clone = place("shallow")
        repository.git("clone", "-q", "--depth=1", "file://\(repository.path)", clone)
        let git = try #require(try GitRepository.open(at: clone, environment: repository.environment))
        #expect(git.isShallow)
        #expect(try CleanTree(at: bench.path, commit: git.commit(named: "HEAD"), of: git).files.count == 1)
        #expect(bench.text("a") == "2")
        let error = #expect(throws: GitError.self) { try git.commit(named: "HEAD~1") }
        #expect(error?.code == .notFound)
    }

    /// Of an ordinary repository and of a bare one.
    @Test(arguments: [false, true])
    func aLinkedWorkTreeHasItsOwnHead(isBare: Bool) throws {
        repository.write("a", "main")
        repository.commit("First")
        var source = repository.path
        if isBare {
            source = place("bare.git")
            repository.git("clone", "-q", "--bare", repository.path, source)
        }
        let linked = place("linked")
        repository.git("worktree", "add", "-q", "-b", "other", linked, in: source)
        repository.folder.write("linked/a", "other")
        repository.git("add", "-A", in: linked)
        let git = try #require(try GitRepository.open(at: linked, environment: repository.environment))
        #expect(try CleanTree(at: bench.path, files: git.stagedFiles(), of: git).files.count == 1)
        #expect(bench.text("a") == "other")
        repository.git("commit", "-q", "-m", "Other", in: linked)
        _ = try CleanTree(at: bench.path, commit: git.commit(named: "HEAD"), of: git)
        #expect(bench.text("a") == "other")
        _ = try CleanTree(at: bench.path, commit: git.commit(named: "main"), of: git)
        #expect(bench.text("a") == "main")
        #expect(git.hooksFolder == (isBare ? "\(source)/hooks" : "\(source)/.git/hooks"))
    }

    // MARK: - Which commit

    @Test func aCommitHasManyNames() throws {
        repository.write("a", "1")
        repository.commit("First")
        let first = repository.git("rev-parse", "HEAD")
        repository.git("tag", "-a", "-m", "one", "v1")
        repository.write("a", "2")
        repository.commit("Second")
        let git = try repository.open()
        for name in ["HEAD~1", "v1", "main^", first, String(first.prefix(10)), "v1^{commit}"] {
            #expect(try git.commit(named: name).id == first, "\(name)")
        }
        let blob = repository.git("rev-parse", "HEAD:a")
        for name in ["nothing", "", "HEAD~9", "a b", "~", "v1:", blob, "HEAD:a", String(repeating: "0", count: 40)] {
            let error = #expect(throws: GitError.self, "\(name)") { try git.commit(named: name) }
            #expect(error?.code == .notFound, "\(name): \(String(describing: error))")
        }
        let unborn = TestRepository()
        let error = #expect(throws: GitError.self) { try unborn.open().commit(named: "HEAD") }
        #expect([.notFound, .noCommit].contains(error?.code))
    }

    @Test func theIndexIsWhatIsStaged() throws {
        repository.write("a", "committed")
        repository.write("gone", "x")
        repository.commit("First")
        repository.write("a", "staged")
        repository.write("new", "staged")
        repository.git("add", "a", "new")
        repository.git("rm", "-q", "--cached", "gone")
        repository.write("a", "edited since")
        repository.write("announced", "x")
        repository.git("add", "-N", "announced")
        let tree = try bench.makeStaged()
        #expect(tree.files.map(\.path) == ["a", "new"])
        #expect(bench.text("a") == "staged")
        // An index of its own, as `git commit -a` has while its hook runs.
        let other = place("other-index")
        repository.git("read-tree", "--index-output=\(other)", "HEAD")
        let git = try repository.open()
        #expect(try git.stagedFiles(index: other).map(\.path) == ["a", "gone"])
    }

    @Test func anUnmergedIndexIsRefused() throws {
        repository.write("a", "0")
        repository.commit("First")
        repository.git("checkout", "-q", "-b", "other")
        repository.write("a", "1")
        repository.commit("Other")
        repository.git("checkout", "-q", "main")
        repository.write("a", "2")
        repository.commit("Main")
        repository.git("merge", "-q", "other", allowing: [1])
        let error = #expect(throws: GitError.self) { try repository.open().stagedFiles() }
        #expect(error?.code == .unsupported && error?.cause == "a is not merged: resolve it and `git add a`")
    }

    // MARK: - Trees that would do harm

    @Test(arguments: [".git", "..", ".", ".GIT", "git~1"])
    func aNameThatEscapesIsRefused(name: String) throws {
        repository.write("a", "x")
        repository.commit("First")
        let blob = repository.git("rev-parse", "HEAD:a")
        let inner = repository.git("mktree", input: "100644 blob \(blob)\tx\n")
        for line in ["100644 blob \(blob)\t\(name)\n", "040000 tree \(inner)\t\(name)\n"] {
            let tree = repository.git("mktree", input: line)
            let below = repository.git("mktree", input: "040000 tree \(tree)\td\n")
            for top in [tree, below] {
                let commit = repository.git("commit-tree", "-m", "Bad", top)
                repository.git("update-ref", "refs/heads/main", commit)
                guard case .git(let error)? = try bench.refusal() else {
                    Issue.record("\(name) was taken")
                    continue
                }
                #expect(error.code == .invalidName)
            }
        }
    }

    @Test func aLinkIsNoFolder() throws {
        repository.write("target/x", "kept")
        repository.commit("First")
        let blob = repository.git("hash-object", "-w", "--stdin", input: "\(repository.path)/target")
        let inner = repository.git("mktree", input: "100644 blob \(blob)\tx\n")
        let top = repository.git("mktree", input: "120000 blob \(blob)\ta\n040000 tree \(inner)\ta\n")
        repository.git("update-ref", "refs/heads/main", repository.git("commit-tree", "-m", "Bad", top))
        #expect(try bench.refusal() == .collision("a"))
        #expect(readText("\(repository.path)/target/x") == "kept")
    }

    @Test func damagedObjectsAreMissing() throws {
        repository.write("a", "content")
        repository.commit("First")
        let blob = repository.git("rev-parse", "HEAD:a")
        remove(place("tree/.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))"))
        #expect(try bench.refusal() == .missingContents(count: 1, of: "a"))
    }

    @Test func hooksAreWhereTheConfigurationSays() throws {
        let git = try repository.open()
        #expect(git.hooksFolder == "\(repository.path)/.git/hooks")
        repository.git("config", "core.hooksPath", ".githooks")
        #expect(git.hooksFolder == "\(repository.path)/.githooks")
        repository.git("config", "core.hooksPath", "~/hooks")
        #expect(git.hooksFolder == "\(repository.home)/hooks")
    }
}
