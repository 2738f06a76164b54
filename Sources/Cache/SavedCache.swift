/// An archive as a saved cache: the sections that it has by name, and how they are spelled. It reads no store.
import Action
import Archive
import Files

/// What one archive is, and what is in it besides contents.
struct SavedCache: Sendable {
    /// Where it comes from.
    struct About: Hashable, Sendable {
        /// The build key.
        var key: String
        /// The build family of the repository's own builds: toolchain, platform and settings.
        var family: String
        /// Which repository, by the path of its first module.
        var repository: String
        /// When it was saved, in nanoseconds since 1970.
        var time: Int64
    }

    enum Section {
        static let about = "about"
        static let snapshot = "snapshot"
        /// Results by key, as stored within their seal.
        static let results = "results"
        /// Answers of the go command by name, likewise.
        static let facts = "facts"
        /// Files by their place in `cache/download` of the module cache.
        static let modules = "modules"
        /// Records of one family.
        static func builds(_ family: String) -> String { "builds/\(family)" }
    }

    let archive: Archive
    let about: About

    init(at path: String) throws(ArchiveError) {
        archive = try Archive(at: path)
        guard let about = archive.bytes(named: Section.about).flatMap(About.init) else { throw .damaged(path: path) }
        self.about = about
    }

    /// Nil when the section is damaged.
    func list(_ section: String) -> [String: [UInt8]]? {
        guard archive.names[section] != nil else { return [:] }
        return archive.bytes(named: section).flatMap(decodedList)
    }

    var snapshot: Snapshot? { archive.bytes(named: Section.snapshot).flatMap(Snapshot.init) }

    /// The module files, by their place; damaged ones are none.
    var modules: [String: ModuleFile] { (list(Section.modules) ?? [:]).compactMapValues(ModuleFile.init) }

    /// By family.
    var records: [String: [BuildRecord]] {
        var records: [String: [BuildRecord]] = [:]
        for name in archive.names.keys where name.hasPrefix(Section.builds("")) {
            guard let bytes = archive.bytes(named: name) else { continue }
            records[String(name.dropFirst(Section.builds("").count))] = bytes.withUnsafeBytes { bytes in
                stride(from: 0, to: bytes.count / BuildRecord.size * BuildRecord.size, by: BuildRecord.size).compactMap {
                    BuildRecord(UnsafeRawBufferPointer(rebasing: bytes[$0..<($0 + BuildRecord.size)]))
                }
            }
        }
        return records
    }
}

struct ModuleFile: Hashable, Sendable {
    var digest: Digest
    /// Of a zip: what go.sum calls its content, `h1:…`.
    var hash: String?

    init(digest: Digest, hash: String?) {
        self.digest = digest
        self.hash = hash
    }

    init?(_ bytes: [UInt8]) {
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
        guard (2...3).contains(words.count), let size = Int(words[1]) else { return nil }
        self.init(digest: Digest(sha256: words[0], size: size), hash: words.count == 3 ? words[2] : nil)
    }

    var bytes: [UInt8] { Array("\(digest.sha256) \(digest.size)\(hash.map { " \($0)" } ?? "")".utf8) }
}

extension SavedCache.About {
    var bytes: [UInt8] {
        encodedList([
            "key": Array(key.utf8), "family": Array(family.utf8), "repository": Array(repository.utf8),
            "time": Array("\(time)".utf8),
        ])
    }

    init?(_ bytes: [UInt8]) {
        guard let texts = decodedList(bytes)?.mapValues({ String(decoding: $0, as: UTF8.self) }), let key = texts["key"],
            let family = texts["family"], let repository = texts["repository"], let time = texts["time"].flatMap(Int64.init)
        else { return nil }
        self.init(key: key, family: family, repository: repository, time: time)
    }
}

/// By name: length and name, length and bytes; the lengths are eight bytes, the lowest first.
func encodedList(_ list: [String: [UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    func add(_ part: some Collection<UInt8>) {
        withUnsafeBytes(of: UInt64(part.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: part)
    }
    for (name, content) in list.sorted(by: { $0.key < $1.key }) {
        add(name.utf8)
        add(content)
    }
    return bytes
}

/// Nil when the bytes are none.
func decodedList(_ bytes: [UInt8]) -> [String: [UInt8]]? {
    var list: [String: [UInt8]] = [:]
    var rest = bytes[...]
    func take() -> ArraySlice<UInt8>? {
        guard rest.count >= 8 else { return nil }
        let count = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        rest = rest.dropFirst(8)
        guard count <= UInt64(rest.count) else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return rest.prefix(Int(count))
    }
    while !rest.isEmpty {
        guard let name = take(), let content = take() else { return nil }
        list[String(decoding: name, as: UTF8.self)] = Array(content)
    }
    return list
}
