/// The reference in docs/pipeline-file.md leaves out no key and no diagnostic, and its example is right.
import Diagnostics
import TestSupport
import Testing

@testable import Pipeline

@Suite struct ReferenceTests {
    private let text = readText("\(Published.root)/docs/pipeline-file.md") ?? ""
    private let documented = Array(
        [
            PipelineKeys.all, GoKeys.all, ArtifactKeys.all, ImageKeys.all, HealthcheckKeys.all, ImageExtraKeys.all, StepKeys.all,
            ServiceKeys.all, SecretKeys.all,
        ].joined())

    @Test func everyKeyIsInIt() {
        for key in documented {
            #expect(text.contains("\n| `\(key.name)` |"), "\(key.name)")
        }
    }

    @Test func everyKeyIsInTheTestOfAllKeys() {
        for key in documented {
            #expect(everyKey.contains("\(key.name):"), "\(key.name)")
        }
    }

    /// In the source of the room, and of the one that reads YAML for it, each id is a literal of its own.
    @Test func everyDiagnosticIsInIt() {
        let room = "Sources/Pipeline"
        let folders = [room, "Sources/YAML"] + Published.entries(of: room).map { "\(room)/\($0)" }
        var ids: Set<Substring> = []
        for file in folders.flatMap({ folder in Published.entries(of: folder).map { "\(folder)/\($0)" } })
        where file.hasSuffix(".swift") {
            let source = readText("\(Published.root)/\(file)") ?? ""
            ids.formUnion(source.split(separator: "\"").filter { $0.hasPrefix("pipeline/") && !$0.contains(" ") })
        }
        #expect(ids.count >= 30)
        for id in ids { #expect(text.contains("`\(id)`"), "\(id)") }
    }

    @Test func itsExampleIsRight() throws {
        let start = try #require(text.firstRange(of: "```yaml\n"))
        let example = text[start.upperBound...].prefix { $0 != "`" }
        let (_, diagnostics) = decodePipeline(SourceText(file: "pipeline.yaml", text: String(example)))
        #expect(diagnostics == [])
    }
}
