/// The environment that commands see, built from nothing: no variable of the caller's is in it.
import Action
import Go
import Pipeline

/// One way of building: everything besides the sources that a compiled package depends on.
package struct BuildSettings: Hashable, Sendable {
    package var platform: Platform
    package var cgo: Bool
    /// `-mod` of this scope.
    package var moduleMode: String
    /// Of `go.env` and the step: GOAMD64, GOEXPERIMENT, GOFLAGS, CC and whatever else they declare.
    package var variables: [String: SymbolicText]
    package var toolchain: GoToolchain
    /// What is compiled names no folder of the machine.
    package var trimsPaths = true
    /// What the C compiler calls itself; nil without cgo, or when it was not to be found.
    package var compiler: String?

    /// Flags of every go command. -trimpath and -buildvcs=false make the result the same in every checkout.
    package var goFlags: SymbolicText {
        let own: SymbolicText = "-mod=\(moduleMode)\(trimsPaths ? " -trimpath" : "") -buildvcs=false"
        return variables["GOFLAGS"].map { "\(own) \($0)" } ?? own
    }

    /// Names and values that tell one build cache from another; none is shared between toolchains or platforms.
    package var cacheFacts: [(name: String, value: String)] {
        var facts = [
            ("toolchain", "go\(toolchain.version)"), ("GOOS", platform.os), ("GOARCH", platform.architecture),
            ("CGO_ENABLED", cgo ? "1" : "0"), ("GOFLAGS", goFlags.description),
        ]
        let variant = variantName(of: platform.architecture)
        for name in [variant, "GOEXPERIMENT", "GOFIPS140"].compactMap(\.self) {
            if let value = value(of: name), !value.isEmpty { facts.append((name, value)) }
        }
        if cgo {
            for name in ["CC", "CXX", "CGO_CFLAGS", "CGO_CXXFLAGS", "CGO_CPPFLAGS", "CGO_LDFLAGS"] {
                if let value = value(of: name) { facts.append((name, value)) }
            }
            if let compiler { facts.append(("C compiler", compiler)) }
        }
        return facts
    }

    /// The command that compiles C.
    package var compilerCommand: String? { value(of: "CC") }

    private func value(of name: String) -> String? { variables[name]?.description ?? toolchain.environment[name] }

    /// A folder name: readable in front, exact behind.
    package var cacheFamily: String {
        let exact = Digest(of: Array(cacheFacts.map { "\($0.name)=\($0.value)\n" }.joined().utf8))
        return "go\(toolchain.version)-\(platform.os)-\(platform.architecture)-\(exact.sha256.prefix(12))"
    }
}

/// The variable that names an architecture's variant.
private func variantName(of architecture: String) -> String? {
    switch architecture {
    case "amd64": "GOAMD64"
    case "386": "GO386"
    case "arm": "GOARM"
    case "arm64": "GOARM64"
    case "mips", "mipsle": "GOMIPS"
    case "mips64", "mips64le": "GOMIPS64"
    case "ppc64", "ppc64le": "GOPPC64"
    case "riscv64": "GORISCV64"
    case "wasm": "GOWASM"
    default: nil
    }
}

/// Programs of the system that steps may call.
package let systemPath = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"

extension BuildSettings {
    /// What a command sees, before the step's own variables. `tools` come first in PATH.
    package func environment(
        policy: GoSettings, workspace: Bool, tools: [SymbolicText] = []
    ) -> [String: SymbolicText] {
        var path: SymbolicText = ""
        for folder in tools { path = path + "\(folder):" }
        path = path + "\(.toolchain):\(systemPath)"
        var environment: [String: SymbolicText] = [
            "PATH": path,
            "HOME": SymbolicText(.home),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "GOENV": "off",
            "GOTOOLCHAIN": "local",
            // A program that was built with -trimpath does not know it, and tests may ask for the standard library.
            "GOROOT": SymbolicText(.goRoot),
            "GOTELEMETRY": "off",
            "GOCACHE": SymbolicText(.buildCache(family: cacheFamily)),
            "GOMODCACHE": SymbolicText(.moduleCache),
            "GOOS": SymbolicText(platform.os),
            "GOARCH": SymbolicText(platform.architecture),
            "CGO_ENABLED": cgo ? "1" : "0",
            // A go.work above the repository must not join in.
            "GOWORK": workspace ? "\(.root)/go.work" : "off",
        ]
        if let version = GoVersion(toolchain.version), version >= GoVersion("1.24")! {
            environment["GOCACHEPROG"] = SymbolicText(.cacheProgram(family: cacheFamily))
        }
        for (name, value) in variables { environment[name] = value }
        environment["GOFLAGS"] = goFlags
        if let proxy = policy.proxy { environment["GOPROXY"] = proxy.symbolic }
        if let sumdb = policy.sumdb { environment["GOSUMDB"] = SymbolicText(sumdb) }
        if !policy.private.isEmpty { environment["GOPRIVATE"] = SymbolicText(policy.private.joined(separator: ",")) }
        return environment
    }
}

extension Template {
    /// For the places where only the root may be named: the repository's own, which holds what a copy need not.
    var symbolic: SymbolicText {
        SymbolicText(
            parts: parts.map { part in
                switch part {
                case .text(let text): .text(text)
                case .reference(.root, _): .place(.repository)
                case .reference(let reference, _): .text("${\(reference)}")
                }
            })
    }
}
