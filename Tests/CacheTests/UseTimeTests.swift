/// Uses show in file times, at most once an hour, and a lost file is no hit.
import Action
import Files
import Testing

@testable import Cache

@Suite struct UseTimeTests {
    let sample: SampleStore
    let now = SampleStore.now
    init() throws { sample = try SampleStore() }

    @Test func aResultsUseIsNotedByTheHour() throws {
        try sample.putResult("r", output: "o")
        let place = sample.place(ofResult: "r")
        for (age, isNoted) in [(59 * 60, false), (61 * 60, true), (90 * 24 * 3600, true)] as [(Int64, Bool)] {
            setTime(place, now - age)
            #expect(sample.store.actionCache.result(for: SampleStore.key("r")) != nil)
            #expect((modificationTime(place) >= now) == isNoted, "\(age)")
        }
        // Those who remove things read results without using them.
        setTime(place, now - 7200)
        #expect(sample.store.actionCache.result(at: place) != nil)
        #expect(modificationTime(place) == now - 7200)
        sample.store.actionCache.noteUse(of: [SampleStore.key("r"), SampleStore.key("none")])
        #expect(modificationTime(place) >= now)
    }

    @Test func aFactsUseIsNotedByTheHour() throws {
        try sample.store.facts.remember(["a"], to: "q")
        let place = try #require(try filesBelow("\(sample.store.path)/facts").first.map { "\(sample.store.path)/facts/\($0)" })
        setTime(place, now - 3000)
        #expect(sample.store.facts.answer(to: "q", as: [String].self) == ["a"])
        #expect(modificationTime(place) == now - 3000)
        setTime(place, now - 4000)
        #expect(sample.store.facts.answer(to: "q", as: [String].self) == ["a"])
        #expect(modificationTime(place) >= now)
    }

    @Test func aPutOfWhatIsThereIsAPut() throws {
        let digest = try sample.store.blobs.put(Array("x".utf8))
        let place = sample.place(ofBlob: digest)
        setTime(place, now - 90_000)
        _ = try sample.store.blobs.put(Array("x".utf8))
        #expect(modificationTime(place) >= now)
        setTime(place, now - 90_000)
        _ = try sample.store.blobs.put(file: sample.folder.write("file", "x"), executable: true)
        #expect(modificationTime(place) >= now)
    }

    @Test func modulesHaveTheirUsesBesideThem() throws {
        try sample.putModule("example.com/m", "v1.0.0")
        let folder = "\(sample.store.moduleCache)/example.com/m@v1.0.0"
        let before = fileStatus(folder)
        sample.store.noteUse(ofModuleFolders: [folder, "/elsewhere/m@v1.0.0", "\(folder)-gone"])
        sample.store.noteUse(ofModuleFolders: [folder])
        #expect(names(in: sample.store.moduleUses)?.count == 1)
        #expect(fileStatus(folder) == before)
    }
}
