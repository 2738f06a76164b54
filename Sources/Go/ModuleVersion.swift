/// Module paths and their versions: what a canonical version is and which major version a path allows. Pure text.
///
/// Source of the rules: "Module paths" and "Versions" in the Go Modules Reference; semver.org 2.0.0.

/// One version of one module.
package struct ModuleVersion: Hashable, Sendable, Codable, CustomStringConvertible {
    package var path: String
    /// With its `v`: `v1.2.3`. Empty where every version is meant.
    package var version: String

    package init(path: String, version: String) {
        self.path = path
        self.version = version
    }

    package var description: String { version.isEmpty ? path : "\(path)@\(version)" }
}

/// `v1.2` as `v1.2.0`, `v1.2.3+meta` as `v1.2.3`; nil when `text` is not a semantic version with a leading v.
package func canonicalVersion(_ text: String) -> String? {
    SemanticVersion(text)?.canonical
}

/// The parts of a semantic version, as text: none of them is too big.
struct SemanticVersion {
    var major: Substring
    var minor: Substring
    var patch: Substring
    /// With its hyphen; empty when there is none.
    var prerelease: Substring
    /// With its plus sign; empty when there is none.
    var build: Substring

    init?(_ text: String) {
        guard text.first == "v", text.allSatisfy(\.isASCII) else { return nil }
        var rest = text.dropFirst()
        let plus = rest.firstIndex(of: "+") ?? rest.endIndex
        build = rest[plus...]
        rest = rest[..<plus]
        let hyphen = rest.firstIndex(of: "-") ?? rest.endIndex
        prerelease = rest[hyphen...]
        let numbers = rest[..<hyphen].split(separator: ".", omittingEmptySubsequences: false)
        guard (1...3).contains(numbers.count), numbers.allSatisfy({ isNumber($0) && !hasLeadingZero($0) }),
            numbers.count == 3 || prerelease.isEmpty && build.isEmpty
        else { return nil }
        major = numbers[0]
        minor = numbers.count > 1 ? numbers[1] : "0"
        patch = numbers.count > 2 ? numbers[2] : "0"
        guard prerelease.isEmpty || identifiers(of: prerelease).allSatisfy({ isIdentifier($0) && !hasLeadingZero($0) }),
            build.isEmpty || identifiers(of: build).allSatisfy(isIdentifier)
        else { return nil }
    }

    /// Of the build metadata only `+incompatible` means something to Go.
    var canonical: String {
        "v\(major).\(minor).\(patch)\(prerelease)\(build == "+incompatible" ? build : "")"
    }
}

private func identifiers(of part: Substring) -> [Substring] {
    part.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
}

private func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (48...57) ~= $0 }
}

private func hasLeadingZero(_ text: Substring) -> Bool {
    text.count > 1 && text.first == "0" && isNumber(text)
}

private func isIdentifier(_ text: Substring) -> Bool {
    !text.isEmpty && text.allSatisfy { $0 == "-" || $0.isASCII && ($0.isLetter || $0.isNumber) }
}

/// The major version that a module path's suffix demands.
enum PathMajor: Equatable {
    /// No suffix: v0 or v1, or anything marked `+incompatible`.
    case zeroOrOne
    /// `/v2`, or gopkg.in's `.v2`.
    case exactly(String, isGopkg: Bool)

    /// Nil for paths that no module can have: `/v1`, `/v02`, a gopkg.in path without its `.vN`.
    init?(path: String) {
        let isGopkg = path.hasPrefix("gopkg.in/")
        var stem = Substring(path)
        if isGopkg, stem.hasSuffix("-unstable") { stem = stem.dropLast("-unstable".count) }
        let numeral = stem.reversed().prefix { $0.isASCII && $0.isNumber || $0 == "." && !isGopkg }
        let digits = String(numeral.reversed())
        let head = stem.dropLast(numeral.count)
        guard head.hasSuffix(isGopkg ? ".v" : "/v"), head.count > 2 || isGopkg, !numeral.isEmpty || isGopkg else {
            if isGopkg { return nil }
            self = .zeroOrOne
            return
        }
        let isValid =
            isGopkg
            ? isNumber(digits[...]) && (digits == "0" || digits.first != "0")
            : isNumber(digits[...]) && digits.first != "0" && digits != "1"
        guard isValid else { return nil }
        self = .exactly(digits, isGopkg: isGopkg)
    }

    func allows(_ version: SemanticVersion) -> Bool {
        switch self {
        case .zeroOrOne: return version.major == "0" || version.major == "1" || version.build == "+incompatible"
        case .exactly(let major, let isGopkg):
            // gopkg.in once handed out v0.0.0 pseudo-versions for its .v1 paths.
            let isOldPseudo = version.canonical.hasPrefix("v0.0.0-") && isGopkg && major == "1"
            return version.major == major || isOldPseudo
        }
    }

    /// As a message names it.
    var demand: String {
        switch self {
        case .zeroOrOne: "v0 or v1"
        case .exactly(let major, _): "v\(major)"
        }
    }
}
