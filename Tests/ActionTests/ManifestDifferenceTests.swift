/// What two manifests differ in: every change of a key has a name, and differences can be joined.
import Action
import Testing
import TestSupport

@Suite struct ManifestDifferenceTests {
    private func manifest(_ action: Action, _ digests: [String: String] = [:]) -> Manifest {
        Manifest(of: action, digest: { digests[$0] ?? "file \($0)" }, key: { CacheKey("key of \($0)") })
    }

    @Test(arguments: ManifestTests.changes.indices)
    func whateverChangesTheKeyIsNamed(index: Int) {
        let (_, what, change) = ManifestTests.changes[index]
        var changed = ManifestTests.everything
        change(&changed)
        let (old, new) = (manifest(ManifestTests.everything), manifest(changed))
        let difference = ManifestDifference(from: old, to: new)
        // No two services have one name in a pipeline file.
        if what != "a second service" { #expect(!difference.isEmpty, "\(what)") }
        #expect(ManifestDifference(from: old, to: old).isEmpty)
        // The way back undoes it.
        #expect(difference.followed(by: ManifestDifference(from: new, to: old)).isEmpty, "\(what)")
    }

    @Test func changedNewAndGoneAreToldApart() {
        var old = ManifestTests.everything
        old.inputs = ["a", "b", "c"]
        var new = old
        new.inputs = ["a", "c", "d"]
        let difference = ManifestDifference(from: manifest(old), to: manifest(new, ["a": "program a"]))
        #expect(
            difference.changes == [
                .init(field: .input, name: "a", was: "file a", now: "program a"),
                .init(field: .input, name: "b", was: "file b", now: nil),
                .init(field: .input, name: "d", was: nil, now: "file d"),
            ])
    }

    @Test func orderOfInputsIsNoDifference() {
        var old = ManifestTests.everything
        old.inputs = ["c", "a", "d", "b"]
        var new = old
        new.inputs = ["a", "b", "c", "d"]
        #expect(ManifestDifference(from: manifest(old), to: manifest(new)).isEmpty)
    }

    @Test(arguments: 0..<20)
    func joinedDifferencesAreTheDifferenceOfTheEnds(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        func random() -> Manifest {
            var action = Action(id: "a", step: "a", kind: .run, title: "a", argv: [])
            action.argv = (0..<Int.random(in: 0...3, using: &numbers)).map { number in
                SymbolicText("\(number)" + (Bool.random(using: &numbers) ? "x" : "y"))
            }
            action.inputs = (0..<12).map { "f\($0)" }.filter { _ in Bool.random(using: &numbers) }
            var digests: [String: String] = [:]
            for path in action.inputs { digests[path] = "file \(Int.random(in: 0...1, using: &numbers))" }
            return manifest(action, digests)
        }
        let (a, b, c) = (random(), random(), random())
        let joined = ManifestDifference(from: a, to: b).followed(by: ManifestDifference(from: b, to: c))
        #expect(joined == ManifestDifference(from: a, to: c))
    }

    @Test func aManifestCanBeReadFromItsSpelling() {
        for (_, what, change) in ManifestTests.changes {
            var action = ManifestTests.everything
            change(&action)
            action.argv.append("several\nlines: 3:é \u{0}")
            let manifest = manifest(action)
            #expect(Manifest(spelling: manifest.spelling[...]) == manifest, "\(what)")
        }
    }

    @Test(arguments: 0..<200)
    func damagedSpellingsAreNoManifests(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let whole = manifest(ManifestTests.everything)
        var bytes = whole.spelling
        for _ in 0...Int.random(in: 0...2, using: &numbers) {
            let place = bytes.indices.randomElement(using: &numbers)!
            switch Int.random(in: 0...2, using: &numbers) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
            case 1: bytes.remove(at: place)
            default: bytes.removeSubrange(place...)
            }
            if bytes.isEmpty { break }
        }
        // One that can be read is spelt as it was read.
        if let read = Manifest(spelling: bytes[...]) { #expect(read.spelling == bytes || read == whole) }
    }
}
