/// Names of images, as people write them: registry, repository, tag, digest. It asks no registry.
///
/// Source of the rules: OCI distribution specification 1.1, "Pulling manifests"; Docker's, for what is left out.
import Action
import Image

package struct ImageReference: Sendable, Hashable, CustomStringConvertible {
    /// Host and port, e.g. `docker.io`, `localhost:5000`.
    package var registry: String
    /// E.g. `library/golang`.
    package var repository: String
    package var tag: String?
    /// `sha256:…`.
    package var digest: String?

    package init(_ text: String) throws(RegistryError) {
        func refuse(_ why: String) -> RegistryError {
            RegistryError(
                "registry/bad-reference", "\(text) is no name of an image: \(why)",
                help: "write it like `registry.example.com/team/server:1.0`")
        }
        var rest = text[...]
        if let sign = rest.firstIndex(of: "@") {
            let written = String(rest[rest.index(after: sign)...])
            guard Digest(written: written, size: 0) != nil else { throw refuse("the digest is not `sha256:` and 64 digits") }
            digest = written
            rest = rest[..<sign]
        }
        // A colon before a slash is a port's.
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
            let written = String(rest[rest.index(after: colon)...])
            guard isTag(written) else { throw refuse("the tag has other signs than letters, digits and `._-`") }
            tag = written
            rest = rest[..<colon]
        }
        let first = rest.prefix { $0 != "/" }
        if first.endIndex < rest.endIndex, first.contains(".") || first.contains(":") || first == "localhost" {
            registry = first.lowercased()
            repository = String(rest[rest.index(after: first.endIndex)...])
        } else {
            registry = "docker.io"
            repository = first.endIndex < rest.endIndex ? String(rest) : "library/\(rest)"
        }
        if registry == "index.docker.io" { registry = "docker.io" }
        guard registry.utf8.allSatisfy({ isNameByte($0) || "-.:[]".utf8.contains($0) }) else {
            throw refuse("the registry's name has signs that none has")
        }
        let words = repository.split(separator: "/", omittingEmptySubsequences: false)
        guard repository.utf8.count <= 255, words.allSatisfy(isRepositoryWord) else {
            throw refuse("between slashes there are lower-case letters and digits, with `.`, `_`, `-` only between them")
        }
    }

    /// Where the registry's interface is.
    package var host: String { registry == "docker.io" ? "registry-1.docker.io" : registry }

    /// What a manifest is asked for by: the digest if there is one.
    package var version: String { digest ?? tag ?? "latest" }

    package var description: String {
        "\(registry)/\(repository)" + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }
}

package func isTag(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 128, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else {
        return false
    }
    return text.utf8.allSatisfy { isNameByte($0) || (65...90) ~= $0 || "._-".utf8.contains($0) }
}

private func isNameByte(_ byte: UInt8) -> Bool { (48...57) ~= byte || (97...122) ~= byte }

/// Separators within are one dot, one or two underlines, or any number of dashes.
private func isRepositoryWord(_ word: Substring) -> Bool {
    guard let first = word.utf8.first, let last = word.utf8.last, isNameByte(first), isNameByte(last) else { return false }
    let separators = word.split { $0.isASCII && ($0.isLowercase || $0.isNumber) }
    return separators.allSatisfy { $0 == "." || $0 == "_" || $0 == "__" || $0.allSatisfy { $0 == "-" } }
}

/// Why a registry cannot be used, or what it refuses.
package struct RegistryError: Error, Sendable, CustomStringConvertible {
    /// `registry/…`.
    package var id: String
    package var description: String
    package var help: String?

    package init(_ id: String, _ description: String, help: String? = nil) {
        self.id = id
        self.description = description
        self.help = help
    }
}
