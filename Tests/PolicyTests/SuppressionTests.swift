/// What the suppressions leave, and what the report says of them.
import Diagnostics
import Policy
import Testing

@Suite struct SuppressionTests {
    private let script = ("setup.sh", "#!/bin/sh\ngo install example.com/a@latest\ngo   install example.com/a@latest\ngo install example.com/b@latest\n")

    @Test func aBaselineAllowsWhatWasThere() {
        let before = audit(world([script])).findings
        #expect(before.count == 3)
        let text = Baseline.text(of: before)
        #expect(
            text == """
                # Findings that were there before: rule, file, line. Written by `pipeline audit --write-baseline`.
                policy/unpinned-tool\tsetup.sh\tgo install example.com/a@latest
                policy/unpinned-tool\tsetup.sh\tgo install example.com/a@latest
                policy/unpinned-tool\tsetup.sh\tgo install example.com/b@latest

                """)
        let baseline = Baseline(SourceText(file: "baseline", text: text))
        // Lines move, and one more is added.
        let moved = (script.0, "#!/bin/sh\n\n\n" + script.1.dropFirst(10) + "go install example.com/c@latest\n")
        let report = audit(world([moved]), baseline: baseline)
        #expect(report.findings.map(described) == ["setup.sh:7:12 policy/unpinned-tool"])
        #expect(report.suppressed.map(\.origin) == [.baseline, .baseline, .baseline])
    }

    @Test func whatWasMendedIsStaleInTheBaseline() {
        let baseline = Baseline(SourceText(file: "baseline", text: Baseline.text(of: audit(world([script])).findings)))
        let mended = (script.0, script.1.replacing("example.com/a@latest", with: "example.com/a@v1.0.0"))
        let report = audit(world([mended]), baseline: baseline)
        #expect(report.findings.map(described).sorted() == ["baseline:2:1 policy/stale-suppression", "baseline:3:1 policy/stale-suppression"])
        #expect(report.findings.allSatisfy { $0.severity == .note })
    }

    @Test func aBrokenBaselineIsTold() {
        let baseline = Baseline(SourceText(file: "baseline", text: "# head\npolicy/unpinned-tool\tonly\n\nnothing\ta\tb\n"))
        #expect(baseline.mistakes.map(\.id) == ["audit/baseline-syntax", "audit/baseline-syntax"])
        #expect(baseline.mistakes.map { $0.range?.start.line } == [2, 4])
    }

    @Test func theReportNamesTheReason() {
        let allowed = ("x.sh", "#!/bin/sh\n# pipeline:allow policy/unpinned-tool: no release: yet\ngo install example.com/a@latest\n")
        let report = audit(world([allowed]))
        #expect(report.findings.isEmpty)
        #expect(report.suppressed.map(\.reason) == ["no release: yet"])
        #expect(report.suppressed.map(\.origin) == [.comment])
    }

    @Test func severitiesDecide() {
        let report = audit(world([script]))
        #expect(report.fails(on: .error) && report.fails(on: .note))
        #expect(!audit(world([])).fails(on: .note))
    }
}
