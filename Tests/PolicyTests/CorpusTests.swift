/// The corpus: small repositories, good and bad, each with its exact findings of all rules together.
import Files
import Policy
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct CorpusTests {
    static let files = (names(in: "\(testFolder)/Cases") ?? []).filter { $0.hasSuffix(".txt") }.sorted()

    private static func cases(of name: String) throws -> [Case] {
        Case.parse(String(decoding: try readFile("\(testFolder)/Cases/\(name)"), as: UTF8.self))
    }

    @Test(arguments: files)
    func findingsAreExact(_ name: String) throws {
        var cases = try Self.cases(of: name)
        // UPDATE_GOLDEN=1 writes what is found; every line of the difference is to be read.
        if updatesGoldens {
            for index in cases.indices { cases[index].expected = cases[index].found }
            try removeAndWrite("\(testFolder)/Cases/\(name)", Case.text(of: cases))
        }
        for one in cases {
            #expect(one.found == one.expected, "\(name): \(one.name)")
            #expect(one.name.hasPrefix("good:") ? one.expected.isEmpty : true, "\(name): \(one.name)")
        }
    }

    @Test func theCorpusIsLargeAndEven() throws {
        let all = try Self.files.flatMap(Self.cases)
        #expect(all.count >= 150)
        #expect(all.count { $0.expected.isEmpty } >= all.count * 2 / 5)
        #expect(Set(all.map(\.name)).count > 100)
    }

    @Test(arguments: PolicyRule.all.map(\.id))
    func everyRuleIsFoundAndNotFound(_ rule: String) throws {
        let expected = try Self.files.flatMap(Self.cases).flatMap(\.expected)
        #expect(expected.contains { $0.hasSuffix(" \(rule)") })
    }

    /// Nothing that a fix writes may be against the rule that asked for it.
    @Test(arguments: files)
    func fixesMend(_ name: String) throws {
        for one in try Self.cases(of: name) {
            let fixable = one.report.findings.filter { $0.fix != nil }
            guard !fixable.isEmpty else { continue }
            let (texts, applied) = apply(fixable.compactMap(\.fix)) { path in one.files.first { $0.path == path }?.text }
            #expect(!applied.isEmpty, "\(one.name)")
            let mended = Case(name: one.name, expected: [], files: one.files.map { ($0.path, texts[$0.path] ?? $0.text) })
            let (before, after) = (one.found.count, mended.found.count)
            #expect(after <= before - applied.count, "\(name): \(one.name): \(mended.found)")
        }
    }

    /// Rules look at texts that may be anything: cut short, no case may end the process.
    @Test(arguments: files)
    func cutShortIsNoCrash(_ name: String) throws {
        for one in try Self.cases(of: name).prefix(6) {
            guard let longest = one.files.indices.max(by: { one.files[$0].text.count < one.files[$1].text.count }) else { continue }
            let text = one.files[longest].text
            for cut in stride(from: 0, to: text.count, by: 7) {
                var files = one.files
                if files[longest].path == "pipeline.yaml" { break }
                files[longest].text = String(text.prefix(cut))
                _ = audit(world(files, checking: false))
            }
        }
    }
}

let updatesGoldens = getenv("UPDATE_GOLDEN") != nil

func removeAndWrite(_ path: String, _ text: String) throws {
    unlink(path)
    try createFile(path, Array(text.utf8), mode: 0o644)
}
