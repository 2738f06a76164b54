/// A snapshot is what the last runs with its key used, and survives whatever is done to its file.
import Action
import Cache
import Files
import Testing
import TestSupport

@Suite struct SnapshotTests {
    let folder = TemporaryFolder()
    var store: Store { get throws { try Store(root: folder.path) } }

    private func record(
        _ actions: [String: Snapshot.Use], facts: Set<String> = [], isWhole: Bool
    ) throws -> Snapshot? {
        try store.snapshots.record(key: "k", actions: actions, facts: facts, isWhole: isWhole)
        return try store.snapshots.snapshot("k")
    }

    @Test func aWholeRunReplacesAndAPartialOneAdds() throws {
        let (one, two, three) = (Snapshot.Use(key: "1"), Snapshot.Use(key: "2"), Snapshot.Use(key: "3"))
        #expect(try store.snapshots.snapshot("k") == nil)
        #expect(
            try record(["a": one, "b": two], facts: ["f"], isWhole: true)
                == Snapshot(actions: ["a": one, "b": two], facts: ["f"]))
        #expect(
            try record(["b": three], facts: ["g"], isWhole: false)
                == Snapshot(actions: ["a": one, "b": three], facts: ["f", "g"]))
        #expect(try record(["b": two], facts: ["g"], isWhole: true) == Snapshot(actions: ["b": two], facts: ["g"]))
        #expect(try store.snapshots.snapshot("other") == nil)
    }

    @Test func anythingAnActionCanBeCalledIsKept() throws {
        let digest = Digest(of: [1])
        let actions: [String: Snapshot.Use] = [
            "build:server:linux/amd64": .init(key: "0af", buildUses: ["go1.27.3-linux-amd64-41b5": digest, "x": digest]),
            "step with blanks": .init(key: nil, buildUses: ["y": digest]), "ünïcode\tand tab": .init(key: nil),
        ]
        #expect(try record(actions, isWhole: true)?.actions == actions)
    }

    /// A run that changes nothing writes nothing.
    @Test func theSameIsNotWrittenAgain() throws {
        _ = try record(["a": .init(key: "1")], isWhole: true)
        let place = try "\(store.path)/snapshots/k"
        let before = fileSignature(place)?.signature
        _ = try record(["a": .init(key: "1")], isWhole: true)
        #expect(fileSignature(place)?.signature == before)
        _ = try record(["a": .init(key: "2")], isWhole: true)
        #expect(fileSignature(place)?.signature != before)
    }

    @Test(arguments: Damage.allCases) func aDamagedOneIsNone(_ damage: Damage) throws {
        _ = try record(["a": .init(key: "1")], isWhole: true)
        damageFile("\(try store.path)/snapshots/k", damage)
        #expect(try store.snapshots.snapshot("k") == nil)
        #expect(try record(["b": .init(key: "2")], isWhole: false) == Snapshot(actions: ["b": .init(key: "2")]))
    }

    @Test func onlyCarriedAnswersCountAsUsed() throws {
        let store = try store
        try store.facts.remember("here", to: "machine")
        #expect(store.facts.uses == [])
        try store.carriedFacts.remember("everywhere", to: "listing")
        #expect(store.carriedFacts.uses.count == 1)
        let again = try Store(root: folder.path)
        #expect(again.carriedFacts.answer(to: "nothing", as: String.self) == nil)
        #expect(again.carriedFacts.uses == [])
        #expect(again.carriedFacts.answer(to: "listing", as: String.self) == "everywhere")
        #expect(again.carriedFacts.uses == store.carriedFacts.uses)
    }
}
