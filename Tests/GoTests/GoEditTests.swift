/// Compares the project's reading of go.mod and go.work with the go command's own, file by file.
import Diagnostics
import FoundationEssentials
import Go
import Processes
import TestSupport
import Testing

@Suite(.enabled(if: RealGo.isWanted, RealGo.absence))
struct GoEditTests {
    private static let alphabet = "modulerequire ()[]{}\"`/*\\\t\n\r=>v.0123456789-+,@'é\0"

    @Test func theToolchainsOwnFilesAreReadAlike() async throws {
        let desk = GoDesk(try #require(RealGo.first))
        let root = try #require(try await desk.toolchain().environment["GOROOT"])
        var mods = Set(["\(root)/src/go.mod", "\(root)/src/cmd/go.mod"].compactMap(readText))
        var works: Set<String> = []
        for folder in ["script", "mod"].map({ "\(root)/src/cmd/go/testdata/\($0)" }) {
            for name in folderNames(folder) where name.hasSuffix(".txt") {
                for (file, text) in archived(readText("\(folder)/\(name)") ?? "") {
                    // Hundreds are nothing but two lines, `module m` and `go 1.N`.
                    if file.hasSuffix("go.mod"), text.count(where: \.isNewline) > 3 { mods.insert(text) }
                    if file.hasSuffix("go.work") { works.insert(text) }
                }
            }
        }
        #expect(try await compare(mods.sorted(), "mod", at: desk) > mods.count / 2)
        #expect(try await compare(works.sorted(), "work", at: desk) >= works.count / 2)
    }

    @Test func fixturesAreReadAlike() async throws {
        let desk = GoDesk(try #require(RealGo.first))
        let fixtures = "\(#filePath.prefix(upTo: #filePath.lastIndex(of: "/")!))/../Fixtures/repos"
        let files = filesBelow(fixtures).filter { !$0.contains("/testdata/") }
        let mods = files.filter { $0.hasSuffix("go.mod") }.compactMap { readText("\(fixtures)/\($0)") }
        let works = files.filter { $0.hasSuffix("go.work") }.compactMap { readText("\(fixtures)/\($0)") }
        #expect(mods.count > 5)
        #expect(!works.isEmpty)
        #expect(try await compare(mods, "mod", at: desk) == mods.count)
        #expect(try await compare(works, "work", at: desk) == works.count)
    }

    /// What one refuses the other refuses, and what both take they understand alike.
    @Test func damagedFilesAreReadAlike() async throws {
        let desk = GoDesk(try #require(RealGo.first))
        var generator = SeededGenerator(seed: 20_261_121)
        let mods = (0..<200).map { _ in generator.mutate(Samples.mod, using: Self.alphabet) }
        #expect((20..<180).contains(try await compare(mods, "mod", at: desk)))
        let works = (0..<100).map { _ in generator.mutate(Samples.work, using: Self.alphabet) }
        #expect((10..<90).contains(try await compare(works, "work", at: desk)))
    }

    /// How many of the files are valid.
    private func compare(_ texts: [String], _ kind: String, at desk: GoDesk) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            var valid = 0
            for (number, text) in texts.enumerated() {
                if number >= 4, try await group.next() == true { valid += 1 }
                group.addTask { try await self.compare(text, kind, number, at: desk) }
            }
            for try await isValid in group where isValid { valid += 1 }
            return valid
        }
    }

    /// Whether the file was valid.
    private func compare(_ text: String, _ kind: String, _ number: Int, at desk: GoDesk) async throws -> Bool {
        desk.write(["\(number)/go.\(kind)": text])
        let output = try await desk.go(
            kind, "edit", "-json", "\(desk.root)/\(number)/go.\(kind)", in: "\(number)", with: ["GOWORK": "off"])
        let source = SourceText(file: "go.\(kind)", text: text)
        let (ours, diagnostics) = kind == "mod" ? reading(GoModFile.parse(source)) : reading(GoWorkFile.parse(source))
        guard output.exit.isSuccess else {
            #expect(!diagnostics.isEmpty, "go refuses this: \(output.words)\n\(text)")
            return false
        }
        // Here the go command is lenient on purpose: it edits files that it would not build with.
        let lenient = ["no-module", "duplicate-replace"].map { "go/\(kind)-\($0)" }
        let others = diagnostics.filter { !lenient.contains($0.id) && !$0.isVersionOfRetraction(in: source) }
        #expect(described(others) == "", "go accepts this:\n\(text)")
        guard diagnostics.isEmpty else { return false }
        let theirs = try JSONDecoder().decode(Edited.self, from: Data(output.standardOutput)).reading
        #expect(ours == theirs, "\(text)")
        return true
    }
}

extension Diagnostic {
    fileprivate func isVersionOfRetraction(in source: SourceText) -> Bool {
        // In a block the word stands lines above; the place tells no more.
        id == "go/mod-bad-version" && source.text.contains("retract")
    }
}

private func reading(_ parsed: (file: GoModFile, diagnostics: [Diagnostic])) -> ([String], [Diagnostic]) {
    let file = parsed.file
    var lines = ["module \(file.module?.value ?? "") \(file.deprecation ?? "")"]
    lines += ["go \(file.goVersion?.value ?? "")", "toolchain \(file.toolchain?.value ?? "")"]
    lines += file.requires.map { "require \($0.path) \($0.version) \($0.isIndirect)" }
    lines += file.excludes.map { "exclude \($0.value)" }.uniqued()
    lines += file.replaces.map(reading).uniqued()
    lines += file.retracts.map { "retract \($0.low) \($0.high) \($0.rationale)" }
    lines += file.tools.map { "tool \($0.value)" }
    lines += file.ignores.map { "ignore \($0.value)" }
    return (lines, parsed.diagnostics)
}

private func reading(_ parsed: (file: GoWorkFile, diagnostics: [Diagnostic])) -> ([String], [Diagnostic]) {
    let file = parsed.file
    var lines = ["module  ", "go \(file.goVersion?.value ?? "")", "toolchain \(file.toolchain?.value ?? "")"]
    lines += file.replaces.map(reading)
    lines += file.uses.map { "use \($0.value)" }
    return (lines, parsed.diagnostics)
}

private func reading(_ replace: Replacement) -> String {
    "replace \(replace.oldPath)@\(replace.oldVersion ?? "") \(replace.newPath)@\(replace.newVersion ?? "")"
}

extension [String] {
    fileprivate func uniqued() -> [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

/// What `go mod edit -json` and `go work edit -json` print.
private struct Edited: Decodable {
    struct ModuleName: Decodable {
        var Path: String
        var Version: String?
        var Indirect: Bool?
        var Deprecated: String?
    }
    struct Replaced: Decodable {
        var Old: ModuleName
        var New: ModuleName
    }
    struct Retracted: Decodable {
        var Low: String
        var High: String
        var Rationale: String?
    }
    struct Used: Decodable {
        var DiskPath: String
    }

    var Module: ModuleName?
    var Go: String?
    var Toolchain: String?
    var Require: [ModuleName]?
    var Exclude: [ModuleName]?
    var Replace: [Replaced]?
    var Retract: [Retracted]?
    var Tool: [ModuleName]?
    var Ignore: [ModuleName]?
    var Use: [Used]?

    var reading: [String] {
        var lines = ["module \(Module?.Path ?? "") \(Module?.Deprecated ?? "")"]
        lines += ["go \(Go ?? "")", "toolchain \(Toolchain ?? "")"]
        lines += (Require ?? []).map { "require \($0.Path) \($0.Version ?? "") \($0.Indirect ?? false)" }
        lines += (Exclude ?? []).map { "exclude \($0.Path)@\($0.Version ?? "")" }
        lines += (Replace ?? []).map {
            "replace \($0.Old.Path)@\($0.Old.Version ?? "") \($0.New.Path)@\($0.New.Version ?? "")"
        }
        // These it leaves as they are.
        lines += (Retract ?? []).map {
            "retract \(canonicalVersion($0.Low) ?? "") \(canonicalVersion($0.High) ?? "") \($0.Rationale ?? "")"
        }
        lines += (Tool ?? []).map { "tool \($0.Path)" }
        lines += (Ignore ?? []).map { "ignore \($0.Path)" }
        lines += (Use ?? []).map { "use \($0.DiskPath)" }
        return lines
    }
}

/// The files of a text archive as the go command's own tests keep them: each begins behind a line `-- name --`.
private func archived(_ text: String) -> [(name: String, text: String)] {
    var files: [(name: String, text: String)] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.hasPrefix("-- "), line.hasSuffix(" --"), line.utf8.count > 6 {
            files.append((String(line.dropFirst(3).dropLast(3)), ""))
        } else if !files.isEmpty {
            files[files.count - 1].text += line + "\n"
        }
    }
    return files
}
