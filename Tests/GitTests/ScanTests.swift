/// Walks of real work trees: what is listed, what is not, and what each entry says.
import Git
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct ScanTests {
    @Test func listsFilesAndLinksInByteOrder() throws {
        let repository = TestRepository()
        for name in ["a/b", "a.txt", "a-b", "A", "é", "a/.hidden"] { repository.write(name, "four") }
        symlink("nowhere", "\(repository.path)/link")
        symlink("a", "\(repository.path)/folder-link")
        mkfifo("\(repository.path)/pipe", 0o644)
        mkdir("\(repository.path)/empty", 0o755)

        let tree = try scanTree(root: repository.path, environment: repository.environment)
        #expect(
            tree.files.map(\.path) == ["A", "a-b", "a.txt", "a/.hidden", "a/b", "folder-link", "link", "é"])
        #expect(tree.files.filter(\.isSymlink).map(\.path) == ["folder-link", "link"])
        #expect(tree.repositories.isEmpty)
    }

    @Test func saysWhatTheKernelSays() throws {
        let repository = TestRepository()
        repository.write("f", "four")
        let file = "\(repository.path)/f"
        chmod(file, 0o755)
        var times = [timespec(tv_sec: 5, tv_nsec: 6), timespec(tv_sec: 1_700_000_000, tv_nsec: 123_456_789)]
        utimensat(AT_FDCWD, file, &times, 0)
        var status = stat()
        stat(file, &status)

        let found = try #require(try scanTree(root: repository.path, environment: repository.environment).files.first)
        #expect(found.size == 4)
        #expect(found.modified == 1_700_000_000_123_456_789)
        #expect(found.changed > 1_700_000_000_123_456_789)
        #expect(found.inode == UInt64(status.st_ino))
        #expect(found.mode == UInt32(S_IFREG) | 0o755)
    }

    @Test func aSubfolderFollowsTheRulesAboveIt() throws {
        let repository = TestRepository()
        repository.write(".gitignore", "*.o\n/services/api/gen/\n")
        repository.write("services/.gitignore", "*.tmp\n!keep.o\n")
        for name in ["main.go", "x.o", "keep.o", "y.tmp", "gen/a", "deep/gen/a"] {
            repository.write("services/api/\(name)", "")
        }
        #expect(try repository.scan("services/api") == ["deep/gen/a", "keep.o", "main.go"])
    }

    @Test func aFolderThatGitIgnoresIsWalkedAsIfThereWereNoRepository() throws {
        let repository = TestRepository()
        repository.write(".gitignore", "*\n")
        repository.write("project/a.o", "")
        repository.write("project/sub/b", "")
        #expect(try repository.scan("project") == ["a.o", "sub/b"])
        #expect(try repository.scan("project/sub") == ["b"])
    }

    @Test func inAnIgnoredFolderOnlyWhatIsTrackedCounts() throws {
        let repository = TestRepository()
        repository.write(".gitignore", "out/\n")
        for name in ["out/kept", "out/lost", "out/deep/kept", "out/deep/lost", "out/other/lost"] {
            repository.write(name, "")
        }
        repository.git("add", "-f", "out/kept", "out/deep/kept")
        #expect(try repository.scan() == [".gitignore", "out/deep/kept", "out/kept"])
        #expect(try repository.scan("out") == ["deep/kept", "kept"])
        #expect(try repository.scan("out/deep") == ["kept"])

        repository.git("rm", "-q", "--cached", "out/kept", "out/deep/kept")
        #expect(try repository.scan() == [".gitignore"])
    }

    @Test func outsideARepositoryNothingIsIgnored() throws {
        let folder = TemporaryFolder()
        folder.write(".gitignore", "*\n")
        folder.write("a/b", "")
        // An empty .git is no repository, and still none of the files.
        folder.write(".git/x", "")
        folder.write("a/.git", "gitdir: /nowhere\n")
        let tree = try scanTree(root: folder.path, environment: GitEnvironment(home: nil, systemConfiguration: nil))
        #expect(tree.files.map(\.path) == [".gitignore", "a/b"])
        #expect(tree.repositories.isEmpty)
    }

    @Test func aNestedRepositoryFollowsItsOwnRules() throws {
        let repository = TestRepository()
        repository.write(".gitignore", "*.o\n/ignored\n")
        for folder in ["nested", "ignored"] {
            repository.write("\(folder)/a.o", "")
            repository.write("\(folder)/a.x", "")
            repository.write("\(folder)/sub/a.o", "")
            repository.write("\(folder)/sub/only", "")
            repository.write("\(folder)/sub/sub/only", "")
            repository.write("\(folder)/.gitignore", "*.x\n/sub/only\n")
            repository.git("init", "-q", folder)
        }
        repository.write("z.o", "")
        let tree = try scanTree(root: repository.path, environment: repository.environment)
        #expect(
            tree.files.map(\.path)
                == [".gitignore", "nested/.gitignore", "nested/a.o", "nested/sub/a.o", "nested/sub/sub/only"])
        #expect(tree.repositories == ["nested"])
    }

    @Test func theUsersOwnIgnoreFileIsFoundWhereverItIsNamed() throws {
        let repository = TestRepository()
        for name in ["a", "b", "c", "d", "e"] { repository.write(name, "") }
        repository.folder.write("home/.config/git/ignore", "a\n")
        #expect(try repository.scan() == ["b", "c", "d", "e"])

        repository.folder.write("home/mine", "b\n")
        repository.folder.write("home/.gitconfig", "[include]\n\tpath = more\n[user] name = x\n")
        repository.folder.write("home/more", "[CORE] ; comment\n ExcludesFile = \"~/mine\" # comment\n")
        #expect(try repository.scan() == ["a", "c", "d", "e"])

        repository.folder.write("home/other", "c\n")
        repository.write(".git/branch", "[core]\nexcludesFile = \(repository.home)/other\n")
        repository.git("config", "includeIf.onbranch:ma*.path", "branch")
        #expect(try repository.scan() == repository.list("ls-files", "-o", "--exclude-standard", "-z"))
        #expect(try repository.scan() == ["a", "b", "d", "e"])

        repository.git("config", "--unset", "includeIf.onbranch:ma*.path")
        repository.git("config", "includeIf.gitdir:~/../tree/.path", "branch")
        repository.git("config", "includeIf.gitdir:tree/.path", "branch")
        #expect(try repository.scan() == repository.list("ls-files", "-o", "--exclude-standard", "-z"))

        var environment = repository.environment
        environment.xdgConfigHome = repository.folder.write("xdg/git/ignore", "e\n").replacing("/git/ignore", with: "")
        repository.git("config", "--remove-section", "includeIf.gitdir:tree/")
        repository.folder.write("home/.gitconfig", "")
        let names = try scanTree(root: repository.path, environment: environment).files.map(\.path)
        #expect(names == ["a", "b", "c", "d"])
    }

    @Test func aNameThatIsNotTextIsRefusedByName() throws {
        let folder = TemporaryFolder()
        folder.write("sub/a", "")
        let name: [CChar] =
            "\(folder.path)/sub/x".utf8.map { CChar(bitPattern: $0) } + [CChar(bitPattern: 0xff), 0x0a, 0]
        let descriptor = open(name, O_CREAT | O_WRONLY, 0o644)
        try #require(descriptor >= 0, "this file system takes UTF-8 only")
        close(descriptor)
        let error = #expect(throws: GitError.self) {
            try scanTree(root: folder.path, environment: GitEnvironment(home: nil))
        }
        #expect(
            "\(try #require(error))"
                == "cannot list the file sub/x\\xff\\x0a: its name is not UTF-8: rename it, or have git ignore its folder"
        )
        #expect(error?.code == .invalidName)
    }

    @Test func twoSpellingsOfOneLetterAreTwoFiles() throws {
        let repository = TestRepository()
        repository.write("e\u{301}", "")
        repository.write("\u{e9}", "")
        repository.write(".gitignore", "\u{e9}\n")
        try #require(names(in: repository.path) == 4, "this file system holds them for one name")
        let found = try repository.scan().map { Array($0.utf8) }
        #expect(found == [Array(".gitignore".utf8), Array("e\u{301}".utf8)])
    }

    private func names(in path: String) -> Int {
        guard let folder = opendir(path) else { return 0 }
        defer { closedir(folder) }
        var count = -2
        while readdir(folder) != nil { count += 1 }
        return count
    }

    @Test func aFolderThatIsNotThereIsNamed() {
        let folder = TemporaryFolder()
        let error = #expect(throws: GitError.self) {
            try scanTree(root: "\(folder.path)/none", environment: GitEnvironment(home: nil))
        }
        #expect(error?.description == "cannot read the folder \(folder.path)/none: No such file or directory")
        folder.write("file", "")
        let other = #expect(throws: GitError.self) {
            try scanTree(root: "\(folder.path)/file", environment: GitEnvironment(home: nil))
        }
        #expect(other?.description == "cannot read the folder \(folder.path)/file: Not a directory")
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func aFolderThatMayNotBeReadIsNamed() {
        let folder = TemporaryFolder()
        folder.write("a/locked/b", "")
        chmod("\(folder.path)/a/locked", 0)
        defer { chmod("\(folder.path)/a/locked", 0o755) }
        let error = #expect(throws: GitError.self) {
            try scanTree(root: folder.path, environment: GitEnvironment(home: nil))
        }
        #expect(error?.description == "cannot read the folder \(folder.path)/a/locked/: Permission denied")
        #expect(error?.code == .unreadable)
    }
}
