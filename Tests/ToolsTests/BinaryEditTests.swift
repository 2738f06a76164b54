/// Edits of programs that are no Go modules: what was there stays, and what comes out says what was wanted.
import Diagnostics
import Pipeline
import Testing
import Tools

@Suite struct BinaryEditTests {
    private static let rest = "\n# What is done.\nsteps: { f: { fmt: check } }\n"
    private static let one = String(repeating: "1", count: 64)
    private static let two = String(repeating: "2", count: 64)

    private func edited(_ text: String, _ change: (inout PipelineEdit, [BinaryPin]) -> Void) throws -> String {
        let source = SourceText(file: "pipeline.yaml", text: text)
        let (pipeline, mistakes) = decodePipeline(source)
        #expect(mistakes == [])
        var edit = PipelineEdit(source)
        change(&edit, pipeline?.binaries ?? [])
        let (after, newMistakes) = decodePipeline(SourceText(file: "pipeline.yaml", text: edit.text))
        #expect(newMistakes == [] && after != nil, "\(edit.text)")
        return edit.text
    }

    private func wanted(_ platform: String = "linux/amd64", url: String = "https://x.org/a", sha256: String = one, path: String? = nil) -> WantedDownload {
        WantedDownload(platform: platform, url: url, sha256: sha256, path: path)
    }

    @Test(arguments: [
        (
            "version: 1\ntools:\n  a: x.org/a@v1.0.0 # keep\n",
            "version: 1\ntools:\n  a: x.org/a@v1.0.0 # keep\n  n:\n    linux/amd64: { url: \"https://x.org/a\", sha256: \"\(one)\" }\n"
        ),
        (
            "version: 1\ntools:\n    a: x.org/a@v1.0.0\n",
            "version: 1\ntools:\n    a: x.org/a@v1.0.0\n    n:\n      linux/amd64: { url: \"https://x.org/a\", sha256: \"\(one)\" }\n"
        ),
        ("version: 1\n", "version: 1\n\ntools:\n  n:\n    linux/amd64: { url: \"https://x.org/a\", sha256: \"\(one)\" }\n"),
        ("version: 1\ntools: {}\n", "version: 1\ntools: { n: { linux/amd64: { url: \"https://x.org/a\", sha256: \"\(one)\" } } }\n"),
        (
            "version: 1\ntools: { a: x.org/a@v1.0.0 }\n",
            "version: 1\ntools: { a: x.org/a@v1.0.0, n: { linux/amd64: { url: \"https://x.org/a\", sha256: \"\(one)\" } } }\n"
        ),
    ])
    func addsOne(_ before: String, _ after: String) throws {
        #expect(try edited(before + Self.rest) { edit, _ in edit.add("n", [wanted()], isFirst: before.contains("{}")) } == after + Self.rest)
    }

    private static let block = """
        version: 1
        tools:
          # Of the protocol.
          n:
            linux/amd64:   # here
              url: https://x.org/a
              sha256: "\(one)"
            darwin/arm64: { url: "https://x.org/d", sha256: "\(one)", path: bin/d }  # there
          z: x.org/z@v1.0.0

        """

    @Test func replacesWhatIsSaidAnew() throws {
        let block = Self.block + Self.rest
        #expect(
            try edited(block) { $0.put(wanted(url: "https://x.org/a2", sha256: Self.two, path: "bin/a"), in: $1[0]) }
                == block.replacing("url: https://x.org/a\n", with: "url: \"https://x.org/a2\"\n")
                .replacing("sha256: \"\(Self.one)\"\n", with: "sha256: \"\(Self.two)\"\n      path: \"bin/a\"\n"))
        #expect(
            try edited(block) { $0.put(wanted("darwin/arm64", url: "https://x.org/d", sha256: Self.two, path: "d"), in: $1[0]) }
                == block.replacing("sha256: \"\(Self.one)\", path: bin/d", with: "sha256: \"\(Self.two)\", path: \"d\""))
        #expect(
            try edited(block) { $0.put(wanted("linux/arm64"), in: $1[0]) }
                == block.replacing("# there\n", with: "# there\n    linux/arm64: { url: \"https://x.org/a\", sha256: \"\(Self.one)\" }\n"))
        #expect(try edited(block) { $0.put(wanted(), in: $1[0]) } == block)
    }

    @Test func andInOneLine() throws {
        let line = "version: 1\ntools: { a: x.org/a@v1.0.0, n: { linux/amd64: { url: \"https://x.org/a\", sha256: \"\(Self.one)\" } }, z: x.org/z@v1.0.0 } # all\n" + Self.rest
        #expect(
            try edited(line) { $0.put(wanted(sha256: Self.two, path: "p"), in: $1[0]) }
                == line.replacing("\"\(Self.one)\"", with: "\"\(Self.two)\", path: \"p\""))
        #expect(
            try edited(line) { $0.put(wanted("linux/arm64"), in: $1[0]) }
                == line.replacing(" } }, z", with: " }, linux/arm64: { url: \"https://x.org/a\", sha256: \"\(Self.one)\" } }, z"))
        #expect(
            try edited(line) { $0.remove($1[0], isLast: false) }
                == "version: 1\ntools: { a: x.org/a@v1.0.0, z: x.org/z@v1.0.0 } # all\n" + Self.rest)
    }

    @Test func takesOneOut() throws {
        let block = Self.block + Self.rest
        #expect(
            try edited(block) { $0.remove($1[0], isLast: false) } == "version: 1\ntools:\n  # Of the protocol.\n  z: x.org/z@v1.0.0\n" + Self.rest)
        let only = "version: 1\n\ntools:\n  n:\n    linux/amd64: { url: \"https://x.org/a\", sha256: \"\(Self.one)\" }\n"
        #expect(try edited(only + Self.rest) { $0.remove($1[0], isLast: true) } == "version: 1\n" + Self.rest)
    }

    // MARK: - Names

    @Test func mentionsAreRenamed() throws {
        let source = SourceText(
            file: "pipeline.yaml",
            text: """
                version: 1
                tools: { lint: x.org/staticcheck@v1.0.0, gen: x.org/gen@v1.0.0 }
                steps:
                  a: { tool: "lint", args: ["${tool.lint}", ./...] }  # lint
                  b: { run: [sh, -c, "${tool.lint} ${tool.gen}"], tools: [gen, lint], env: { X: "${tool.lint}" } }
                  c:
                    shell: |
                      echo $${tool.lint}
                      ${tool.lint} -x

                """)
        let pipeline = try #require(decodePipeline(source).pipeline)
        let mentions = pipeline.toolMentions
        #expect(mentions.map(\.name) == ["lint", "lint", "gen", "lint", "lint", "lint", "gen", "lint"])
        let renamed = renamingTools(source, mentions.filter { $0.name == "lint" }.map { ($0, "staticcheck") })
        #expect(
            renamed.split(separator: "\n").dropFirst(3).joined(separator: "\n") == """
                  a: { tool: "staticcheck", args: ["${tool.staticcheck}", ./...] }  # lint
                  b: { run: [sh, -c, "${tool.staticcheck} ${tool.gen}"], tools: [gen, staticcheck], env: { X: "${tool.staticcheck}" } }
                  c:
                    shell: |
                      echo $${tool.lint}
                      ${tool.staticcheck} -x
                """)
    }
}
