/// The part of a plan that one image is made of, and whether it can be; it knows no Dockerfile syntax.
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
    var scope: GoScope
    var git: [Reference.GitFact: String]

    /// Nil, with a diagnostic, when the artifact is not linked for linux. Other mistakes leave a value, so that all of
    /// them are found.
    init?(_ image: ImageDeclaration, _ pipeline: Pipeline, _ facts: Facts, _ graph: StepGraph, _ findings: inout Findings) {
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
        self.scope = scope
        git = facts.git
        checkHealthcheck(&findings)
    }

    /// Where it is in the image: a folder that no base has a file of its own in.
    var program: String { "/usr/local/bin/\(artifact.name.value)" }

    /// The file that its link makes.
    var file: String { link.outputs[0].path }

    /// Architectures of which the engine may ask for a variant that the plan leaves open.
    var isForVariants: Bool {
        artifact.platforms.contains { $0.value.architecture == "arm" } && link.environment["GOARM"] == nil
    }

    // MARK: - The command

    /// The plan's command for the artifact, with what git says left to arguments.
    var linkWords: [ShellWord] {
        var argv = link.argv.map { ShellWord($0) }
        if let ldflags = artifact.ldflags, let flag = link.argv.lastIndex(of: "-ldflags") {
            argv[flag + 1] = ShellWord(link.argv[flag + 1], from: ldflags, git: git)
        }
        return argv
    }

    /// Everything the plan sets that decides the bytes of the binary, with the target's platform for the plan's.
    var targetValues: [Setting] {
        let first = ["CGO_ENABLED", "GOOS", "GOARCH", "GOFLAGS"]
        let known = Set(machineNames + setupNames + fetchNames + first)
        let others = link.environment.keys.filter { !known.contains($0) }.sorted()
        var settings = (first + others).compactMap { name -> Setting? in
            guard let planned = link.environment[name] else { return nil }
            switch name {
            case "GOOS": return (name, ShellWord(parts: [.variable("TARGETOS")]))
            case "GOARCH": return (name, ShellWord(parts: [.variable("TARGETARCH")]))
            default:
                guard let entry = artifact.env.first(where: { $0.name.value == name }) else { return (name, ShellWord(planned)) }
                return (name, ShellWord(planned, from: entry.value, git: git))
            }
        }
        // The variant of other architectures is no GOARM, and the go command refuses it even there.
        let variant = "$(test \"$TARGETARCH\" = arm && echo \"${TARGETVARIANT#v}\")"
        if isForVariants { settings.insert(("GOARM", ShellWord(parts: [.expression(variant)])), at: 3) }
        return settings
    }

    // MARK: - What is in the way

    private func checkHealthcheck(_ findings: inout Findings) {
        guard case .program(let words)? = image.healthcheck?.command, image.base.value == "scratch",
            words.value[0] != program
        else { return }
        findings.report(
            "dockerfile/no-such-program", at: words.range,
            "`scratch` has no \(words.value[0]) that could check the program's health",
            help: "let the program check itself with `healthcheck: { args: […] }`, or take a base that has it")
    }

    /// A binary that the Dockerfile builds; one that is there already is looked at itself.
    func checkStatic(_ pipeline: Pipeline, _ findings: inout Findings) {
        guard link.environment["CGO_ENABLED"] != "0" else { return }
        let setting = pipeline.go.env.first { $0.name.value == "CGO_ENABLED" }
        findings.report(
            "dockerfile/cgo", at: artifact.cgo ? artifact.name.range : setting?.name.range ?? artifact.name.range,
            "`\(artifact.name.value)` is built with cgo, and such a binary may need a C library that the image does not have",
            help: artifact.cgo
                ? "remove `cgo: true` from the artifact, or put the binary that is linked here in the image with --prebuilt"
                : "set CGO_ENABLED to \"0\"; steps that need cgo can say `cgo: true`")
    }

    func checkLineFeeds(_ pipeline: Pipeline, _ findings: inout Findings) {
        if let ldflags = artifact.ldflags {
            findings.checkLineFeed(ldflags.source, "`ldflags` of `\(artifact.name.value)`", at: ldflags.range)
        }
        for entry in pipeline.go.env + artifact.env {
            findings.checkLineFeed(entry.value.source, "`\(entry.name.value)`", at: entry.value.range)
        }
    }
}
