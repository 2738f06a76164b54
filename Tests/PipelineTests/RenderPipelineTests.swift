/// A pipeline written down decodes to itself.
import Diagnostics
import Pipeline
import Testing

@Suite struct RenderPipelineTests {
    private func decode(_ text: String, _ file: String = "pipeline.yaml") throws -> Pipeline {
        let (pipeline, diagnostics) = decodePipeline(SourceText(file: file, text: text))
        #expect(diagnostics == [], "\(text)")
        return try #require(pipeline)
    }

    private func checkRoundTrip(_ text: String) throws {
        let pipeline = try decode(text)
        let again = try decode(renderPipeline(pipeline))
        #expect(outline(again) == outline(pipeline))
    }

    @Test(arguments: Published.files.map(\.path))
    func publishedFilesSurvive(path: String) throws {
        try checkRoundTrip(Published.files.first { $0.path == path }!.text)
    }

    @Test func everyKeySurvives() throws {
        try checkRoundTrip(everyKey)
    }

    @Test(arguments: [
        "yes", "no", "on", "null", "~", "1.20", "0x10", "1e3", "2001-01-01", "12:30:45", "- x", "a: b", "a #b", "#x",
        "&x", "*x",
        "!x", "|", ">", "%x", "@x", "`x`", "'x'", "\"x\"", "\\n", "a\\b", "[x]", "{x}", "x, y", " x", "x ", "x:", "$$x",
        "--flag",
        "-n", "---", "...", "é", "😀", "a\u{85}b", "a\u{2028}b", "tab\there", "=", "<<", "?", "? x", ":", "a\u{A0}b",
        "\u{FEFF}",
    ])
    func awkwardTextsSurviveEverywhere(text: String) throws {
        let quoted = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\u{FEFF}", with: "\\uFEFF").replacing("\u{85}", with: "\\N")
        try checkRoundTrip(
            """
            version: 1
            steps:
              a:
                run: [x, "\(quoted)"]
                env: { A: "\(quoted)" }
              b: { shell: "\(quoted)" }
            """)
    }

    @Test(arguments: [
        "a\\nb", "a\\nb\\n", "a\\n\\nb\\n\\n", " a\\nb\\n", "a\\n  b\\n", "\\ta\\nb\\n", "\\na\\n", "a\\n \\n",
        "a\\r\\nb\\n", "# a\\nb\\n",
        "a\\n\\tb\\n", "a\\nb\\n \\nc\\n", "a \\nb \\n",
    ])
    func linesSurvive(text: String) throws {
        try checkRoundTrip("version: 1\nsteps: { a: { shell: \"\(text)\" } }\n")
    }

    @Test(arguments: ["yes", "no", "null", "true", "1", "1.0", "2001-01-01", "a.b-c_d"])
    func namesSurvive(name: String) throws {
        try checkRoundTrip(
            "version: 1\nartifacts: { \"\(name)\": . }\nsteps: { \"\(name)\": { vet: ./..., needs: \"artifact.\(name)\" } }\n"
        )
    }

    @Test func theWholeText() throws {
        let pipeline = try decode(
            """
            version: 1
            name: greeter
            go: { version: "1.27.3" }
            tools: go.mod
            artifacts: { server: ./cmd/server, api: { build: ., dir: api, ldflags: "-X main.v=${git.describe}" } }
            steps:
              generate: { generate: ./... }
              vet: { vet: ./... }
              test: { test: [./a, ./b], timeout: 90s }
              docs: { shell: "make\\ninstall\\n", needs: [vet, artifact.server] }
            """)
        #expect(
            renderPipeline(
                pipeline,
                comments: [
                    "": "Made for you.\n\nEdit it.", "artifacts": "Binaries.", "steps.vet": "Finds slips.",
                    "step:test": "All tests.",
                ])
                    == """
                    # Made for you.
                    #
                    # Edit it.
                    version: 1
                    name: greeter

                    go:
                      version: "1.27.3"

                    tools: go.mod

                    # Binaries.
                    artifacts:
                      server: ./cmd/server
                      api:
                        build: .
                        dir: api
                        ldflags: -X main.v=${git.describe}

                    steps:
                      generate:
                        generate: ./...

                      # Finds slips.
                      vet:
                        vet: ./...

                      # All tests.
                      test:
                        test: [./a, ./b]
                        timeout: 1m30s
                      docs:
                        shell: |
                          make
                          install
                        needs: [vet, artifact.server]

                    """)
    }
}
