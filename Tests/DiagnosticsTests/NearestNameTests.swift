import Diagnostics
import Testing

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("tset", "test"), ("Vet", "vet"), ("artefacts", "artifacts"), ("platfrom", "platforms"), ("vets", "vet"),
    ])
    func aSlipFindsItsName(slip: String, name: String) {
        #expect(nearestName(to: slip, among: ["vet", "test", "artifacts", "platforms"]) == name)
    }

    @Test func aStrangerFindsNone() {
        #expect(nearestName(to: "deploy", among: ["vet", "test", "artifacts"]) == nil)
    }
}
