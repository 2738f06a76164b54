/// `env:` maps: which variables may be set, and which belong to the runner because other keys say them.
import Diagnostics
import YAML

extension Format where Value == [EnvironmentEntry] {
    static func environment(
        _ scope: ReferenceScope, allowing allowed: Set<String> = []
    ) -> Format {
        Format<[(name: Located<String>, value: Template)]>.map(
            of: .template(scope), named: .variable(allowing: allowed), what: "variable"
        ).then { entries, _, decoding in
            for entry in entries { decoding.checkSetting(entry.name.value, entry.value) }
            return entries.map { EnvironmentEntry(name: $0.name, value: $0.value) }
        }
    }
}

extension Decoding {
    /// Settings of Go that would undo what pipeline promises.
    fileprivate func checkSetting(_ name: String, _ value: Template) {
        if name == "GOFLAGS" {
            let flags = value.source.split(separator: " ")
            for flag in flags where flag == "-mod" || flag.hasPrefix("-mod=") || flag == "-trimpath=false" {
                badValue(
                    place(of: String(flag), in: value.range), "`\(flag)` may not be in GOFLAGS",
                    help: "remove it; pipeline chooses `-mod` by the repository, and a step says `trimpath: false`")
            }
        }
        if name == "CGO_ENABLED", value.source != "0", value.source != "1" {
            badValue(
                value.range, "`CGO_ENABLED` must be 0 or 1, not \(quoted(value.source))", help: "write \"0\" or \"1\"")
        }
    }
}

extension Format where Value == Located<String> {
    static func variable(allowing allowed: Set<String>) -> Format {
        Format(schema: ["type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"]) { node, _, decoding in
            guard case .scalar(let scalar) = node.content else { return nil }
            let name = scalar.text
            guard let first = name.utf8.first, name.utf8.count <= 256, first.isLetter || first == UInt8(ascii: "_"),
                name.utf8.allSatisfy({ $0.isLetterOrDigit || $0 == UInt8(ascii: "_") })
            else {
                decoding.badValue(
                    node.range, "\(quoted(name)) is not the name of a variable",
                    help: "use letters, digits and `_`, and do not begin with a digit")
                return nil
            }
            if !allowed.contains(name), let instead = reservedVariable(name) {
                decoding.report(
                    "pipeline/reserved-variable", at: node.range, "`\(name)` may not be set here",
                    notes: [.init("it is part of what makes a run the same everywhere, so pipeline sets it")],
                    help: instead)
                return nil
            }
            return Located(name, at: node.range)
        }
    }
}

/// What to write instead of setting the variable; nil when it is the user's to set.
private func reservedVariable(_ name: String) -> String? {
    switch name {
    case "GOPROXY": "set `go.proxy`"
    case "GOSUMDB": "set `go.sumdb`"
    case "GOTOOLCHAIN": "set `go.version`"
    case "GOOS", "GOARCH": "set the artifact's `platforms`"
    case "CGO_ENABLED": "set `cgo: true`, or `CGO_ENABLED` in `go.env` for every step"
    case "PATH": "pin tools under `tools:` and call them by `tool:` or `${tool.NAME}`"
    case "HOME": "write to the step's own folder; every step has a home of its own"
    case "GOCACHE", "GOMODCACHE": "remove it; the caches are kept in pipeline's store (`--store DIR`)"
    case "GOROOT", "GOPATH", "GOENV", "GOCACHEPROG": "remove it; pipeline derives it from `go.version` and its store"
    default: name.hasPrefix("PIPELINE_") ? "use a name that does not begin with `PIPELINE_`" : nil
    }
}
