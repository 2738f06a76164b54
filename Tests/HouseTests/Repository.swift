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

    /// Files below a folder of the repository whose names end so, from the root, sorted.
    static func files(below folder: String, ending suffix: String) throws -> [String] {
        try filesBelow("\(root)/\(folder)").filter { $0.hasSuffix(suffix) }.map { "\(folder)/\($0)" }.sorted()
    }

    /// The rooms: folders of Sources that hold Swift.
    static let rooms: [String] = Set(swiftFiles.map { String($0.split(separator: "/")[1]) }).sorted()

    /// Every Swift file of Sources.
    static let swiftFiles: [String] = (try? files(below: "Sources", ending: ".swift")) ?? []

    /// Every Swift file of the tests, those of fixtures left out.
    static let testFiles: [String] =
        ((try? files(below: "Tests", ending: ".swift")) ?? []).filter { !$0.hasPrefix("Tests/Fixtures/") }

    /// Every document that a reader may come across.
    static let documents: [String] = ["README.md", "CONTRIBUTING.md"]
        + ["docs", "examples"].flatMap { (try? files(below: $0, ending: ".md")) ?? [] }
}

/// The modules that a Swift file imports, in order, with their lines.
func imports(of text: String) -> [(module: String, line: Int)] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
        guard
            let match = line.wholeMatch(
                of: /\s*(?:@\w+ +)*(?:(?:public|package|internal|fileprivate|private) +)?import +(?:(?:struct|class|enum|protocol|func|var|typealias) +)?(\w+).*/)
        else { return nil }
        return (String(match.1), index + 1)
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
