/// Changes programs that are no Go modules under `tools:`, as text: only what is said anew is written anew.
import Diagnostics
import Pipeline

/// A program for one platform, as the user wants it pinned.
package struct WantedDownload: Hashable, Sendable {
    /// `linux/amd64`.
    package var platform: String
    package var url: String
    package var sha256: String
    package var path: String?

    package init(platform: String, url: String, sha256: String, path: String?) {
        self.platform = platform
        self.url = url
        self.sha256 = sha256
        self.path = path
    }

    package init(_ download: BinaryPin.Download) {
        self.init(
            platform: "\(download.platform.value)", url: download.url, sha256: download.sha256, path: download.path)
    }

    fileprivate var text: String {
        let place = path.map { ", path: \(quoted($0))" } ?? ""
        return "\(platform): { url: \(quoted(url)), sha256: \(quoted(sha256))\(place) }"
    }
}

extension PipelineEdit {
    /// Adds a program behind all other tools, or begins the section.
    package mutating func add(_ name: String, _ downloads: [WantedDownload], isFirst: Bool) {
        func block(_ indent: String) -> [String] { ["\(indent)\(name):"] + downloads.map { "\(indent)  \($0.text)" } }
        guard let header = section("tools") else { return begin(["tools:"] + block("  ")) }
        guard text(after: header).hasPrefix("{") else {
            let end = endOfSection(header)
            let first = lines[..<end].indices.dropFirst(header + 1).first { !isBlankOrComment($0) }
            let indent = String(repeating: " ", count: first.map { self.indent(of: $0) } ?? 2)
            lines.insert(contentsOf: block(indent).map { Array($0.unicodeScalars) }, at: end)
            return
        }
        let entry = "\(name): { \(downloads.map(\.text).joined(separator: ", ")) }"
        guard let close = lines[header].lastIndex(of: "}"), let open = lines[header].firstIndex(of: "{"), open < close else { return }
        if isFirst {
            lines[header].replaceSubrange(open...close, with: Array("{ \(entry) }".unicodeScalars))
        } else {
            var end = close
            while lines[header][end - 1] == " " { end -= 1 }
            lines[header].insert(contentsOf: Array(", \(entry)".unicodeScalars), at: end)
        }
    }

    /// Pins another file, or the first, for a platform of a program.
    package mutating func put(_ wanted: WantedDownload, in binary: BinaryPin) {
        guard let known = binary.downloads.first(where: { "\($0.platform.value)" == wanted.platform }) else {
            return insert(wanted, behind: binary)
        }
        // From the end of a line on: what is replaced moves nothing that is still to be.
        var changes: [(range: SourceRange, text: String)] = []
        if known.url != wanted.url { changes.append((known.urlRange, quoted(wanted.url))) }
        if known.sha256 != wanted.sha256 { changes.append((known.sha256Range, quoted(wanted.sha256))) }
        if let path = wanted.path, path != known.path {
            if let range = known.pathRange {
                changes.append((range, quoted(path)))
            } else if known.sha256Range.start.line == known.platform.range.start.line {
                let end = SourceRange(known.sha256Range.end, known.sha256Range.end)
                changes.append((end, ", path: \(quoted(path))"))
            } else {
                let indent = String(repeating: " ", count: indent(of: known.sha256Range.start.line - 1))
                changes.append((SourceRange(known.sha256Range.end, known.sha256Range.end), "\n\(indent)path: \(quoted(path))"))
            }
        }
        for change in changes.sorted(by: { $0.range.start > $1.range.start }) { replace(change.range, with: change.text) }
        // A line feed in what was put in is one of the file.
        self = PipelineEdit(SourceText(file: "", text: text))
    }

    /// Takes a program out; with the last tool the section goes.
    package mutating func remove(_ binary: BinaryPin, isLast: Bool) {
        guard let header = section("tools") else { return }
        if isLast { return removeSection(header) }
        let start = binary.name.range.start
        guard text(after: header).hasPrefix("{") else {
            let first = start.line - 1
            lines.removeSubrange(first..<endOfEntry(at: first, deeperThan: start.column - 1))
            return
        }
        guard binary.lastRange.end.line == start.line, let close = closing(after: binary.lastRange.end, depth: 2) else { return }
        var line = lines[start.line - 1]
        var (from, to) = (start.column - 1, close + 1)
        let behind = line[to...].firstIndex { $0 != " " }
        if let behind, line[behind] == "," {
            to = line[(behind + 1)...].firstIndex { $0 != " " } ?? line.count
        } else if let comma = line[..<from].lastIndex(of: ",") {
            from = comma
        }
        line.removeSubrange(from..<to)
        lines[start.line - 1] = line
    }

    private mutating func insert(_ wanted: WantedDownload, behind binary: BinaryPin) {
        guard let first = binary.downloads.first else { return }
        let name = binary.name.range.start
        if first.platform.range.start.line == name.line {
            // All of it in one line: behind the last platform's bracket.
            guard binary.lastRange.end.line == name.line, let close = closing(after: binary.lastRange.end, depth: 1) else { return }
            lines[name.line - 1].insert(contentsOf: Array(", \(wanted.text)".unicodeScalars), at: close + 1)
        } else {
            let indent = String(repeating: " ", count: first.platform.range.start.column - 1)
            let end = endOfEntry(at: name.line - 1, deeperThan: name.column - 1)
            lines.insert(Array("\(indent)\(wanted.text)".unicodeScalars), at: end)
        }
    }

    private mutating func replace(_ range: SourceRange, with text: String) {
        guard range.start.line == range.end.line, lines.indices.contains(range.start.line - 1) else { return }
        let columns = (range.start.column - 1)..<(range.end.column - 1)
        guard columns.upperBound <= lines[range.start.line - 1].count else { return }
        lines[range.start.line - 1].replaceSubrange(columns, with: Array(text.unicodeScalars))
    }

    // MARK: - Places

    private func indent(of index: Int) -> Int { lines[index].prefix { $0 == " " }.count }

    /// Behind the last line that belongs to the entry which begins at this one; comments of what follows are not its own.
    private func endOfEntry(at first: Int, deeperThan column: Int) -> Int {
        var end = first + 1
        var index = end
        while index < lines.count, isBlankOrComment(index) || indent(of: index) > column {
            if !isBlankOrComment(index) { end = index + 1 }
            index += 1
        }
        return end
    }

    /// The bracket that closes the `depth`th mapping around a place of a line.
    private func closing(after place: SourcePosition, depth: Int) -> Int? {
        let line = lines[place.line - 1]
        var depth = depth
        for index in line.indices.dropFirst(place.column - 1) where line[index] == "}" {
            depth -= 1
            if depth == 0 { return index }
        }
        return nil
    }
}

extension BinaryPin {
    /// The last value of all that is said of it.
    fileprivate var lastRange: SourceRange {
        let ranges = downloads.flatMap { [$0.urlRange, $0.sha256Range] + ($0.pathRange.map { [$0] } ?? []) }
        return ranges.max { $0.end < $1.end } ?? name.range
    }
}

/// In YAML's double quotes, which hold any sign.
private func quoted(_ text: String) -> String {
    "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
}
