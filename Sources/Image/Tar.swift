/// Tar archives whose bytes depend on nothing but what is put in; it knows no image.
///
/// Source of the format: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Header Block".

package struct TarEntry: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Of so many bytes.
        case file(size: Int)
        case folder
        /// A symbolic link to this.
        case link(String)
    }

    /// Without a slash at either end.
    package var path: String
    package var kind: Kind
    /// Permissions, e.g. 0o755.
    package var mode: Int
    package var user: Int
    package var group: Int
    /// Seconds since 1970.
    package var time: Int

    package init(_ path: String, _ kind: Kind, mode: Int, user: Int = 0, group: Int = 0, time: Int = 0) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.user = user
        self.group = group
        self.time = time
    }
}

/// What stands before an entry's content: its header, and before that what the header has no room for.
package func tarHeader(_ entry: TarEntry) -> [UInt8] {
    let block = TarBlock(entry)
    let extended = block.extended.sorted { $0.key < $1.key }.flatMap { paxRecord($0.key, $0.value) }
    guard !extended.isEmpty else { return block.bytes }
    // Its name is for readers that do not know the kind; it is the same for every entry.
    var before = TarBlock(TarEntry("PaxHeaders/0", .file(size: extended.count), mode: 0o644, time: entry.time))
    before.type = UInt8(ascii: "x")
    return before.bytes + extended + tarPadding(extended.count) + block.bytes
}

/// What stands after a content of so many bytes, up to the next block.
package func tarPadding(_ size: Int) -> [UInt8] { [UInt8](repeating: 0, count: (512 - size % 512) % 512) }

/// What stands at the end of all entries.
package let tarEnd = [UInt8](repeating: 0, count: 1024)

/// `LENGTH NAME=VALUE` and a line feed, the length counting itself.
private func paxRecord(_ name: String, _ value: String) -> [UInt8] {
    let rest = " \(name)=\(value)\n"
    var length = rest.utf8.count + 1
    while "\(length)".utf8.count + rest.utf8.count != length { length += 1 }
    return Array("\(length)\(rest)".utf8)
}

private struct TarBlock {
    private var block = [UInt8](repeating: 0, count: 512)
    /// Keywords of the pax header for what does not fit.
    private(set) var extended: [String: String] = [:]
    var type: UInt8

    init(_ entry: TarEntry) {
        var (size, path, target) = (0, entry.path, "")
        switch entry.kind {
        case .file(let bytes): (type, size) = (UInt8(ascii: "0"), bytes)
        case .folder: (type, path) = (UInt8(ascii: "5"), entry.path + "/")
        case .link(let text): (type, target) = (UInt8(ascii: "2"), text)
        }
        put(text: path, at: 0, room: 100, keyword: "path")
        put(entry.mode, at: 100, digits: 7, keyword: nil)
        put(entry.user, at: 108, digits: 7, keyword: "uid")
        put(entry.group, at: 116, digits: 7, keyword: "gid")
        put(size, at: 124, digits: 11, keyword: "size")
        put(entry.time, at: 136, digits: 11, keyword: "mtime")
        put(text: target, at: 157, room: 100, keyword: "linkpath")
        put("ustar\u{0}00", at: 257)
        put(0, at: 329, digits: 7, keyword: nil)
        put(0, at: 337, digits: 7, keyword: nil)
    }

    var bytes: [UInt8] {
        var bytes = block
        bytes[156] = type
        // The checksum counts its own field as spaces.
        for index in 148..<156 { bytes[index] = 32 }
        let sum = bytes.reduce(0) { $0 + Int($1) }
        bytes.replaceSubrange(148..<156, with: Array(octal(sum, digits: 6).utf8) + [0, 32])
        return bytes
    }

    private mutating func put(_ text: String, at offset: Int) {
        block.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
    }

    private mutating func put(text: String, at offset: Int, room: Int, keyword: String) {
        let fits = text.utf8.count <= room && text.utf8.allSatisfy { (32...126) ~= $0 }
        if !fits { extended[keyword] = text }
        let shown = String(decoding: text.utf8.map { (32...126) ~= $0 ? $0 : UInt8(ascii: "_") }.suffix(room), as: UTF8.self)
        put(shown, at: offset)
    }

    private mutating func put(_ number: Int, at offset: Int, digits: Int, keyword: String?) {
        let fits = number >= 0 && number >> (3 * digits) == 0
        if !fits, let keyword { extended[keyword] = "\(number)" }
        put(octal(fits ? number : 0, digits: digits), at: offset)
    }
}

private func octal(_ number: Int, digits: Int) -> String {
    let text = String(number, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
