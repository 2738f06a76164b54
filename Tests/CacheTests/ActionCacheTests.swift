/// The contract of every action cache: the last result that was stored, whole, or none.
import Action
import Cache
import Files
import Testing
import TestSupport

@Suite struct ActionCacheTests {
    let folder = TemporaryFolder()

    static let result = ActionResult(
        action: "build:server:linux/amd64",
        outputs: [
            ActionResult.File(path: "server", digest: Digest(sha256: "aa", size: 1 << 33), isExecutable: true),
            ActionResult.File(path: "docs/é \"quoted\".txt", digest: Digest(sha256: "bb", size: 0), isExecutable: false),
        ],
        log: Digest(sha256: "cc", size: 3), elapsedMilliseconds: 12_345,
        used: ["build:a:linux/amd64/a": Digest(sha256: "dd", size: 4)])
    static let key = CacheKey(String(repeating: "ab", count: 32))

    @Test(arguments: StoreKind.allCases)
    func aResultComesBackWhole(kind: StoreKind) throws {
        let cache = try StoreUnderTest(kind, in: folder).cache
        #expect(cache.result(for: Self.key) == nil)
        try cache.store(Self.result, for: Self.key)
        #expect(cache.result(for: Self.key) == Self.result)
        #expect(cache.result(for: CacheKey(String(repeating: "ba", count: 32))) == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func theLastResultStands(kind: StoreKind) throws {
        let cache = try StoreUnderTest(kind, in: folder).cache
        try cache.store(Self.result, for: Self.key)
        var other = Self.result
        other.outputs = []
        try cache.store(other, for: Self.key)
        #expect(cache.result(for: Self.key) == other)
    }

    @Test(arguments: StoreKind.allCases)
    func writersOfOneKeyLeaveOneOfTheirResults(kind: StoreKind) async throws {
        let store = try StoreUnderTest(kind, in: folder)
        let results = (0..<16).map { number in
            var result = Self.result
            result.elapsedMilliseconds = number
            result.action = String(repeating: "x", count: number * 1000)
            return result
        }
        try store.cache.store(results[0], for: Self.key)
        let wrong = await withTaskGroup(of: Int.self) { group in
            for result in results {
                group.addTask {
                    (0..<20).count { _ in
                        guard (try? store.cache.store(result, for: Self.key)) != nil else { return true }
                        return store.cache.result(for: Self.key).map(results.contains) != true
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }

    // MARK: - On disk

    private func diskFile(_ store: Store) -> String { "\(store.path)/results/ab/\(Self.key)" }

    @Test(arguments: Damage.allCases)
    func aDamagedResultIsAMissAndIsHealed(damage: Damage) throws {
        let store = try Store(root: folder.path)
        try store.actionCache.store(Self.result, for: Self.key)
        damageFile(diskFile(store), damage)
        #expect(store.actionCache.result(for: Self.key) == nil)
        try store.actionCache.store(Self.result, for: Self.key)
        #expect(store.actionCache.result(for: Self.key) == Self.result)
    }

    /// A digit of a digest or a letter of a path, changed, is still JSON.
    @Test func noFlippedByteGoesUnnoticed() throws {
        let store = try Store(root: folder.path)
        try store.actionCache.store(Self.result, for: Self.key)
        let bytes = try readFile(diskFile(store))
        for index in bytes.indices {
            var flipped = bytes
            flipped[index] ^= 1
            removeTree(diskFile(store))
            try createFile(diskFile(store), flipped, mode: 0o444)
            #expect(store.actionCache.result(for: Self.key) == nil, "byte \(index)")
        }
    }

    @Test func aDamagedFactIsForgotten() throws {
        let store = try Store(root: folder.path)
        try store.facts.remember(["go": "1.27.3"], to: "version")
        let file = "\(store.path)/facts/" + (try #require(try filesBelow("\(store.path)/facts").first))
        damageFile(file, .flipped)
        #expect(store.facts.answer(to: "version", as: [String: String].self) == nil)
        #expect(store.facts.bytes(to: "version") == nil)
    }
}
