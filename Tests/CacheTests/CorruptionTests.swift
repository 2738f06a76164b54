/// Every kind of stored object damaged in every way: a verify finds exactly it, moves it away, and the next is clean.
import Action
import Files
import Testing

@testable import Archive
@testable import Cache

@Suite struct CorruptionTests {
    enum Subject: String, CaseIterable, Sendable {
        case output, log, uses, buildOutput, result, fact, snapshot, copy, tree, manifest, archive
    }

    let sample: SampleStore
    var store: Store { sample.store }
    private let result: ActionResult

    /// One of each, and one more of most, which is to stay as it is.
    init() throws {
        sample = try SampleStore()
        result = try sample.putResult("r", output: "the output of r", uses: [SampleStore.id("go")])
        try sample.putResult("other", output: "another output")
        try sample.putRecord("go", output: "the output of go")
        try sample.putRecord("other", output: "another output of go")
        let store = sample.store
        try store.facts.remember(["an", "answer"], to: "question")
        try store.snapshots.record(
            key: SampleStore.key("snapshot").text, actions: ["a": .init(key: SampleStore.key("r").text)], facts: [],
            isWhole: true)
        _ = try store.blobs.file(result.outputs[0].digest, named: "copy", executable: true, checked: true)
        try store.treeTable("tree").write(Array("a tree table".utf8))
        try SealedFile(store: store, place: "\(store.path)/manifests/repository/action").write(Array("a history".utf8))
        let saved = "\(sample.folder.path)/saved"
        let content = Array("only in the archive".utf8)
        let about = SavedCache.About(key: "k", family: "f", repository: "example.com/m", time: 1)
        let contents = [ArchiveContent(Digest(of: about.bytes), [.bytes(about.bytes)]), ArchiveContent(Digest(of: content), [.bytes(content)])]
        _ = try writeArchive(to: saved, contents, names: [SavedCache.Section.about: Digest(of: about.bytes)])
        try makeFolder("\(store.path)/archives")
        try copyFile(saved, to: "\(store.path)/archives/saved", mode: 0o644)
    }

    /// Relative to the store.
    private func place(_ subject: Subject) throws -> (StoreKind, String) {
        func blob(_ digest: Digest) -> String { "blobs/\(digest.sha256.prefix(2))/\(digest.sha256)" }
        func only(_ folder: String) throws -> String { try "\(folder)/" + filesBelow("\(store.path)/\(folder)")[0] }
        return switch subject {
        case .output: (.blobs, blob(result.outputs[0].digest))
        case .log: (.blobs, blob(result.log))
        case .uses: (.blobs, blob(result.buildUses["f"]!))
        case .buildOutput: (.blobs, blob(Digest(of: Array("the output of go".utf8))))
        case .result: (.results, String(sample.place(ofResult: "r").dropFirst(store.path.count + 1)))
        case .fact: (.facts, try only("facts"))
        case .snapshot: (.snapshots, try only("snapshots"))
        case .copy: (.files, try only("files"))
        case .tree: (.repositories, "stat/tree")
        case .manifest: (.repositories, "manifests/repository/action")
        case .archive: (.archives, "archives/saved")
        }
    }

    typealias StoreKind = Cache.StoreKind

