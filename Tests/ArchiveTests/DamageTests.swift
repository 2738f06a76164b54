/// Whatever happens to an archive's bytes, it gives the right content or none, and never ends the process.
import Action
import Archive
import Files
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct DamageTests {
    let folder = TemporaryFolder()

    @Test func everyLengthIsRefused() throws {
        let sample = Sample(seed: 10, bodies: 8, largest: 300)
        _ = try sample.write(to: folder.path + "/a")
        let whole = try readFile(folder.path + "/a")
        for length in 0..<whole.count {
            try put(Array(whole[..<length]))
            #expect(throws: ArchiveError.self) { try Archive(at: place) }
        }
    }

    @Test(arguments: 0..<UInt64(4)) func flippedBitsGiveNoWrongContent(_ seed: UInt64) throws {
        let sample = Sample(seed: seed, bodies: 12, largest: 3000)
        _ = try sample.write(to: folder.path + "/a")
        let whole = try readFile(folder.path + "/a")
        var numbers = SeededNumbers(seed: seed)
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                bytes[Int.random(in: 0..<bytes.count, using: &numbers)] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            }
            try put(bytes)
            check(sample)
        }
    }

    /// Footer and index as somebody would write them who means harm: no number in them is trusted.
    @Test(arguments: 0..<UInt64(4)) func anIndexThatLiesGivesNoWrongContent(_ seed: UInt64) throws {
        let sample = Sample(seed: seed, bodies: 12, largest: 3000)
        _ = try sample.write(to: folder.path + "/a")
        let whole = try readFile(folder.path + "/a")
        let footer = whole.count - 80
        let start = (0..<8).reversed().reduce(0) { $0 << 8 | Int(whole[footer + $1]) }
        var numbers = SeededNumbers(seed: seed)
        var opened = 0
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                bytes[Int.random(in: start..<footer, using: &numbers)] = [0, 1, 127, 255].randomElement(using: &numbers)!
            }
            bytes.replaceSubrange((footer + 16)..<(footer + 48), with: digestBytes(bytes[start..<footer]))
            bytes.replaceSubrange((footer + 48)..<(footer + 56), with: digestBytes(bytes[footer..<(footer + 48)])[..<8].reversed())
            try put(bytes)
            opened += (try? Archive(at: place)) == nil ? 0 : 1
            check(sample)
        }
        #expect(opened > 20)
    }

    /// Of a file that was cut off after it was opened.
    @Test func aFileThatShrinksIsNoFault() throws {
        let sample = Sample(seed: 20)
        let archive = try sample.write(to: folder.path + "/a")
        #expect(truncate(folder.path + "/a", 40) == 0)
        let found = sample.bodies.filter { archive.bytes(of: Digest(of: $0)) == $0 }
        #expect(found == [[]])
        for bytes in sample.bodies { #expect([nil, bytes].contains(archive.bytes(of: Digest(of: bytes)))) }
    }

    @Test(arguments: 0..<UInt64(4)) func noiseIsRefused(_ seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        for length in [1, 16, 80, 96, 97, 200, 5000] {
            var bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &numbers) }
            try put(bytes)
            #expect(throws: ArchiveError.self) { try Archive(at: place) }
            // With magic and version in their places, which is all that chance is not good at.
            guard length >= 96 else { continue }
            let magic = Array("pipeline-archive".utf8)
            bytes.replaceSubrange(0..<16, with: magic)
            bytes.replaceSubrange((length - 24)..<length, with: [1, 0, 0, 0, 0, 0, 0, 0] + magic)
            try put(bytes)
            #expect(throws: ArchiveError.damaged(path: place)) { try Archive(at: place) }
        }
    }

    // MARK: -

    private func digestBytes(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let digits = Array(Digest(of: bytes).sha256)
        return stride(from: 0, to: 64, by: 2).map { UInt8(String(digits[$0...($0 + 1)]), radix: 16)! }
    }

    private var place: String { folder.path + "/damaged" }

    private func put(_ bytes: [UInt8]) throws {
        unlink(place)
        try createFile(place, bytes, mode: 0o644)
    }

    private func check(_ sample: Sample) {
        guard let archive = try? Archive(at: place) else { return }
        for bytes in sample.bodies {
            let found = archive.bytes(of: Digest(of: bytes))
            #expect(found == nil || found == bytes)
        }
        for digest in archive.digests {
            if let found = archive.bytes(of: digest) { #expect(Digest(of: found) == digest) }
        }
    }
}
