/// The keys of a step, and to which kinds of step each belongs.
import Diagnostics

enum StepKeys {
    /// The key that says what a step does.
    enum Kind: String, CaseIterable, Sendable {
        case build, vet, test, tool, generate, fmt, tidy, policy, run, shell
    }

    static let build = Key<[Located<String>]>(
        "build", .packages, example: "./...", "Compile these packages, and keep nothing.", kinds: [.build],
        synonyms: ["compile"])
    static let vet = Key<[Located<String>]>(
        "vet", .packages, example: "./...", "`go vet` these packages.", kinds: [.vet])
    static let test = Key<[Located<String>]>(
        "test", .packages, example: "./...", "`go test` these packages.", kinds: [.test])
    static let tool = Key<Located<String>>(
        "tool", .string, example: "staticcheck", "Run this tool of `tools:`, with `args`.", kinds: [.tool],
        synonyms: ["lint", "uses"])
    static let generate = Key<[Located<String>]>(
        "generate", .packages, example: "./...", "`go generate` these packages, in a scratch copy.", kinds: [.generate])
    static let fmt = Key<Located<String>>(
        "fmt", .check("fmt"), example: "check", "`check`: red when gofmt would change a file.", kinds: [.fmt],
        synonyms: ["format", "gofmt"])
    static let tidy = Key<Located<String>>(
        "tidy", .check("tidy"), example: "check", "`check`: red when `go mod tidy` would change go.mod or go.sum.",
        kinds: [.tidy])
    static let policy = Key<Located<String>>(
        "policy", .check("policy"), example: "check",
        "`check`: red when `pipeline audit` finds something at or above `fail-on` of `audit:`.", kinds: [.policy],
        synonyms: ["audit", "review"])
    static let run = Key<[Template]>(
        "run", .argv(.step, orElse: "use `shell:` for a line of shell"), example: "[./scripts/smoke.sh, --fast]",
        "Run this command: a list of its words, without a shell.", kinds: [.run], synonyms: ["command", "cmd", "exec"])
    static let shell = Key<Template>(
        "shell", .nonEmptyTemplate(.step), example: "make docs | tee log", "Give this text to `/bin/sh -euc`.",
        kinds: [.shell],
        synonyms: ["script", "scripts", "sh", "bash"])

    static let args = Key<[Template]>(
        "args", .list(of: .template(.step)), example: "[-checks, all, ./...]",
        "Arguments of the tool, or further ones of `go test`, before the packages.", kinds: [.tool, .test],
        synonyms: ["arguments", "flags"])
    /// `args` where no references are taken.
    static let testArgs = Key<[String]>(
        "args", .words, example: "[-count=1, -run, TestSmoke]", args.summary, kinds: [.test])
    static let race = Key<Bool>(
        "race", .boolean, example: "true", "Test with the race detector. Default false.", kinds: [.test])
    static let coverage = Key<Bool>(
        "coverage", .boolean, example: "true", "Measure which statements the tests run. Default false.", kinds: [.test],
        synonyms: ["cover", "coverprofile"])
    static let shards = Key<Int>(
        "shards", .integer(1...64), example: "2", "Deal the packages out to this many test actions. Default 1.",
        kinds: [.test],
        synonyms: ["parallelism", "split"])
    static let fresh = Key<Bool>(
        "fresh", .boolean, example: "true",
        "Red when the committed files differ from what is generated, new files included. Default true.",
        kinds: [.generate])
    static let parallel = Key<Bool>(
        "parallel", .boolean, example: "true",
        "Run each package's directives by themselves, side by side: none needs what another's make. Default false.",
        kinds: [.generate])
    static let tools = Key<[Located<String>]>(
        "tools", .paths, example: "[staticcheck]",
        "The pinned tools on PATH, by name. All of them when absent; `[]` is none.", kinds: [.tool, .run, .shell])
    static let services = Key<[Service]>(
        "services", .services, example: "{ db: { run: [./fakedb] } }",
        "Programs that run beside the step, by name, and are ended after it.", kinds: [.run, .shell])
    static let outputs = Key<[Located<String>]>(
        "outputs", .paths, example: "[report.html]",
        "Files that the step makes, from `dir`; kept and put back with its result.",
        kinds: [.run, .shell], synonyms: ["output", "artifacts", "generates"])
    static let tags = Key<[String]>(
        "tags", .buildTags, example: "[integration]", "Build tags.", kinds: [.build, .vet, .test, .generate])
    static let cgo = Key<Bool>(
        "cgo", .boolean, example: "true", "Run with CGO_ENABLED=1. Default false.",
        kinds: [.build, .vet, .test, .tool, .generate, .run, .shell])
    static let trimpath = Key<Bool>(
        "trimpath", .boolean, example: "false",
        "`false` compiles without -trimpath, for tests that look for files by the paths of their sources. Default true.",
        kinds: [.build, .vet, .test])

