/// What docs/json.md promises beyond the goldens.
import Action
import Run
import TestSupport
import Testing

@testable import Report

@Suite struct JSONReporterTests {
    private let action = ActionReference(id: "test", step: "test", kind: .test, title: "go test")

    @Test(arguments: [
        (Failure.exit(code: 3), #"{"kind":"exit","code":3,"message":"exit code 3"}"#),
        (.signal(9), #"{"kind":"signal","signal":9,"message":"ended by signal 9"}"#),
        (.timeout(.seconds(90)), #"{"kind":"timeout","limit_ms":90000,"message":"not done after 1m30s"}"#),
        (.notSilent, #"{"kind":"findings","message":"it has findings"}"#),
        (.stale(files: 2), #"{"kind":"stale","files":2,"message":"2 files are not up to date"}"#),
        (.missingOutput("a/b"), #"{"kind":"missing-output","path":"a/b","message":"declared output a/b was not made"}"#),
        (.service("db", "ended"), #"{"kind":"service","service":"db","message":"service db ended"}"#),
        (.changedArtifact("server changed"), #"{"kind":"changed-artifact","message":"server changed"}"#),
        (.refused("a@v1 is edited"), #"{"kind":"refused","message":"a@v1 is edited"}"#),
        (.environment("no such file"), #"{"kind":"environment","message":"no such file"}"#),
    ])
    func everyFailureHasAKind(failure: Failure, expected: String) {
        let sink = MemorySink()
        var reporter = JSONReporter(to: sink)
        reporter.handle(.actionRetried(action, attempt: 2, failure: failure))
        reporter.close()
        #expect(
            sink.text == #"{"event":"action.retried","step":"test","action":"test","attempt":2,"failure":\#(expected)}"# + "\n")
    }

    @Test func aFetchSaysWhatAndFromWhere() {
        let sink = MemorySink()
        var reporter = JSONReporter(to: sink)
        reporter.handle(.fetched(Fetch(name: "example.com/a", version: "v1.0.0", hash: "h1:x", source: "https://proxy.example"), by: action))
        reporter.handle(.fetched(Fetch(name: "protoc", version: nil, hash: "sha256:0", source: nil), by: nil))
        reporter.close()
        #expect(
            sink.text == """
                {"event":"fetched","step":"test","action":"test","name":"example.com/a","version":"v1.0.0","hash":"h1:x","from":"https://proxy.example"}
                {"event":"fetched","step":null,"action":null,"name":"protoc","version":null,"hash":"sha256:0","from":null}

                """)
    }

    @Test func quietLeavesOutOutputOnly() {
        func lines(_ verbosity: Verbosity) -> [Substring] {
            let sink = MemorySink()
            play(.red, on: JSONReporter(to: sink, verbosity: verbosity))
            return sink.text.split(separator: "\n")
        }
        #expect(lines(.quiet) == lines(.normal).filter { !$0.hasPrefix(#"{"event":"action.output""#) })
        #expect(lines(.quiet).count < lines(.normal).count)
    }

    @Test func textIsEscapedAsJSONAsks() {
        #expect(
            JSON.string("\"\\/\n\r\t\u{0}\u{1B}\u{7F}\u{9B}\u{2028}é日🎉").text
                == #""\"\\/\n\r\t\u0000\u001b\u007f\u009b\u2028é日🎉""#)
        #expect(JSON.object([("b", [1, nil, true]), ("a", [:])]).text == #"{"b":[1,null,true],"a":{}}"#)
    }

    /// Every event and every member that any reporter or plan writes is named in the document.
    @Test func theDocumentNamesEverything() throws {
        let folder = String("\(#filePath)".dropLast("/Tests/ReportTests/JSONReporterTests.swift".count))
        let document = try #require(readText("\(folder)/docs/json.md"))
        var names = Set<String>()
        var texts = RecordedRun.all.map { run in
            let sink = MemorySink()
            play(run, on: JSONReporter(to: sink, verbosity: .verbose))
            return sink.text
        }
        let plan = samplePlan()
        texts.append(renderPlan(plan.graph, decisions: plan.decisions, format: .json))
        for text in texts {
            for match in text.matches(of: /"([a-z_]+)":/) { names.insert(String(match.1)) }
            for match in text.matches(of: /"event":"([a-z.]+)"/) { names.insert(String(match.1)) }
        }
        #expect(names.count > 40)
        for name in names.sorted() where name != "event" {
            #expect(document.contains("`\(name)`") || document.contains("\"\(name)\""), "\(name) is not documented")
        }
    }
}
