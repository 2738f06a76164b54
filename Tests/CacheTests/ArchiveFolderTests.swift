/// A folder of saved caches: which is taken, which goes, and what is made of a damaged one.
import Action
import Archive
import Cache
import Files
import Testing
import TestSupport

@Suite struct ArchiveFolderTests {
    let here: Machine
    let there: Machine
    let carrier = TemporaryFolder()

    init() throws {
        here = try Machine()
        there = try Machine()
    }

    private let otherFamily = "go1.26.6-linux-amd64-0123456789ab"

    private func save(_ name: String, _ subject: CacheSubject) throws -> SaveReport {
        try here.run(name, key: subject.key)
        return try here.store.save(subject, inFolder: carrier.path)
    }

    @Test func theNearestIsTaken() throws {
        #expect(throws: RestoreError.self) { try there.store.restore(there.subject(), inFolder: carrier.path) }
        #expect(throws: RestoreError.self) { try there.store.restore(there.subject(), inFolder: "\(carrier.path)/none") }

        try here.download()
        _ = try save("strange", here.subject(key: "s", repository: "example.com/other"))
        #expect(throws: RestoreError.self) { try there.store.restore(there.subject(), inFolder: carrier.path) }

        // Another toolchain's: its modules, and nothing else of it.
        _ = try save("old", here.subject(key: "o", family: otherFamily))
        let modules = try there.store.restore(there.subject(), inFolder: carrier.path)
        #expect(modules.match == .modules)
        #expect([modules.results, modules.facts, modules.records] == [0, 0, 0])
        #expect(there.store.buildTable(Machine.family).records == [])
        #expect(there.store.snapshots.snapshot("o") == nil)
        #expect(there.store.archivedModules.bring([Machine.module]) == 3)

        _ = try save("near", here.subject(key: "n"))
        let family = try there.store.restore(there.subject(), inFolder: carrier.path)
        #expect(family.match == .family)
        #expect(family.results == 1)
        #expect(try there.has("near"))

        // Files of one repository and family replace each other there, so that this one comes from elsewhere.
        try here.run("exact", key: "key")
        _ = try here.store.save(here.subject(), to: "\(carrier.path)/any.pipelinecache")
        _ = try save("newest", here.subject(key: "x", family: otherFamily))
        let exact = try there.store.restore(there.subject(), inFolder: carrier.path)
        #expect(exact.match == .exact)
        #expect(baseName(exact.file) == "any.pipelinecache")
    }

