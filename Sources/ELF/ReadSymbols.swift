/// Reads a program's table of symbols and its build IDs, where it has them; whatever is damaged is left out.
///
/// Source of the format: System V Application Binary Interface, chapter 4, "Symbol Table"; chapter 5, "Note Section".

package struct ELFSymbol: Hashable, Sendable {
    package var name: String
    /// In memory.
    package var address: UInt64
    /// In bytes; 0 when it is not known.
    package var size: UInt64
}

extension ELFFile {
    /// Of functions and data that lie in a section, in the table's order. `bytes` are the whole file.
    package func symbols(in bytes: [UInt8]) -> [ELFSymbol] {
        guard let table = sections.first(where: { $0.type == 2 }), table.link >= 1, Int(table.link) <= sections.count else {
            return []
        }
        let names = sections[Int(table.link) - 1].range
        let each = width == .bits64 ? 24 : 16
        return bytes.withUnsafeBytes { raw in
            let numbers = ELFNumbers(bytes: raw, width: width, order: byteOrder)
            var symbols: [ELFSymbol] = []
            for place in stride(from: table.range.lowerBound, through: table.range.upperBound - each, by: each) {
                guard let symbol = try? self.symbol(at: place, names, numbers) else { continue }
                symbols.append(symbol)
            }
            return symbols
        }
    }

    /// Nil for one without a name, or that is in no section of the file.
    private func symbol(at place: Int, _ names: Range<Int>, _ numbers: ELFNumbers) throws(ELFMistake) -> ELFSymbol? {
        let words = width == .bits64
        let section = try numbers.u16(place + (words ? 6 : 14))
        guard section != 0, section < 0xff00 else { return nil }
        let name = try numbers.string(at: UInt64(try numbers.u32(place)), in: names, "the name of a symbol")
        guard !name.isEmpty else { return nil }
        return ELFSymbol(
            name: name, address: try numbers.word(place + (words ? 8 : 4)), size: try numbers.word(place + (words ? 16 : 8)))
    }

    /// The section that has the address in memory.
    package func section(at address: UInt64) -> ELFSection? {
        sections.first { $0.address != 0 && address >= $0.address && address - $0.address < $0.size }
    }

    /// The bytes of the file that are at `address` in memory; nil when they are not all in one section of the file.
    package func place(of address: UInt64, size: UInt64) -> Range<Int>? {
        guard let section = section(at: address), !section.range.isEmpty else { return nil }
        let offset = address - section.address
        guard size <= section.size - offset, let count = Int(exactly: size) else { return nil }
        let start = section.range.lowerBound + Int(offset)
        return start..<(start + count)
    }
}
