/// The mappings below `image:`: their keys and how they become values.
import Diagnostics
import YAML

enum HealthcheckKeys {
    static let args = Key<[String]>(
        "args", .words, example: "[-healthy]", "Arguments that the artifact itself is called with.")
    static let run = Key<Located<[String]>>(
        "run", .programWords, example: "[/bin/check, --fast]", "A program of the base, and its arguments.",
        synonyms: ["cmd", "command", "test"])
    static let interval = Key<Duration>("interval", .duration, example: "30s", "Between two checks. Default 30s.")
    static let timeout = Key<Duration>("timeout", .duration, example: "3s", "How long one check may take. Default 30s.")
    static let startPeriod = Key<Duration>(
        "start-period", .duration, example: "10s", "At the start, when failures do not count. Default none.")
    static let retries = Key<Int>(
        "retries", .integer(1...100), example: "3", "Failures in a row that make the container unhealthy. Default 3.")

    static let all: [any FormatKey] = [args, run, interval, timeout, startPeriod, retries]
}

enum ImageExtraKeys {
    static let build = Key<Located<String>>(
        "build", .instructions, example: "RUN git config --system http.sslCAInfo /etc/corp.pem",
        "Instructions of the build stage, before the module files are copied.")
    static let final = Key<Located<String>>(
        "final", .instructions, example: "COPY web /srv/web", "Instructions of the final stage, before `USER`.",
        synonyms: ["image"])

    static let all: [any FormatKey] = [build, final]
}

enum ImageTargetKeys {
    static let ports = ImageKeys.ports
    static let args = ImageKeys.args
    static let healthcheck = ImageKeys.healthcheck

    static let all: [any FormatKey] = [ports, args, healthcheck]
}

extension Format where Value == ImageHealthcheck {
    static let healthcheck: Self = Format(schema: mappingSchema(HealthcheckKeys.all)) { node, subject, decoding in
        guard let fields = decoding.fields(of: node, subject, keys: HealthcheckKeys.all) else { return nil }
        let (arguments, program) = (fields[HealthcheckKeys.args], fields[HealthcheckKeys.run])
        let isSaid = [HealthcheckKeys.args.name, HealthcheckKeys.run.name].map { fields.entry($0) != nil }
        guard isSaid[0] != isSaid[1] else {
            if !fields.hasUnknownKey {
                decoding.badValue(
                    node.key ?? node.range, "\(subject.phrase) needs one of `args` and `run`",
                    help: "`args: [-healthy]` calls the artifact itself, `run: [/bin/check]` a program of the base")
            }
            return nil
        }
        guard let command = arguments.map(ImageHealthcheck.Command.artifact) ?? program.map({ .program($0) }) else { return nil }
        return ImageHealthcheck(
            command: command, interval: fields[HealthcheckKeys.interval], timeout: fields[HealthcheckKeys.timeout],
            startPeriod: fields[HealthcheckKeys.startPeriod], retries: fields[HealthcheckKeys.retries])
    }
}

extension Format where Value == Located<[String]> {
    fileprivate static let programWords: Self = Format(
        schema: Format<[Located<String>]>.list(of: .text, atLeast: 1).schema
    ) { node, subject, decoding in
        Format<[Located<String>]>.list(of: .text, atLeast: 1).read(node, subject, decoding)
            .map { Located($0.map(\.value), at: node.range) }
    }
}

extension Format where Value == ImageExtra {
    static let imageExtra: Self = Format(schema: mappingSchema(ImageExtraKeys.all)) { node, subject, decoding in
        guard let fields = decoding.fields(of: node, subject, keys: ImageExtraKeys.all) else { return nil }
        return ImageExtra(build: fields[ImageExtraKeys.build], final: fields[ImageExtraKeys.final])
    }
}

extension Format where Value == Located<String> {
    /// `${…}` is the Dockerfile's own here. Another stage would end the one that the lines are for.
    fileprivate static let instructions: Self = Format(
        schema: ["type": "string", "minLength": 1]
    ) { node, subject, decoding in
        guard case .scalar(let scalar) = node.content, scalar.value == .string, !scalar.text.isEmpty else {
            decoding.wrongType(node, subject, "instructions of a Dockerfile")
            return nil
        }
        for line in scalar.text.split(separator: "\n") where line.lowercased().hasPrefix("from ") {
            decoding.badValue(
                decoding.place(of: String(line), in: node.range), "\(subject.phrase) may not begin a stage",
                help: "write the instructions of the stage that is there; `COPY --from=IMAGE@sha256:…` takes files of others")
            return nil
        }
        return Located(scalar.text, at: node.range)
    }

    static let imageTest: Self = Format.string.then { value, _, decoding in
        guard !decoding.declared.steps.contains(value.value) else { return value }
        decoding.unknownStep(value.value, at: value.range)
        return nil
    }
}

extension Format where Value == [ImageTarget] {
    static let imageTargets: Self = Format<[(name: Located<String>, value: ImageTarget)]>.map(
        of: .imageTarget, named: .imageArtifact, what: "target"
    ).then { targets, _, _ in
        targets.map { name, target in
            var named = target
            named.artifact = name
            return named
        }
    }
}

extension Format where Value == ImageTarget {
    fileprivate static let imageTarget: Self = Format(schema: mappingSchema(ImageTargetKeys.all)) { node, subject, decoding in
        guard let fields = decoding.fields(of: node, subject, keys: ImageTargetKeys.all) else { return nil }
        return ImageTarget(
            artifact: Located("", at: node.key ?? node.range), ports: fields[ImageTargetKeys.ports] ?? [],
            arguments: fields[ImageTargetKeys.args] ?? [], healthcheck: fields[ImageTargetKeys.healthcheck])
    }
}
