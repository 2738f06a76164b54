/// The documents keep up: every link leads somewhere, every dependency has its line.
import Files
import Testing

@Suite("Documents")
struct DocumentTests {
    @Test("Every relative link leads to a file, and to a heading where it names one", arguments: Repository.documents)
    func linksLead(_ document: String) throws {
        for target in links(of: try Repository.text(document)) where !target.contains("://") && !target.hasPrefix("mailto:") {
            let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let folder = document.contains("/") ? parentFolder(of: document) + "/" : ""
            let file = parts[0].isEmpty ? document : folder + parts[0]
            #expect(Repository.exists(file), "\(document) links to \(target)")
            guard parts.count == 2, file.hasSuffix(".md"), Repository.exists(file) else { continue }
            #expect(anchors(of: try Repository.text(file)).contains(parts[1]), "\(document) links to \(target)")
        }
    }

    @Test("Every dependency has a line in docs/dependencies.md, and every line is a dependency")
    func dependenciesAreExplained() throws {
        let package = try Repository.text("Package.swift")
        let packages = package.matches(of: /\.package\(\s*url: "[^"]*\/([\w.-]+?)(?:\.git)?"/).map { String($0.1) }
        let libraries = package.matches(of: /\.brew\(\["([\w.-]+)"\]\)/).map { String($0.1) }
        #expect(!packages.isEmpty && !libraries.isEmpty)
        let rows = table(headed: "dependency", in: try Repository.text("docs/dependencies.md"))
        #expect(Set(rows.map { $0[0] }) == Set(packages + libraries + ["FoundationEssentials", "libcurl"]))
        for row in rows { #expect(row.count == 4 && row.allSatisfy { !$0.isEmpty }, "\(row)") }
    }

    @Test("Every document of docs/ can be reached from the README")
    func documentsAreReachable() throws {
        var reached: Set<String> = []
        var next = ["README.md"]
        while let document = next.popLast() {
            guard reached.insert(document).inserted, document.hasSuffix(".md"), Repository.exists(document) else { continue }
            let folder = document.contains("/") ? parentFolder(of: document) + "/" : ""
            for target in links(of: try Repository.text(document)) where !target.contains("://") {
                let path = String(target.prefix { $0 != "#" })
                if !path.isEmpty, !path.hasPrefix("../") { next.append(folder + path) }
            }
        }
        #expect(Repository.documents.filter { $0.hasPrefix("docs/") && !reached.contains($0) } == [])
    }
}

/// Targets of a document's links and images; code is not looked at.
private func links(of markdown: String) -> [String] {
    prose(of: markdown).replacing(/`[^`\n]*`/, with: "code").matches(of: /\]\(([^()\s]+)\)/).map { String($0.1) }
}

/// A document without its blocks of code.
private func prose(of markdown: String) -> String {
    var isCode = false
    return markdown.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
        let isFence = line.trimmingPrefix(while: \.isWhitespace).hasPrefix("```")
        if isFence { isCode.toggle() }
        return !isCode && !isFence
    }.joined(separator: "\n")
}

/// The names by which GitHub lets a document's headings be linked to.
private func anchors(of markdown: String) -> Set<String> {
    Set(
        prose(of: markdown).split(separator: "\n").compactMap { line in
            guard let match = line.wholeMatch(of: /#{1,6} +(.*)/) else { return nil }
            let kept = match.1.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
            return String(kept.map { $0 == " " ? "-" : $0 })
        })
}
