/// Each rule has its page in docs/rules, which says what the rule itself says.
import Files
import Policy
import Testing

@Suite struct RulePageTests {
    private static let folder = "\(parentFolder(of: parentFolder(of: testFolder)))/docs/rules"

    @Test(arguments: PolicyRule.all.map(\.name))
    func pageIsTheManual(_ name: String) throws {
        let rule = try #require(PolicyRule.named(name))
        let path = "\(Self.folder)/\(name).md"
        if updatesGoldens { try removeAndWrite(path, rule.manual) }
        #expect(String(decoding: try readFile(path), as: UTF8.self) == rule.manual)
    }

    @Test func noPageIsLeftOver() {
        let pages = (names(in: Self.folder) ?? []).filter { $0.hasSuffix(".md") }
        #expect(Set(pages) == Set(PolicyRule.all.map { "\($0.name).md" }))
    }

    @Test func idsAreUnique() {
        #expect(Set(PolicyRule.all.map(\.id)).count == PolicyRule.all.count)
        #expect(PolicyRule.all.allSatisfy { $0.id == "policy/\($0.name)" && $0.page.what.hasSuffix(".") && !$0.demand.hasSuffix(".") })
    }

    @Test func rulesAreFoundByBothNames() {
        #expect(PolicyRule.named("policy/unpinned-tool")?.id == PolicyRule.named("unpinned-tool")?.id)
        #expect(PolicyRule.named("unpinned") == nil)
    }
}
