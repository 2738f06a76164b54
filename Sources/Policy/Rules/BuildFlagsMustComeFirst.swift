/// The rule that flags of the build stand before the package.
import Diagnostics
import Scripts

extension PolicyRule {
    static let buildFlagsMustComeFirst = PolicyRule(
        "flags-after-package", "Build flags must stand before the package", .error,
        page: RulePage(
            what: """
                A build flag behind the package of `go run`, where it goes to the program, unless the program has a flag of that name; \
                any flag behind a package of `go build`; a build flag behind `-args` of `go test`, and a package behind the flags that \
                follow the first packages, which `go test` hands to the test binary. Build flags behind the packages of `go test` work, \
                and are left alone.
                """,
            why: "The flag that was meant for the build silently does nothing: the race detector is off, the tag is not set.",
            bad: "go run ./cmd/server -race", good: "go run -race ./cmd/server", language: "sh",
            fix: "the flags of `go run` and `go build` move before the package.")
    ) { world, findings in
        for (file, go) in world.goInvocations where !go.hasUnknownWords {
            switch go.verb {
            case "run": checkRun(go, file, world, &findings)
            case "build", "vet": checkBuild(go, file, world, &findings)
            case "test": checkTest(go, file, &findings)
            default: break
            }
        }
    }
}

private func checkRun(_ go: GoInvocation, _ file: ReadFile, _ world: PolicyWorld, _ findings: inout RuleFindings) {
    guard let package = go.targetWords.first, package.isLiteral, !go.words[go.rest].contains(where: { $0.text == "--" }),
        // Others' programs have the flags that they have.
        let folder = world.folder(ofRun: package.text, go.command.folder)
    else { return }
    let late = go.lateFlags(in: go.rest).filter { GoFlags.unmistakable.contains($0.name) && !world.program(in: folder, knows: $0.name) }
    for flag in late {
        findings.add(
            "`-\(flag.name)` goes to the program, not to the build", at: go.range(of: flag.words), in: file.source,
            help: "write it before `\(package.text)`", fix: go.move(flag, before: package, file))
    }
}

private func checkBuild(_ go: GoInvocation, _ file: ReadFile, _ world: PolicyWorld, _ findings: inout RuleFindings) {
    guard let first = go.targets.first, go.words[first].isLiteral, !go.words[first].text.hasPrefix("-") else { return }
    for flag in go.lateFlags(in: (first + 1)..<go.words.count) where GoFlags.build.contains(flag.name) {
        findings.add(
            "`-\(flag.name)` behind the package is taken for a package", at: go.range(of: flag.words), in: file.source,
            help: "write it before `\(go.words[first].text)`", fix: go.move(flag, before: go.words[first], file))
    }
}

private func checkTest(_ go: GoInvocation, _ file: ReadFile, _ findings: inout RuleFindings) {
    guard let first = go.rest.first else { return }
    if ["-args", "--args"].contains(go.words[first].text) {
        for flag in go.lateFlags(in: (first + 1)..<go.words.count) where GoFlags.unmistakable.contains(flag.name) {
            findings.add(
                "`-\(flag.name)` behind `-args` goes to the test binary", at: go.range(of: flag.words), in: file.source,
                help: "write it before `-args`")
        }
    } else if go.words[first].isLiteral, go.words[first].text.hasPrefix("./") {
        findings.add(
            "`\(go.words[first].text)` behind flags that follow packages is not tested, but handed to the test binary",
            at: go.words[first].range, in: file.source, help: "write all packages in one row")
    }
}

extension GoInvocation {
    /// The flags among words that the go command does not take for flags.
    fileprivate func lateFlags(in range: Range<Int>) -> [Flag] {
        var flags: [Flag] = []
        var next = range.lowerBound
        while next < range.upperBound {
            let text = words[next].text
            guard text.count > 1, text.hasPrefix("-"), text != "--", words[next].isLiteral || text.contains("=") else {
                next += 1
                continue
            }
            let body = text.drop { $0 == "-" }
            let name = String(body.prefix { $0 != "=" })
            let takesNext = !body.contains("=") && GoFlags.takesValue(name, verb: verb) && next + 1 < range.upperBound
            flags.append(Flag(name: name, value: nil, words: next..<(next + (takesNext ? 2 : 1))))
            next += takesNext ? 2 : 1
        }
        return flags
    }

    fileprivate func range(of indices: Range<Int>) -> SourceRange {
        SourceRange(words[indices.lowerBound].range.start, words[indices.upperBound - 1].range.end)
    }

    /// Only where the words stand in one line as they are.
    fileprivate func move(_ flag: Flag, before package: ScriptWord, _ file: ReadFile) -> Fix? {
        let place = range(of: flag.words)
        let previous = words[flag.words.lowerBound - 1].range.end
        guard place.start.line == place.end.line, previous.line == place.start.line, package.range.start.line == place.start.line,
            let text = file.source.text(in: place), words[flag.words].allSatisfy({ text.contains($0.text) }),
            file.source.text(in: SourceRange(previous, place.start))?.allSatisfy({ $0 == " " || $0 == "\t" }) == true
        else { return nil }
        return Fix(
            "move \(text) before the package",
            [
                TextEdit(file: file.file, range: SourceRange(package.range.start, package.range.start), replacement: "\(text) "),
                TextEdit(file: file.file, range: SourceRange(previous, place.end), replacement: ""),
            ])
    }
}

extension PolicyWorld {
    fileprivate func folder(ofRun target: String, _ place: String?) -> String? {
        if target.hasSuffix(".go") {
            let path = joined(place.map { $0.isEmpty ? "." : $0 } ?? ".", target)
            return path.flatMap { paths.contains($0) ? folderPath(of: $0) : nil }
        }
        return folder(ofPackage: target, from: place)
    }

    /// Whether the program's own sources, or a flag package that it may well use, define a flag of that name.
    fileprivate func program(in folder: String, knows name: String) -> Bool {
        goFileNames(in: folder).contains { file in
            guard let text = joined(folder, file).flatMap({ text(of: $0) }) else { return true }
            return text.contains("\"\(name)\"")
        }
    }
}
