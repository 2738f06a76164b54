/// Cuts a stream of bytes into lines; it keeps an unfinished line until the rest of it comes.

struct LineSplitter {
    private var rest: [UInt8] = []
    /// A line longer than this is handed over in pieces, so that no program can fill the memory with one.
    private let limit = 1 << 16

    mutating func add(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            rest += bytes[start..<end]
            lines.append(take())
            start = end + 1
        }
        rest += bytes[start...]
        if rest.count > limit {
            let end = endOfCharacters(rest)
            lines.append(String(decoding: rest[..<end], as: UTF8.self))
            rest.removeFirst(end)
        }
        return lines
    }

    /// The last line, when it has no line feed.
    mutating func finish() -> [String] { rest.isEmpty ? [] : [take()] }

    private mutating func take() -> String {
        defer { rest.removeAll(keepingCapacity: true) }
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        return String(decoding: rest, as: UTF8.self)
    }

    static func lines(of bytes: [UInt8]) -> [String] {
        var splitter = LineSplitter()
        return splitter.add(bytes) + splitter.finish()
    }
}

/// Where the last character begins that has not all of its bytes yet; else the end.
private func endOfCharacters(_ bytes: [UInt8]) -> Int {
    guard let start = bytes.suffix(4).lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return bytes.count }
    let length = bytes[start] < 0xC0 ? 1 : bytes[start] < 0xE0 ? 2 : bytes[start] < 0xF0 ? 3 : 4
    return start + length > bytes.count ? start : bytes.count
}
