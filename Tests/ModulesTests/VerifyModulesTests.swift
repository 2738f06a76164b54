/// What was unpacked is what go.sum names, or is refused by name; what was seen before is not read again.
import Files
import Go
import Modules
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.enabled(if: RealGo.isWanted, RealGo.absence), .timeLimit(.minutes(10)))
struct VerifyModulesTests {
    @Test func whatGoUnpackedHasTheHashOfGoSum() async throws {
        let desk = try await Unpacked()
        let verdicts = desk.verify()
        #expect(verdicts.right == [desk.module] && verdicts.edited.isEmpty)
    }

    @Test func anEditedFileIsNamed() async throws {
        let desk = try await Unpacked()
        let text = try #require(readText("\(desk.folder)/wordlist.go"))
        // Not even size and time tell.
        try desk.write("wordlist.go", text.dropLast() + " ", keepingTimes: true)
        let edited = try #require(desk.verify().edited.first)
        #expect(edited.changes == ["wordlist.go": .changed])
        #expect(
            desk.complaint() == [
                "example.com/wordlist@v1.2.0 in the module cache is not what go.sum names",
                "  folder   /modules/example.com/wordlist@v1.2.0",
                "  hash     \(try #require(edited.hash))",
                "  expected h1:FO8ko93kKIUPmUdXHn78B/8kLp9GrCuwdzl1X3kbHNI= (go.sum)",
                "  changed  wordlist.go",
                "The go command compiles it as it is: it does not check again what it has unpacked once.",
                "To have it fetched and checked anew: chmod -R u+w /modules/example.com/wordlist@v1.2.0 && "
                    + "rm -rf /modules/example.com/wordlist@v1.2.0",
            ])
        // The go command itself sees nothing.
        #expect(try await desk.go("build", "-o", "/dev/null", ".").exit == .code(0))
    }

    @Test func anAddedFileIsNamed() async throws {
        let desk = try await Unpacked()
        try desk.write("extra.go", "package wordlist\n")
        #expect(desk.verify().edited.first?.changes == ["extra.go": .added])
    }

    @Test func aDeletedFileIsNamed() async throws {
        let desk = try await Unpacked()
        removeTree("\(desk.folder)/wordlist.go")
        #expect(desk.verify().edited.first?.changes == ["wordlist.go": .missing])
    }

    /// Its content is right today, and whoever owns the target decides about tomorrow.
    @Test func aLinkInAFilesPlaceIsNamed() async throws {
        let desk = try await Unpacked()
        let text = try #require(readText("\(desk.folder)/wordlist.go"))
        let elsewhere = desk.desk.write("elsewhere.go", text)
        removeTree("\(desk.folder)/wordlist.go")
        #expect(symlink(elsewhere, "\(desk.folder)/wordlist.go") == 0)
        let edited = try #require(desk.verify().edited.first)
        #expect(edited.changes["wordlist.go"] == .noFile && edited.hash == nil)
    }

    @Test func aLinkInTheFoldersPlaceIsRefused() async throws {
        let desk = try await Unpacked()
        #expect(rename(desk.folder, "\(desk.desk.path)/moved") == 0)
        #expect(symlink("\(desk.desk.path)/moved", desk.folder) == 0)
        #expect(desk.verify().edited.map(\.module) == [desk.module])
    }

    /// Then the zip cannot tell what was changed, and must go too.
    @Test func aChangedZipIsNoWitness() async throws {
        let desk = try await Unpacked()
        try desk.write("wordlist.go", "package wordlist\n\nfunc Greet(a, b string) (string, bool) { return a, false }\n")
        let zip = try #require(ZipMaker(folder: desk.folder, prefix: "\(desk.module)").bytes)
        removeTree(desk.zip)
        try createFile(desk.zip, zip, mode: 0o644)
        let lines = desk.complaint()
        #expect(lines.contains { $0.hasPrefix("  zip      /modules/cache/download/example.com/wordlist/@v/v1.2.0.zip has") })
        #expect(lines.last?.hasSuffix("wordlist@v1.2.0 /modules/cache/download/example.com/wordlist/@v/v1.2.0.zip /modules/cache/download/example.com/wordlist/@v/v1.2.0.ziphash") == true)
    }

    @Test func withoutAZipTheHashesSpeak() async throws {
        let desk = try await Unpacked()
        try desk.write("wordlist.go", "package wordlist\n")
        removeTree(desk.zip)
        let edited = try #require(desk.verify().edited.first)
        #expect(edited.changes.isEmpty && edited.hash != nil && edited.zip == nil)
    }

    // MARK: - Not unpacked

    /// A zip changed behind its `.ziphash` is unpacked by the go command without a look; without that file it is not.
    @Test func aZipThatIsNotUnpackedHasToBeHashedAgain() async throws {
        let desk = try await Unpacked()
        try desk.write("wordlist.go", "package wordlist\n\nfunc Greet(a, b string) (string, bool) { return a, false }\n")
        let zip = try #require(ZipMaker(folder: desk.folder, prefix: "\(desk.module)").bytes)
        removeTree(desk.zip)
        try createFile(desk.zip, zip, mode: 0o644)
        removeTree(desk.folder)
        #expect(fileStatus("\(desk.zip)hash") != nil)
        let verdicts = desk.verify()
        #expect(verdicts.right.isEmpty && verdicts.edited.isEmpty)
        #expect(fileStatus("\(desk.zip)hash") == nil)
        let built = try await desk.go("build", "-o", "/dev/null", ".")
        #expect(built.exit != .code(0) && String(decoding: built.standardError, as: UTF8.self).contains("SECURITY ERROR"))
    }

    @Test func whatIsBeingUnpackedIsLeftToTheGoCommand() async throws {
        let desk = try await Unpacked()
        removeTree("\(desk.folder)/wordlist.go")
        try createFile(try #require(desk.cache.download(of: desk.module, "partial")), [], mode: 0o644)
        let verdicts = desk.verify()
        #expect(verdicts.right.isEmpty && verdicts.edited.isEmpty)
    }

    // MARK: - Memory

    /// An entry with the hash that was expected, of this very tree, is believed: nothing was read.
    @Test func anUntouchedModuleIsNotReadAgain() async throws {
        let desk = try await Unpacked()
        desk.settle()
        #expect(desk.verify(settling: -60).right == [desk.module])
        let table = "\(desk.desk.path)/store/modules/verified"
        let remembered = try #require(readText(table))
        #expect(remembered.contains("example.com/wordlist v1.2.0 "))
        // Nobody can read the files any more; as root anybody can, and then only the table's own time tells.
        let before = fileSignature(table)?.signature
        #expect(desk.verify(settling: -60).right == [desk.module])
        #expect(fileSignature(table)?.signature == before)
        // A wrong entry for this very tree is believed too: so it was not read.
        let words = remembered.split(separator: "\n")[1].split(separator: " ")
        let lie = "\(words[0]) \(words[1]) \(words[2]) h1:AAAA\n"
        removeTree(table)
        try createFile(table, sealed(lie), mode: 0o644)
        #expect(desk.verify(settling: -60).edited.first?.hash == "h1:AAAA")
    }

    @Test func aTouchedTimeIsNoChange() async throws {
        let desk = try await Unpacked()
        #expect(desk.verify(settling: -60).right == [desk.module])
        let table = "\(desk.desk.path)/store/modules/verified"
        let before = try #require(readText(table))
        desk.settle()
        #expect(desk.verify(settling: -60).right == [desk.module])
        let after = try #require(readText(table))
        #expect(after != before)
        #expect(desk.verify(settling: -60).right == [desk.module])
        #expect(readText(table) == after)
    }

    @Test func whatWasTouchedJustNowIsNotRemembered() async throws {
        let desk = try await Unpacked()
        try desk.write("LATE", "")
        removeTree("\(desk.folder)/LATE")
        #expect(desk.verify().right == [desk.module])
        #expect(readText("\(desk.desk.path)/store/modules/verified") == nil)
    }

    @Test(arguments: ["", "nonsense", "0000000000000000000000000000000000000000000000000000000000000000\nexample.com/wordlist v1.2.0 a h1:b\n"])
    func aDamagedTableIsNone(_ text: String) async throws {
        let desk = try await Unpacked()
        desk.desk.write("store/modules/verified", text)
        #expect(desk.verify(settling: -60).right == [desk.module])
        #expect(readText("\(desk.desk.path)/store/modules/verified")?.contains("h1:FO8ko93k") == true)
    }

    // MARK: - Tools

    /// No go.sum names the modules of a tool that is pinned alone; the go command's own note does.
    @Test func aPinnedToolsModulesAreCheckedAgainstWhatWasDownloaded() async throws {
        let desk = try await Unpacked()
        let tool = recordedModules(ofTool: "example.com/wordlist/cmd/words", version: "v1.2.0", in: desk.cache)
        #expect(tool.map(\.module) == [desk.module])
        #expect(verifyModules(tool, in: desk.cache, known: desk.known).right == [desk.module])
        try desk.write("wordlist.go", "package wordlist\n")
        let edited = try #require(verifyModules(tool, in: desk.cache, known: desk.known).edited.first)
        #expect(edited.summary == "example.com/wordlist@v1.2.0 in the module cache is not what cache/download names")
        #expect(recordedModules(ofTool: "example.com/other", version: "v1.2.0", in: desk.cache).isEmpty)
    }
}
