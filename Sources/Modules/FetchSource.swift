/// From where the go command has a module: what it told, and what lies in a proxy that is a folder; it fetches nothing.
///
/// Source of the rules: "GOPROXY protocol" and "Private modules" in the Go Modules Reference.
import Files
import Go

/// GOPROXY, and what is not to be asked of it.
package struct FetchPolicy: Hashable, Sendable {
    /// In the order in which they are asked: addresses, `direct`, `off`.
    private let proxies: [String]
    private let privatePatterns: [String]

    /// `noProxy` is GONOPROXY, or GOPRIVATE where that is not set.
    package init(proxy: String, noProxy: String = "") {
        proxies = proxy.split { $0 == "," || $0 == "|" }.map { String($0.filter { $0 != " " }) }
        privatePatterns = noProxy.split(separator: ",").map { String($0.filter { $0 != " " }) }
    }

    /// The proxy or repository that a module's zip was fetched from, without secrets; nil when that cannot be told.
    package func source(of module: ModuleVersion, _ trace: FetchTrace, in cache: ModuleCache) -> String? {
        guard let place = cache.download(of: module, "zip") else { return nil }
        let file = place.dropFirst("\(cache.root)/cache/download".utf8.count)
        if let answered = trace.answered.sorted().first(where: { $0.hasSuffix(file) }) {
            return String(answered.dropLast(file.count))
        }
        if !isPrivate(module.path) {
            for proxy in proxies where proxy.hasPrefix("file://") {
                let folder = proxy.dropFirst("file://".utf8.count)
                if fileStatus("\(folder)\(file)") != nil { return proxy }
            }
        }
        guard isPrivate(module.path) || proxies.contains("direct") else { return nil }
        let origin = cache.download(of: module, "info").flatMap { try? readFile($0) }.flatMap { originAddress(inInfo: $0) }
        return origin ?? "direct"
    }

    /// Patterns are those of path.Match, for as many elements as they have.
    private func isPrivate(_ path: String) -> Bool {
        let elements = path.split(separator: "/")
        return privatePatterns.contains { pattern in
            let wanted = pattern.split(separator: "/")
            return wanted.count <= elements.count && !wanted.isEmpty
                && zip(wanted, elements).allSatisfy { matches(Array($1.utf8)[...], Array($0.utf8)[...]) }
        }
    }
}

/// `*` is any text, `?` any sign.
private func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == UInt8(ascii: "*") {
        return (text.startIndex...text.endIndex).contains { matches(text[$0...], pattern.dropFirst()) }
    }
    guard let sign = text.first, sign == first || first == UInt8(ascii: "?") else { return false }
    return matches(text.dropFirst(), pattern.dropFirst())
}
