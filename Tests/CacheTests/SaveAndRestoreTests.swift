/// What one machine saved is there on another: all of it, lazily, and nothing that was not asked for.
import Action
import Archive
import Cache
import Files
import Testing
import TestSupport

@Suite struct SaveAndRestoreTests {
    let here: Machine
    let there: Machine
    let carrier = TemporaryFolder()
    var file: String { "\(carrier.path)/cache" }

    init() throws {
        here = try Machine()
        there = try Machine()
    }

    @Test func everythingIsThereAgain() throws {
        try here.run("a")
        try here.run("b")
        try here.download()
        let saved = try here.store.save(here.subject(), to: file)
        #expect(saved.isWritten)
        #expect(saved.missing == 0)
        #expect(saved.size == fileStatus(file)?.size)
        #expect(names(in: carrier.path) == ["cache"])

        let restored = try there.store.restore(there.subject(), from: file)
        #expect(restored.match == .exact)
        #expect([restored.results, restored.facts, restored.records, restored.objects] == [2, 2, 4, saved.objects])
        // Nothing is unpacked before it is asked for, and then it alone.
        #expect(try there.blobFiles == [])
        #expect(try there.has("a"))
        #expect(try there.has("b"))
        #expect(try there.store.snapshots.snapshot("key") == here.store.snapshots.snapshot("key"))
        #expect(names(in: there.store.temporary) == [])
        #expect(there.store.archives.takeWarnings() == [])
    }

    @Test func onlyWhatIsAskedForIsUnpacked() throws {
        try here.run("a")
        try here.run("b")
        _ = try here.store.save(here.subject(), to: file)
        _ = try there.store.restore(there.subject(), from: file)
        let log = Digest(of: Array("log of a\n".utf8))
        #expect(there.store.blobs.bytes(of: log) != nil)
        #expect(try there.blobFiles == ["\(log.sha256.prefix(2))/\(log.sha256)"])
    }

    @Test func whatNoRunUsedIsNotCarried() throws {
        try here.run("old")
        try here.run("new", isWhole: true)
        _ = try here.store.blobs.put([1, 2, 3])
        _ = try here.store.save(here.subject(), to: file)
        let archive = try Archive(at: file)
        #expect(archive.contains(Digest(of: Machine.output("new"))))
        #expect(!archive.contains(Digest(of: Machine.output("old"))))
        #expect(!archive.contains(Digest(of: [1, 2, 3])))
    }

    /// A red action has no result, and its build was work all the same.
    @Test func buildsOfARedActionAreCarried() throws {
        try here.run("a")
        let uses = try #require(try here.store.snapshots.snapshot("key")?.actions["a"]?.buildUses)
        try here.store.snapshots.record(
            key: "key", actions: ["a": .init(key: nil, buildUses: uses)], facts: [], isWhole: true)
        _ = try here.store.save(here.subject(), to: file)
        let restored = try there.store.restore(there.subject(), from: file)
        #expect([restored.results, restored.records] == [0, 2])
        #expect(there.store.buildTable(Machine.family)[Machine.action("a", 1)] != nil)
    }

    // MARK: - Again

    @Test func aSecondSaveIsSkippedUntilSomethingIsAdded() throws {
        try here.run("a")
        try here.download()
        #expect(try here.store.save(here.subject(), to: file).isWritten)
        let before = fileSignature(file)?.signature
        let again = try here.store.save(here.subject(), to: file)
        #expect(!again.isWritten)
        #expect(again.size == fileStatus(file)?.size)
        #expect(fileSignature(file)?.signature == before)
        // Less than there is needs no new file, another key does.
        #expect(try !here.store.save(here.subject(modules: []), to: file).isWritten)
        try here.run("b")
        #expect(try here.store.save(here.subject(), to: file).isWritten)
        try here.store.carriedFacts.remember("x", to: "y")
        try here.store.snapshots.record(key: "key", actions: [:], facts: here.store.carriedFacts.uses, isWhole: false)
        #expect(try here.store.save(here.subject(), to: file).isWritten)
        #expect(try !here.store.save(here.subject(), to: file).isWritten)
        try here.run("b", key: "other")
        #expect(try here.store.save(here.subject(key: "other"), to: file).isWritten)
    }

