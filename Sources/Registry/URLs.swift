/// Addresses as far as registries need them: where one leads, and what a relative one means. It asks nobody.

/// `http://host:port`, what comes before the path.
func origin(of url: String) -> Substring {
    guard let scheme = url.firstRange(of: "://") else { return url[...] }
    return url[..<(url[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? url.endIndex)]
}

/// Without a port and the brackets of an IPv6 address.
func hostName(of url: String) -> String {
    let authority = origin(of: url).split(separator: "/").last ?? ""
    return hostName(authority: String(authority))
}

func hostName(authority: String) -> String {
    if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
    return String(authority.prefix { $0 != ":" })
}

func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host.hasSuffix(".localhost") || host == "::1"
        || (host.hasPrefix("127.") && host.utf8.allSatisfy { (48...57) ~= $0 || $0 == UInt8(ascii: ".") })
}

/// What `location` means in an answer to a request for `url`.
func resolve(_ location: String, against url: String) -> String {
    if location.contains("://") { return location }
    if location.hasPrefix("//") { return url.prefix { $0 != ":" } + ":" + location }
    if location.hasPrefix("/") { return origin(of: url) + location }
    let path = url.prefix { $0 != "?" && $0 != "#" }
    if location.hasPrefix("?") { return path + location }
    return path[...(path.lastIndex(of: "/") ?? path.startIndex)] + location
}

/// The address with one more question in it.
func adding(_ name: String, _ value: String, to url: String) -> String {
    "\(url)\(url.contains("?") ? "&" : "?")\(name)=\(percentEncoded(value))"
}

/// Everything but letters, digits and `-._~` by its number.
func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.reduce(into: "") { result, byte in
        if (48...57) ~= byte || (65...90) ~= byte || (97...122) ~= byte || "-._~".utf8.contains(byte) {
            result.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }
    }
}
