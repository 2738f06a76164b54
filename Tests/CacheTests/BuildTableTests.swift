/// The table of go's own actions: the newest whole record of an action counts, whoever wrote it; anything else in the
/// log is stepped over.
import Cache
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct BuildTableTests {
    let folder = TemporaryFolder()
    let store: Store

    init() throws { store = try Store(root: "\(folder.path)/store") }

    private var log: String { "\(store.path)/go/actions/any" }

    private func id(_ number: Int) -> BuildID {
        var numbers = SeededNumbers(seed: UInt64(bitPattern: Int64(number)))
        return BuildID(words: SIMD4(numbers.next(), numbers.next(), numbers.next(), numbers.next()))
    }

    private func record(_ number: Int, size: Int = 1) -> BuildRecord {
        BuildRecord(
            action: id(number), output: id(-number - 1), size: size, time: 1_700_000_000_123_456_789, used: 1_700_000_000,
            signature: FileSignature(inode: UInt64(number), modified: -1, changed: .max))
    }

    @Test func aRecordComesBackAndTheNewestCounts() throws {
        let table = store.buildTable("any")
        #expect(table[id(1)] == nil)
        try table.append([record(1), record(2)])
        try table.append([record(1, size: 7)])
        for reader in [table, store.buildTable("any")] {
            #expect(reader[id(1)] == record(1, size: 7))
            #expect(reader[id(2)] == record(2))
            #expect(reader[id(3)] == nil)
            #expect(Set(reader.records) == [record(1, size: 7), record(2)])
        }
        #expect(table.logSize == 3 * 128)
        #expect(store.buildTable("other").records == [])
    }

    @Test func manyRecordsAreFound() throws {
        let table = store.buildTable("any")
        for start in stride(from: 0, to: 20_000, by: 1_000) { try table.append((start..<(start + 1_000)).map { record($0) }) }
        for reader in [table, store.buildTable("any")] {
            #expect((0..<20_000).allSatisfy { reader[id($0)] == record($0) })
            #expect((20_000..<20_100).allSatisfy { reader[id($0)] == nil })
        }
        #expect(Set(table.records) == Set((0..<20_000).map { record($0) }))
    }

    @Test func whatAnotherAppendsIsSeen() throws {
        let (first, second) = (store.buildTable("any"), store.buildTable("any"))
        #expect(second[id(1)] == nil)
        try first.append([record(1)])
        #expect(second[id(1)] == record(1))
        try second.append([record(2)])
        try first.append([record(3)])
        #expect(first[id(2)] == record(2))
        #expect(second[id(3)] == record(3))
    }

    /// Wherever a write was cut off: what was whole before stays, and what comes after is found.
    @Test func aTornEndHarmsNoOther() throws {
        for cut in 1..<128 {
            removeTree(log)
            try store.buildTable("any").append([record(1), record(2)])
            #expect(truncate(log, off_t(256 - cut)) == 0)
            let table = store.buildTable("any")
            #expect(table[id(1)] == record(1))
            #expect(table[id(2)] == nil)
            try table.append([record(3)])
            for reader in [table, store.buildTable("any")] {
                #expect([1, 2, 3].map { reader[id($0)] } == [record(1), nil, record(3)], "\(cut) bytes short")
            }
        }
    }

    @Test func noFlippedByteGoesUnnoticed() throws {
        try store.buildTable("any").append([record(1), record(2), record(3)])
        let bytes = try readFile(log)
        for position in 128..<256 {
            var flipped = bytes
            flipped[position] ^= 0x10
            removeTree(log)
            try createFile(log, flipped, mode: 0o644)
            let table = store.buildTable("any")
            #expect([1, 2, 3].map { table[id($0)] } == [record(1), nil, record(3)], "byte \(position)")
            #expect(Set(table.records) == [record(1), record(3)])
            // Put again, it is there again.
            try table.append([record(2)])
            #expect(table[id(2)] == record(2))
        }
    }

    @Test func garbageIsAnEmptyTable() throws {
        folder.write("store/v2/go/actions/any", String(repeating: "no record at all ", count: 1_000))
        let table = store.buildTable("any")
        #expect(table[id(1)] == nil)
        #expect(table.records == [])
        try table.append([record(1)])
        #expect(store.buildTable("any").records == [record(1)])
    }

    /// As pruning does it: the log of a running program goes, and another is in its place.
    @Test func aLogThatWasReplacedIsRead() throws {
        let (running, pruning) = (store.buildTable("any"), store.buildTable("any"))
        try running.append([record(1), record(2)])
        #expect(running[id(1)] == record(1))
        removeTree(log)
        try pruning.append([record(2), record(3)])
        #expect(running[id(3)] == record(3))
        #expect(running[id(1)] == nil)
        try running.append([record(4)])
        #expect(Set(store.buildTable("any").records) == Set([2, 3, 4].map { record($0) }))
    }

    @Test func manyWritersLoseNothing() async throws {
        let store = store
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    let table = store.buildTable("any")
                    for step in 0..<50 { try? table.append([record(writer * 1_000 + step)]) }
                }
            }
        }
        let expected = (0..<8).flatMap { writer in (0..<50).map { record(writer * 1_000 + $0) } }
        #expect(Set(store.buildTable("any").records) == Set(expected))
    }
}
