/// The templates in the binary are the published files; `UPDATE_GOLDEN=1` writes them into the source.
import Pipeline
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct PipelineTemplatesTests {
    @Test func theSourceHoldsTheFiles() throws {
        let file = "\(Published.root)/Sources/Pipeline/Templates/TemplateText.swift"
        let expected = try source(
            Published.templateNames.map { name in
                (name, try #require(readText("\(Published.root)/pipelines/\(name).yaml")))
            })
        if environmentValue("UPDATE_GOLDEN") == "1" {
            let stream = try #require(fopen(file, "w"))
            fputs(expected, stream)
            fclose(stream)
        }
        #expect(readText(file) == expected)
    }

    @Test func theBinaryHoldsTheFiles() {
        for name in Published.templateNames {
            #expect(PipelineTemplates.named(name)?.text == readText("\(Published.root)/pipelines/\(name).yaml"))
        }
        #expect(PipelineTemplates.all.map(\.name) == Published.templateNames)
    }

    @Test func eachSaysWhatItIsFor() {
        #expect(
            PipelineTemplates.all.map(\.summary) == [
                "An HTTP service: linked once, tested, tried on loopback, and put in an image as it is.",
                "A command-line program for several platforms, each built once and from one machine.",
                "A library: nothing to ship, so all that counts is that it compiles, is tidy and passes its tests.",
                "Several modules in one repository, tied together by a go.work file: two programs and what they share.",
            ])
    }

    private func source(_ files: [(name: String, text: String)]) -> String {
        let constants = files.map { name, text in
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            return "    static let \(name) = #\"\"\"\n"
                + lines.map { $0.isEmpty ? "\n" : "        \($0)\n" }.joined() + "\n        \"\"\"#\n"
        }
        return """
            /// The texts of the `pipelines` folder's files, written by `UPDATE_GOLDEN=1 swift test --filter PipelineTemplatesTests`.

            enum TemplateText {
            \(constants.joined(separator: "\n"))}

            """
    }
}
