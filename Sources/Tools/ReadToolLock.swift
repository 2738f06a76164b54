/// Reads a lock file, line by line with the place of each mistake; it knows the format, not whether the hashes are right.
import Diagnostics
import Go

extension ToolLock {
    /// Ids: lock/syntax, lock/conflict, lock/duplicate, lock/incomplete.
    package static func parse(_ source: SourceText) -> (lock: ToolLock, diagnostics: [Diagnostic]) {
        var reader = LockReader(source: source)
        for index in source.lines.indices { reader.read(index) }
        reader.finishBlock()
        return (reader.lock, reader.diagnostics.inSourceOrder())
    }
}

private struct LockReader {
    let source: SourceText
    var lock = ToolLock()
    var diagnostics: [Diagnostic] = []
    private var block: (tool: LockedTool, range: SourceRange)?
    private var binary: (locked: LockedBinary, range: SourceRange)?
    private var toolchain: (locked: LockedToolchain, range: SourceRange)?

    init(source: SourceText) { self.source = source }

    mutating func read(_ index: Int) {
        let line = source.lines[index]
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let verb = words.first, !verb.hasPrefix("#") else { return }
        let indent = line.unicodeScalars.prefix { $0 == " " || $0 == "\t" }.count
        let range = SourceRange(line: index + 1, column: indent + 1, length: line.unicodeScalars.count - indent)
        if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].contains(String(verb.prefix(7))) {
            return report("lock/conflict", range, "an unresolved merge conflict", "keep the blocks of both sides, and drop the marks")
        }
        if verb == "tool" {
            finishBlock()
            guard words.count == 3 else { return reportSyntax(range, "tool PACKAGE VERSION") }
            block = (
                LockedTool(package: words[1], version: words[2], module: "", goVersion: "", requirements: [], sums: []), range
            )
            return
        }
        if verb == "binary" {
            finishBlock()
            guard words.count == 3 else { return reportSyntax(range, "binary NAME PLATFORM") }
            binary = (LockedBinary(name: words[1], platform: words[2], url: "", sha256: ""), range)
            return
        }
        if verb == "toolchain" {
            finishBlock()
            guard words.count == 3, words[1].hasPrefix("go"), GoVersion(words[1]) != nil else {
                return reportSyntax(range, "toolchain goVERSION PLATFORM")
            }
            toolchain = (LockedToolchain(release: String(words[1].dropFirst(2)), platform: words[2], hash: ""), range)
            return
        }
        if toolchain != nil {
            guard verb == "sum", words.count == 2, isHash(words[1]) else { return reportSyntax(range, "sum h1:HASH") }
            toolchain!.locked.hash = words[1]
            return
        }
        if binary != nil {
            switch (verb, words.count) {
            case ("url", 2): binary!.locked.url = words[1]
            case ("sha256", 2) where isSHA256(words[1]): binary!.locked.sha256 = words[1]
            default: reportSyntax(range, "url ADDRESS or sha256 HASH")
            }
            return
        }
        guard block != nil else { return reportSyntax(range, "tool PACKAGE VERSION") }
        switch (verb, words.count) {
        case ("module", 2): block!.tool.module = words[1]
        case ("go", 2) where GoVersion(words[1]) != nil: block!.tool.goVersion = words[1]
        case ("require", 3) where canonicalVersion(words[2]) == words[2]:
            block!.tool.requirements.append(ModuleVersion(path: words[1], version: words[2]))
        case ("sum", 4) where isHash(words[3]): block!.tool.sums.append(words.dropFirst().joined(separator: " "))
        case ("module", _): reportSyntax(range, "module PATH")
        case ("go", _): reportSyntax(range, "go VERSION")
        case ("require", _): reportSyntax(range, "require MODULE VERSION")
        case ("sum", _): reportSyntax(range, "sum MODULE VERSION h1:HASH")
        default: reportSyntax(range, "module, go, require or sum")
        }
    }

    mutating func finishBlock() {
        finishBinary()
        finishToolchain()
        guard let (tool, range) = block else { return }
        block = nil
        if isDuplicate(tool.demand, range) { return }
        guard !tool.goVersion.isEmpty, !tool.hash.isEmpty, !tool.requirements.isEmpty else {
            return report(
                "lock/incomplete", range, "the block of \(tool.demand) has no \(tool.goVersion.isEmpty ? "`go` line" : "hash of its module")",
                "remove the block, and run `pipeline tool lock`")
        }
        lock.places[tool.demand] = range
        lock.tools.append(tool)
    }

    private mutating func finishBinary() {
        guard let (locked, range) = binary else { return }
        binary = nil
        if isDuplicate(locked.demand, range) { return }
        guard !locked.url.isEmpty, !locked.sha256.isEmpty else {
            return report(
                "lock/incomplete", range, "the block of \(locked.name) has no \(locked.url.isEmpty ? "`url` line" : "hash")",
                "remove the block, and run `pipeline tool lock`")
        }
        lock.places[locked.demand] = range
        lock.binaries.append(locked)
    }

    private mutating func finishToolchain() {
        guard let (locked, range) = toolchain else { return }
        toolchain = nil
        if isDuplicate(locked.demand, range) { return }
        guard !locked.hash.isEmpty else {
            return report(
                "lock/incomplete", range, "the block of go\(locked.release) has no hash", "remove the block, and run `pipeline run`")
        }
        lock.places[locked.demand] = range
        lock.toolchains.append(locked)
    }

    private mutating func isDuplicate(_ demand: String, _ range: SourceRange) -> Bool {
        guard let first = lock.places[demand] else { return false }
        diagnostics.append(
            source.diagnostic(
                "lock/duplicate", at: range, "a second block for \(demand)",
                notes: [Diagnostic.Note("the first is here", file: source.file, range: first)],
                help: "remove both, and run `pipeline tool lock`"))
        return true
    }

    private mutating func report(_ id: String, _ range: SourceRange, _ message: String, _ help: String) {
        diagnostics.append(source.diagnostic(id, at: range, message, help: help))
    }

    private mutating func reportSyntax(_ range: SourceRange, _ wanted: String) {
        report("lock/syntax", range, "this is not `\(wanted)`", "remove the tool's block, and run `pipeline tool lock`")
    }
}

/// `h1:` and 32 bytes in base64.
private func isHash(_ text: String) -> Bool {
    text.hasPrefix("h1:") && text.utf8.count == 47 && text.hasSuffix("=")
        && text.utf8.dropFirst(3).dropLast().allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
        }
}

private func isSHA256(_ text: String) -> Bool {
    text.utf8.count == 64
        && text.utf8.allSatisfy { byte in
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
        }
}
