/// Damaged and monstrous files: whatever comes there is an answer, soon, and its places lie in the text.
import Diagnostics
import TestSupport
import Testing

@testable import Scripts

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct DamageTests {
    /// How many damaged texts of each kind are read. `PIPELINE_FUZZ=1000000` for a long run.
    private static let count = getenv("PIPELINE_FUZZ").flatMap { Int(String(cString: $0)) } ?? 2000

    @Test("A damaged file is read", .timeLimit(.minutes(60)), arguments: Sample.all)
    func damaged(_ sample: Sample) {
        var random = SeededNumbers(seed: UInt64(sample.text.utf8.count))
        let good = Array(sample.text.utf8)
        var bytes = good
        for _ in 0..<Self.count {
            // Damage adds up for a while.
            if Int.random(in: 0..<8, using: &random) == 0 { bytes = good }
            for _ in 0..<Int.random(in: 1...3, using: &random) { damage(&bytes, &random) }
            check(sample.path, String(decoding: bytes.prefix(20_000), as: UTF8.self))
        }
    }

    @Test("A sample is read whole", arguments: Sample.all)
    func whole(_ sample: Sample) throws {
        let file = try #require(readScripts(path: sample.path, text: sample.text))
        #expect(file.mistakes.filter { $0.id != "scripts/yaml-tag" } == [])
        #expect(file.commands.contains { $0.words.first?.text == "go" })
        check(sample.path, sample.text)
    }

    private static let monsters: [String] = [
        "$(", "`", "\"$(", "${", "${a:-", "((", "(", ")", "$((", "<<A\n", "<<", "<(", "if ", "then ", "fi;", "do ", "done ", "case x in ",
        "a)", ";;", "esac ", "{ ", "} ", "f() ", "[[ ", "'", "\"", "\\", "\\\n", "a&&", "a||", "a|", "a;", "\n", "\t", " ", "#", "# a\n",
        "sh -c '", "sh -c \"", "sudo ", "env A=b ", "find -exec ", "find . -exec a ; ", "eval ", "X=$X$X\n", "export A=b ", "export A1=$A\n", "cd a\n", "V=(",
        "a=b ", "${{", "${{ a }} ", "{{", "{{a}} ", "$(a)", "$a ", "$(shell ", "$(shell a) ", "a:\n\t", "a: ", "\tgo x\n", "A = $(A)\n", "define A\n", "endef\n", "ifdef A\n",
        "endif\n", "else\n", "export A\n", "RUN a\n", "FROM a\n", "FROM a AS b\nFROM b\n", "ARG A=b\n", "ENV A=b\n", "COPY <<A b\n", "RUN <<A\n", "RUN a \\\n",
        "ONBUILD ", "[\"", "[", "]", "{", "}", "{\"a\":", "\"a\":", ",", "- ", "-\n", "a:\n ", "? ", "&a ", "*a ", "<<: ", "| \n", ">\n", "!!str ", "---\n",
        "//go:generate a\n", "//go:generate \"", "//go:generate -command a a a\n", "é", "\u{0}", "\r", "\r\n", "@(", "$'", "a@$A ", "v := 'a'\n", "a:\n  b\n", "set shell := [\n", "'''", "a := '''\n",
    ]

    /// Debug builds are slow: the time is generous. What grows with the square of the length is seen with `PIPELINE_FUZZ`.
    @Test("A long text of one part, again and again, takes no long time", .timeLimit(.minutes(60)), arguments: monsters)
    func monstrous(_ part: String) {
        let size = Self.count > 2000 ? 100_000 : 3000
        let clock = ContinuousClock()
        for sample in Sample.all {
            let text = opening(sample) + String(repeating: part, count: size / part.utf8.count)
            let time = clock.measure { check(sample.path, text, places: false) }
            #expect(time < .seconds(20), "\(sample.path), \(part.debugDescription): \(time)")
        }
    }

    /// What leads a reader to where commands are.
    private func opening(_ sample: Sample) -> String {
        switch sample.path {
        case "Dockerfile": "FROM a\nRUN "
        case "Makefile": "all:\n\t"
        case "justfile": "a:\n  "
        case "package.json": "{\"scripts\": {\"a\": \""
        case "x.go": "//go:generate sh -c \""
        case ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: |\n          "
        case ".gitlab-ci.yml": "a:\n  script:\n    - |\n      "
        case "compose.yml": "services:\n  a:\n    command: |\n      "
        case "k8s.yaml": "apiVersion: a\nkind: b\ncontainers:\n - command:\n   - sh\n   - -c\n   - |\n     "
        case "pipeline.yaml": "steps:\n  a:\n    shell: |\n      "
        case "Taskfile.yml": "tasks:\n  a: |\n    "
        default: ""
        }
    }

    private func check(_ path: String, _ text: String, places: Bool = true) {
        guard let file = readScripts(path: path, text: text) else { return }
        guard places else { return }
        for command in file.commands {
            #expect(lies(command.range, in: file.source), "\(path): \(command)\n\(text)")
            var words = command.wrappers + command.words
            words += command.assignments.map(\.value)
            words += command.environment.map(\.value)
            for word in words where !lies(word.range, in: file.source) { Issue.record("\(path): \(word)\n\(text)") }
        }
        var others: [SourceRange] = file.comments.map(\.range)
        for instruction in file.dockerfile?.instructions ?? [] {
            others.append(instruction.range)
            others += instruction.words.map(\.range)
            others += instruction.heredocs.map(\.range)
        }
        for job in file.workflow?.jobs ?? [] {
            others.append(job.range)
            others += job.steps.map(\.range)
        }
        for range in others where !lies(range, in: file.source) { Issue.record("\(path): \(range)\n\(text)") }
    }

    private func lies(_ range: SourceRange, in source: SourceText) -> Bool {
        func lies(_ position: SourcePosition) -> Bool {
            guard source.lines.indices.contains(position.line - 1) else { return false }
            // One after the last is an end; a carriage return is one more, and so is the place of what is missing.
            return position.column >= 1 && position.column <= source.lines[position.line - 1].unicodeScalars.count + 3
        }
        return range.start <= range.end && lies(range.start) && lies(range.end)
    }

    private func damage(_ bytes: inout [UInt8], _ random: inout SeededNumbers) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let length = min(Int.random(in: 1...12, using: &random), bytes.count - place)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 2: bytes.removeSubrange(place..<place + length)
        case 3: bytes.insert(contentsOf: bytes[place..<place + length], at: Int.random(in: 0...bytes.count, using: &random))
        case 4, 5: bytes.insert(contentsOf: Self.monsters.randomElement(using: &random)!.utf8, at: place)
        default: bytes.removeLast(min(bytes.count, Int.random(in: 0...100, using: &random)))
        }
    }
}
