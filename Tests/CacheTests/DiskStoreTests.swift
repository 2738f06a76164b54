/// What the disk store promises beyond the contract: whole files, read-only, one format beside another.
import Action
import Cache
import Files
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct DiskStoreTests {
    let folder = TemporaryFolder()

    @Test func anotherFormatIsLeftAlone() throws {
        folder.write("store/v0/blobs/keep", "old")
        folder.write("store/v9/blobs/keep", "new")
        let store = try Store(root: "\(folder.path)/store")
        #expect(store.path == "\(folder.path)/store/v2")
        _ = try store.blobs.put([1, 2, 3])
        #expect(names(in: "\(folder.path)/store")?.sorted() == ["v0", "v2", "v9"])
        #expect(try filesBelow("\(folder.path)/store/v0") == ["blobs/keep"])
        #expect(try filesBelow("\(folder.path)/store/v9") == ["blobs/keep"])
    }

    @Test func aStoreIsFoundAgain() throws {
        let digest = try Store(root: folder.path).blobs.put(Array("kept".utf8))
        #expect(try Store(root: folder.path).blobs.bytes(of: digest) == Array("kept".utf8))
    }

    @Test func aStoreThatCannotBeMadeIsAnError() {
        folder.write("file", "")
        #expect(throws: FileError(operation: "make folder", path: "\(folder.path)/file/v2/blobs", code: ENOTDIR)) {
            try Store(root: "\(folder.path)/file")
        }
    }

    @Test func nothingTemporaryIsLeft() throws {
        let store = try Store(root: folder.path)
        _ = try store.blobs.put([1])
        #expect(throws: FileError.self) { try store.blobs.put(file: "\(folder.path)/none", executable: false) }
        folder.write("source", "x")
        _ = try store.blobs.put(file: "\(folder.path)/source", executable: true)
        #expect(names(in: store.temporary) == [])
    }

    /// What a killed run left a day ago goes; what may still be in use stays.
    @Test func onlyOldLeftoversAreSwept() throws {
        let store = try Store(root: folder.path)
        for name in ["old/inner", "old-file", "new"] { folder.write("v2/temporary/\(name)", "") }
        for name in ["old", "old-file"] {
            var times = [timeval](repeating: timeval(tv_sec: time(nil) - 25 * 3600, tv_usec: 0), count: 2)
            #expect(utimes("\(store.temporary)/\(name)", &times) == 0)
        }
        store.sweep()
        #expect(names(in: store.temporary) == ["new"])
    }

    @Test func buildCachesOfTwoFamiliesAreTwoFolders() throws {
        let store = try Store(root: folder.path)
        let places = [store.buildCache("go1.27.3-a"), store.buildCache("go1.27.4-a"), store.moduleCache, store.home]
        #expect(Set(places).count == 4)
        #expect(places.allSatisfy { $0.hasPrefix("\(store.path)/") })
    }

    @Test func factsAreRememberedByTheWholeQuestion() throws {
        let facts = try Store(root: folder.path).facts
        #expect(facts.answer(to: "q", as: [String].self) == nil)
        try facts.remember(["a", "b"], to: "q")
        try facts.remember(bytes: [0, 255], to: "r")
        #expect(facts.answer(to: "q", as: [String].self) == ["a", "b"])
        #expect(facts.bytes(to: "r") == [0, 255])
        #expect(facts.answer(to: "q\n", as: [String].self) == nil)
        // Another program's notion of the same answer is a miss, not an error.
        #expect(facts.answer(to: "q", as: [Int].self) == nil)
        try facts.remember(["c"], to: "q")
        #expect(facts.answer(to: "q", as: [String].self) == ["c"])
    }
}
