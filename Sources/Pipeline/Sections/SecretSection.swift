/// `secrets:`: their keys, and the lists of names by which steps and services are given them.
import Diagnostics
import YAML

enum SecretKeys {
    static let env = Key<Located<String>>(
        "env", .secretVariable, example: "DEPLOY_TOKEN",
        "The variable that has the value, for pipeline and for the step. With `file`, where the step finds the file's path; "
            + "PIPELINE_SECRET_NAME when absent.",
        synonyms: ["variable", "from_env", "environment"])
    static let file = Key<Located<String>>(
        "file", .secretFile, example: "~/.netrc", "The file that has the value: an absolute path, or one that begins with `~/`.",
        synonyms: ["path", "from_file"])

    static let all: [any FormatKey] = [env, file]
}

extension Format where Value == [SecretDeclaration] {
    static let secrets: Self = Format<[(name: Located<String>, value: SecretDeclaration)]>.map(
        of: .secret, named: .name, what: "secret"
    ).then { entries, _, _ in
        entries.map { name, secret in
            var named = secret
            named.name = name
            if named.variable.isEmpty { named.variable = standardVariable(of: name.value) }
            return named
        }
    }
}

extension Format where Value == SecretDeclaration {
    fileprivate static let secret: Self = Format(
        schema: mappingSchema(SecretKeys.all).adding("anyOf", [["required": ["env"]], ["required": ["file"]]])
    ) { node, subject, decoding in
        guard let fields = decoding.fields(of: node, subject, keys: SecretKeys.all) else { return nil }
        let (variable, file) = (fields[SecretKeys.env], fields[SecretKeys.file])
        if fields.entry("env") == nil, fields.entry("file") == nil {
            if !fields.hasUnknownKey {
                decoding.report(
                    "pipeline/missing-key", at: node.key ?? node.range, "\(subject.phrase) does not say where its value is",
                    help: "add `\(SecretKeys.env.line)` or `\(SecretKeys.file.line)`")
            }
            return nil
        }
        return SecretDeclaration(
            name: Located("", at: node.key ?? node.range), source: file.map { .file($0.value) } ?? .variable,
            variable: variable?.value ?? "")
    }
}

extension Format where Value == [Located<String>] {
    /// A name or a list of names that `secrets:` has.
    static let secretNames: Self = Format.oneOrMany(.string).then { names, _, decoding in
        for name in names where !decoding.declared.secrets.contains(name.value) {
            decoding.report(
                "pipeline/unknown-secret", at: name.range, "no secret is named `\(name.value)`",
                help: decoding.suggestion(
                    for: name.value, among: decoding.declared.secrets,
                    none: "declare it under `secrets:`, as in `\(name.value): { env: NAME }`", list: "the secrets are"))
        }
        return names
    }
}

extension Format where Value == Located<String> {
    fileprivate static let secretVariable: Self = Format<Located<String>>.variable(allowing: []).then { name, _, decoding in
        guard name.value == "GOFLAGS" else { return name }
        decoding.badValue(name.range, "`GOFLAGS` cannot be a secret: it decides what is built", help: "set it in `env:`")
        return nil
    }

    /// What is in the repository is known to all who have it.
    fileprivate static let secretFile: Self = Format.string.then(
        schema: ["type": "string", "pattern": "^(/|~/)."]
    ) { path, subject, decoding in
        if ["/", "~/"].contains(where: { path.value.hasPrefix($0) && path.value.count > $0.count }) { return path }
        decoding.badValue(
            path.range, "\(subject.phrase) must be an absolute path or begin with `~/`, not \(quoted(path.value))",
            help: "keep the file outside of the repository, as in `\(SecretKeys.file.line)`")
        return nil
    }
}

/// `PIPELINE_SECRET_DEPLOY_TOKEN` of `deploy-token`.
func standardVariable(of name: String) -> String {
    "PIPELINE_SECRET_" + String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
}
