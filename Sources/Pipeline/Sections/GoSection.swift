/// `go:` and `tools:`: their keys and how they become settings.
import Diagnostics
import YAML

enum GoKeys {
    static let version = Key<Located<GoSettings.Version>>(
        "version", .goVersion, example: "\"1.27.3\"",
        "The Go release that builds everything, in quotes, or `go.mod` for what its `toolchain` and `go` lines ask for. "
            + "Another Go on PATH is an error."
    )
    static let fetch = Key<Bool>(
        "fetch", .boolean, example: "true",
        "Fetch the pinned Go when it is not installed, as a module from `proxy`; `pipeline.lock` has its hash. Default false.",
        synonyms: ["download", "auto"])
    static let proxy = Key<Template>(
        "proxy", .proxy, example: "https://proxy.example",
        "GOPROXY: where modules are fetched from; URLs, `direct` or `off`, separated by commas or bars. "
            + "`file://${root}/…` is a folder of the repository."
    )
    static let sumdb = Key<Located<String>>(
        "sumdb", .string, example: "off", "GOSUMDB: the checksum database, or `off`.")
    static let `private` = Key<[String]>(
        "private", .commaSeparated, example: "[corp.example/*]",
        "GOPRIVATE: module path patterns that are neither fetched by the proxy nor checked by the checksum database.")
    static let env = Key<[EnvironmentEntry]>(
        "env", .environment(.root, allowing: ["CGO_ENABLED"]), example: "{ GOAMD64: v3 }",
        "Variables of every step, such as CGO_ENABLED, GOAMD64, GOEXPERIMENT, or more GOFLAGS.")

    static let all: [any FormatKey] = [version, fetch, proxy, sumdb, `private`, env]
}

extension Format where Value == GoSettings {
    static let goSettings: Self = Format(schema: mappingSchema(GoKeys.all)) { node, subject, decoding in
        guard let fields = decoding.fields(of: node, subject, keys: GoKeys.all) else { return nil }
        var settings = GoSettings(
            version: fields[GoKeys.version], proxy: fields[GoKeys.proxy], sumdb: fields[GoKeys.sumdb]?.value,
            private: fields[GoKeys.private] ?? [], env: fields[GoKeys.env] ?? [])
        settings.fetches = fields[GoKeys.fetch] ?? false
        return settings
    }
}

extension Format where Value == Template {
    /// https://go.dev/ref/mod#goproxy-protocol
    fileprivate static let proxy: Self = Format.nonEmptyTemplate(.root).then { template, subject, decoding in
        let entries = template.source.split(omittingEmptySubsequences: false) { $0 == "," || $0 == "|" }
        for entry in entries where entry != "direct" && entry != "off" {
            if ["https://", "http://", "file://"].contains(where: { entry.hasPrefix($0) && entry.count > $0.count }) {
                continue
            }
            decoding.badValue(
                decoding.place(of: String(entry), in: template.range), "\(quoted(String(entry))) is not a module proxy",
                help: "write a URL, `direct` or `off`; a folder of the repository is `file://${root}/folder`")
            return nil
        }
        return template
    }
}

extension Format where Value == [String] {
    /// `a,b` or `[a, b]`.
    fileprivate static let commaSeparated: Self = Format<[Located<String>]>.oneOrMany(.string).then { values, _, _ in
        values.flatMap { $0.value.split(separator: ",").map(String.init) }
    }
}

/// All that `tools:` may say.
struct ToolSection: Sendable {
    var declarations = ToolDeclarations.none
    var binaries: [BinaryPin] = []
}

extension Format where Value == ToolSection {
    static let tools: Self = Format(
        schema: [
            "anyOf": [["const": "go.mod"], ["type": "string", "pattern": "^[^$]+\\.mod$"], entries.schema]
        ]
    ) { node, subject, decoding in
        switch node.content {
        case .scalar(let scalar) where scalar.text == "go.mod":
            return ToolSection(declarations: .goMod(node.range))
        case .scalar(let scalar) where scalar.text.hasSuffix(".mod"):
            return Format<Located<String>>.path.read(node, subject, decoding).map { ToolSection(declarations: .modFile($0)) }
        case .mapping:
            return entries.read(node, subject, decoding).map(section)
        default:
            decoding.wrongType(node, subject, "`go.mod`, another `.mod` file, or a mapping of names")
            return nil
        }
    }

    private static func section(_ entries: [(name: Located<String>, value: ToolEntry)]) -> ToolSection {
        var section = ToolSection()
        var pins: [ToolPin] = []
        for (name, entry) in entries {
            switch entry {
            case .module(let pin):
                pins.append(ToolPin(name: name, package: pin.package, version: pin.version, range: pin.range))
            case .binary(let downloads): section.binaries.append(BinaryPin(name: name, downloads: downloads))
            }
        }
        if !pins.isEmpty { section.declarations = .pinned(pins) }
        return section
    }

    private static let entries = Format<[(name: Located<String>, value: ToolEntry)]>.map(
        of: .toolEntry, named: .name, what: "tool")
}
