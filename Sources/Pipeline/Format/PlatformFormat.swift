/// The platforms that Go compiles for, as text; it knows their names, not what they need.
import Diagnostics
import YAML

extension Format where Value == Located<Platform> {
    static let platform: Self = Format<Located<String>>.string.then(
        schema: ["enum": .array(knownPlatforms.map(JSON.string))]
    ) { value, subject, decoding in
        if knownPlatforms.contains(value.value), let platform = Platform(value.value) {
            return Located(platform, at: value.range)
        }
        let words = value.value.split(separator: "/", omittingEmptySubsequences: false)
        let ofThatSystem = knownPlatforms.filter { $0.hasPrefix("\(words[0])/") }
        var help = "`go tool dist list` shows them all; most used are `linux/amd64` and `linux/arm64`"
        if let meant = otherNames[value.value] ?? nearestName(to: value.value, among: knownPlatforms) {
            help = "did you mean `\(meant)`?"
        } else if !ofThatSystem.isEmpty {
            help = "Go has \(ofThatSystem.map { "`\($0)`" }.joined(separator: ", "))"
        }
        decoding.report(
            "pipeline/unknown-platform", at: value.range, "Go has no platform \(quoted(value.value))", help: help)
        return nil
    }
}

/// What others call them.
private let otherNames = [
    "linux/x86_64": "linux/amd64", "linux/x64": "linux/amd64", "linux/aarch64": "linux/arm64",
    "macos/arm64": "darwin/arm64", "macos/amd64": "darwin/amd64", "darwin/x86_64": "darwin/amd64",
    "darwin/aarch64": "darwin/arm64", "linux/arm/v7": "linux/arm", "linux/arm/v6": "linux/arm",
]

/// `go tool dist list` of Go 1.24 and of Go 1.27.
private let knownPlatforms = [
    "aix/ppc64", "android/386", "android/amd64", "android/arm", "android/arm64", "darwin/amd64", "darwin/arm64",
    "dragonfly/amd64", "freebsd/386", "freebsd/amd64", "freebsd/arm", "freebsd/arm64", "freebsd/riscv64",
    "illumos/amd64", "ios/amd64", "ios/arm64", "js/wasm", "linux/386", "linux/amd64", "linux/arm", "linux/arm64",
    "linux/loong64", "linux/mips", "linux/mips64", "linux/mips64le", "linux/mipsle", "linux/ppc64", "linux/ppc64le",
    "linux/riscv64", "linux/s390x", "netbsd/386", "netbsd/amd64", "netbsd/arm", "netbsd/arm64", "openbsd/386",
    "openbsd/amd64", "openbsd/arm", "openbsd/arm64", "openbsd/ppc64", "openbsd/riscv64", "plan9/386", "plan9/amd64",
    "plan9/arm", "solaris/amd64", "wasip1/wasm", "windows/386", "windows/amd64", "windows/arm", "windows/arm64",
]
