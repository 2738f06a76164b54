/// The contents of input files as they were when they were looked at.
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

@Suite struct FileDigestsTests {
    let folder = TemporaryFolder()
    private let emptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    @Test func kindModeAndContentAreNamed() throws {
        folder.write("empty", "")
        folder.write("program", "", mode: 0o755)
        try makeFolder("\(folder.path)/folder")
        #expect(symlink("empty", "\(folder.path)/link") == 0)
        let digests = FileDigests(of: ["empty", "program", "folder", "link", "none", "empty"], in: folder.path)
        #expect(digests["empty"] == "file \(emptyDigest)")
        #expect(digests["program"] == "program \(emptyDigest)")
        #expect(digests["link"] == "link empty")
        #expect(digests["folder"] == nil && digests["none"] == nil && digests["never asked"] == nil)
    }

    @Test func manyFilesAreAllRead() {
        let names = (0..<500).map { "d\($0 % 7)/f\($0)" }
        for name in names { folder.write(name, name) }
        let digests = FileDigests(of: names, in: folder.path)
        for name in names { #expect(digests[name] == "file \(Digest(of: Array(name.utf8)).sha256)") }
        #expect(FileDigests(of: [], in: folder.path)["x"] == nil)
    }

    /// What was read before stays as it was: a key speaks of one moment.
    @Test func furtherFilesAreAddedAndKnownOnesStay() {
        folder.write("a", "1")
        let first = FileDigests(of: ["a"], in: folder.path)
        folder.write("a", "2")
        folder.write("b", "1")
        let both = first.adding(["a", "b"], in: folder.path)
        #expect(both["a"] == first["a"])
        #expect(both["b"] == first["a"])
        #expect(first["b"] == nil)
    }

    @Test func changesAreToldInTheOrderAskedFor() {
        for name in ["a", "b", "c", "d"] { folder.write(name, "old") }
        let digests = FileDigests(of: ["a", "b", "c", "d", "new"], in: folder.path)
        #expect(digests.changed(in: folder.path, among: ["a", "b", "c", "d", "new"]) == [])
        folder.write("b", "new")
        removeTree("\(folder.path)/d")
        folder.write("new", "")
        #expect(digests.changed(in: folder.path, among: ["new", "d", "c", "b", "a"]) == ["new", "d", "b"])
    }
}
