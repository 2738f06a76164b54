/// The image that a Dockerfile builds in: which Go it must have, and what pins it. It asks no registry.
import Diagnostics
import Go
import Pipeline
import Plan

/// Its reference. Mistakes are reported once, whatever number of stages begins with it.
func builderImage(_ image: ImageDeclaration, _ pipeline: Pipeline, _ facts: Facts, _ findings: inout Findings) -> String {
    let version = if case .exact(let version) = pipeline.go.version?.value { version } else { facts.toolchain.version }
    if let builder = image.builder {
        let tag = builder.value.prefix { $0 != "@" }.split(separator: "/").last?.split(separator: ":").dropFirst().last
        let named = tag?.split(separator: "-").first.map(String.init)
        // A tag without a full version, or a name that is no version, promises nothing.
        if let named, named.split(separator: ".").count == 3, GoVersion(named) != nil, named != version {
            findings.report(
                "dockerfile/other-go", at: builder.range, "the image is built with Go \(named), and the pipeline with Go \(version)",
                help: "name the image of Go \(version), with its digest")
        }
        return builder.value
    }
    let reference = "golang:\(version)-bookworm"
    // A toolchain built from a branch, or by a distributor, is in no image.
    let isRelease = version.utf8.allSatisfy { (48...57) ~= $0 || (97...122) ~= $0 || $0 == UInt8(ascii: ".") }
    guard isRelease, GoVersion(version) != nil else {
        findings.report(
            "dockerfile/no-golang-image", at: pipeline.go.version?.range, "there is no golang image of Go \(version)",
            help: "build with a release of Go, and pin it with `go: { version: \"1.27.3\" }`")
        return reference
    }
    findings.report(
        "dockerfile/unpinned-builder", .warning, at: image.range, "nothing pins \(reference), which the Dockerfile builds in",
        notes: [Diagnostic.Note("a tag can be moved to another image")],
        help: "`docker buildx imagetools inspect \(reference)` prints its digest: write `builder: \(reference)@sha256:…`")
    return reference
}
