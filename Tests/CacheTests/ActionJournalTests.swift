/// What runs did with actions is there for the next process; what is damaged is forgotten, and harms nothing.
import Action
import Cache
import Files
import Testing
import TestSupport

@Suite struct ActionJournalTests {
    let folder = TemporaryFolder()
    private let store: Store
    private var journal: DiskActionJournal { store.journal("here") }

    init() throws { store = try Store(root: "\(folder.path)/store") }

    private func note(
        _ action: ActionID, _ digest: String, _ deed: ManifestHistory.Entry.Deed = .ran, time: Int = 1
    ) -> ActionNote {
        var made = Action(id: action, step: "a", kind: .run, title: "a", argv: ["several\nlines"])
        made.inputs = ["a.go"]
        let manifest = Manifest(of: made, digest: { _ in digest }, key: { _ in nil })
        return ActionNote(
            action, ManifestHistory.Entry(time: time, deed: deed, reason: "because\nof it", key: manifest.key), manifest)
    }

    private var files: [String] { ((try? filesBelow("\(store.path)/manifests")) ?? []).sorted() }

    @Test func whatIsNotedIsThereAgain() throws {
        #expect(journal.history(of: "a") == nil)
        let notes = [note("a", "1"), note("a", "2", .red, time: 2), note("b", "1", time: 3)]
        try journal.note(notes)
        let history = try #require(store.journal("here").history(of: "a"))
        #expect(history.entries == [notes[1].entry, notes[0].entry])
        #expect(history.manifest == notes[1].manifest)
        #expect(history.difference(from: notes[0].entry.key, to: notes[1].manifest)?.changes.map(\.name) == ["a.go"])
        #expect(journal.history(of: "b")?.entries == [notes[2].entry])
        #expect(store.journal("elsewhere").history(of: "a") == nil)
    }

    @Test func aHitThatIsNoNewsWritesNothing() throws {
        try journal.note([note("a", "1"), note("b", "1")])
        let before = try files.map { try #require(fileSignature("\(store.path)/manifests/\($0)")).signature }
        try journal.note([note("a", "1", .hit, time: 9), note("b", "1", .hit, time: 9)])
        #expect(try files.map { try #require(fileSignature("\(store.path)/manifests/\($0)")).signature } == before)
        #expect(journal.history(of: "a")?.entries.map(\.time) == [1])

        // A hit on another manifest, and a second run with the same, are news.
        try journal.note([note("a", "2", .hit, time: 10), note("b", "1", .red, time: 11)])
        #expect(journal.history(of: "a")?.entries.map(\.time) == [10, 1])
        #expect(journal.history(of: "b")?.entries.map(\.deed) == [.red])
    }

    @Test(arguments: Damage.allCases)
    func whatIsDamagedIsForgotten(damage: Damage) throws {
        try journal.note([note("a", "1")])
        #expect(files.count == 2)
        for file in files { damageFile("\(store.path)/manifests/\(file)", damage) }
        #expect(journal.history(of: "a") == nil)
        try journal.note([note("a", "1", .hit, time: 2)])
        #expect(journal.history(of: "a")?.entries.map(\.time) == [2])
    }

    @Test func writersAtTheSameTimeLeaveWholeHistories() async throws {
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for time in 1...10 { try? journal.note([note("a", "\(writer) \(time)"), note(ActionID("\(writer)"), "\(time)")]) }
                }
            }
        }
        #expect(journal.history(of: "a") != nil)
        for writer in 0..<8 { #expect(journal.history(of: ActionID("\(writer)"))?.entries.isEmpty == false) }
    }
}
