/// A disk that is full or read-only: clear errors, nothing half written, and a prune that makes room.
import Action
import Files
import Testing
import TestSupport

@testable import Cache

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.serialized) struct FullDiskTests {
    private static let missing: Comment = "no tmpfs may be mounted here"
    private static let canMount = (try? SmallDisk(kilobytes: 64)) != nil

    @Test func aSmallDiskIsThereWhereItIsRequired() {
        if environmentValue("PIPELINE_REQUIRE_REAL") != nil { #expect(Self.canMount, Self.missing) }
    }

    /// Until there is no room for another byte.
    private func fill(_ disk: SmallDisk) {
        for size in [1 << 16, 4096, 1] {
            var number = 0
            while (try? createFile("\(disk.path)/filler-\(size)-\(number)", [UInt8](repeating: 1, count: size), mode: 0o644)) != nil {
                number += 1
            }
            // What could not be written whole takes room, too.
        }
    }

    private func makeRoom(_ disk: SmallDisk) {
        for name in names(in: disk.path) ?? [] where name.hasPrefix("filler") { removeTree("\(disk.path)/\(name)") }
    }

    private func isFull(_ error: FileError) -> Bool {
        error.code == ENOSPC && error.description.hasSuffix(": No space left on device")
    }

    @Test(.enabled(if: canMount, missing))
    func whatHasNoRoomIsAnErrorAndLeavesNothing() throws {
        let disk = try SmallDisk(kilobytes: 1024)
        let sample = try SampleStore(root: "\(disk.path)/store")
        try sample.putResult("r", output: "kept")
        try sample.putRecord("go", output: "kept, too")
        fill(disk)
        let big = [UInt8](repeating: 7, count: 300_000)
        let folder = TemporaryFolder()
        let file = folder.write("big", String(repeating: "7", count: 300_000))
        for attempt in 0..<3 {
            #expect { try sample.store.blobs.put(big) } throws: { isFull($0 as! FileError) }
            #expect { try sample.store.blobs.put(file: file, executable: true) } throws: { isFull($0 as! FileError) }
            #expect { try sample.store.facts.remember(bytes: big, to: "q\(attempt)") } throws: { isFull($0 as! FileError) }
            #expect { try sample.putRecord("new \(attempt)", output: String(repeating: "x", count: 9000)) } throws: {
                isFull($0 as! FileError)
            }
        }
        #expect(names(in: sample.store.temporary) == [])
        #expect(sample.store.actionCache.result(for: SampleStore.key("r")) != nil && sample.hasBlob("kept"))
        #expect(sample.hasRecord("go") && sample.hasBlob("kept, too"))
        #expect(sample.store.verify().isClean)
        // What is there already can be put.
        #expect(throws: Never.self) { try sample.store.blobs.put(Array("kept".utf8)) }
        makeRoom(disk)
        _ = try sample.store.blobs.put(big)
        try sample.putRecord("new", output: "x")
        #expect(sample.hasRecord("new") && sample.hasRecord("go") && sample.store.verify().isClean)
    }

    /// A table whose last record was cut off takes the next ones at their right places.
    @Test(.enabled(if: canMount, missing))
    func recordsGoOnAfterOneThatFoundNoRoom() throws {
        let disk = try SmallDisk(kilobytes: 256)
        let sample = try SampleStore(root: "\(disk.path)/store")
        let blob = try sample.store.blobs.put([1])
        fill(disk)
        func record(_ number: Int) -> BuildRecord {
            BuildRecord(
                action: SampleStore.id("\(number)"), output: BuildID(hexadecimal: blob.sha256)!, size: 1, time: 1,
                used: SampleStore.now, signature: .none)
        }
        var written: [Int] = []
        for number in 0..<200 {
            if (try? sample.store.buildTable("f").append([record(number)])) != nil { written.append(number) }
        }
        #expect(written.count < 200)
        makeRoom(disk)
        for number in 200..<210 {
            try sample.store.buildTable("f").append([record(number)])
            written.append(number)
        }
        let table = sample.store.buildTable("f")
        for number in 0..<210 { #expect((table[SampleStore.id("\(number)")] != nil) == written.contains(number), "\(number)") }
        _ = sample.store.verify()
        #expect(sample.store.verify().isClean)
    }

    @Test(.enabled(if: canMount, missing))
    func aPruneMakesRoomOnAFullDisk() throws {
        let disk = try SmallDisk(kilobytes: 2048)
        let sample = try SampleStore(root: "\(disk.path)/store")
        let old = SampleStore.now - 40 * SampleStore.day
        for number in 0..<40 {
            try sample.putResult("\(number)", output: String(repeating: "\(number) ", count: 3000), used: old)
            try sample.putRecord("\(number)", output: String(repeating: "go \(number) ", count: 3000), used: old)
        }
        try sample.putRecord("new", output: "new")
        fill(disk)
        let report = try sample.store.prune(.standard, now: SampleStore.later())
        #expect(report.removed[.results]?.count == 40 && report.removed[.buildRecords]?.count == 40, "\(report.removed)")
        #expect(sample.hasRecord("new") && sample.hasBlob("new") && !sample.hasRecord("1"))
        #expect(StoreContents(of: sample.store).amounts[.blobs]?.count == 1)
        #expect(sample.store.verify().isClean)
    }

    @Test(.enabled(if: canMount, missing))
    func aFullDiskIsVerifiedAndCleared() throws {
        let disk = try SmallDisk(kilobytes: 1024)
        let sample = try SampleStore(root: "\(disk.path)/store")
        let digest = try sample.putResult("r", output: "damaged").outputs[0].digest
        damageFile(sample.place(ofBlob: digest), .flipped)
        fill(disk)
        #expect(sample.store.verify().findings.map(\.problem) == [.wrongContent])
        makeRoom(disk)
        fill(disk)
        _ = try sample.store.clear()
        #expect(StoreContents(of: sample.store).bytes == 0)
    }

    @Test(.enabled(if: canMount, missing))
    func aReadOnlyStoreIsReadAndLeftAsItIs() throws {
        let disk = try SmallDisk(kilobytes: 1024)
        let root = "\(disk.path)/store"
        let sample = try SampleStore(root: root)
        let old = SampleStore.now - 40 * SampleStore.day
        let result = try sample.putResult("r", output: "damaged", used: old)
        try sample.putResult("whole", output: "whole", used: old)
        try sample.putRecord("go", output: "go", used: old)
        damageFile(sample.place(ofBlob: result.outputs[0].digest), .flipped)
        try disk.remountReadOnly()

        let store = try SampleStore(root: root).store
        #expect(store.actionCache.result(for: SampleStore.key("whole")) != nil)
        #expect(store.blobs.bytes(of: Digest(of: Array("whole".utf8))) == Array("whole".utf8))
        #expect(store.status.amounts[.results]?.count == 2)
        let report = store.verify()
        #expect(report.isReadOnly && report.findings.map(\.problem) == [.wrongContent])
        #expect(report.findings[0].quarantine == nil)
        #expect(try store.prune(.standard, dryRun: true, now: SampleStore.later()).removed[.results]?.count == 2)
        let refusal = "cannot open \(root)/v2/lock: Read-only file system"
        for change in [{ try store.prune(.standard) }, { try store.clear() }] as [() throws -> PruneReport] {
            #expect { try change() } throws: { "\($0)" == refusal }
        }
        #expect(throws: FileError.self) { try store.lease() }
        #expect(throws: FileError.self) { try store.blobs.put([1]) }
    }
}

/// A file system in memory, gone with the value. It takes root.
private final class SmallDisk {
    private let folder = TemporaryFolder()
    var path: String { "\(folder.path)/disk" }

    init(kilobytes: Int) throws {
        try makeFolder(path)
        guard let mount = findProgram("mount", path: "/usr/bin:/bin:/sbin", directory: "/"),
            try run([mount, "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", path]) == 0
        else { throw FileError(operation: "mount", path: path, code: EPERM) }
    }

    func remountReadOnly() throws {
        let mount = findProgram("mount", path: "/usr/bin:/bin:/sbin", directory: "/")!
        guard try run([mount, "-o", "remount,ro", path]) == 0 else { throw FileError(operation: "remount", path: path, code: EPERM) }
    }

    deinit {
        guard let unmount = findProgram("umount", path: "/usr/bin:/bin:/sbin", directory: "/") else { return }
        // Lazily: what is open still is closed by its owner.
        _ = try? run([unmount, "-l", path])
    }
}
