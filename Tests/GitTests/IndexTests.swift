/// The list of tracked paths, in every form that git writes it.
import TestSupport
import Testing

@testable import Git

@Suite struct IndexTests {
    private func tracked(_ repository: TestRepository, hashLength: Int = 20) throws -> TrackedPaths {
        try TrackedPaths(indexFile: "\(repository.path)/.git/index", hashLength: hashLength)
    }

    @Test(arguments: [2, 3, 4], ["sha1", "sha256"])
    func everyVersionIsRead(version: Int, hash: String) throws {
        let repository = TestRepository("--object-format=\(hash)")
        // Names of every length, so that all paddings are met; long ones share their beginnings.
        let files =
            (1...40).map { "folder/" + String(repeating: "x", count: $0) } + ["a-b", "a/b", "a.b", "é"]
            + ["folder/x" + String(repeating: "y", count: 220)]
        for name in files { repository.write(name, "") }
        repository.git("add", "-A")
        // An entry that is only intended makes version 3 necessary.
        repository.write("later", "")
        repository.git(["add"] + (version == 3 ? ["-N"] : []) + ["later"])
        repository.git("update-index", "--index-version", "\(version)")
        #expect(try #require(readFile("\(repository.path)/.git/index"))[7] == version)

        let tracked = try tracked(repository, hashLength: hash == "sha1" ? 20 : 32)
        for name in files + ["later"] { #expect(tracked.contains(name), "\(name)") }
        for name in ["", "a", "folder", "folder/", "folder/y", "z", "folder/" + String(repeating: "x", count: 41)] {
            #expect(!tracked.contains(name), "\(name)")
        }
        for (name, expected) in [
            ("folder", true), ("a", true), ("a.b", true), ("f", false), ("folde", false), ("z", false)
        ] {
            #expect(Array(name.utf8).withUnsafeBufferPointer { tracked.containsFolder($0) } == expected, "\(name)")
        }
    }

    @Test func aFolderThatASparseIndexNamesStandsForAllInIt() throws {
        let repository = TestRepository()
        for name in ["in/a", "out/b", "out/deep/c", "top"] { repository.write(name, "") }
        repository.commit("one")
        repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "in")
        #expect(repository.list("ls-files", "-z", "--sparse") == ["in/a", "out/", "top"])
        let tracked = try tracked(repository)
        for name in ["in/a", "top", "out/b", "out/deep/c"] { #expect(tracked.contains(name), "\(name)") }
        for name in ["out", "in/b", "outer/b"] { #expect(!tracked.contains(name), "\(name)") }
        for (name, expected) in [("out", true), ("out/deep", true), ("ou", false)] {
            #expect(Array(name.utf8).withUnsafeBufferPointer { tracked.containsFolder($0) } == expected, "\(name)")
        }
    }

    @Test func noIndexTracksNothing() throws {
        let repository = TestRepository()
        #expect(try !tracked(repository).contains("a"))
    }

    @Test func aSplitIndexIsRefusedWithItsRemedy() throws {
        let repository = TestRepository()
        repository.write("a", "")
        repository.git("add", "-A")
        repository.git("update-index", "--split-index")
        let error = #expect(throws: GitError.self) { try tracked(repository) }
        #expect(
            error?.description == """
                cannot read the index \(repository.path)/.git/index: it is split in two files: \
                `git update-index --no-split-index` joins them
                """)
        repository.git("update-index", "--no-split-index")
        #expect(try tracked(repository).contains("a"))
    }

    @Test func aDamagedIndexIsRefused() throws {
        let repository = TestRepository()
        for name in ["a", "b", "c"] { repository.write(name, "") }
        repository.git("add", "-A")
        repository.git("update-index", "--index-version", "4")
        let file = "\(repository.path)/.git/index"
        let index = try #require(readFile(file))
        // Cut anywhere, and with any byte changed: an error or an answer, never a crash.
        var refused = 0
        for count in 0..<index.count { refused += try isRefused(Array(index[..<count]), repository) ? 1 : 0 }
        #expect(refused == index.count)
        for i in index.indices {
            var changed = index
            changed[i] ^= 0xff
            _ = try isRefused(changed, repository)
        }
    }

    private func isRefused(_ bytes: [UInt8], _ repository: TestRepository) throws -> Bool {
        let file = "\(repository.folder.path)/damaged"
        writeFile(file, bytes)
        do {
            _ = try TrackedPaths(indexFile: file, hashLength: 20)
            return false
        } catch {
            #expect(error.code == .unsupported)
            return true
        }
    }
}
