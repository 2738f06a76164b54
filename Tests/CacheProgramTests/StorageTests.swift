/// Whatever happened to the store: a hit is right, and everything else is a miss that the next put heals.
import Action
import Cache
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct StorageTests {
    let folder = TemporaryFolder()

    private func store(_ name: String = "store") throws -> Store { try Store(root: "\(folder.path)/\(name)") }

    private func cache(_ store: Store?, _ family: String = "any") -> BuildCache {
        BuildCache(store: store, family: family, usesFile: nil, refuge: Refuge(in: "\(folder.path)"))
    }

    private func put(_ cache: BuildCache, _ number: Int, _ bytes: [UInt8]) throws -> BuildCache.Entry {
        let body = cache.body()
        bytes.withUnsafeBytes { body.add($0) }
        return try cache.put(actionID(number), output: outputID(bytes), size: bytes.count, body)
    }

    enum Harm: CaseIterable { case truncated, longer, flipped, flippedInPlace, deleted, folder, link, unreadable }

    private func harm(_ path: String, _ harm: Harm) throws {
        let bytes = try readFile(path)
        var flipped = bytes
        flipped[bytes.count / 2] ^= 1
        switch harm {
        case .truncated: try replace(path, bytes.dropLast())
        case .longer: try replace(path, bytes + [0])
        case .flipped: try replace(path, flipped)
        case .flippedInPlace:
            // In another tick than that of the put, as anyone's would be who did not lie in wait for it.
            usleep(30_000)
            chmod(path, 0o644)
            let file = open(path, O_WRONLY)
            #expect(pwrite(file, [flipped[bytes.count / 2]], 1, off_t(bytes.count / 2)) == 1)
            close(file)
        case .deleted: removeTree(path)
        case .folder:
            removeTree(path)
            try makeFolder("\(path)/inner")
        case .link:
            try replace("\(path)-x", bytes)
            unlink(path)
            #expect(symlink("\(path)-x", path) == 0)
        case .unreadable:
            // Root reads it all the same; the content is wrong besides.
            try replace(path, flipped)
            chmod(path, 0)
        }
    }

    private func replace(_ path: String, _ bytes: some Collection<UInt8>) throws {
        removeTree(path)
        try createFile(path, Array(bytes), mode: 0o444)
    }

    @Test(arguments: Harm.allCases, [false, true])
    func aHarmedBlobIsAMissAndIsHealed(kind: Harm, anew: Bool) throws {
        let store = try store()
        let bytes = someBytes(10_000)
        let first = cache(store)
        let entry = try put(first, 1, bytes)
        try harm(entry.path, kind)
        // The same go command's, or the next one's.
        let asking = anew ? cache(store) : first
        #expect(asking.get(actionID(1)) == nil)
        #expect(asking.get(actionID(1)) == nil)
        let again = try put(asking, 1, bytes)
        #expect(again.path == entry.path)
        #expect(try readFile(again.path) == bytes)
        #expect(asking.get(actionID(1)) == again)
        #expect(cache(store).get(actionID(1)) == again)
    }

    @Test func aBlobThatIsRightIsTrustedAgain() throws {
        let store = try store()
        let bytes = someBytes(10_000)
        let entry = try put(cache(store), 1, bytes)
        let table = store.buildTable("any")
        let before = try #require(table[actionID(1)])
        try replace(entry.path, bytes)
        usleep(50_000)
        #expect(cache(store).get(actionID(1)) == entry)
        let after = try #require(store.buildTable("any")[actionID(1)])
        #expect(after.signature != before.signature)
        #expect(after.signature == fileSignature(entry.path)?.signature)
        #expect(after.time == before.time)
        // Noted once, not again.
        let size = table.logSize
        #expect(cache(store).get(actionID(1)) == entry)
        #expect(table.logSize == size)
    }

    /// Many actions have the empty output, or another's; each put renews the file.
    @Test func outputsOfSeveralActionsStayTrusted() throws {
        let store = try store()
        let cache = cache(store)
        for number in 0..<50 { _ = try put(cache, number, []) }
        let size = store.buildTable("any").logSize
        for number in 0..<50 { #expect(cache.get(actionID(number))?.size == 0) }
        #expect(store.buildTable("any").logSize == size)
    }

    @Test func twoProgramsShareOneTable() throws {
        let store = try store()
        let (first, second) = (cache(store), cache(store))
        #expect(second.get(actionID(1)) == nil)
        let entry = try put(first, 1, [1, 2, 3])
        #expect(second.get(actionID(1)) == entry)
        #expect(cache(store, "other").get(actionID(1)) == nil)
    }

    @Test func manyProgramsAtOnceDoNoHarm() async throws {
        let store = try store()
        let contents = (0..<60).map { (number: Int) -> [UInt8] in
            let size = number % 7 == 0 ? 0 : 1 << (number % 15)
            return someBytes(size, seed: UInt64(number / 2))
        }
        let wrong = await withTaskGroup(of: Int.self) { group in
            for program in 0..<8 {
                group.addTask { [self] in
                    let cache = cache(store)
                    var wrong = 0
                    for step in 0..<contents.count {
                        let number = (step * 7 + program * 11) % contents.count
                        let content = contents[number]
                        let first = cache.get(actionID(number)) ?? (try? put(cache, number, content))
                        let again = cache.get(actionID(number))
                        for entry in [first, again] where entry.flatMap({ try? readFile($0.path) }) != content { wrong += 1 }
                    }
                    return wrong
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
        let last = cache(store)
        for (number, content) in contents.enumerated() { #expect(last.get(actionID(number))?.output == outputID(content)) }
        #expect(store.buildTable("any").records.count == contents.count)
        #expect(names(in: store.temporary) == [])
    }

    // MARK: - Without room

    @Test func withoutAStoreThingsLastAsLongAsTheGoCommand() throws {
        let cache = cache(nil)
        let entry = try put(cache, 1, [1, 2, 3])
        #expect(try readFile(entry.path) == [1, 2, 3])
        #expect(cache.get(actionID(1)) == entry)
        #expect(cache.get(actionID(2)) == nil)
        cache.close()
        #expect(names(in: folder.path) == [])
    }

    @Test func aStoreWithoutItsFoldersIsNoObstacle() throws {
        let store = try store()
        removeTree(store.path)
        let cache = cache(store)
        let entry = try put(cache, 1, someBytes(100_000))
        #expect(entry.path.hasPrefix("\(folder.path)/pipeline-gocacheprog-"))
        #expect(cache.get(actionID(1)) == entry)
        cache.close()
        #expect(names(in: folder.path) == ["store"])
    }

    /// Not even the refuge: then only is a put an error.
    @Test func roomNowhereIsSaid() throws {
        let cache = BuildCache(store: nil, family: "any", usesFile: nil, refuge: Refuge(in: "/dev/null"))
        #expect(throws: BuildCache.PutFailure.noRoom) { try put(cache, 1, [1]) }
        #expect(cache.get(actionID(1)) == nil)
    }

    // MARK: - Use

    @Test func aUseIsNotedOnceAnHour() throws {
        let store = try store()
        let entry = try put(cache(store), 1, [1])
        let table = store.buildTable("any")
        var record = try #require(table[actionID(1)])
        let put = record.used
        for (age, isNoted) in [(Int64(3_500), false), (3_700, true), (100 * 86_400, true)] {
            record.used = put - age
            try table.append([record])
            #expect(cache(store).get(actionID(1)) == entry)
            let used = try #require(store.buildTable("any")[actionID(1)]).used
            #expect(isNoted ? used >= put : used == put - age)
        }
    }
}