    @Test func whatIsNotDamagedIsClean() throws {
        let report = store.verify()
        #expect(report.isClean, "\(report.findings)")
        // Two results with output and log, one with uses; two outputs of the go command.
        #expect(report.checked[.blobs]?.count == 7 && report.checked[.results]?.count == 2)
        #expect(report.checked[.buildRecords]?.count == 2)
        for kind in [.facts, .snapshots, .files, .archives] as [StoreKind] { #expect(report.checked[kind]?.count == 1) }
        #expect(report.checked[.repositories]?.count == 2)
        #expect(report.droppedRecords == 0 && report.droppedResults == 0 && !report.isReadOnly)
    }

    @Test(arguments: Subject.allCases, Damage.allCases)
    func exactlyTheDamagedOneIsFound(subject: Subject, damage: Damage) throws {
        let (kind, place) = try place(subject)
        damageFile("\(store.path)/\(place)", damage)
        let report = store.verify()
        let isNamed = kind == .blobs
        if damage == .deleted {
            // Nobody can know of what nothing names.
            #expect(report.findings == (isNamed ? [.init(kind: kind, place: place, problem: .missing)] : []))
        } else {
            let finding = try #require(report.findings.first)
            #expect(report.findings.count == 1, "\(report.findings)")
            #expect(finding.kind == kind && finding.place == place)
            #expect(finding.problem == (damage == .folder ? .wrongKind : .wrongContent))
            let quarantine = try #require(finding.quarantine)
            #expect(quarantine.hasPrefix("quarantine/20") && quarantine.hasSuffix(place.replacing("/", with: "-")))
            #expect(fileStatus("\(store.path)/\(quarantine)") != nil)
            #expect(fileStatus("\(store.path)/\(place)") == nil)
        }
        let isOfResult = [.output, .log, .uses].contains(subject)
        #expect(report.droppedResults == (isOfResult ? 1 : 0))
        #expect(report.droppedRecords == (subject == .buildOutput ? 1 : 0))
        #expect(sample.hasResult("r") == !(isOfResult || subject == .result))
        #expect(sample.hasRecord("go") == (subject != .buildOutput))
        #expect(sample.hasResult("other") && sample.hasRecord("other") && sample.hasBlob("another output of go"))

        let again = store.verify()
        #expect(again.isClean && again.droppedResults == 0 && again.droppedRecords == 0, "\(again.findings)")
    }

    // MARK: - Tables

    private var table: String { "\(store.buildTables)/f" }

    @Test(arguments: [0, 1])
    func aRecordThatIsWrongGoesAlone(number: Int) throws {
        var bytes = try readFile(table)
        bytes[number * BuildRecord.size + 40] ^= 4
        let slot = bytes[(number * BuildRecord.size)..<((number + 1) * BuildRecord.size)]
        removeTree(table)
        try createFile(table, bytes, mode: 0o644)
        let report = store.verify()
        let finding = try #require(report.findings.first)
        #expect(report.findings.count == 1 && finding.place == "go/actions/f" && finding.problem == .wrongContent)
        #expect(try readFile("\(store.path)/\(#require(finding.quarantine))") == Array(slot))
        #expect(sample.hasRecord("go") == (number != 0) && sample.hasRecord("other") == (number != 1))
        #expect(store.verify().isClean)
    }

    @Test(arguments: [1, 64, 127])
    func aRecordThatWasCutOffGoes(left: Int) throws {
        let bytes = try readFile(table)
        removeTree(table)
        try createFile(table, Array(bytes.dropLast(BuildRecord.size - left)), mode: 0o644)
        let report = store.verify()
        #expect(report.findings.map(\.place) == ["go/actions/f"])
        #expect(sample.hasRecord("go") && !sample.hasRecord("other"))
        #expect(try readFile(table).count == BuildRecord.size)
        #expect(store.verify().isClean)
    }

    @Test func aTableInWhosePlaceIsAFolderGoes() throws {
        damageFile(table, .folder)
        let report = store.verify()
        #expect(report.findings.map(\.place) == ["go/actions/f"] && report.findings[0].quarantine != nil)
        #expect(store.verify().isClean)
        // It begins anew.
        try sample.putRecord("go", output: "the output of go")
        #expect(sample.hasRecord("go"))
    }

    @Test func aTableThatIsGoneIsNoDamage() {
        removeTree(table)
        #expect(store.verify().isClean)
    }

    // MARK: - Foreign things

    @Test(arguments: [
        ("blobs/notes.txt", "blobs/notes.txt", .wrongKind), ("blobs/zz/x", "blobs/zz", .foreignName),
        ("blobs/ab/x", "blobs/ab/x", .foreignName),
        ("blobs/ab/" + String(repeating: "cd", count: 32), "blobs/ab/" + String(repeating: "cd", count: 32), .foreignName),
        ("results/ab/notes", "results/ab/notes", .foreignName), ("facts/core", "facts/core", .wrongKind),
        ("files/ab/abc/f", "files/ab/abc", .foreignName),
    ] as [(String, String, VerificationReport.Problem)])
    func whatDoesNotBelongThereGoes(file: String, found: String, problem: VerificationReport.Problem) throws {
        sample.folder.write("store/v2/\(file)", "foreign")
        let report = store.verify()
        let finding = try #require(report.findings.first)
        #expect(report.findings.count == 1 && finding.place == found, "\(report.findings)")
        // A file where a folder should be has both faults.
        #expect(finding.problem == problem || finding.problem == .foreignName)
        #expect(store.verify().isClean)
    }

    @Test func allAtOnce() throws {
        var places: [String] = []
        for subject in Subject.allCases {
            let (_, place) = try place(subject)
            damageFile("\(store.path)/\(place)", Damage.allCases.filter { $0 != .deleted }[places.count % 4])
            places.append(place)
        }
        let report = store.verify()
        #expect(report.findings.map(\.place) == places.sorted())
        #expect(names(in: "\(store.path)/quarantine")?.count == places.count)
        #expect(store.verify().isClean)
    }

    /// Two of the same in one second have two names.
    @Test func nothingInQuarantineIsOverwritten() throws {
        for _ in 0..<3 {
            sample.folder.write("store/v2/blobs/ab/x", "foreign")
            #expect(!store.verify().isClean)
        }
        #expect(names(in: "\(store.path)/quarantine")?.count == 3)
    }
}
