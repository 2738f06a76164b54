/// What is read of real programs, held against binutils.
import ELF
import Files
import TestSupport
import Testing

@Suite(.enabled(if: Program.areWanted, Program.absence)) struct ReadELFTests {
    @Test(arguments: [
        (Program.amd64, ELFMachine.x86_64, ELFFile.Width.bits64, ELFFile.ByteOrder.littleEndian),
        (.arm64, .aarch64, .bits64, .littleEndian), (.mips, .mips, .bits32, .bigEndian), (.s390x, .s390, .bits64, .bigEndian),
    ])
    func pureGoIsStatic(
        _ program: Program, _ machine: ELFMachine, _ width: ELFFile.Width, _ order: ELFFile.ByteOrder
    ) throws {
        let file = try readELF(program.bytes)
        #expect(file.machine == machine)
        #expect(file.width == width)
        #expect(file.byteOrder == order)
        #expect(file.type == .executable)
        #expect(file.interpreter == nil)
        #expect(file.neededLibraries == [])
        #expect(file.isStatic)
    }

    @Test func cgoIsDynamic() throws {
        let file = try readELF(Program.dynamic.bytes)
        #expect(!file.isStatic)
        #expect(file.interpreter?.hasPrefix("/lib") == true)
        #expect(file.neededLibraries.contains { $0.hasPrefix("libc.") })
    }

    /// The build information begins with the signature that `go version -m` looks for.
    @Test(arguments: Program.allCases) func sectionsAreWhereTheyAre(_ program: Program) throws {
        let bytes = program.bytes
        let file = try readELF(bytes)
        let buildInfo = try #require(file.section(".go.buildinfo"))
        #expect(String(decoding: bytes[buildInfo.range].prefix(14), as: UTF8.self) == "\u{fffd} Go buildinf:")
        let note = try #require(file.section(".note.go.buildid"))
        #expect(note.type == 7)
        #expect(String(decoding: bytes[note.range].dropFirst(12).prefix(2), as: UTF8.self) == "Go")
        let zeroed = try #require(file.section(".bss"))
        #expect(zeroed.range.isEmpty && zeroed.size > 0)
        #expect(file.section(".nonsense") == nil)
        #expect(file.sections.contains { $0.name.hasPrefix(".debug_") })
    }

    /// readelf reads with code of its own.
    @Test(arguments: Program.allCases) func readelfSaysTheSame(_ program: Program) throws {
        let folder = TemporaryFolder()
        let path = "\(folder.path)/program"
        try createFile(path, program.bytes, mode: 0o644)
        let file = try readELF(program.bytes)
        let (table, status) = shell("LC_ALL=C readelf --sections --wide \(path)")
        #expect(status == 0)
        // "  [ 1] .text  PROGBITS  0000000000401000 001000 0724b1 00  AX  0 0 64"
        let rows = table.split(separator: "\n").compactMap { line in
            line.firstMatch(of: /^ +\[ *(\d+)\] (\S+) +(\S+) +([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+)\b/)
        }.filter { $0.1 != "0" }
        #expect(rows.map { String($0.2) } == file.sections.map(\.name))
        #expect(rows.map { UInt64($0.4, radix: 16) } == file.sections.map(\.address))
        #expect(rows.map { UInt64($0.6, radix: 16) } == file.sections.map(\.size))
        for (row, section) in zip(rows, file.sections) where row.3 != "NOBITS" {
            #expect(section.range.lowerBound == Int(row.5, radix: 16) && section.range.count == Int(section.size))
        }
        let (dynamic, _) = shell("LC_ALL=C readelf --dynamic --wide \(path)")
        #expect(dynamic.matches(of: /\(NEEDED\) .*\[(.*)\]/).map { String($0.1) } == file.neededLibraries)
    }
}
