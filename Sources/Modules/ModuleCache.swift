/// Where the go command keeps what belongs to a module version; it reads nothing.
///
/// Source of the layout: "Module cache" and "GOPROXY protocol" in the Go Modules Reference.
import Go

package struct ModuleCache: Hashable, Sendable {
    /// GOMODCACHE, absolute.
    package var root: String

    package init(root: String) { self.root = root }

    /// The folder in which the go command unpacks the module; nil when no module can have this path and version.
    package func folder(of module: ModuleVersion) -> String? {
        guard let (path, version) = escaped(module) else { return nil }
        return "\(root)/\(path)@\(version)"
    }

    /// The file that a proxy's answer is kept in: `zip`, `ziphash`, `mod`, `info`, and `partial` while it is unpacked.
    package func download(of module: ModuleVersion, _ kind: String) -> String? {
        guard let (path, version) = escaped(module) else { return nil }
        return "\(root)/cache/download/\(path)/@v/\(version).\(kind)"
    }

    private func escaped(_ module: ModuleVersion) -> (String, String)? {
        guard let path = escapedModulePath(module.path), let version = escapedModulePath(module.version),
            !version.contains("/")
        else { return nil }
        return (path, version)
    }
}

/// `github.com/Azure/sdk` as `github.com/!azure/sdk`: file systems that do not tell cases apart must not mix up two
/// modules. Nil for what can be no module's path, such as one that climbs out of its folder.
package func escapedModulePath(_ path: String) -> String? {
    var escaped: [UInt8] = []
    for element in path.split(separator: "/", omittingEmptySubsequences: false) {
        guard !element.isEmpty, !element.hasPrefix("."), !element.hasSuffix(".") else { return nil }
        if !escaped.isEmpty { escaped.append(UInt8(ascii: "/")) }
        for byte in element.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): escaped += [UInt8(ascii: "!"), byte + 32]
            case UInt8(ascii: "!"), ..<33, 127...: return nil
            default: escaped.append(byte)
            }
        }
    }
    return String(decoding: escaped, as: UTF8.self)
}