    @Test(arguments: [10, 3000]) func aDamagedFileIsSavedAnew(_ length: Int) throws {
        try here.run("a")
        _ = try here.store.save(here.subject(), to: file)
        let bytes = try readFile(file)
        removeTree(file)
        try createFile(file, Array(bytes.prefix(min(length, bytes.count - 1))), mode: 0o644)
        #expect(try here.store.save(here.subject(), to: file).isWritten)
        #expect(try there.store.restore(there.subject(), from: file).results == 1)
    }

    /// What the second machine never unpacked goes on to the third.
    @Test func aRestoredStoreSavesWhatItHasNotUnpacked() throws {
        try here.run("a")
        try here.download()
        _ = try here.store.save(here.subject(), to: file)
        _ = try there.store.restore(there.subject(), from: file)
        #expect(try !there.store.save(there.subject(), to: file).isWritten)
        try there.run("b")
        let saved = try there.store.save(there.subject(), to: "\(carrier.path)/second")
        #expect(saved.missing == 0)
        let third = try Machine()
        _ = try third.store.restore(third.subject(), from: saved.file)
        #expect(try third.has("a"))
        #expect(try third.has("b"))
        #expect(third.store.archivedModules.bring([Machine.module]) == 3)
    }

    @Test func nothingToSaveIsSaid() throws {
        #expect(throws: SaveError.self) { try here.store.save(here.subject(), to: file) }
        #expect(names(in: carrier.path) == [])
    }

    @Test func whatIsLostIsLeftOut() throws {
        try here.run("a")
        let output = Digest(of: Machine.output("a"))
        damageFile("\(here.store.path)/blobs/\(output.sha256.prefix(2))/\(output.sha256)", .flipped)
        let saved = try here.store.save(here.subject(), to: file)
        #expect(saved.missing == 1)
        _ = try there.store.restore(there.subject(), from: file)
        #expect(there.store.blobs.bytes(of: output) == nil)
        #expect(try there.has("a") == false)
    }

    // MARK: - Modules

    @Test func modulesComeAsTheProxyGaveThem() throws {
        try here.run("a")
        try here.download()
        _ = try here.store.save(here.subject(), to: file)
        _ = try there.store.restore(there.subject(), from: file)
        #expect(names(in: there.store.moduleCache) == nil)
        let other = ArchivedModule(path: "example.com/!upper", version: "v1.0.0", hash: "h1:another")
        #expect(there.store.archivedModules.bring([other]) == 2, "the zip is not what this go.sum means")
        #expect(there.store.archivedModules.bring([Machine.module]) == 1)
        #expect(there.store.archivedModules.bring([Machine.module]) == 0)
        #expect(
            try filesBelow("\(there.store.moduleCache)/cache/download").sorted()
                == ["info", "mod", "zip"].map { "example.com/!upper/@v/v1.0.0.\($0)" })
    }

    @Test func aZipThatGoSumDoesNotMeanIsNotCarried() throws {
        try here.run("a")
        try here.download(hash: "h1:another")
        _ = try here.store.save(here.subject(), to: file)
        _ = try there.store.restore(there.subject(), from: file)
        #expect(there.store.archivedModules.bring([Machine.module]) == 2)
    }

    @Test func aModuleForItsRequirementsAloneComesWithoutContent() throws {
        try here.run("a")
        try here.download()
        let module = ArchivedModule(path: "example.com/!upper", version: "v1.0.0", hash: nil)
        _ = try here.store.save(here.subject(modules: [module]), to: file)
        _ = try there.store.restore(there.subject(), from: file)
        #expect(there.store.archivedModules.bring([Machine.module]) == 1)
        #expect(try filesBelow("\(there.store.moduleCache)/cache/download") == ["example.com/!upper/@v/v1.0.0.mod"])
    }
}
