/// The last few manifests of an action: which are kept, and which of them is the nearest.
import Action
import Testing
import TestSupport

@Suite struct ManifestHistoryTests {
    private func manifest(_ digests: [String: String]) -> Manifest {
        var action = Action(id: "a", step: "a", kind: .run, title: "a", argv: ["a"])
        action.inputs = digests.keys.sorted()
        return Manifest(of: action, digest: { digests[$0] }, key: { _ in nil })
    }

    private func entry(_ time: Int, _ manifest: Manifest) -> ManifestHistory.Entry {
        ManifestHistory.Entry(time: time, deed: .ran, reason: "it was \(time) o'clock", key: manifest.key)
    }

    @Test func theNearestIsTheOneWithTheFewestDifferences() {
        let first = manifest(["a": "1", "b": "1", "c": "1"])
        let second = manifest(["a": "2", "b": "2", "c": "2"])
        var history = ManifestHistory(entry(1, first), first)
        history.note(entry(2, second), second)
        #expect(history.entries.map(\.time) == [2, 1])

        let (near, difference) = history.nearest(to: manifest(["a": "1", "b": "9", "c": "1"]))
        #expect(near.time == 1)
        #expect(difference.changes == [.init(field: .input, name: "b", was: "1", now: "9")])
        // Of equals the newest.
        #expect(history.nearest(to: manifest(["a": "1", "b": "2", "c": "9"])).entry.time == 2)
        #expect(history.nearest(to: first).difference.isEmpty)
    }

    @Test func aManifestThatComesAgainMovesToTheFront() {
        let manifests = (1...4).map { manifest(["a": "\($0)", "b": "\($0 % 2)"]) }
        var history = ManifestHistory(entry(1, manifests[0]), manifests[0])
        for time in 2...4 { history.note(entry(time, manifests[time - 1]), manifests[time - 1]) }
        for (number, time) in [(2, 5), (1, 6), (1, 7), (4, 8)] { history.note(entry(time, manifests[number - 1]), manifests[number - 1]) }
        #expect(history.entries.map(\.time) == [8, 7, 5, 3])
        #expect(history.manifest == manifests[3])
        for (manifest, time) in zip(manifests, [7, 5, 3, 8]) {
            #expect(history.nearest(to: manifest).entry.time == time)
            #expect(history.nearest(to: manifest).difference.isEmpty)
        }
    }

    @Test(arguments: 0..<10)
    func everyKeptManifestCanBeComparedWith(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        func random() -> Manifest {
            manifest(Dictionary(uniqueKeysWithValues: (0..<4).map { ("f\($0)", "\(Int.random(in: 0...1, using: &numbers))") }))
        }
        var manifests = [random()]
        var history = ManifestHistory(entry(0, manifests[0]), manifests[0])
        for time in 1...40 {
            manifests.append(random())
            history.note(entry(time, manifests[time]), manifests[time])
            #expect(history.entries.count <= ManifestHistory.limit)
            #expect(Set(history.entries.map(\.key)).count == history.entries.count)
            #expect(history.entries.map(\.time) == history.entries.map(\.time).sorted(by: >))
            for entry in history.entries {
                #expect(manifests[entry.time].key == entry.key)
                #expect(
                    history.difference(from: entry.key, to: manifests[time])
                        == ManifestDifference(from: manifests[entry.time], to: manifests[time]))
            }
            #expect(ManifestHistory(history.entries, history.manifest, history.differences) == history)
        }
    }

    @Test func whatIsFarAwayIsForgotten() {
        func many(_ digest: String) -> Manifest {
            manifest(Dictionary(uniqueKeysWithValues: (0..<1_500).map { ("f\($0)", digest) }))
        }
        var history = ManifestHistory(entry(1, many("1")), many("1"))
        history.note(entry(2, many("2")), many("2"))
        #expect(history.entries.map(\.time) == [2, 1])
        history.note(entry(3, many("3")), many("3"))
        #expect(history.entries.map(\.time) == [3, 2])
    }

    @Test func partsThatDoNotFitMakeNoHistory() {
        let (first, second) = (manifest(["a": "1"]), manifest(["a": "2"]))
        let step = ManifestDifference(from: first, to: second)
        #expect(ManifestHistory([entry(2, second), entry(1, first)], second, [step]) != nil)
        #expect(ManifestHistory([], second, []) == nil)
        #expect(ManifestHistory([entry(2, second)], first, []) == nil)
        #expect(ManifestHistory([entry(2, second), entry(1, first)], second, []) == nil)
    }
}
