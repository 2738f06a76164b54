/// What the go command tells of its fetching when it is given -x; it knows the words, not what was fetched.
///
/// Source of the words: src/cmd/go/internal/web/http.go, modfetch/codehost/codehost.go, modfetch/sumdb.go and vcs/vcs.go
/// of GOROOT. A proxy that is a folder (`file://`) leaves no trace.
import FoundationEssentials

package struct FetchTrace: Sendable {
    /// Addresses that were answered with 200, without secrets.
    package private(set) var answered: Set<String> = []

    package init() {}

    /// Whether the line is one of the trace; if so, what it says is kept.
    package mutating func take(_ line: String) -> Bool {
        guard Self.isPart(line) else { return false }
        if line.hasPrefix("# get "), let end = line.firstRange(of: ": 200 ") {
            let address = line[line.index(line.startIndex, offsetBy: "# get ".count)..<end.lowerBound]
            // The sign that stands before a capital of a module's path.
            answered.insert(withoutSecrets(String(address)).replacing("%21", with: "!"))
        }
        return true
    }

    /// Questions, answers, and commands of git and its like, with their times.
    package static func isPart(_ line: String) -> Bool {
        if beginnings.contains(where: line.hasPrefix) { return true }
        let digits = line.prefix { $0.isNumber || $0 == "." }
        return digits.count >= 5 && digits.dropLast(3).last == "." && line.dropFirst(digits.count).hasPrefix("s ")
    }

    private static let beginnings = ["# get ", "# lock ", "mkdir -p ", "cd /", "git ", "hg ", "svn ", "bzr ", "fossil "]
}

/// An address, or a GOPROXY list of them, as it may be shown and kept: nobody's user name, token or password is in it.
package func withoutSecrets(_ address: String) -> String {
    var shown = ""
    var rest = address[...]
    while let start = rest.firstRange(of: "://") {
        shown += rest[..<start.upperBound]
        rest = rest[start.upperBound...]
        let authority = rest.prefix { !"/?#,|".contains($0) }
        if let sign = authority.lastIndex(of: "@") {
            shown += "***"
            rest = rest[sign...]
        }
    }
    return shown + rest
}

/// The repository that the go command took a version from, as a `.info` file of the module cache has it. Nil when it
/// names none.
package func originAddress(inInfo bytes: [UInt8]) -> String? {
    struct Stat: Decodable {
        struct Origin: Decodable { var URL: String? }
        var Origin: Origin?
    }
    return (try? JSONDecoder().decode(Stat.self, from: Data(bytes)))?.Origin?.URL.map(withoutSecrets)
}
