/// The stage that is shipped: the binary and how it is started. It knows nothing of how the binary came to be.
import Action
import Pipeline

func finalStage(_ build: ImageBuild) -> [String] {
    let (image, name) = (build.image, build.artifact.name.value)
    // A folder that no base has a file of its own in.
    let program = "/usr/local/bin/\(name)"
    var lines = ["FROM \(image.base.value)"]
    if image.base.value == "scratch" {
        let authorities = "/etc/ssl/certs/ca-certificates.crt"
        lines += [
            "# The authorities that TLS connections of the program are checked against: scratch has none.",
            "COPY --from=build \(authorities) \(authorities)",
        ]
    }
    lines.append("COPY --from=build \(ContainerPath.output)/\(build.link.outputs[0].path) \(program)")
    lines.append(instruction("LABEL", labels(of: image, name).map { "\(dockerfileWord($0.name))=\(dockerfileLabel($0.value))" }))
    lines.append("USER \(image.user)")
    if !image.ports.isEmpty { lines.append("EXPOSE \(image.ports.map(String.init).joined(separator: " "))") }
    lines.append("STOPSIGNAL SIGTERM")
    lines.append("ENTRYPOINT \(execForm([program]))")
    if !image.arguments.isEmpty { lines.append("CMD \(execForm(image.arguments))") }
    return lines
}

/// The user's, after a title when they give none. Names of annotations: OCI image specification, annotations.
private func labels(of image: ImageDeclaration, _ artifact: String) -> [(name: String, value: String)] {
    let title = "org.opencontainers.image.title"
    // Not the pipeline's name: without one it is that of the checkout's folder, and this text is the same in each.
    return (image.labels.contains { $0.name == title } ? [] : [(title, artifact)]) + image.labels
}

/// In quotes always, as labels are customarily written.
private func dockerfileLabel(_ value: String) -> String {
    let word = dockerfileWord(value)
    return word.hasPrefix("\"") ? word : "\"\(word)\""
}
