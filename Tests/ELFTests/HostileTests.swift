/// Bytes that are no ELF file, or pretend to be one: an error, in good time, and never a crash.
import ELF
import TestSupport
import Testing

@Suite struct HostileTests {
    /// The smallest program: a file header alone, 64 bits, little-endian, for x86-64.
    private static let header: [UInt8] = {
        var header = [UInt8](repeating: 0, count: 64)
        header.replaceSubrange(0..<7, with: [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
        header[16] = 2
        header[18] = 62
        return header
    }()

    private func with(_ changes: [Int: UInt8], from base: [UInt8] = header, adding tail: [UInt8] = []) -> [UInt8] {
        var bytes = base + tail
        for (place, value) in changes { bytes[place] = value }
        return bytes
    }

    private func mistake(_ bytes: [UInt8]) -> ELFMistake? {
        do throws(ELFMistake) {
            _ = try readELF(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test func aHeaderAloneIsAFile() throws {
        let file = try readELF(Self.header)
        #expect(file.isStatic && file.sections.isEmpty && file.machine == .x86_64)
    }

    @Test func othersAreNone() {
        for text in ["", "\u{7f}", "\u{7f}EL", "#!/bin/sh\nexit 0\n", "MZ\u{90}"] {
            #expect(mistake(Array(text.utf8)) == .notELF)
        }
        #expect(mistake([0x7f, 0x45, 0x4c, 0x46]) == .truncated("its file header"))
        #expect(mistake(Array(Self.header.dropLast())) == .truncated("its file header"))
        #expect(mistake(with([4: 3])) == .malformed("its class is 3"))
        #expect(mistake(with([5: 0])) == .malformed("its byte order is 0"))
        #expect("\(mistake(with([4: 3]))!)" == "a damaged ELF file: its class is 3")
        #expect("\(mistake([0x7f, 0x45, 0x4c, 0x46])!)" == "an ELF file that ends before its file header does")
    }

    @Test func tablesStayInTheFile() {
        // One segment of 56 bytes at 64: it is not there.
        #expect(mistake(with([32: 64, 54: 56, 56: 1])) == .truncated("its program header table"))
        #expect(mistake(with([32: 64, 54: 55, 56: 1])) == .malformed("an entry of its program header table has 55 bytes"))
        // The offset is the largest there is.
        let far = Dictionary(uniqueKeysWithValues: (32..<40).map { ($0, UInt8(0xff)) })
        #expect(mistake(with(far.merging([54: 56, 56: 1]) { $1 })) == .truncated("its program header table"))
        #expect(mistake(with([40: 64, 58: 64, 60: 1])) == .truncated("its section header table"))
        // No count in the file header, and one of 2^56 in the first section.
        let first = [UInt8](repeating: 0, count: 64)
        #expect(
            mistake(with([40: 64, 58: 64, 64 + 39: 1], adding: first))
                == .malformed("it has 72057594037927936 sections"))
    }

    /// A segment of this type over the 16 bytes at 120.
    private func segment(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
        var entry = [UInt8](repeating: 0, count: 56)
        (entry[0], entry[8], entry[32]) = (type, 120, 16)
        return with([32: 64, 54: 56, 56: 1], adding: entry + content)
    }

    @Test func stringsHaveAnEnd() throws {
        let name = Array("/lib/ld.so\0\0\0\0\0\0".utf8)
        #expect(try readELF(segment(3, name)).interpreter == "/lib/ld.so")
        #expect(mistake(segment(3, Array(name.dropLast()))) == .truncated("the name of its loader"))
        #expect(mistake(segment(3, [UInt8](repeating: 65, count: 16))) == .malformed("the name of its loader has no end"))
        #expect(
            mistake(segment(2, [1] + [UInt8](repeating: 0, count: 15)))
                == .malformed("it needs libraries, and does not name them"))
    }

    @Test(.enabled(if: Program.areWanted, Program.absence), arguments: [Program.amd64, .dynamic, .mips])
    func cutOffAnywhere(_ program: Program) throws {
        let bytes = program.bytes
        try #require(bytes.count > 8192)
        for length in Array(0..<700) + stride(from: 700, to: bytes.count, by: 7919) {
            #expect(mistake(Array(bytes[..<length])) != nil, "\(length) bytes of \(program)")
        }
    }

    /// Most changes are in the tables: those of the sections are at the end.
    @Test(.enabled(if: Program.areWanted, Program.absence), arguments: [Program.amd64, .dynamic, .mips])
    func changedAnywhere(_ program: Program) throws {
        var numbers = SeededNumbers(seed: 5)
        var bytes = program.bytes
        try #require(bytes.count > 8192)
        var mistakes = 0
        for _ in 0..<3000 {
            let places = (0..<Int.random(in: 1...4, using: &numbers)).map { _ in
                Bool.random(using: &numbers)
                    ? Int.random(in: 4..<1024, using: &numbers) : Int.random(in: bytes.count - 4096..<bytes.count, using: &numbers)
            }
            let before = places.map { bytes[$0] }
            for place in places { bytes[place] = [0, 1, 0x7f, 0xff, UInt8.random(in: 0...255, using: &numbers)].randomElement(using: &numbers)! }
            if mistake(bytes) != nil { mistakes += 1 }
            for (place, byte) in zip(places, before).reversed() { bytes[place] = byte }
        }
        #expect(mistakes > 100 && mistakes < 3000)
        #expect(mistake(bytes) == nil)
    }

    @Test func noise() {
        var numbers = SeededNumbers(seed: 6)
        for _ in 0..<2000 {
            let tail = (0..<Int.random(in: 0...400, using: &numbers)).map { _ in UInt8.random(in: 0...255, using: &numbers) }
            let width = UInt8.random(in: 1...2, using: &numbers)
            _ = mistake(with([4: width, 5: UInt8.random(in: 1...2, using: &numbers)], adding: tail))
            _ = mistake([0x7f, 0x45, 0x4c, 0x46, width, 1] + tail)
        }
    }
}
