/// Damaged files: whatever bytes come, there is an answer, its places lie in the text, and what is accepted can be
/// written down again.
import Diagnostics
import Testing

@testable import Pipeline

@Suite struct MutationTests {
    @Test(arguments: 0..<8)
    func damagedFilesAreAnswered(seed: Int) {
        var random = SplitMix64(state: UInt64(seed))
        let good = Published.files.map { Array($0.text.utf8) } + [Array(small.utf8)]
        for _ in 0..<300 {
            var bytes = good.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
            check(bytes)
        }
    }

    /// Each diagnostic quotes its line, here a third of a megabyte, and looks for a near name among thousands.
    @Test(
        .timeLimit(.minutes(10)),
        arguments: ["step%: { ru: x, needs: stpe }", "a: { vet: ., needs: [step%] }", "s%: { vet: ., needs: s% }"])
    func manyMistakesInOneLongLine(step: String) {
        let steps = (0..<4000).map { step.replacing("%", with: "\($0)") }.joined(separator: ", ")
        let padding = String(repeating: " ", count: 200_000)
        let (pipeline, diagnostics) = decodePipeline(
            SourceText(file: "pipeline.yaml", text: "{version: 1, steps: {\(steps)}\(padding)}"))
        #expect(pipeline == nil)
        #expect(!diagnostics.isEmpty && diagnostics.count <= 401)
    }

    private func check(_ bytes: [UInt8]) {
        guard case .found(let pipeline, let diagnostics, let source) = decodePipeline(bytes, file: "pipeline.yaml")
        else {
            Issue.record("no answer for \(bytes)")
            return
        }
        #expect((pipeline == nil) == diagnostics.hasErrors, "\(source.text)")
        for diagnostic in diagnostics {
            #expect(diagnostic.help?.isEmpty == false && !diagnostic.message.isEmpty, "\(diagnostic)")
            for range in [diagnostic.range] + diagnostic.notes.map(\.range) {
                guard let range else { continue }
                let columns = source.line(range.start.line)?.unicodeScalars.count
                #expect(range.start <= range.end, "\(diagnostic)")
                // One column after the last is where something is missing; a carriage return is one more.
                #expect(columns.map { range.start.column <= $0 + 2 } == true, "\(diagnostic)\n\(source.text)")
            }
        }
        guard let pipeline else { return }
        let written = renderPipeline(pipeline)
        let again = decodePipeline(SourceText(file: "pipeline.yaml", text: written))
        #expect(again.diagnostics == [], "\(source.text)\n\(written)")
        #expect(again.pipeline.map(outline) == outline(pipeline), "\(source.text)\n\(written)")
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
        let length = min(Int.random(in: 1...12, using: &random), max(0, bytes.count - place))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 2: bytes.removeSubrange(place..<place + length)
        case 3:
            bytes.insert(contentsOf: bytes[place..<place + length], at: Int.random(in: 0...bytes.count, using: &random))
        case 4: bytes.insert(contentsOf: tokens.randomElement(using: &random)!.utf8, at: place)
        default: bytes.removeLast(min(bytes.count, Int.random(in: 0...200, using: &random)))
        }
    }

    private let tokens = [
        "\n", "\t", ": ", "- ", "[", "]", "{", "}", "\"", "'", "&a ", "*a", "<<: *a", "!!str ", "---\n", "...\n", "#",
        "| \n", "${", "}",
        "$$", "${root}", "${artifact.", "%YAML 1.2\n", "? ", "\r\n", "\u{FEFF}", "\u{2028}", "é", "~", "1.20",
        "@latest", "  ",
    ]

    private let small = """
        version: 1
        steps:
          a: &a
            run: [./a, "${service.s.port}", 'it''s', 5]
            env: &env { A: "x\\ty", B: 'z' }
            services: { s: { run: [./s], ready: "tcp://h:${service.s.port}" } }
          b: { vet: ./..., env: { <<: *env, C: "${root}" } }
          c:
            shell: |
              echo $$
        """
}

/// Sebastiano Vigna's generator: the same sequence for a seed on every machine. https://prng.di.unimi.it/splitmix64.c
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
