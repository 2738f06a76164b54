/// A restored build cache becomes files ahead of the go command, each as good as if it had been asked for.
import Action
import Cache
import Files
import Synchronization
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct BringBuildCacheTests {
    let here: Machine
    let there: Machine
    let carrier = TemporaryFolder()
    let runs = (0..<50).map { "run-\($0)" }

    init() throws {
        here = try Machine()
        there = try Machine()
        for name in runs { try here.run(name) }
        _ = try here.store.save(here.subject(), to: "\(carrier.path)/cache")
        _ = try there.store.restore(there.subject(), from: "\(carrier.path)/cache")
    }

    private var records: [BuildRecord] {
        runs.flatMap { name in (0..<2).compactMap { there.store.buildTable(Machine.family)[Machine.action(name, $0)] } }
    }

    @Test func everyRecordHasItsFile() throws {
        #expect(try there.blobFiles == [])
        there.store.bringBuildCache { false }
        // No outputs and no logs: nobody waits for those one by one.
        #expect(try there.blobFiles.count == 100)
        let records = records
        #expect(records.count == 100)
        for record in records {
            let digits = record.digest.sha256
            let path = "\(there.store.path)/blobs/\(digits.prefix(2))/\(digits)"
            #expect(try readFile(path).count == record.size && Digest(ofFile: path) == record.digest)
            // So that it is not read before it is trusted.
            #expect(fileSignature(path)?.signature == record.signature)
            #expect(record.time == 7)
        }
        #expect(names(in: there.store.temporary) == [])
        #expect(try there.has("run-3"))
    }

    @Test func whatIsThereIsLeftAlone() throws {
        there.store.bringBuildCache { false }
        let before = records
        // One that somebody removed is made when it is asked for.
        let digits = before[0].digest.sha256
        unlink("\(there.store.path)/blobs/\(digits.prefix(2))/\(digits)")
        there.store.bringBuildCache { false }
        #expect(try there.blobFiles.count == 99)
        #expect(records == before)
        #expect(there.store.blobs.bytes(of: before[0].digest) != nil)
    }

    @Test func itStopsWhenItIsTold() throws {
        there.store.bringBuildCache { true }
        #expect(try there.blobFiles == [])
        let questions = Atomic(0)
        there.store.bringBuildCache { questions.add(1, ordering: .relaxed).oldValue > 0 }
        // A batch for each thread at most.
        #expect(try there.blobFiles.count < 100)
    }

    @Test func withoutARestoredCacheThereIsNothingToDo() throws {
        here.store.bringBuildCache { false }
        #expect(try here.blobFiles.count > 100)
    }
}
