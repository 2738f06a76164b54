/// A tool under `tools:` that is no Go module: where its program is fetched from for each platform, and its hash.
import Diagnostics
import YAML

enum BinaryKeys {
    static let url = Key<Located<String>>(
        "url", .downloadAddress, example: "https://example.com/protoc-27.1-linux-x86_64.zip",
        "What is fetched: the program, or an archive (.zip, .tar.gz and the like) that has it.", required: true)
    static let sha256 = Key<Located<String>>(
        "sha256", .sha256, example: String(repeating: "0123456789abcdef", count: 4),
        "The SHA-256 of what is fetched, in hexadecimal; anything else is refused.", required: true,
        synonyms: ["checksum", "hash", "digest"])
    static let path = Key<Located<String>>(
        "path", .path, example: "bin/protoc", "The program's place in the archive.", synonyms: ["member", "file"])

    static let all: [any FormatKey] = [url, sha256, path]
}

/// What one entry of `tools:` is.
enum ToolEntry: Sendable {
    case module(ToolPin)
    case binary([BinaryPin.Download])
}

extension Format where Value == ToolEntry {
    static let toolEntry: Self = Format(
        schema: ["anyOf": [Format<ToolPin>.toolPin.schema, downloads.schema]]
    ) { node, subject, decoding in
        guard case .mapping = node.content else {
            return Format<ToolPin>.toolPin.read(node, subject, decoding).map { .module($0) }
        }
        return downloads.read(node, subject, decoding).map { .binary($0) }
    }

    private static let downloads = Format<[(name: Located<String>, value: UnplacedDownload)]>.map(
        of: .download, named: Format<Located<Platform>>.platform.then { platform, _, _ in platform.map(\.description) },
        what: "platform"
    ).then { entries, _, _ in
        entries.compactMap { name, found in
            Platform(name.value).map { platform in
                BinaryPin.Download(
                    platform: Located(platform, at: name.range), url: found.url, sha256: found.sha256, path: found.path)
            }
        }
    }
}

/// Under a platform that is not known yet.
private struct UnplacedDownload: Sendable {
    var url: Located<String>
    var sha256: Located<String>
    var path: Located<String>?
}

extension Format where Value == UnplacedDownload {
    fileprivate static let download: Self = Format(schema: mappingSchema(BinaryKeys.all)) { node, subject, decoding in
        guard let fields = decoding.fields(of: node, subject, keys: BinaryKeys.all),
            let url = fields[BinaryKeys.url], let sha256 = fields[BinaryKeys.sha256]
        else { return nil }
        return UnplacedDownload(url: url, sha256: sha256, path: fields[BinaryKeys.path])
    }
}

extension Format where Value == Located<String> {
    fileprivate static let downloadAddress: Self = Format.string.then(
        schema: ["type": "string", "pattern": "^(https?://[^/\\s]+|file://)/[^\\s]+$"]
    ) { value, subject, decoding in
        let start = ["https://", "http://", "file:///"].first { value.value.hasPrefix($0) }
        guard let start, value.value.count > start.count, !value.value.contains(where: \.isWhitespace) else {
            decoding.badValue(
                value.range, "\(subject.phrase) must be an `https://` address, not \(quoted(value.value))",
                help: "for example `\(BinaryKeys.url.example)`")
            return nil
        }
        return value
    }

    fileprivate static let sha256: Self = Format.string.then(
        schema: ["type": "string", "pattern": "^[0-9a-f]{64}$"]
    ) { value, subject, decoding in
        guard value.value.utf8.count == 64, value.value.utf8.allSatisfy({ $0.isDigit || (97...102).contains($0) }) else {
            decoding.badValue(
                value.range, "\(subject.phrase) must be 64 hexadecimal digits", help: "`sha256sum FILE` prints them")
            return nil
        }
        return value
    }
}
