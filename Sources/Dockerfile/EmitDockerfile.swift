/// The Dockerfile of a pipeline's image, from the plan that `pipeline run` carries out; it writes no file and knows no
/// container engine.
///
/// Source of the format: the Dockerfile reference of docker/dockerfile:1.
import Diagnostics
import Pipeline
import Plan

/// The text is nil when a diagnostic is an error. `graph` is the whole plan of `pipeline` and `facts`. Ids:
/// dockerfile/no-image, dockerfile/not-for-linux, dockerfile/cgo, dockerfile/no-golang-image, dockerfile/line-feed,
/// dockerfile/outside-repository, dockerfile/no-such-folder, dockerfile/odd-path.
package func emitDockerfile(
    _ pipeline: Pipeline, _ facts: Facts, graph: StepGraph, source: SourceText?
) -> (text: String?, diagnostics: [Diagnostic]) {
    var findings = Findings(file: pipeline.file, source: source)
    let build = ImageBuild(pipeline, facts, graph, &findings)
    let diagnostics = findings.diagnostics.inSourceOrder()
    guard let build, !diagnostics.hasErrors else { return (nil, diagnostics) }
    let head = [
        "# syntax=docker/dockerfile:1",
        "# Written by `pipeline dockerfile`\(pipeline.file.map { " from \($0)" } ?? ""): change it there, not here.",
    ]
    let stages = [head, buildStage(build), finalStage(build)]
    return (stages.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n", diagnostics)
}

/// What is wrong, collected; places are quoted from the pipeline file when there is one.
struct Findings {
    let file: String?
    let source: SourceText?
    private(set) var diagnostics: [Diagnostic] = []

    init(file: String?, source: SourceText?) {
        self.file = file
        self.source = source
    }

    mutating func report(
        _ id: String, at range: SourceRange?, _ message: String, notes: [Diagnostic.Note] = [], help: String? = nil
    ) {
        guard let source, let range else {
            return add(Diagnostic(id: id, message: message, file: file, notes: notes, help: help))
        }
        add(source.diagnostic(id, at: range, message, notes: notes, help: help))
    }

    mutating func add(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }
}
