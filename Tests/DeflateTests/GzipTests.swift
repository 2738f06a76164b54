/// What gzip makes of our bytes is what went in, whatever went in; and the bytes themselves never change.
import Action
import Files
import Processes
import TestSupport
import Testing

@testable import Deflate

@Suite("Gzip")
struct GzipTests {
    @Test("The system's gzip unpacks it", arguments: Sample.all)
    func isUnpackedByOthers(_ sample: Sample) async throws {
        let packed = gzip(sample.bytes)
        let place = TemporaryFolder()
        try createFile("\(place.path)/packed.gz", packed, mode: 0o644)
        let said = try await capture(
            Command(
                executable: "/bin/sh", arguments: ["-c", "exec gzip -dc packed.gz"], environment: ["PATH": "/usr/bin:/bin"],
                directory: place.path))
        #expect(said.exit == .code(0), "\(String(decoding: said.standardError, as: UTF8.self))")
        #expect(Digest(of: said.standardOutput) == Digest(of: sample.bytes))
        // Stored at worst: a header, an end, and a few bytes for each piece.
        #expect(packed.count <= sample.bytes.count + 64 + sample.bytes.count / 2000)
    }

    @Test("Repetitions are made use of")
    func isSmall() {
        let text = Sample.text(400_000, seed: 3)
        #expect(gzip(text).count < text.count / 3)
        #expect(gzip([UInt8](repeating: 0, count: 5_000_000)).count < 6_000)
    }

    @Test("The bytes are the same as ever: another result would be another digest of every image")
    func isPinned() {
        let all = Sample.all.map { Digest(of: gzip($0.bytes)).sha256 }
        #expect(Digest(of: Array(all.joined().utf8)).sha256 == "3628b7fd858df10b7dd4a2220b75e35fbb01ef0d93d7cc4bd9a4e36630b9eac3")
    }

    @Test("Codes fill the code space exactly, and none is too long", arguments: [7, 15])
    func codesAreComplete(_ limit: Int) {
        var numbers = SeededNumbers(seed: 7)
        for round in 0..<300 {
            let symbols = Int.random(in: 2...min(286, 1 << limit), using: &numbers)
            // Counts that grow like Fibonacci's numbers make the deepest trees.
            var (a, b): (UInt32, UInt32) = (1, 1)
            let counts = (0..<symbols).map { _ -> UInt32 in
                if round % 3 == 0 {
                    (a, b) = (b, a > 1 << 28 ? 1 : a + b)
                    return a
                }
                return round % 3 == 1 ? .random(in: 0...3, using: &numbers) : .random(in: 1...1 << 20, using: &numbers)
            }
            let lengths = codeLengths(counts, limit: limit)
            #expect(zip(counts, lengths).allSatisfy { ($0 > 0) == ($1 > 0) })
            #expect(lengths.allSatisfy { $0 <= limit })
            guard counts.count(where: { $0 > 0 }) > 1 else { continue }
            #expect(lengths.reduce(0) { $0 + ($1 == 0 ? 0 : 1 << (limit - Int($1))) } == 1 << limit)
        }
    }

    @Test("The checksum is that of the standard's example")
    func checksumIsRight() {
        #expect(Array("123456789".utf8).withUnsafeBytes { checksum($0) } == 0xCBF4_3926)
        #expect([UInt8]().withUnsafeBytes { checksum($0) } == 0)
    }
}

struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var testDescription: String { name }

    static let all: [Sample] = {
        var samples = [
            Sample(name: "nothing", bytes: []), Sample(name: "one byte", bytes: [7]),
            Sample(name: "three bytes", bytes: [1, 2, 3]), Sample(name: "four the same", bytes: [9, 9, 9, 9]),
            Sample(name: "zeros", bytes: [UInt8](repeating: 0, count: 70_000)),
            Sample(name: "every byte", bytes: (0..<256).map { UInt8($0) }),
            Sample(name: "text", bytes: text(300_000, seed: 1)), Sample(name: "noise", bytes: noise(200_000, seed: 2)),
            Sample(name: "noise of exactly one block", bytes: noise(32_768, seed: 4)),
            Sample(name: "noise of one block and a byte", bytes: noise(32_769, seed: 5)),
            Sample(name: "noise longer than a piece", bytes: noise(2 << 20 + 1, seed: 6)),
            Sample(name: "text of several pieces", bytes: text(5_000_000, seed: 8)),
            Sample(name: "exactly two pieces", bytes: text(4 << 20, seed: 9)),
        ]
        // The same again just within reach, and just beyond.
        for gap in [32_766, 32_767, 32_768, 32_769, 33_000] {
            let start = noise(600, seed: 10)
            samples.append(Sample(name: "again after \(gap)", bytes: start + noise(gap - 600, seed: 11) + start))
        }
        var numbers = SeededNumbers(seed: 12)
        for round in 0..<40 {
            let count = Int.random(in: 1...5_000, using: &numbers)
            let values = UInt8.random(in: 0...255, using: &numbers)
            samples.append(
                Sample(name: "random \(round)", bytes: (0..<count).map { _ in UInt8.random(in: 0...values, using: &numbers) }))
        }
        return samples
    }()

    static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var numbers = SeededNumbers(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
    }

    /// Words that come again and again, like those of a program.
    static func text(_ count: Int, seed: UInt64) -> [UInt8] {
        var numbers = SeededNumbers(seed: seed)
        let words = (0..<400).map { _ in (0..<Int.random(in: 2...14, using: &numbers)).map { _ in UInt8.random(in: 32...126, using: &numbers) } }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 16)
        while bytes.count < count { bytes += words[min(Int.random(in: 0..<400, using: &numbers), Int.random(in: 0..<400, using: &numbers))] }
        return Array(bytes.prefix(count))
    }
}
