/// The rule that a service in an image is not root.
import Diagnostics
import Scripts

extension PolicyRule {
    static let imagesMustNotRunAsRoot = PolicyRule(
        "image-runs-as-root", "An image must name a user that is not root", .warning,
        page: RulePage(
            what: """
                The final stage of a Go image with no USER, or with `USER root` or `USER 0`. Bases that have another user already, by \
                their tag (`:nonroot`), are left alone.
                """,
            why: "Whoever gets into the process is root in the container, and on a mistaken kernel or mount root outside.",
            bad: "FROM scratch\nCOPY --from=build /server /server\nENTRYPOINT [\"/server\"]",
            good: "FROM scratch\nCOPY --from=build /server /server\nUSER 65532:65532\nENTRYPOINT [\"/server\"]", language: "dockerfile")
    ) { world, findings in
        for image in world.shippedImages where image.isGo && !image.isToolbox {
            let help = "write `USER 65532:65532` before the ENTRYPOINT"
            if let user = image.dockerfile.last("USER", in: image.stage) {
                guard let word = user.words.first, word.isLiteral else { continue }
                let name = word.text.prefix { $0 != ":" }
                guard name == "root" || name == "0" else { continue }
                findings.add("the image runs as \(word.text)", at: word.range, in: image.file.source, help: help)
            } else {
                let base = image.base
                let name = ImageName(base.text)
                // Whose user it is cannot be told of an image whose name is not known.
                if !base.isLiteral || (name.tag ?? "").contains("nonroot") || isUnprivileged(name.repository) { continue }
                findings.add("the image runs as root: no USER is named", at: image.stage.base.range, in: image.file.source, help: help)
            }
        }
    }
}

/// Images whose default user is not root, by their own documentation.
private func isUnprivileged(_ repository: String) -> Bool {
    repository.hasPrefix("cgr.dev/chainguard/") || repository.contains("unprivileged") || repository.contains("nonroot")
}
