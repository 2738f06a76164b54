/// Symbols of real programs, and where their bytes are.
import Testing

@testable import ELF

@Suite("Symbols", .enabled(if: Program.areWanted, Program.absence))
struct SymbolTests {
    @Test("Functions and data are found by name, in a section of the file", arguments: Program.allCases)
    func findsSymbols(_ program: Program) throws {
        let elf = try readELF(program.bytes)
        let symbols = elf.symbols(in: program.bytes)
        let main = try #require(symbols.first { $0.name == "main.main" })
        #expect(main.size > 0 && elf.section(at: main.address)?.name == ".text")
        #expect(elf.place(of: main.address, size: main.size)?.count == Int(main.size))
        #expect(elf.place(of: main.address, size: 1 << 40) == nil && elf.section(at: 1) == nil)
        // The linker calls a text of its own so.
        let version = try #require(symbols.first { $0.name == "runtime.buildVersion.str" })
        let place = try #require(elf.place(of: version.address, size: version.size))
        #expect(String(decoding: program.bytes[place], as: UTF8.self).hasPrefix("go1."))
    }

    @Test("A damaged table gives what is left of it", arguments: 0..<50)
    func survivesDamage(_ seed: Int) throws {
        var bytes = Program.amd64.bytes
        let elf = try readELF(bytes)
        let table = try #require(elf.sections.first { $0.type == 2 })
        for place in stride(from: table.range.lowerBound + seed, to: table.range.upperBound, by: 37) { bytes[place] ^= UInt8(seed + 1) }
        for symbol in elf.symbols(in: bytes).prefix(2000) { _ = elf.place(of: symbol.address, size: symbol.size) }
    }
}
