/// The forms of the review's findings, whole.
import Diagnostics
import Policy
import Testing

@testable import Report

@Suite struct AuditViewTests {
    private static let source = SourceText(file: "a b/Makefile", text: "x:\n\tgo run é@latest\n")
    private static let range = SourceRange(line: 2, column: 9, length: 8)

    private static let finding = Finding(
        source.diagnostic(
            "policy/unpinned-tool", .error, at: range, "50% is\nnot pinned",
            notes: [.init("no place"), .init("the pin: here, there", file: "go.mod", range: SourceRange(line: 3, column: 1, length: 4))],
            help: "pin it"),
        fix: Fix("pin it to v1", [TextEdit(file: "a b/Makefile", range: SourceRange(line: 2, column: 10, length: 7), replacement: "@v1.0.0")]))
    private static let note = Finding(Diagnostic(id: "policy/stale-suppression", severity: .note, message: "stale", file: "base,line"))

    private static let report = AuditReport(
        findings: [finding, note], suppressed: [.init(finding: note, origin: .comment, reason: "why"), .init(finding: finding, origin: .baseline, reason: "")])

    @Test func text() {
        #expect(
            renderAudit(Self.report, files: 3) == """
                error[policy/unpinned-tool]: 50% is
                  not pinned
                 --> a b/Makefile:2:9
                  |
                2 |     go run é@latest
                  |            ^^^^^^^^
                  = note: no place
                  = note: the pin: here, there
                    --> go.mod:3:1
                  = help: pin it

                note[policy/stale-suppression]: stale
                 --> base,line

                1 error, 1 note, 2 allowed
                1 of them can be mended by `pipeline audit --fix`

                """)
        #expect(renderAudit(AuditReport(findings: [], suppressed: []), files: 1) == "no findings · 1 file with commands read\n")
    }

    @Test func json() {
        #expect(
            renderAuditJSON(Self.report) == """
                {"findings":[
                {"rule":"policy/unpinned-tool","file":"a b/Makefile","line":2,"column":9,"severity":"error","message":"50% is\\nnot pinned","fix":"pin it to v1"},
                {"rule":"policy/stale-suppression","file":"base,line","line":null,"column":null,"severity":"note","message":"stale","fix":null}
                ]}

                """)
    }

    @Test func annotations() {
        #expect(
            renderAuditAnnotations(Self.report) == """
                ::error file=a b/Makefile,line=2,col=9,endColumn=17,title=policy/unpinned-tool::50%25 is%0Anot pinned%0Apin it
                ::notice file=base%2Cline,title=policy/stale-suppression::stale

                """)
    }

    @Test func sarif() throws {
        let rules = [try #require(PolicyRule.named("unpinned-tool")), try #require(PolicyRule.named("stale-suppression"))]
        let text = renderAuditSARIF(Self.report, rules: rules, version: "1.2.3")
        #expect(text.hasPrefix(#"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":{"name":"pipeline","semanticVersion":"1.2.3","rules":[{"id":"policy/unpinned-tool","name":"UnpinnedTool","shortDescription":{"text":"#))
        let results = try #require(text.firstRange(of: #""columnKind":"unicodeCodePoints","results":"#)).upperBound
        let expected = [
            #"[{"ruleId":"policy/unpinned-tool","ruleIndex":0,"level":"error","message":{"text":"50% is\nnot pinned. pin it"},"#,
            #""locations":[{"physicalLocation":{"artifactLocation":{"uri":"a%20b/Makefile","uriBaseId":"%SRCROOT%"},"region":{"startLine":2,"startColumn":9,"endLine":2,"endColumn":17}}}],"#,
            #""relatedLocations":[{"physicalLocation":{"artifactLocation":{"uri":"go.mod","uriBaseId":"%SRCROOT%"},"region":{"startLine":3,"startColumn":1,"endLine":3,"endColumn":5}},"message":{"text":"the pin: here, there"}}],"#,
            #""fixes":[{"description":{"text":"pin it to v1"},"artifactChanges":[{"artifactLocation":{"uri":"a%20b/Makefile","uriBaseId":"%SRCROOT%"},"replacements":[{"deletedRegion":{"startLine":2,"startColumn":10,"endLine":2,"endColumn":17},"insertedContent":{"text":"@v1.0.0"}}]}]}]},"#,
            #"{"ruleId":"policy/stale-suppression","ruleIndex":1,"level":"note","message":{"text":"stale"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"base,line","uriBaseId":"%SRCROOT%"}}}]},"#,
            #"{"ruleId":"policy/stale-suppression","ruleIndex":1,"level":"note","message":{"text":"stale"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"base,line","uriBaseId":"%SRCROOT%"}}}],"suppressions":[{"kind":"inSource","justification":"why"}]},"#,
            #"{"ruleId":"policy/unpinned-tool","ruleIndex":0,"level":"error","message":{"text":"50% is\nnot pinned. pin it"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a%20b/Makefile","uriBaseId":"%SRCROOT%"},"region":{"startLine":2,"startColumn":9,"endLine":2,"endColumn":17}}}],"#,
            #""relatedLocations":[{"physicalLocation":{"artifactLocation":{"uri":"go.mod","uriBaseId":"%SRCROOT%"},"region":{"startLine":3,"startColumn":1,"endLine":3,"endColumn":5}},"message":{"text":"the pin: here, there"}}],"#,
            #""fixes":[{"description":{"text":"pin it to v1"},"artifactChanges":[{"artifactLocation":{"uri":"a%20b/Makefile","uriBaseId":"%SRCROOT%"},"replacements":[{"deletedRegion":{"startLine":2,"startColumn":10,"endLine":2,"endColumn":17},"insertedContent":{"text":"@v1.0.0"}}]}]}],"suppressions":[{"kind":"external"}]}]}]}"#, "\n",
        ].joined()
        #expect(text[results...] == expected)
    }

    @Test func rules() throws {
        let lines = renderRules([try #require(PolicyRule.named("unpinned-tool")), try #require(PolicyRule.named("go-run-file"))])
        #expect(
            lines == """
                policy/unpinned-tool  error    What `go run`, `go install` and `go get` fetch must be pinned to a release
                policy/go-run-file    warning  `go run` and `go build` must be given a package, not some of its files

                """)
    }
}
