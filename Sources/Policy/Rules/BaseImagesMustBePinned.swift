/// The rule that the image below the shipped binary is one image and no other.
import Diagnostics
import Scripts

extension PolicyRule {
    static let baseImagesMustBePinned = PolicyRule(
        "unpinned-base-image", "The base of the final stage must be pinned by its digest", .warning,
        page: RulePage(
            what: "A final stage of a Go image whose base is named by a tag, or by nothing. `scratch` needs no digest.",
            why: "A tag can be moved to another image: the same commit ships something else, and nobody sees when.",
            bad: "FROM gcr.io/distroless/static:nonroot",
            good: "FROM gcr.io/distroless/static:nonroot@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            language: "dockerfile")
    ) { world, findings in
        for image in world.shippedImages where image.isGo && !image.isToolbox {
            let base = image.base
            guard base.isLiteral, base.text != "scratch", ImageName(base.text).digest == nil else { continue }
            findings.add(
                "the base image `\(base.text)` is not pinned by a digest", at: base.range, in: image.file.source,
                help: "add its digest, `\(base.text)@sha256:…`, or build on `scratch`")
        }
    }
}