    @Test func aNewerOneReplacesThoseItStandsFor() throws {
        carrier.write("notes.txt", "kept")
        carrier.write("broken.pipelinecache", "no cache")
        _ = try save("a", here.subject(key: "1"))
        _ = try save("b", here.subject(key: "2", family: otherFamily))
        _ = try save("c", here.subject(key: "3", repository: "example.com/other"))
        #expect(try save("d", here.subject(key: "4")).superseded == ["\(carrier.path)/1.pipelinecache"])
        #expect(
            names(in: carrier.path)?.sorted()
                == ["2.pipelinecache", "3.pipelinecache", "4.pipelinecache", "broken.pipelinecache", "notes.txt"])
    }

    @Test func anotherRepositorysFileIsRefused() throws {
        try here.run("a")
        _ = try here.store.save(here.subject(repository: "example.com/other"), to: "\(carrier.path)/f")
        #expect(throws: RestoreError.self) { try there.store.restore(there.subject(), from: "\(carrier.path)/f") }
        #expect(names(in: "\(there.store.path)/archives") == nil)
    }

    /// The same file in two places costs its bytes once.
    @Test func aRestoredFileIsLinked() throws {
        try here.run("a")
        _ = try here.store.save(here.subject(), to: "\(carrier.path)/f")
        for _ in 0..<2 { _ = try there.store.restore(there.subject(), from: "\(carrier.path)/f") }
        let attached = try filesBelow("\(there.store.path)/archives")
        #expect(attached.count == 1)
        #expect(
            fileSignature("\(there.store.path)/archives/\(attached[0])")?.signature.inode
                == fileSignature("\(carrier.path)/f")?.signature.inode)
        #expect(names(in: there.store.temporary) == [])
    }

    /// The file that another CI job puts in the place of the restored one is no matter.
    @Test func aRestoredFileMayGo() throws {
        try here.run("a")
        _ = try here.store.save(here.subject(), to: "\(carrier.path)/f")
        _ = try there.store.restore(there.subject(), from: "\(carrier.path)/f")
        removeTree("\(carrier.path)/f")
        #expect(try there.has("a"))
    }

    @Test func oldOnesAreDetached() throws {
        var detached = 0
        for number in 0..<8 {
            // Two of a key: the older one goes at once.
            let subject = here.subject(key: "key \(number / 2)")
            try here.run("step \(number)", key: subject.key)
            _ = try here.store.save(subject, to: "\(carrier.path)/f")
            detached += try there.store.restore(subject, from: "\(carrier.path)/f").detached
        }
        #expect(detached == 4)
        #expect(try filesBelow("\(there.store.path)/archives").count == 4)
        for number in 8..<14 {
            let subject = here.subject(key: "key \(number)")
            try here.run("step \(number)", key: subject.key)
            _ = try here.store.save(subject, to: "\(carrier.path)/f")
            _ = try there.store.restore(subject, from: "\(carrier.path)/f")
        }
        #expect(try filesBelow("\(there.store.path)/archives").count == 4)
        #expect(try there.has("step 13"))
    }

    // MARK: - Damage

    /// Whatever became of the attached file: the right content, or a miss and a warning.
    @Test(arguments: 0..<UInt64(6)) func aDamagedArchiveIsAMiss(_ seed: UInt64) throws {
        try here.run("a")
        try here.download()
        _ = try here.store.save(here.subject(), to: "\(carrier.path)/f")
        _ = try there.store.restore(there.subject(), from: "\(carrier.path)/f")
        let place = "\(there.store.path)/archives/\(try filesBelow("\(there.store.path)/archives")[0])"
        let whole = try readFile(place)
        var numbers = SeededNumbers(seed: seed)
        for round in 0..<20 {
            var bytes = whole
            if round.isMultiple(of: 2) {
                bytes.removeLast(Int.random(in: 1...whole.count, using: &numbers))
            } else {
                for _ in 0..<40 { bytes[Int.random(in: 0..<whole.count, using: &numbers)] ^= 0x55 }
            }
            removeTree(place)
            try createFile(place, bytes, mode: 0o644)
            removeTree("\(there.store.path)/blobs")
            removeTree(there.store.moduleCache)
            let store = try there.again
            for content in [Machine.output("a"), Machine.body("a", 0), Machine.body("a", 1)] {
                let digest = Digest(of: content)
                #expect([nil, content].contains(store.blobs.bytes(of: digest)))
                #expect(store.blobs.contains(digest) == (store.blobs.bytes(of: digest) == content))
            }
            _ = store.archivedModules.bring([Machine.module])
            let zip = "\(store.moduleCache)/cache/download/example.com/!upper/@v/v1.0.0.zip"
            #expect([nil, "zip"].contains(readText(zip)))
            if store.blobs.bytes(of: Digest(of: Machine.output("a"))) == nil { #expect(!store.archives.takeWarnings().isEmpty) }
            #expect(names(in: store.temporary) == [])
        }
    }

    @Test func aDamagedBlobIsHealedFromTheArchive() throws {
        try here.run("a")
        _ = try here.store.save(here.subject(), to: "\(carrier.path)/f")
        _ = try there.store.restore(there.subject(), from: "\(carrier.path)/f")
        let digest = Digest(of: Machine.output("a"))
        #expect(there.store.blobs.contains(digest))
        damageFile("\(there.store.path)/blobs/\(digest.sha256.prefix(2))/\(digest.sha256)", .flipped)
        #expect(there.store.blobs.bytes(of: digest) == Machine.output("a"))
        damageFile("\(there.store.path)/blobs/\(digest.sha256.prefix(2))/\(digest.sha256)", .flipped)
        let file = try there.store.blobs.file(digest, named: "a", executable: true, checked: true)
        #expect(try file.map(readFile) == Machine.output("a"))
    }

    @Test func whatIsNoSavedCacheIsNamed() throws {
        let store = there.store
        func refusal(_ file: String) -> String? {
            do throws(RestoreError) {
                _ = try store.restore(there.subject(), from: file)
                return nil
            } catch {
                if case .archive(let error) = error { return "\(error)" }
                return "?"
            }
        }
        #expect(refusal("\(carrier.path)/none") == "cannot open \(carrier.path)/none: No such file or directory")
        let text = carrier.write("text", "hello")
        #expect(refusal(text) == "\(text) is not a saved cache")
        try here.run("a")
        _ = try here.store.save(here.subject(), to: "\(carrier.path)/f")
        let bytes = try readFile("\(carrier.path)/f")
        try createFile("\(carrier.path)/cut", Array(bytes.dropLast(100)), mode: 0o644)
        #expect(refusal("\(carrier.path)/cut") == "\(carrier.path)/cut is cut off: it is only the beginning of a saved cache")
        _ = try writeArchive(to: "\(carrier.path)/empty", [], names: [:])
        #expect(refusal("\(carrier.path)/empty") == "\(carrier.path)/empty is damaged: its index is not what was written")
        #expect(names(in: "\(store.path)/archives") == nil)
    }
}
