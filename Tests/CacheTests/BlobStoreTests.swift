/// The contract of every blob store: what was put comes back as it was, or not at all.
import Action
import Files
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct BlobStoreTests {
    let folder = TemporaryFolder()

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test(arguments: StoreKind.allCases)
    func contentComesBack(kind: StoreKind) throws {
        let blobs = try StoreUnderTest(kind, in: folder).blobs
        for content in [[], [0], Array("text\n".utf8), [UInt8](repeating: 7, count: 600_000)] as [[UInt8]] {
            let digest = Digest(of: content)
            #expect(!blobs.contains(digest))
            #expect(blobs.bytes(of: digest) == nil)
            #expect(try blobs.file(digest, named: "f", executable: false, checked: true) == nil)
            #expect(try blobs.put(content) == digest)
            #expect(try blobs.put(content) == digest)
            #expect(blobs.contains(digest))
            #expect(blobs.bytes(of: digest) == content)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aFileIsPutAsACopy(kind: StoreKind) throws {
        let store = try StoreUnderTest(kind, in: folder)
        let file = folder.write("source", "first", mode: 0o755)
        let digest = try store.blobs.put(file: file, executable: true)
        #expect(digest == Digest(of: Array("first".utf8)))
        folder.write("source", "second")
        #expect(store.blobs.bytes(of: digest) == Array("first".utf8))
        #expect(throws: FileError.self) { try store.blobs.put(file: "\(folder.path)/none", executable: false) }
    }

    @Test(arguments: StoreKind.allCases)
    func filesAreReadOnlyAndHaveTheirName(kind: StoreKind) throws {
        let blobs = try StoreUnderTest(kind, in: folder).blobs
        let digest = try blobs.put(Array("#!/bin/sh\n".utf8))
        let program = try #require(try blobs.file(digest, named: "server", executable: true, checked: true))
        let plain = try #require(try blobs.file(digest, named: "server", executable: false, checked: true))
        let other = try #require(try blobs.file(digest, named: "client", executable: true, checked: false))
        #expect(Set([program, plain, other]).count == 3)
        #expect([program, plain, other].map(baseName) == ["server", "server", "client"])
        #expect([program, plain, other].map(mode) == [0o555, 0o444, 0o555])
        #expect(try readFile(plain) == Array("#!/bin/sh\n".utf8))
        #expect(try blobs.file(digest, named: "server", executable: true, checked: true) == program)
    }

    @Test(arguments: StoreKind.allCases, Damage.allCases)
    func aDamagedFileIsMadeAnewFromTheBlob(kind: StoreKind, damage: Damage) throws {
        let blobs = try StoreUnderTest(kind, in: folder).blobs
        let content = Array("the binary".utf8)
        let digest = try blobs.put(content)
        let file = try #require(try blobs.file(digest, named: "server", executable: true, checked: true))
        // The memory store's files are no more than files; a folder in their place is the disk's affair.
        if kind == .memory, damage == .folder { return }
        damageFile(file, damage)
        #expect(blobs.bytes(of: digest) == content)
        let again = try #require(try blobs.file(digest, named: "server", executable: true, checked: true))
        #expect(try readFile(again) == content)
        #expect(mode(again) == 0o555)
    }

    @Test(arguments: StoreKind.allCases, Damage.allCases)
    func aDamagedBlobIsNeverReturned(kind: StoreKind, damage: Damage) throws {
        let store = try StoreUnderTest(kind, in: folder)
        let digest = try store.blobs.put(Array("precious".utf8))
        store.damage(digest, damage)
        #expect(store.blobs.bytes(of: digest) == nil)
        #expect(try store.blobs.file(digest, named: "f", executable: false, checked: true) == nil)
        #expect(try store.blobs.file(digest, named: "f", executable: false, checked: false) == nil)
    }

    @Test(arguments: StoreKind.allCases, Damage.allCases)
    func theNextPutHeals(kind: StoreKind, damage: Damage) throws {
        let store = try StoreUnderTest(kind, in: folder)
        let content = Array("precious".utf8)
        let digest = try store.blobs.put(content)
        store.damage(digest, damage)
        #expect(try store.blobs.put(content) == digest)
        #expect(store.blobs.bytes(of: digest) == content)

        store.damage(digest, damage)
        let file = folder.write("source", "precious")
        #expect(try store.blobs.put(file: file, executable: false) == digest)
        let path = try #require(try store.blobs.file(digest, named: "f", executable: false, checked: true))
        #expect(try readFile(path) == content)
    }

    /// Several stores over one folder, as several runs are: nothing but the folder is shared.
    @Test(arguments: StoreKind.allCases)
    func manyWritersDoNoHarm(kind: StoreKind) async throws {
        let first = try StoreUnderTest(kind, in: folder)
        let contents = (0..<40).map { number in [UInt8](repeating: UInt8(number), count: 1 << (number % 16)) }
        let wrong = await withTaskGroup(of: Int.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    var wrong = 0
                    for step in 0..<contents.count {
                        let content = contents[(step * 7 + writer * 5) % contents.count]
                        guard let digest = try? first.blobs.put(content) else { wrong += 1; continue }
                        if first.blobs.bytes(of: digest) != content { wrong += 1 }
                        let file = try? first.blobs.file(digest, named: "f", executable: writer.isMultiple(of: 2), checked: true)
                        if file.flatMap({ try? readFile($0) }) != content { wrong += 1 }
                    }
                    return wrong
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
        for content in contents { #expect(first.blobs.bytes(of: Digest(of: content)) == content) }
    }
}
