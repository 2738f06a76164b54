import Go
import Testing

@Suite struct VersionTests {
    @Test func goVersionsAreOrderedAsGoOrdersThem() throws {
        let ordered = [
            "1", "1.2", "1.18rc1", "1.18", "1.18.4", "1.20rc3", "1.20", "1.20.14", "1.21", "1.21alpha1", "1.21beta1",
            "1.21rc1", "1.21rc2", "1.21rc10", "1.21.0", "1.21.9", "1.21.13", "1.22", "1.22.0", "1.100", "2", "2.1",
        ]
        let versions = try ordered.map { try #require(GoVersion($0), "\($0)") }
        for (i, a) in versions.enumerated() {
            for (j, b) in versions.enumerated() {
                #expect((a < b) == (i < j), "\(a) < \(b)")
                #expect((a == b) == (i == j), "\(a) == \(b)")
            }
        }
    }

    @Test func spellingsOfOneVersionAreEqual() throws {
        for (a, b) in [("1.20", "1.20.0"), ("go1.27.3", "1.27.3"), ("go1.21.3-acme", "1.21.3"), ("1", "1.0.0")] {
            let (x, y) = (try #require(GoVersion(a)), try #require(GoVersion(b)))
            #expect(x == y)
            #expect(x.hashValue == y.hashValue)
        }
        #expect(GoVersion("1.21") != GoVersion("1.21.0"))
        #expect(GoVersion("go1.27.3")?.description == "1.27.3")
        #expect(GoVersion("1.27.3")?.language == "1.27")
    }

    @Test(arguments: [
        "", "go", "v1.2", "1.", "1.02", "01.2", "1.2.", "1.2.3.4", "1.21.3rc1", "1.21rc1x", "1.21RC1", "1.x", "1.21 ",
        "99999999999999999999.1", "devel", "-1.2",
    ])
    func whatIsNoGoVersion(text: String) {
        #expect(GoVersion(text) == nil)
    }

    @Test(arguments: [
        ("v1.2.3", "v1.2.3"), ("v1", "v1.0.0"), ("v1.2", "v1.2.0"), ("v1.2.3+meta", "v1.2.3"),
        ("v2.0.0+incompatible", "v2.0.0+incompatible"), ("v1.2.3-rc.1", "v1.2.3-rc.1"),
        ("v0.0.0-20200101000000-abcdefabcdef", "v0.0.0-20200101000000-abcdefabcdef"),
        ("v1.2.3--", "v1.2.3--"), ("v1.2.3-0a", "v1.2.3-0a"),
        ("1.2.3", nil), ("v1.2.3.4", nil), ("v01.2.3", nil), ("v1.2.3-01", nil), ("v1.2.3-", nil), ("v1.2.3+", nil),
        ("v1.2-rc1", nil), ("v1.2.3-a..b", nil), ("v1.2.3+a_b", nil), ("v", nil), ("", nil), ("latest", nil),
        ("v1.2.é", nil),
    ])
    func versionsOfModulesAreMadeCanonical(text: String, expected: String?) {
        #expect(canonicalVersion(text) == expected)
    }
}
