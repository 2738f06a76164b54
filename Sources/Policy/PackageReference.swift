/// `path@version` as the go command takes it: what kind of path, and whether the version can move. Pure text.
import Go

struct PackageReference {
    enum Version: Hashable {
        /// One release or pseudo-version: `v1.2.3`.
        case exact(String)
        /// A commit; it cannot move.
        case commit(String)
        /// `latest`, `upgrade`, `patch`, `v1`, `v1.2`, `>v1`.
        case query(String)
        /// A branch or a tag, which can be moved.
        case branch(String)
        case missing
        /// Only known when the command runs.
        case unknown
    }

    /// Without the version.
    let path: String
    let version: Version
    /// What stands after `@`; empty without one.
    let versionText: String

    init(_ text: String, isLiteral: Bool = true) {
        let at = text.firstIndex(of: "@")
        path = String(text[..<(at ?? text.endIndex)])
        versionText = at.map { String(text[text.index(after: $0)...]) } ?? ""
        if at == nil {
            version = isLiteral ? .missing : .unknown
        } else {
            version = versionText.contains("$") ? .unknown : Self.kind(of: versionText)
        }
    }

    /// An import path of somebody's module: its first element has a dot, as a host has.
    var isRemote: Bool {
        guard !path.contains("$"), let host = path.split(separator: "/", omittingEmptySubsequences: false).first else { return false }
        return path.contains("/") && host.contains(".") && host.first != "." && !path.hasSuffix(".go")
            && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == ":") }
    }

    /// `.`, `./x`, `../x`.
    var isLocal: Bool { path == "." || path == ".." || path.hasPrefix("./") || path.hasPrefix("../") }

    /// A wrapper of one Go release (`golang.org/dl/go1.26.4`): the release is in its name, and it has no versions.
    var isGoRelease: Bool { path.hasPrefix("golang.org/dl/") }

    /// The last element that names the program; `/v2` does not.
    var name: String {
        let elements = path.split(separator: "/")
        guard let last = elements.last else { return path }
        let isMajor = last.first == "v" && last.dropFirst().allSatisfy(\.isNumber) && last.count > 1
        return String(isMajor ? elements.dropLast().last ?? last : last)
    }

    /// Whether `module` has this package, by its path.
    func isIn(module: String) -> Bool { path == module || path.hasPrefix("\(module)/") }

    private static func kind(of text: String) -> Version {
        if ["latest", "upgrade", "patch"].contains(text) || text.hasPrefix("<") || text.hasPrefix(">") { return .query(text) }
        if let canonical = canonicalVersion(text) { return canonical == text ? .exact(text) : .query(text) }
        if (7...40).contains(text.utf8.count), text.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) { return .commit(text) }
        return text.isEmpty ? .missing : .branch(text)
    }
}
