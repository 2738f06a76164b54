/// Where the commands of one file are gathered while it is read, and the bounds on that; it knows no syntax.
import Diagnostics

final class ScriptSink {
    let file: String
    let source: SourceBytes
    private(set) var commands: [ScriptCommand] = []
    private(set) var comments: [Located<String>] = []
    /// How many bytes may still be filled in for variables, so that no file can stand for more than this and itself.
    private var fillable = 1 << 20
    /// How deep the text being read is nested in others.
    private(set) var depth = 0

    /// Deeper than anybody writes, shallow enough to recurse.
    static let maximumDepth = 30
    /// Longer values are not filled in.
    static let longestValue = 4096

    init(file: String, source: SourceBytes) {
        self.file = file
        self.source = source
    }

    /// The folder of the file, from the repository's root.
    var folder: String { fileFolder(file) }

    func add(_ command: ScriptCommand) { commands.append(command) }

    /// `range` begins with the mark, of `mark` bytes; what follows is told without white space around it.
    func addComment(_ range: Range<Int>, mark: Int) {
        var text = source.bytes[range].dropFirst(mark)
        while text.first?.isBlank == true { text.removeFirst() }
        var end = range.upperBound
        while let last = text.last, last.isBlank {
            text.removeLast()
            end -= 1
        }
        if text.isEmpty { end = range.lowerBound + mark }
        comments.append(Located(String(decoding: text, as: UTF8.self), at: source.range(range.lowerBound..<end)))
    }

    func fill(_ value: [UInt8]) -> [UInt8]? {
        guard value.count <= Self.longestValue, value.count <= fillable else { return nil }
        fillable -= value.count
        return value
    }

    /// Does not do it when it is too deep.
    func nested(_ body: () -> Void) -> Bool {
        guard depth < Self.maximumDepth else { return false }
        depth += 1
        body()
        depth -= 1
        return true
    }

    /// In the order of their places; of the same place, in the order of their reading.
    func finish(_ file: inout ReadFile) {
        file.commands = commands.enumerated()
            .sorted { ($0.element.range.start, $0.offset) < ($1.element.range.start, $1.offset) }.map(\.element)
        var last: SourcePosition?
        file.comments = comments.sorted { $0.range.start < $1.range.start }.filter { comment in
            defer { last = comment.range.start }
            return comment.range.start != last
        }
    }
}

/// Empty for a file at the root.
func fileFolder(_ path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? ""
}

func lastPathElement(_ path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
}

/// The folder that `path` leads to from `folder`; nil outside of the repository, and for what nobody has.
func resolvedFolder(_ path: String, from folder: String) -> String? {
    guard !path.hasPrefix("/"), !path.hasPrefix("~"), path.utf8.count + folder.utf8.count < 1024 else { return nil }
    var parts = folder.split(separator: "/")
    for part in path.split(separator: "/") where part != "." {
        if part == ".." {
            guard parts.popLast() != nil else { return nil }
        } else {
            parts.append(part)
        }
    }
    return parts.joined(separator: "/")
}
