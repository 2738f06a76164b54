/// The Dockerfile of a pipeline's image, from the plan that `pipeline run` carries out; it writes no file and knows no
/// container engine.
///
/// Source of the format: the Dockerfile reference of docker/dockerfile:1.
import Diagnostics
import Pipeline
import Plan

/// The text is nil when a diagnostic is an error. `graph` is the whole plan of `pipeline` and `facts`. With `prebuilt`
/// the binaries are not built but taken from a build context named `artifacts`, as OS/ARCHITECTURE/NAME.
///
/// Ids: dockerfile/no-image, dockerfile/not-for-linux, dockerfile/cgo, dockerfile/no-golang-image,
/// dockerfile/unpinned-builder, dockerfile/other-go, dockerfile/line-feed, dockerfile/outside-repository,
/// dockerfile/no-such-folder, dockerfile/odd-path, dockerfile/no-such-program, dockerfile/not-a-test,
/// dockerfile/test-needs, dockerfile/test-secrets.
package func emitDockerfile(
    _ pipeline: Pipeline, _ facts: Facts, graph: StepGraph, prebuilt: Bool = false, source: SourceText?
) -> (text: String?, diagnostics: [Diagnostic]) {
    var findings = Findings(file: pipeline.file, source: source)
    guard let image = pipeline.image else {
        findings.reportNoImage(pipeline)
        return (nil, findings.diagnostics)
    }
    for label in image.labels {
        findings.checkLineFeed(label.name + label.value.source, "the label \(jsonString(label.name))", at: image.range)
    }
    let builds = image.all.compactMap { ImageBuild($0, pipeline, facts, graph, &findings) }
    let stages =
        prebuilt
        ? prebuiltStages(builds, image, pipeline, facts, &findings)
        : buildingStages(builds, image, pipeline, facts, graph, &findings)
    let diagnostics = findings.diagnostics.inSourceOrder()
    guard !diagnostics.hasErrors else { return (nil, diagnostics) }
    let head = [
        "# syntax=docker/dockerfile:1",
        "# Written by `pipeline dockerfile`\(pipeline.file.map { " from \($0)" } ?? ""): change it there, not here.",
    ]
    return (([head] + stages).map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n", diagnostics)
}

// MARK: - Stages

private func buildingStages(
    _ builds: [ImageBuild], _ image: ImageDeclaration, _ pipeline: Pipeline, _ facts: Facts, _ graph: StepGraph,
    _ findings: inout Findings
) -> [[String]] {
    let builder = builderImage(image, pipeline, facts, &findings)
    for build in builds {
        build.checkStatic(pipeline, &findings)
        build.checkLineFeeds(pipeline, &findings)
    }
    var jobs: [StageJob] = []
    for build in builds {
        let sources = StageSources(
            build.link, build.scope, pipeline, image, facts, graph, builder: builder, &findings)
        let name = builds.count == 1 ? "build" : "build-\(stageName(build))"
        jobs.append(StageJob(name: name, sources: sources) { $0.addLink(build) })
    }
    if let name = image.test, let test = TestStage(name, pipeline, graph, &findings),
        let scope = facts.repository.scope(of: test.actions[0].directory)
    {
        let sources = StageSources(
            test.actions[0], scope, pipeline, image, facts, graph, builder: builder, &findings)
        jobs.append(StageJob(name: "test", sources: sources) { $0.addTest(test) })
    }
    // What cannot be built has no words either.
    guard !findings.diagnostics.hasErrors else { return [] }
    let finals = builds.enumerated().map { index, build in
        FinalStage(
            build: build, name: builds.count == 1 ? nil : stageName(build),
            files: jobs[index].name, source: (jobs[index].name, "\(ContainerPath.output)/\(build.file)"), isForPlatform: false)
    }
    return stages(jobs) + inOrder(finals)
}

private func prebuiltStages(
    _ builds: [ImageBuild], _ image: ImageDeclaration, _ pipeline: Pipeline, _ facts: Facts, _ findings: inout Findings
) -> [[String]] {
    if let test = image.test {
        findings.report(
            "dockerfile/not-a-test", at: test.range, "nothing is built with --prebuilt, so there is no stage for tests",
            help: "remove `test` from the image: `pipeline run` has run the tests of what it linked")
    }
    var stages: [[String]] = []
    let commands = image.contents.commands(user: image.user)
    let needsFiles = image.hasCertificates || image.contents.timezones || !commands.isEmpty
    if needsFiles {
        let builder = builderImage(image, pipeline, facts, &findings)
        var lines = ["FROM --platform=$BUILDPLATFORM \(builder) AS files"]
        if !commands.isEmpty { lines.append(run(commands)) }
        stages.append(lines)
    }
    stages.append([
        "# In its place comes the folder of: pipeline dockerfile --prebuilt --artifacts DIR",
        "# when it is given to the builder: --build-context artifacts=DIR",
        "FROM scratch AS artifacts",
    ])
    let finals = builds.map { build in
        FinalStage(
            build: build, name: builds.count == 1 ? nil : stageName(build), files: needsFiles ? "files" : nil,
            source: ("artifacts", "$TARGETOS/$TARGETARCH/\(build.file)"), isForPlatform: true)
    }
    return stages + inOrder(finals)
}

/// A stage that compiles.
private struct StageJob {
    var name: String
    var sources: StageSources
    var work: (inout BuildStage) -> Void
}

/// What several jobs begin with alike is a stage of its own before them.
private func stages(_ jobs: [StageJob]) -> [[String]] {
    var beginnings: [[String]] = []
    var stages: [[String]] = []
    for job in jobs {
        var stage = BuildStage(job.sources)
        let lines = stage.lines
        let from = "FROM --platform=$BUILDPLATFORM \(job.sources.builder) AS"
        guard jobs.count(where: { BuildStage($0.sources).lines == lines }) > 1 else {
            job.work(&stage)
            stages.append(["\(from) \(job.name)"] + stage.lines)
            continue
        }
        if !beginnings.contains(lines) {
            beginnings.append(lines)
            stages.append(["\(from) \(sourcesName(beginnings.count))"] + lines)
        }
        stage = stage.continued()
        job.work(&stage)
        stages.append(["FROM \(sourcesName(beginnings.firstIndex(of: lines)! + 1)) AS \(job.name)"] + stage.lines)
    }
    return stages
}

private func sourcesName(_ number: Int) -> String { number == 1 ? "sources" : "sources-\(number)" }

/// The image's own artifact last: a builder that is told no target takes the last stage.
private func inOrder(_ finals: [FinalStage]) -> [[String]] {
    (finals.dropFirst() + finals.prefix(1)).map(\.lines)
}

/// Begins with a letter, has no capitals, and is none of this file's own names.
private func stageName(_ build: ImageBuild) -> String {
    let name = build.artifact.name.value.lowercased()
    let isTaken = ["artifacts", "files", "test", "scratch"].contains(name) || name.hasPrefix("build") || name.hasPrefix("sources")
    return isTaken || name.first?.isLetter != true ? "image-\(name)" : name
}
