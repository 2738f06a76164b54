/// Edits of `tools:`: comments, order and style stay, and what comes out says what was wanted.
import Diagnostics
import Pipeline
import Testing
import Tools

@Suite struct PipelineEditTests {
    private static let rest = "\nsteps: { f: { fmt: check } }\n"

    private func edited(_ text: String, _ change: (inout PipelineEdit, [ToolPin]) -> Void) throws -> String {
        let source = SourceText(file: "pipeline.yaml", text: text)
        let (pipeline, mistakes) = decodePipeline(source)
        #expect(mistakes == [])
        var pins: [ToolPin] = []
        if case .pinned(let found)? = pipeline?.tools { pins = found }
        var edit = PipelineEdit(source)
        change(&edit, pins)
        let (after, newMistakes) = decodePipeline(SourceText(file: "pipeline.yaml", text: edit.text))
        #expect(newMistakes == [] && after != nil, "\(edit.text)")
        return edit.text
    }

    @Test(arguments: [
        (
            "version: 1\n# Linters.\ntools:\n  a: x.org/a@v1.0.0 # keep\n  b: x.org/b@v1.0.0\n\n# What is done.\nsteps: { f: { fmt: check } }\n",
            "version: 1\n# Linters.\ntools:\n  a: x.org/a@v1.0.0 # keep\n  b: x.org/b@v1.0.0\n  n: x.org/n@v2.0.0\n\n# What is done.\nsteps: { f: { fmt: check } }\n"
        ),
        (
            "version: 1\ntools: { a: x.org/a@v1.0.0 } # all\nsteps: { f: { fmt: check } }\n",
            "version: 1\ntools: { a: x.org/a@v1.0.0, n: x.org/n@v2.0.0 } # all\nsteps: { f: { fmt: check } }\n"
        ),
        (
            "version: 1\ntools: {}\nsteps: { f: { fmt: check } }\n",
            "version: 1\ntools: { n: x.org/n@v2.0.0 }\nsteps: { f: { fmt: check } }\n"
        ),
        (
            "version: 1\ngo:\n  version: \"1.27.3\"\n\n# What is done.\nsteps: { f: { fmt: check } }\n",
            "version: 1\ngo:\n  version: \"1.27.3\"\n\ntools:\n  n: x.org/n@v2.0.0\n\n# What is done.\nsteps: { f: { fmt: check } }\n"
        ),
        (
            "version: 1\nsteps: { f: { fmt: check } }\n",
            "version: 1\n\ntools:\n  n: x.org/n@v2.0.0\n\nsteps: { f: { fmt: check } }\n"
        ),
        (
            "version: 1\ntools:\n    a: \"x.org/a@v1.0.0\"\nsteps: { f: { fmt: check } }\n",
            "version: 1\ntools:\n    a: \"x.org/a@v1.0.0\"\n    n: x.org/n@v2.0.0\nsteps: { f: { fmt: check } }\n"
        ),
    ])
    func addsOne(_ before: String, _ after: String) throws {
        #expect(try edited(before) { $0.add("n", "x.org/n@v2.0.0", to: $1) } == after)
    }

    @Test(arguments: ["x.org/a@v1.0.0", "\"x.org/a@v1.0.0\"", "'x.org/a@v1.0.0'"])
    func putsAnotherVersionInAPinsPlace(_ value: String) throws {
        let block = "version: 1\ntools:\n  a: \(value)   # why\n  b: x.org/b@v1.0.0\(Self.rest)"
        #expect(try edited(block) { $0.replace($1[0], with: "x.org/a@v1.10.0") } == block.replacing("a@v1.0.0", with: "a@v1.10.0"))
        let flow = "version: 1\ntools: { b: x.org/b@v1.0.0, a: \(value), c: x.org/c@v1.0.0 }\(Self.rest)"
        #expect(try edited(flow) { $0.replace($1[1], with: "x.org/a@v1.10.0") } == flow.replacing("a@v1.0.0", with: "a@v1.10.0"))
    }

    @Test(arguments: [
        ("  a: x.org/a@v1.0.0\n  b: x.org/b@v1.0.0 # two\n", 0, "  b: x.org/b@v1.0.0 # two\n"),
        ("  a: x.org/a@v1.0.0\n  b: x.org/b@v1.0.0 # two\n", 1, "  a: x.org/a@v1.0.0\n"),
    ])
    func takesOneOut(_ before: String, _ index: Int, _ after: String) throws {
        let (head, tail) = ("version: 1\ntools:\n", Self.rest)
        #expect(try edited(head + before + tail) { $0.remove($1[index], from: $1) } == head + after + tail)
    }

    @Test(arguments: [
        (0, "{ b: x.org/b@v1.0.0, c: x.org/c@v1.0.0 }"), (1, "{ a: x.org/a@v1.0.0, c: x.org/c@v1.0.0 }"),
        (2, "{ a: x.org/a@v1.0.0, b: x.org/b@v1.0.0 }"),
    ])
    func takesOneOutOfALine(_ index: Int, _ after: String) throws {
        let before = "version: 1\ntools: { a: x.org/a@v1.0.0, b: x.org/b@v1.0.0, c: x.org/c@v1.0.0 }\(Self.rest)"
        #expect(try edited(before) { $0.remove($1[index], from: $1) } == "version: 1\ntools: \(after)\(Self.rest)")
    }

    @Test func theSectionGoesWithTheLast() throws {
        let before = "version: 1\n\ntools:\n  a: x.org/a@v1.0.0\n\n# What is done.\nsteps: { f: { fmt: check } }\n"
        #expect(
            try edited(before) { $0.remove($1[0], from: $1) }
                == "version: 1\n\n# What is done.\nsteps: { f: { fmt: check } }\n")
    }

    @Test func anotherPattern() throws {
        let before = "version: 1\n\ntools:\n  a: x.org/a@v1.0.0\n  b: x.org/b@v1.0.0\n\n# What is done.\nsteps: { f: { fmt: check } }\n"
        let after = "version: 1\n\ntools: go.mod\n\n# What is done.\nsteps: { f: { fmt: check } }\n"
        #expect(try edited(before) { edit, _ in edit.setTools(to: "go.mod") } == after)
        #expect(try edited(after) { edit, _ in edit.setTools(to: nil) } == "version: 1\n\n# What is done.\nsteps: { f: { fmt: check } }\n")
    }
}