    static let needs = Key<[Located<Need>]>(
        "needs", .needs, example: "[artifact.server, generate]",
        "What must be green before: steps by name, artifacts as `artifact.NAME`.",
        synonyms: ["depends", "depends_on", "dependsOn", "after", "requires", "deps", "dependencies"])
    static let dir = Key<Located<String>>(
        "dir", .path, example: "services/api", "The folder to run in, from the root.",
        synonyms: ["directory", "workdir", "working-directory", "working_directory", "cwd"])
    static let env = Key<[EnvironmentEntry]>(
        "env", .environment(.step), example: "{ LOG_LEVEL: debug }", "Variables of this step.",
        synonyms: ["environment", "variables", "vars"])
    static let secrets = Key<[Located<String>]>(
        "secrets", .secretNames, example: "[deploy-token]", "The secrets that this step is given, by name.",
        kinds: [.test, .tool, .run, .shell])
    static let inputs = Key<[Located<String>]>(
        "inputs", .paths, example: "[testdata/**, go.sum]",
        "Files that the result depends on, as globs from `dir`: more than those that pipeline finds by itself, "
            + "and for `tool`, `run` and `shell` instead of all files that git does not ignore.",
        synonyms: ["input", "sources", "srcs"])
    static let cache = Key<Bool>("cache", .boolean, example: "false", "`false` runs the step each time. Default true.")
    static let timeout = Key<Duration>(
        "timeout", .duration, example: "10m", "How long it may take. Default 10m.", synonyms: ["timeout-minutes"])
    static let retries = Key<Int>(
        "retries", .integer(0...10), example: "2", "How often a red step is tried again. Default 0.",
        synonyms: ["retry"])

    static let sandbox = Key<SandboxMode>(
        "sandbox", .sandboxMode, example: "strict",
        "`strict`: the step sees its inputs, its tools and the toolchain, and nothing else; `auto`: so where the kernel lets "
            + "it; `off`. The pipeline's `sandbox` when absent.",
        kinds: Kind.allCases.filter { $0 != .policy }, synonyms: ["hermetic", "isolation", "isolated"])
    static let network = Key<Bool>(
        "network", .boolean, example: "true", "In a sandbox, let the step have the machine's network. Default false.",
        kinds: Kind.allCases.filter { $0 != .policy })

    static let all: [any FormatKey] = [
        build, vet, test, tool, generate, fmt, tidy, policy, run, shell, args, race, coverage, shards, fresh, parallel, tools,
        services, needs, dir, env, secrets, inputs, outputs, tags, cgo, trimpath, cache, timeout, retries, sandbox, network,
    ]

    static func takers(of key: any FormatKey) -> [Kind] { key.kinds ?? Kind.allCases }
}

extension Format where Value == Located<String> {
    /// The steps that can only check.
    fileprivate static func check(_ key: String) -> Format {
        .word(["check"], help: "write `\(key): check`; pipeline checks, and leaves the repository's files alone")
    }
}

extension Format where Value == SandboxMode {
    static let sandboxMode: Self = Format<Located<String>>.word(
        SandboxMode.allCases.map(\.rawValue), help: "write `sandbox: strict`, `sandbox: auto` or `sandbox: off`"
    ).then { word, _, _ in SandboxMode(rawValue: word.value) }
}

extension Format where Value == [Located<String>] {
    fileprivate static let paths: Self = Format.oneOrMany(.string)
}

extension Format where Value == [Template] {
    /// A command as the list of its words.
    static func argv(_ scope: ReferenceScope, orElse: String) -> Format {
        let words = Format.list(of: .template(scope), atLeast: 1)
        return Format(schema: words.schema) { node, subject, decoding in
            if case .scalar(let scalar) = node.content, scalar.value != .null {
                decoding.wrongType(
                    node, subject, "a list of words",
                    help: "write it as a list, `run: \(listed(scalar.text))`, or \(orElse)")
                return nil
            }
            guard let argv = words.read(node, subject, decoding) else { return nil }
            guard argv[0].parts.isEmpty else { return argv }
            decoding.badValue(
                argv[0].range, "the command of \(subject.phrase) is empty", help: "begin with the program to run")
            return nil
        }
    }
}

/// The words of a simple command line; a stock example where quoting would have to be understood.
private func listed(_ line: String) -> String {
    let isSimple = line.utf8.allSatisfy { $0.isLetterOrDigit || " _./=@+-".utf8.contains($0) }
    let words = line.split(separator: " ")
    return isSimple && words.count <= 12 ? "[\(words.joined(separator: ", "))]" : "[./program, --flag]"
}
