/// Folders, links and trees as they lie on disk, and the words of paths.
import Files
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct TreeTests {
    let folder = TemporaryFolder()
    private func place(_ name: String) -> String { "\(folder.path)/\(name)" }

    @Test func everyKindIsTold() throws {
        folder.write("file", "12345")
        folder.write("program", "", mode: 0o755)
        try makeFolder(place("folder"))
        #expect(symlink("program", place("link")) == 0)
        #expect(mkfifo(place("pipe"), 0o600) == 0)
        #expect(fileStatus(place("file"))?.kind == .file(executable: false))
        #expect(fileStatus(place("file"))?.size == 5)
        #expect(fileStatus(place("program"))?.kind == .file(executable: true))
        #expect(fileStatus(place("folder"))?.kind == .folder)
        #expect(fileStatus(place("link"))?.kind == .link)
        #expect(fileStatus(place("link"), followingLink: true)?.kind == .file(executable: true))
        #expect(fileStatus(place("pipe"))?.kind == .other)
        #expect(fileStatus(place("none")) == nil)
        #expect(fileStatus(place("file/below")) == nil)
    }

    @Test func foldersAreMadeWithThoseAbove() throws {
        try makeFolder(place("a/b/c"))
        try makeFolder(place("a/b/c"))
        #expect(fileStatus(place("a/b/c"))?.kind == .folder)
        folder.write("file", "")
        #expect(throws: FileError(operation: "make folder", path: place("file/below"), code: ENOTDIR)) {
            try makeFolder(place("file/below"))
        }
    }

    @Test func manyMayMakeOneFolderAtOnce() async {
        let deep = place("x/y/z/w")
        let failures = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<32 { group.addTask { (try? makeFolder(deep)) == nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 0)
    }

    @Test func linksAreReadAndNothingElse() {
        folder.write("file", "")
        #expect(symlink("../far away/é", place("link")) == 0)
        #expect(readLink(place("link")) == "../far away/é")
        #expect(readLink(place("file")) == nil)
        #expect(readLink(place("none")) == nil)
    }

    @Test func namesAreThoseOfTheFolderAlone() throws {
        folder.write("b", "")
        folder.write(".hidden", "")
        folder.write("a/inner", "")
        #expect(names(in: folder.path)?.sorted() == [".hidden", "a", "b"])
        #expect(names(in: place("b")) == nil)
    }

    @Test func filesBelowAreAllThatIsNoFolder() throws {
        folder.write("tree/a", "")
        folder.write("tree/d/e/f", "")
        try makeFolder(place("tree/empty"))
        // A link to a folder is not gone into: it may lead out, or in a circle.
        #expect(symlink("..", place("tree/d/up")) == 0)
        #expect(try filesBelow(place("tree")).sorted() == ["a", "d/e/f", "d/up"])
        #expect(throws: FileError(operation: "read folder", path: place("none"), code: ENOENT)) {
            try filesBelow(place("none"))
        }
    }

    @Test func aTreeIsRemovedReadOnlyFoldersIncludedAndLinksNotFollowed() throws {
        folder.write("outside", "kept")
        folder.write("tree/a/b", "", mode: 0o444)
        #expect(symlink("../outside", place("tree/link")) == 0)
        #expect(symlink("..", place("tree/a/up")) == 0)
        chmod(place("tree/a"), 0o555)
        removeTree(place("tree"))
        #expect(fileStatus(place("tree")) == nil)
        #expect(folder.read("outside") == "kept")
        removeTree(place("outside"))
        removeTree(place("never there"))
        #expect(names(in: folder.path) == [])
    }

    @Test(arguments: [
        ("a/b", "a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("/a/b/c", "/a/b", "c"), ("a/", "a", ""),
    ])
    func pathsAreTakenApart(path: String, parent: String, base: String) {
        #expect(parentFolder(of: path) == parent)
        #expect(baseName(path) == base)
    }

    @Test func uniqueNamesDiffer() {
        #expect(Set((0..<1000).map { _ in uniqueName() }).count == 1000)
    }
}
