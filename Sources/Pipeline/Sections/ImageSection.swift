/// `image:`: its keys and how they become a declaration.
import Diagnostics
import YAML

enum ImageKeys {
    static let artifact = Key<Located<String>>(
        "artifact", .imageArtifact, example: "server", "The artifact that is the image's entrypoint.", required: true,
        synonyms: ["binary", "entrypoint"])
    static let base = Key<Located<String>>(
        "base", .imageBase, example: "scratch",
        "`scratch`, or an image pinned by its digest, `name@sha256:…`. Default scratch.",
        synonyms: ["from"])
    static let user = Key<String>(
        "user", .imageUser, example: "65532:65532", "Numeric UID or UID:GID, not root. Default 65532:65532.")
    static let ports = Key<[Int]>(
        "ports", .list(of: .integer(1...65535)), example: "[8080]", "TCP ports that the program listens on.",
        synonyms: ["expose", "port"])
    static let args = Key<[String]>(
        "args", .words, example: "[--listen, \":8080\"]", "Arguments of the entrypoint.", synonyms: ["cmd", "command"])
    static let labels = Key<[(name: String, value: Template)]>(
        "labels", .labels, example: "{ org.opencontainers.image.version: \"${git.describe}\" }", "Labels of the image.")
    static let certificates = Key<Bool>(
        "certificates", .boolean, example: "false",
        "Put in the authorities that TLS connections are checked against. Default true on scratch, else false.",
        synonyms: ["ca-certificates", "certs"])
    static let timezones = Key<Bool>(
        "timezones", .boolean, example: "true", "Put in Go's time zones, and set ZONEINFO. Default false.",
        synonyms: ["tzdata", "zoneinfo"])
    static let passwd = Key<Bool>(
        "passwd", .boolean, example: "true", "Put in /etc/passwd and /etc/group with the user. Default false.")
    static let tmp = Key<Bool>("tmp", .boolean, example: "true", "Put in an empty /tmp. Default false.")
    static let libc = Key<Bool>(
        "libc", .boolean, example: "true",
        "The base has the C library that the artifact is linked to; without it, a dynamic binary is an error. Default false.")
    static let healthcheck = Key<ImageHealthcheck>(
        "healthcheck", .healthcheck, example: "{ args: [-healthy] }", "How an engine asks whether the program is well.",
        synonyms: ["health"])
    static let builder = Key<Located<String>>(
        "builder", .builderImage, example: "golang:1.27.3-bookworm@sha256:\(String(repeating: "0", count: 64))",
        "The image that the Dockerfile builds in, pinned by its digest, `name@sha256:…`. Default golang:VERSION-bookworm.",
        synonyms: ["golang", "build"])
    static let test = Key<Located<String>>(
        "test", .imageTest, example: "test", "A `test` step that becomes a stage of the Dockerfile, built by `--target test`.")
    static let extra = Key<ImageExtra>(
        "extra", .imageExtra, example: "{ final: COPY web /srv/web }", "Instructions of your own for the Dockerfile.")
    static let targets = Key<[ImageTarget]>(
        "targets", .imageTargets, example: "{ x: { args: [-once] } }",
        "More artifacts, each with a target of its own in the Dockerfile; all else is as above.", synonyms: ["artifacts"])

    static let all: [any FormatKey] = [
        artifact, base, user, ports, args, labels, certificates, timezones, passwd, tmp, libc, healthcheck, builder, test, extra,
        targets,
    ]
}

extension Format where Value == ImageDeclaration {
    static let image: Self = Format(schema: mappingSchema(ImageKeys.all)) { node, subject, decoding in
        guard let fields = decoding.fields(of: node, subject, keys: ImageKeys.all) else { return nil }
        let range = node.key ?? node.range
        let artifact = fields[ImageKeys.artifact] ?? Located("", at: range)
        let targets = fields[ImageKeys.targets] ?? []
        for target in targets where target.artifact.value == artifact.value {
            decoding.badValue(
                target.artifact.range, "`\(artifact.value)` is the image's own artifact",
                help: "give its `ports` and `args` above, beside `artifact`")
        }
        return ImageDeclaration(
            artifact: artifact,
            base: fields[ImageKeys.base] ?? Located("scratch", at: range),
            user: fields[ImageKeys.user] ?? defaultImageUser, ports: fields[ImageKeys.ports] ?? [],
            arguments: fields[ImageKeys.args] ?? [], labels: fields[ImageKeys.labels] ?? [],
            contents: ImageContents(
                certificates: fields[ImageKeys.certificates], timezones: fields[ImageKeys.timezones] ?? false,
                passwd: fields[ImageKeys.passwd] ?? false, tmp: fields[ImageKeys.tmp] ?? false),
            hasLibC: fields[ImageKeys.libc] ?? false, healthcheck: fields[ImageKeys.healthcheck],
            builder: fields[ImageKeys.builder], test: fields[ImageKeys.test],
            extra: fields[ImageKeys.extra] ?? ImageExtra(), targets: targets, range: range)
    }
}

/// The user that images without root have by custom.
let defaultImageUser = "65532:65532"

extension Format where Value == Located<String> {
    static let imageArtifact: Self = Format.string.then { value, _, decoding in
        guard !decoding.declared.artifacts.contains(value.value) else { return value }
        decoding.unknownArtifact(value.value, at: value.range)
        return nil
    }
}

extension Format where Value == Located<String> {
    fileprivate static let labelName: Self = Format.string.then(
        schema: ["type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._/-]{0,255}$"]
    ) { value, subject, decoding in
        let bytes = value.value.utf8
        if bytes.first!.isLetterOrDigit, bytes.count <= 256,
            bytes.allSatisfy({ $0.isLetterOrDigit || "._/-".utf8.contains($0) })
        {
            return value
        }
        decoding.badValue(
            value.range, "\(subject.phrase) cannot be \(quoted(value.value))",
            help: "use letters, digits, `.`, `_`, `-` and `/`, as in `org.opencontainers.image.title`")
        return nil
    }
}

extension Format where Value == String {
    /// With its group: a UID alone would leave the process in root's group.
    fileprivate static let imageUser: Self = Format(
        schema: ["type": ["string", "integer"], "pattern": "^[0-9]+(:[0-9]+)?$", "minimum": 1]
    ) { node, subject, decoding in
        guard let text = scalarText(node, subject, decoding) else { return nil }
        let ids = text.split(separator: ":", omittingEmptySubsequences: false)
        let isNumeric = ids.count <= 2 && ids.allSatisfy { SemanticVersion.isNumber($0) && UInt32($0) != nil }
        guard isNumeric, ids[0] != "0" else {
            decoding.badValue(
                node.range,
                isNumeric || text == "root"
                    ? "the image may not run as root"
                    : "\(subject.phrase) must be a numeric UID or UID:GID, not \(quoted(text))",
                help: "write numbers, as in `user: 65532:65532`")
            return nil
        }
        return ids.count == 2 ? text : "\(text):\(text)"
    }
}

extension Format where Value == [String] {
    /// Arguments without references.
    static let words: Self = Format<[Located<String>]>.list(of: .text).then { words, _, _ in words.map(\.value) }
}

extension Format where Value == [(name: String, value: Template)] {
    fileprivate static let labels: Self = Format<[(name: Located<String>, value: Template)]>.map(
        of: .template(.git), named: .labelName, what: "label"
    ).then { labels, _, _ in labels.map { (name: $0.name.value, value: $0.value) } }
}
