/// The repository that these tests stand in, as paths and texts; it knows no rule.
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

enum Repository {
    /// Three folders up from this file, links resolved.
    static let root: String = {
        let here = realpath(#filePath, nil)!
        defer { free(here) }
        return parentFolder(of: parentFolder(of: parentFolder(of: String(cString: here))))
    }()

    /// A text file of the repository, by its path from the root.
    static func text(_ path: String) throws -> String {
        String(decoding: try readFile("\(root)/\(path)"), as: UTF8.self)
    }

    static func exists(_ path: String) -> Bool { fileStatus("\(root)/\(path)", followingLink: true) != nil }

    /// Files below a folder of the repository whose names end so, from the root, sorted; links are passed over.
    static func files(below folder: String, ending suffix: String) throws -> [String] {
        try filesBelow("\(root)/\(folder)")
            .filter { $0.hasSuffix(suffix) && fileStatus("\(root)/\(folder)/\($0)")?.kind != .link }
            .map { "\(folder)/\($0)" }.sorted()
    }

    /// The rooms: folders of Sources that hold Swift.
    static let rooms: [String] = Set(swiftFiles.map { String($0.split(separator: "/")[1]) }).sorted()

    /// Every Swift file of Sources.
    static let swiftFiles: [String] = (try? files(below: "Sources", ending: ".swift")) ?? []

    /// Every document that a reader may come across.
    static let documents: [String] = ["README.md", "CONTRIBUTING.md"]
        + ["docs", "examples"].flatMap { (try? files(below: $0, ending: ".md")) ?? [] }
}

extension Repository {
    struct Line {
        /// From 1.
        var number: Int
        var text: String
    }

    /// Lines of a file that have `word` in them as a whole word.
    static func lines(of path: String, saying word: String) throws -> [Line] {
        let bytes = try readFile("\(root)/\(path)")
        func isWordByte(_ position: Int) -> Bool {
            guard bytes.indices.contains(position) else { return false }
            let byte = bytes[position]
            return byte == UInt8(ascii: "_") || Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
        }
        var lines: [Line] = []
        for position in positions(of: Array(word.utf8), in: bytes) {
            guard !isWordByte(position - 1), !isWordByte(position + word.utf8.count) else { continue }
            let start = bytes[..<position].lastIndex(of: newline).map { $0 + 1 } ?? 0
            let end = bytes[position...].firstIndex(of: newline) ?? bytes.endIndex
            let number = bytes[..<start].count { $0 == newline } + 1
            if lines.last?.number == number { continue }
            lines.append(Line(number: number, text: String(decoding: bytes[start..<end], as: UTF8.self)))
        }
        return lines
    }

    /// The modules that a Swift file imports, with their lines.
    static func imports(of path: String) throws -> [(module: String, line: Int)] {
        try lines(of: path, saying: "import").compactMap { line in
            guard let match = line.text.wholeMatch(of: importLine) else { return nil }
            return (String(match.1), line.number)
        }
    }
}

private let newline = UInt8(ascii: "\n")

nonisolated(unsafe) private let importLine =
    /\s*(?:@\w+ +)*(?:(?:public|package|internal|fileprivate|private) +)?import +(?:(?:struct|class|enum|protocol|func|var|typealias) +)?(\w+).*/

/// By the C library: tens of thousands of lines are searched, and unoptimised Swift takes its time.
private func positions(of needle: [UInt8], in bytes: [UInt8]) -> [Int] {
    bytes.withUnsafeBytes { bytes in
        var found: [Int] = []
        var start = 0
        while start + needle.count <= bytes.count,
            let first = memchr(bytes.baseAddress! + start, Int32(needle[0]), bytes.count - needle.count + 1 - start)
        {
            let position = UnsafeRawPointer(first) - bytes.baseAddress!
            if memcmp(first, needle, needle.count) == 0 { found.append(position) }
            start = position + 1
        }
        return found
    }
}

/// The rows of a markdown table whose first column is headed so, without the heading: each a list of cells.
func table(headed first: String, in markdown: String) -> [[String]] {
    let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
    guard let heading = lines.firstIndex(where: { cells(of: $0).first == first }) else { return [] }
    return lines[(heading + 1)...].prefix { $0.hasPrefix("|") }.dropFirst().map(cells)
}

private func cells(of line: Substring) -> [String] {
    guard line.hasPrefix("|") else { return [] }
    return line.split(separator: "|").map { String($0.trimmingPrefix(while: \.isWhitespace).trimmedEnd) }
}

extension Substring {
    fileprivate var trimmedEnd: Substring {
        var text = self
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
