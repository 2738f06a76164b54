/// Small repositories in memory, planned as real ones are; no file of theirs is on disk.
import Diagnostics
import Go
import Pipeline
import Plan
import TestSupport
import Testing

@testable import Dockerfile

struct Repository: Sendable, CustomTestStringConvertible {
    var name: String
    /// Without its `version: 1`; nil for a repository without a pipeline file.
    var pipeline: String
    /// Texts of go.mod and go.work; of other files the paths alone matter.
    var files: [String: String]
    var git: [Reference.GitFact: String] = [:]
    var host = Platform(os: "linux", architecture: "amd64")
    var goVersion = "1.27.3"
    var prebuilt = false

    var testDescription: String { name }

    var facts: Facts {
        let (repository, diagnostics) = GoRepository.find(paths: files.keys) { files[$0] }
        precondition(!diagnostics.hasErrors, "\(diagnostics)")
        let toolchain = GoToolchain(
            executable: "/usr/lib/go/bin/go", version: goVersion,
            environment: ["GOOS": host.os, "GOARCH": host.architecture])
        return Facts(root: "/repository", toolchain: toolchain, repository: repository, files: files.keys.sorted(), git: git)
    }

    func emitted() throws -> (text: String?, diagnostics: [Diagnostic]) {
        let source = SourceText(file: "pipeline.yaml", text: "version: 1\n" + pipeline)
        let decoded = decodePipeline(source)
        let pipeline = try #require(decoded.pipeline, "\(decoded.diagnostics)")
        let (graph, diagnostics) = plan(pipeline, facts, source: source)
        return emitDockerfile(pipeline, facts, graph: try #require(graph, "\(diagnostics)"), prebuilt: prebuilt, source: source)
    }

    /// The text of a repository that has nothing wrong; that its builder is not pinned is passed over.
    func dockerfile() throws -> String {
        let (text, diagnostics) = try emitted()
        #expect(diagnostics.allSatisfy { $0.id == "dockerfile/unpinned-builder" })
        return try #require(text)
    }

    func dockerignore() throws -> String {
        let pipeline = try #require(decodePipeline(SourceText(file: "pipeline.yaml", text: "version: 1\n" + pipeline)).pipeline)
        return emitDockerignore(pipeline, facts)
    }
}

func goMod(_ module: String, _ lines: String...) -> String {
    (["module example.com/\(module)", "go 1.24.0"] + lines).map { "\($0)\n" }.joined()
}
