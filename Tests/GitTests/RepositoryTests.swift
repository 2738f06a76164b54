/// Repositories of every kind that people have, opened and described.
import Git
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct RepositoryTests {
    @Test func headIsTheCommitAsGitShowsIt() throws {
        let repository = TestRepository()
        #expect(try repository.open().head() == nil)
        repository.commit("First line\ngoes on\n\nBody ünïcode")
        let head = try #require(try repository.open().head())
        let shown = repository.git("log", "-1", "--format=%H%n%ct%n%s%n%an%n%ae").split(separator: "\n").map(
            String.init)
        #expect([head.id, "\(head.time)", head.summary, head.author, head.authorEmail] == shown)
        #expect(head.time == 1_700_000_100)

        repository.commit("two")
        repository.git("checkout", "-q", "--detach", head.id)
        #expect(try repository.open().head() == head)
    }

    @Test func isFoundFromAnyFolderInside() throws {
        let repository = TestRepository()
        repository.write("a/b/c", "")
        symlink("a/b", "\(repository.path)/link")
        #expect(try repository.open("a/b").workTree == repository.path)
        #expect(try repository.open("link").workTree == repository.path)
        #expect(try repository.open().layout.gitDirectory == "\(repository.path)/.git")
        for place in [
            repository.home, repository.folder.path, "\(repository.path)/.git/refs", "\(repository.path)/none"
        ] {
            #expect(try GitRepository.open(at: place, environment: repository.environment) == nil)
        }
    }

    @Test func aBareRepositoryHasNoWorkTree() throws {
        let repository = TestRepository("--bare")
        #expect(try GitRepository.open(at: repository.path, environment: repository.environment) == nil)
        #expect(try GitRepository.open(at: "\(repository.path)/refs", environment: repository.environment) == nil)
        let other = TestRepository()
        other.git("config", "core.bare", "true")
        #expect(try GitRepository.open(at: other.path, environment: other.environment) == nil)
        let elsewhere = TestRepository()
        elsewhere.git("config", "core.worktree", elsewhere.home)
        #expect(try GitRepository.open(at: elsewhere.path, environment: elsewhere.environment) == nil)
    }

    @Test func aWorktreeHasAHeadOfItsOwn() throws {
        let repository = TestRepository()
        repository.write(".git/info/exclude", "*.o\n")
        repository.commit("one")
        repository.git("tag", "v1")
        let second = "\(repository.folder.path)/second"
        repository.git("worktree", "add", "-q", "-b", "other", second)
        repository.folder.write("second/file", "")
        repository.folder.write("second/x.o", "")
        repository.git("add", "file", in: second)
        repository.git("commit", "-qm", "two", in: second)

        let opened = try #require(try GitRepository.open(at: second, environment: repository.environment))
        #expect(opened.workTree == second)
        #expect(opened.layout.gitDirectory == "\(repository.path)/.git/worktrees/second")
        #expect(opened.layout.commonDirectory == "\(repository.path)/.git")
        #expect(try opened.head()?.summary == "two")
        #expect(try opened.describe() == repository.git("describe", "--tags", in: second))
        #expect(try opened.isDirty() == false)
        #expect(try opened.hasUntracked() == false)
        #expect(try scanTree(root: second, environment: repository.environment).files.map(\.path) == ["file"])
        #expect(GitFingerprint(opened.layout).commit == (try opened.head()?.id))
        #expect(try repository.open().head()?.summary == "one")
    }

    @Test(arguments: [1, 2, 4])
    func aShallowCloneIsDescribedByWhatItHas(depth: Int) throws {
        let origin = TestRepository()
        for i in 1...6 {
            origin.commit("\(i)")
            if i == 4 { origin.git("tag", "-a", "v1", "-m", "v1") }
        }
        let clone = "\(origin.folder.path)/clone"
        origin.git("clone", "-q", "--depth", "\(depth)", "file://\(origin.path)", clone)
        let opened = try #require(try GitRepository.open(at: clone, environment: origin.environment))
        #expect(try opened.describe() == origin.git("describe", "--tags", "--always", "--dirty", in: clone))
        #expect(try opened.head()?.summary == "6")

        // A tag that is not behind HEAD makes the search go on to where the history is cut.
        origin.git("tag", "-d", "v1", in: clone, allowing: [0, 1])
        origin.git("tag", "aside", origin.git("commit-tree", "-m", "aside", "HEAD^{tree}", in: clone), in: clone)
        #expect(try opened.describe() == origin.git("describe", "--tags", "--always", "--dirty", in: clone))
    }

    @Test func sparseAndPartialClonesAreClean() throws {
        let origin = TestRepository()
        for name in ["in/a", "out/b", "out/deep/c", "top"] { origin.write(name, name) }
        origin.commit("one")
        origin.git("config", "uploadpack.allowFilter", "true")
        for options in [["--cone"], ["--cone", "--sparse-index"]] {
            let clone = "\(origin.folder.path)/clone\(options.count)"
            origin.git("clone", "-q", "--filter=blob:none", "--no-checkout", "file://\(origin.path)", clone)
            // Some versions of git write this, others do without it.
            origin.git("config", "extensions.partialClone", "origin", in: clone)
            origin.git(["sparse-checkout", "set"] + options + ["in"], in: clone)
            origin.git("checkout", "-q", "main", in: clone)
            let opened = try #require(try GitRepository.open(at: clone, environment: origin.environment))
            #expect(try scanTree(root: clone, environment: origin.environment).files.map(\.path) == ["in/a", "top"])
            #expect(try !opened.hasUntracked())
            #expect(try opened.head()?.summary == "one")
            // libgit2 knows no index that names folders; it has to say so and not to guess.
            if options.contains("--sparse-index") {
                #expect(throws: GitError.self) { try opened.isDirty() }
            } else {
                #expect(try !opened.isDirty())
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
    func anotherUsersRepositoryIsOpenedOnlyWhenAllowed() throws {
        let repository = TestRepository()
        repository.commit("one")
        lchown(repository.path, 12345, 12345)
        let open = { try GitRepository.open(at: repository.path, environment: repository.environment) }
        let error = #expect(throws: GitError.self) { try open() }
        #expect(error?.code == .ownerMismatch)
        #expect(
            error?.description == """
                cannot open the repository \(repository.path): \(repository.path) belongs to another user; \
                if you trust it: git config --global --add safe.directory \(repository.path)
                """)
        #expect(repository.git("status", allowing: [128]).contains("dubious ownership"))

        // The repository cannot vouch for itself.
        repository.folder.write("tree/.git/config", "[safe]\n\tdirectory = *\n")
        #expect(throws: GitError.self) { try open() }
        for value in [repository.path, "*", "\(repository.folder.path)/*"] {
            repository.folder.write("home/.gitconfig", "[safe]\n\tdirectory = \(value)\n")
            #expect(try open()?.head()?.summary == "one")
        }
        repository.folder.write("home/.gitconfig", "[safe]\n\tdirectory = *\n\tdirectory =\n")
        #expect(throws: GitError.self) { try open() }

        repository.folder.write("home/.gitconfig", "")
        var environment = repository.environment
        environment.sudoUser = 12345
        #expect(try GitRepository.open(at: repository.path, environment: environment)?.head() != nil)
    }

    @Test func aDamagedRepositoryIsAnErrorWithItsReason() throws {
        let repository = TestRepository()
        repository.commit("one")
        repository.write(".git/config", "[core\n")
        let error = #expect(throws: GitError.self) { try repository.open() }
        #expect(error?.description.hasPrefix("cannot open the repository \(repository.path): ") == true)
        #expect(error?.cause.contains("config") == true)
    }

    @Test func theEnvironmentIsReadFromVariables() {
        let all = GitEnvironment(variables: [
            "HOME": "/h", "XDG_CONFIG_HOME": "/x", "GIT_CONFIG_NOSYSTEM": "1", "SUDO_UID": "7"
        ])
        #expect(all == GitEnvironment(home: "/h", xdgConfigHome: "/x", systemConfiguration: nil, sudoUser: 7))
        let none = GitEnvironment(variables: ["HOME": "", "GIT_CONFIG_NOSYSTEM": "0"])
        #expect(none == GitEnvironment(home: nil, systemConfiguration: "/etc/gitconfig"))
    }
}
