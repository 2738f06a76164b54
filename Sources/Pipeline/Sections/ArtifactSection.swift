/// `artifacts:`: its keys and how they become declarations.
import Diagnostics

enum ArtifactKeys {
    static let build = Key<Located<String>>(
        "build", .mainPackage, example: "./cmd/server", "The main package, as a path from `dir`.", required: true,
        synonyms: ["main", "package", "path"])
    static let dir = Key<Located<String>>(
        "dir", .path, example: "services/api", "The folder to build in, from the root; a nested module, for example.",
        synonyms: ["directory", "workdir", "working-directory"])
    static let platforms = Key<[Located<Platform>]>(
        "platforms", .platforms, example: "[linux/amd64, linux/arm64]",
        "GOOS/GOARCH pairs, each linked once. The machine's own when absent.", synonyms: ["targets", "os", "goos"])
    static let ldflags = Key<Template>(
        "ldflags", .template([.root, .git]), example: "-s -w -X main.version=${git.describe}", "Flags of the linker.")
    static let tags = Key<[String]>("tags", .buildTags, example: "[netgo]", "Build tags.")
    static let cgo = Key<Bool>(
        "cgo", .boolean, example: "true", "Build with cgo; without it, binaries are static. Default false.")
    static let output = Key<Located<String>>(
        "output", .path, example: "bin/server", "Where to also put the binary after a green run, from the root.",
        synonyms: ["outputs", "out", "binary"])
    static let env = Key<[EnvironmentEntry]>(
        "env", .environment([.root, .git]), example: "{ GOAMD64: v3 }", "Variables of this build.",
        synonyms: ["environment"])

    static let all: [any FormatKey] = [build, dir, platforms, ldflags, tags, cgo, output, env]
}

extension Format where Value == ArtifactDeclaration {
    /// `NAME: ./cmd/server` is short for its `build` alone.
    static let artifact: Self = Format(
        schema: ["anyOf": [Format<Located<String>>.mainPackage.schema, mappingSchema(ArtifactKeys.all)]]
    ) { node, subject, decoding in
        let unnamed = Located("", at: node.key ?? node.range)
        if case .scalar(let scalar) = node.content, scalar.value == .string {
            return Format<Located<String>>.mainPackage.read(node, subject, decoding).map {
                ArtifactDeclaration(name: unnamed, package: $0)
            }
        }
        guard let fields = decoding.fields(of: node, subject, keys: ArtifactKeys.all) else { return nil }
        return ArtifactDeclaration(
            name: unnamed, package: fields[ArtifactKeys.build] ?? unnamed,
            directory: fields[ArtifactKeys.dir]?.value ?? ".", platforms: fields[ArtifactKeys.platforms] ?? [],
            ldflags: fields[ArtifactKeys.ldflags], tags: fields[ArtifactKeys.tags] ?? [],
            cgo: fields[ArtifactKeys.cgo] ?? false, output: fields[ArtifactKeys.output],
            env: fields[ArtifactKeys.env] ?? [])
    }
}

extension Format where Value == [ArtifactDeclaration] {
    static let artifacts: Self = Format<[(name: Located<String>, value: ArtifactDeclaration)]>.map(
        of: .artifact, named: .name, what: "artifact"
    ).then { entries, _, decoding in
        let artifacts = entries.map { name, artifact in
            var named = artifact
            named.name = name
            return named
        }
        decoding.checkVariables(artifacts)
        decoding.checkOutputs(artifacts)
        return artifacts
    }
}

extension Decoding {
    /// Steps find an artifact in `PIPELINE_ARTIFACT_NAME`, where every sign but letters and digits is `_`.
    fileprivate func checkVariables(_ artifacts: [ArtifactDeclaration]) {
        var owners: [String: Located<String>] = [:]
        for artifact in artifacts {
            let variable = String(artifact.name.value.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
            if let owner = owners[variable] {
                report(
                    "pipeline/similar-artifacts", at: artifact.name.range,
                    "the artifacts `\(owner.value)` and `\(artifact.name.value)` have the same variable",
                    notes: [
                        note("`\(owner.value)` is declared here", at: owner.range),
                        .init("steps find both in PIPELINE_ARTIFACT_\(variable)"),
                    ], help: "let their names differ in more than case and `_`, `.`, `-`")
            } else {
                owners[variable] = artifact.name
            }
        }
    }

    /// Two binaries in one file would be one binary, and which is a matter of luck.
    fileprivate func checkOutputs(_ artifacts: [ArtifactDeclaration]) {
        var owners: [String: ArtifactDeclaration] = [:]
        for artifact in artifacts {
            guard let output = artifact.output else { continue }
            if output.value == "." {
                badValue(
                    output.range, "the output of artifact `\(artifact.name.value)` must be a file, not the root",
                    help: "name a file, as in `output: bin/\(artifact.name.value)`")
            } else if let owner = owners[output.value] {
                report(
                    "pipeline/duplicate-output", at: output.range,
                    "two artifacts have the output `\(output.value)`",
                    notes: [note("artifact `\(owner.name.value)` has it too", at: owner.output!.range)],
                    help: "give each a file of its own")
            } else {
                owners[output.value] = artifact
            }
        }
    }
}

extension Format where Value == [Located<Platform>] {
    fileprivate static let platforms: Self = Format.oneOrMany(.platform, atLeast: 1).then { platforms, _, decoding in
        var known: [Platform: SourceRange] = [:]
        for platform in platforms {
            if let first = known[platform.value] {
                decoding.report(
                    "pipeline/duplicate-platform", at: platform.range, "`\(platform.value)` is listed twice",
                    notes: [decoding.note("it is first listed here", at: first)], help: "remove one of them")
            } else {
                known[platform.value] = platform.range
            }
        }
        return platforms
    }
}

extension Format where Value == [String] {
    static let buildTags: Self = Format<[Located<String>]>.oneOrMany(.buildTag).then { tags, _, _ in tags.map(\.value) }
}
