/// A look at a tree: what is read, what is remembered, and that no change goes unseen.
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

@Suite struct WorkTreeTests {
    let folder = TemporaryFolder()

    private func look(_ table: [UInt8]? = nil) throws -> WorkTree {
        try lookAtWorkTree(
            root: folder.path, environment: GitEnvironment(home: nil, systemConfiguration: nil), remembered: table)
    }

    /// Long enough for every file time to be in the past.
    private func settle() { usleep(60_000) }

    /// As a slow look would have it: by content alone.
    private func contents(_ tree: WorkTree) -> [String: String] {
        Dictionary(uniqueKeysWithValues: zip(tree.files, tree.contents).map { ($0.path, "\($0.kindName) \($1?.sha256 ?? "-")") })
    }

    @Test func theSameTreeIsNoNews() throws {
        folder.write("a.go", "package a\n")
        folder.write("b/c.txt", "text")
        settle()
        let first = try look()
        #expect(first.isNews)
        let second = try look(first.table)
        #expect(!second.isNews)
        #expect(second.fingerprint == first.fingerprint)
        #expect(second.contents == first.contents)
        #expect(second.contents.count == 2)
    }

    /// A file that was written a moment ago may be written again within the same tick of the clock.
    @Test func aRacyFileIsReadAgain() throws {
        let path = folder.write("a.txt", "old")
        var table = try look().table
        // Written in place, of the same size, at once: the status may be the very same.
        for text in ["new", "tri", "ali"] {
            let descriptor = open(path, O_WRONLY)
            _ = write(descriptor, text, 3)
            close(descriptor)
            let tree = try look(table)
            #expect(contents(tree) == contents(try look()), "after \(text)")
            table = tree.table
        }
        settle()
        let settled = try look(table)
        #expect(settled.isNews)
        #expect(try !look(settled.table).isNews)
    }

    @Test(arguments: ["edit", "same size", "add", "delete", "rename", "mode", "link", "touch"])
    func changesAreSeen(_ change: String) throws {
        folder.write("a.go", "package a\n")
        folder.write("b.go", "package b\n")
        folder.write("c.txt", "text")
        settle()
        let before = try look()
        switch change {
        case "edit": folder.write("b.go", "package b\n\nvar x = 1\n")
        case "same size": folder.write("b.go", "package d\n")
        case "add": folder.write("aa.go", "package a\n")
        case "delete": unlink("\(folder.path)/b.go")
        case "rename": rename("\(folder.path)/b.go", "\(folder.path)/z.go")
        case "mode": chmod("\(folder.path)/b.go", 0o755)
        case "link":
            unlink("\(folder.path)/b.go")
            symlink("a.go", "\(folder.path)/b.go")
        default: utimes("\(folder.path)/b.go", nil)
        }
        let after = try look(before.table)
        #expect(after.isNews)
        #expect((after.fingerprint == before.fingerprint) == (change == "touch"))
        #expect(contents(after) == contents(try look()))
        #expect(after.fingerprint == (try look()).fingerprint)
    }

    @Test func timesThatWereSetBackDoNotHideAnEdit() throws {
        folder.write("a.txt", "one")
        settle()
        let before = try look()
        let path = folder.write("a.txt", "two")
        var times = [timeval(), timeval()]
        times[0].tv_sec = Int(before.files[0].modified / 1_000_000_000)
        times[1] = times[0]
        utimes(path, times)
        #expect(try look(before.table).fingerprint != before.fingerprint)
    }

    @Test func onlyWhatListingsSeeChangesAHead() throws {
        func head(_ text: String) throws -> String {
            folder.write("a.go", text)
            return try #require(try look().contents[0]?.head)
        }
        let base = try head("package a\n\nimport \"fmt\"\n\nfunc F() { fmt.Println(1) }\n")
        #expect(base.count == 32)
        #expect(try head("// Doc.\npackage a\n\nimport \"fmt\"\n\nfunc F() { fmt.Println(2) }\n") == base)
        for other in [
            "package b\n\nimport \"fmt\"\n", "package a\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n",
            "//go:build linux\n\npackage a\n\nimport \"fmt\"\n", "package a\n\nimport \"fmt\"\nimport _ \"embed\"\n\n//go:embed x\nvar x string\n",
            "", "pack age a",
        ] { #expect(try head(other) != base, "\(other)") }
        #expect(try head("pack age a") != head("pack age b"))
    }

    @Test func embedsAndDirectivesAreMarked() throws {
        folder.write("a.go", "package a\n\nimport _ \"embed\"\n\n//go:embed t.txt\nvar t string\n")
        folder.write("b.go", "package a\n\n//go:generate stringer\n")
        folder.write("t.txt", "")
        settle()
        let first = try look()
        for tree in [first, try look(first.table)] {
            #expect(tree.contents.map { $0?.hasEmbeds } == [true, false, false])
            #expect(tree.contents.map { $0?.hasDirectives } == [false, true, false])
        }
    }

    /// Whatever the bytes are, the answer is that of a look without them.
    @Test func aDamagedTableIsNoTable() throws {
        for index in 0..<40 { folder.write("d\(index % 7)/f\(index).go", "package d\n\nvar x = \(index)\n") }
        settle()
        let tree = try look()
        var numbers = SeededNumbers(seed: 7)
        for _ in 0..<200 {
            var table = tree.table
            switch Int.random(in: 0..<3, using: &numbers) {
            case 0: table.removeLast(Int.random(in: 1...table.count, using: &numbers))
            case 1: table = Array(table.dropFirst(Int.random(in: 1..<200, using: &numbers)))
            default: table.insert(contentsOf: [1, 2, 3], at: Int.random(in: 0..<table.count, using: &numbers))
            }
            let again = try look(table)
            #expect(again.files == tree.files)
        }
    }

    @Test func randomEditsAreAlwaysSeen() throws {
        var numbers = SeededNumbers(seed: 11)
        var table: [UInt8]?
        for _ in 0..<150 {
            let name = "d\(Int.random(in: 0..<4, using: &numbers))/f\(Int.random(in: 0..<6, using: &numbers)).go"
            switch Int.random(in: 0..<5, using: &numbers) {
            case 0: unlink("\(folder.path)/\(name)")
            case 1: chmod("\(folder.path)/\(name)", Bool.random(using: &numbers) ? 0o755 : 0o644)
            case 2: rename("\(folder.path)/\(name)", "\(folder.path)/d0/f\(Int.random(in: 0..<6, using: &numbers)).go")
            default: folder.write(name, "package d\n\nvar x = \(Int.random(in: 0..<4, using: &numbers))\n")
            }
            if Int.random(in: 0..<4, using: &numbers) == 0 { usleep(30_000) }
            let tree = try look(table)
            let plain = try look()
            #expect(tree.fingerprint == plain.fingerprint)
            #expect(tree.contents == plain.contents)
            table = tree.table
        }
    }
}
