/// The stage that is shipped: the binary and how it is started. It knows nothing of how the binary came to be.
import Action
import Pipeline

struct FinalStage {
    let build: ImageBuild
    /// The stage's own name; nil for one that nobody has to name.
    let name: String?
    /// The stage that has what is put in besides the binary; nil when nothing is.
    let files: String?
    /// The stage or context of the binary, and its path there.
    let source: (stage: String, path: String)
    /// The path has the target's platform in it.
    let isForPlatform: Bool

    var lines: [String] {
        let image = build.image
        var lines = ["FROM \(image.base.value)\(name.map { " AS \($0)" } ?? "")"]
        if let files { lines += contents(image, from: files) }
        if isForPlatform { lines += ["ARG TARGETOS", "ARG TARGETARCH"] }
        lines.append("COPY --from=\(source.stage) \(source.path) \(build.program)")
        if let extra = image.extra.final { lines += extra.value.split(separator: "\n", omittingEmptySubsequences: false).trimmed }
        let labels = labels(of: image)
        // A label is left to the builder as the stamp of the binary is, and by the same arguments.
        let named = Set(labels.flatMap { label in label.value.references.map(\.value) })
        for fact in Reference.GitFact.allCases where named.contains(.git(fact)) {
            lines.append("ARG \(fact.argument)=\(dockerfileWord(build.git[fact] ?? ""))")
        }
        lines.append(instruction("LABEL", labels.map { "\(dockerfileWord($0.name))=\(dockerfileLabel($0.value))" }))
        lines.append("USER \(image.user)")
        if !image.ports.isEmpty { lines.append("EXPOSE \(image.ports.map(String.init).joined(separator: " "))") }
        lines.append("STOPSIGNAL SIGTERM")
        if let check = image.healthcheck { lines.append(healthcheck(check)) }
        lines.append("ENTRYPOINT \(execForm([build.program]))")
        if !image.arguments.isEmpty { lines.append("CMD \(execForm(image.arguments))") }
        return lines
    }

    private func contents(_ image: ImageDeclaration, from stage: String) -> [String] {
        var lines: [String] = []
        if image.hasCertificates {
            let reason = image.base.value == "scratch" ? ": scratch has none" : ""
            lines += [
                "# The authorities that TLS connections of the program are checked against\(reason).",
                "COPY --from=\(stage) \(ContainerPath.authorities) \(ContainerPath.authorities)",
            ]
        }
        if image.contents.timezones {
            lines += [
                "# The time zones of the Go that builds the program.",
                "COPY --from=\(stage) \(ContainerPath.timezones) \(shippedTimezones)",
                "ENV ZONEINFO=\(shippedTimezones)",
            ]
        }
        if image.contents.passwd || image.contents.tmp { lines.append("COPY --from=\(stage) \(ContainerPath.files)/ /") }
        return lines
    }

    /// The user's, after a title when they give none. Names of annotations: OCI image specification, annotations.
    private func labels(of image: ImageDeclaration) -> [(name: String, value: Template)] {
        let title = "org.opencontainers.image.title"
        // Not the pipeline's name: without one it is that of the checkout's folder, and this text is the same in each.
        return (image.labels.contains { $0.name == title } ? [] : [(title, Template(build.artifact.name.value, at: image.range))])
            + image.labels
    }

    private func healthcheck(_ check: ImageHealthcheck) -> String {
        var words = ["HEALTHCHECK"]
        if let interval = check.interval { words.append("--interval=\(inSeconds(interval))") }
        if let timeout = check.timeout { words.append("--timeout=\(inSeconds(timeout))") }
        if let start = check.startPeriod { words.append("--start-period=\(inSeconds(start))") }
        if let retries = check.retries { words.append("--retries=\(retries)") }
        let command =
            switch check.command {
            case .artifact(let arguments): [build.program] + arguments
            case .program(let program): program.value
            }
        return (words + ["CMD", execForm(command)]).joined(separator: " ")
    }
}

/// Where the time package is told to look; Go's own place for them is that of a toolchain.
private let shippedTimezones = "/usr/local/share/zoneinfo.zip"

/// In quotes always, as labels are customarily written.
private func dockerfileLabel(_ value: Template) -> String {
    let parts = value.parts.map { part in
        switch part {
        case .text(let text): dockerfileQuoted(text)
        case .reference(.git(let fact), _): "${\(fact.argument)}"
        case .reference(let reference, _): dockerfileQuoted("${\(reference)}")
        }
    }
    return "\"\(parts.joined())\""
}

/// In whole seconds, a part of one being one: hadolint 2.15 reads no lengths of time in two units, and no milliseconds.
private func inSeconds(_ duration: Duration) -> String {
    "\(duration.components.seconds + (duration.components.attoseconds > 0 ? 1 : 0))s"
}
