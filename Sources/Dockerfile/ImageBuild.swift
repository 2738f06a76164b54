/// The part of a plan that an image is made of, and whether it can be; it knows no Dockerfile syntax.
import Action
import Diagnostics
import Go
import Pipeline
import Plan

struct ImageBuild {
    var image: ImageDeclaration
    var artifact: ArtifactDeclaration
    /// Links the artifact for linux. Its other platforms differ in GOOS, GOARCH and the place of the cache.
    var link: Action
    /// Brings the modules; nil when there are none to bring.
    var download: Action?
    var isVendored: Bool
    /// What the download reads: paths relative to the root.
    var modules = ModuleSources()
    /// Of the golang image.
    var goVersion: String
    var git: [Reference.GitFact: String]

    /// Nil, with a diagnostic, when there is nothing to make an image of. Other mistakes leave a value, so that all of
    /// them are found.
    init?(_ pipeline: Pipeline, _ facts: Facts, _ graph: StepGraph, _ findings: inout Findings) {
        guard let image = pipeline.image else {
            findings.reportNoImage(pipeline)
            return nil
        }
        guard let artifact = pipeline.artifacts.first(where: { $0.name.value == image.artifact.value }),
            let scope = facts.repository.scope(of: artifact.directory)
        else { preconditionFailure("the image's artifact was decoded and planned, and is not there") }
        let name = artifact.name.value
        let links = graph.actions.filter { $0.kind == .build && $0.step == "artifact.\(name)" }
        guard let link = links.first(where: { $0.environment["GOOS"] == "linux" }) else {
            findings.report(
                "dockerfile/not-for-linux", at: image.artifact.range,
                "the image needs `\(name)` for linux, and it is built for \(links.compactMap { $0.facts["platform"] }.joined(separator: ", "))",
                help: "give the artifact `platforms: [linux/amd64, linux/arm64]`")
            return nil
        }
        self.image = image
        self.artifact = artifact
        self.link = link
        download = link.dependencies.lazy.map { graph[$0.action] }.first { $0.kind == .download }
        isVendored = facts.repository.isVendored(scope)
        goVersion = if case .exact(let version) = pipeline.go.version?.value { version } else { facts.toolchain.version }
        git = facts.git

        modules = ModuleSources(scope, facts, download, at: pipeline.go.proxy?.range, &findings)
        checkStatic(pipeline, &findings)
        checkGoVersion(pipeline, &findings)
        checkLineFeeds(pipeline, &findings)
    }

    private func checkStatic(_ pipeline: Pipeline, _ findings: inout Findings) {
        guard link.environment["CGO_ENABLED"] != "0" else { return }
        let setting = pipeline.go.env.first { $0.name.value == "CGO_ENABLED" }
        findings.report(
            "dockerfile/cgo", at: artifact.cgo ? artifact.name.range : setting?.name.range ?? artifact.name.range,
            "`\(artifact.name.value)` is built with cgo, and such a binary may need a C library that the image does not have",
            help: artifact.cgo
                ? "remove `cgo: true` from the artifact, or put a pure Go artifact in the image"
                : "set CGO_ENABLED to \"0\"; steps that need cgo can say `cgo: true`")
    }

    /// A toolchain built from a branch, or by a distributor, is in no image.
    private func checkGoVersion(_ pipeline: Pipeline, _ findings: inout Findings) {
        let isRelease = goVersion.utf8.allSatisfy { (48...57) ~= $0 || (97...122) ~= $0 || $0 == UInt8(ascii: ".") }
        guard !isRelease || GoVersion(goVersion) == nil else { return }
        findings.report(
            "dockerfile/no-golang-image", at: pipeline.go.version?.range, "there is no golang image of Go \(goVersion)",
            help: "build with a release of Go, and pin it with `go: { version: \"1.27.3\" }`")
    }

    /// An instruction ends where its line does, and no quoting carries a line feed into a word.
    private func checkLineFeeds(_ pipeline: Pipeline, _ findings: inout Findings) {
        func check(_ text: String, _ what: String, _ range: SourceRange) {
            guard text.utf8.contains(where: { $0 == 10 || $0 == 13 }) else { return }
            findings.report(
                "dockerfile/line-feed", at: range, "\(what) has a line feed in it, and a Dockerfile cannot say that",
                help: "write it on one line; in YAML, `>-` folds lines and leaves none at the end")
        }
        if let ldflags = artifact.ldflags { check(ldflags.source, "`ldflags` of `\(artifact.name.value)`", ldflags.range) }
        for entry in pipeline.go.env + artifact.env { check(entry.value.source, "`\(entry.name.value)`", entry.value.range) }
        for label in image.labels { check(label.name + label.value, "the label \(jsonString(label.name))", image.range) }
    }
}

extension Findings {
    fileprivate mutating func reportNoImage(_ pipeline: Pipeline) {
        let names = pipeline.artifacts.map(\.name.value)
        let place = pipeline.file == nil ? "write the pipeline down with `pipeline init`, and add" : "add"
        let help =
            switch names.count {
            case 0: "declare the program under `artifacts:`, and name it with `image: { artifact: NAME }`"
            case 1: "\(place) `image: { artifact: \(names[0]) }`"
            default: "\(place) `image: { artifact: NAME }`, NAME being one of \(names.joined(separator: ", "))"
            }
        report("dockerfile/no-image", at: nil, "the pipeline does not say what its image is made of", help: help)
    }
}
