/// Numbers and strings at places of a file, in its width and byte order; a place outside is an error, never a read.

struct ELFNumbers {
    let bytes: UnsafeRawBufferPointer
    let width: ELFFile.Width
    let order: ELFFile.ByteOrder

    func u16(_ place: Int) throws(ELFMistake) -> UInt16 { try number(place) }
    func u32(_ place: Int) throws(ELFMistake) -> UInt32 { try number(place) }

    /// As wide as the file's addresses.
    func word(_ place: Int) throws(ELFMistake) -> UInt64 {
        width == .bits64 ? try number(place) as UInt64 : UInt64(try number(place) as UInt32)
    }

    /// The places of `size` bytes from `offset` on, all of them in the file.
    func range(_ offset: UInt64, _ size: UInt64, _ what: String) throws(ELFMistake) -> Range<Int> {
        let count = UInt64(bytes.count)
        guard offset <= count, size <= count - offset else { throw .truncated(what) }
        return Int(offset)..<Int(offset + size)
    }

    /// The bytes of `range` up to the first that is 0, as UTF-8.
    func string(in range: Range<Int>, _ what: String) throws(ELFMistake) -> String {
        let place = bytes[range].prefix(longestName + 1)
        guard let end = place.firstIndex(of: 0) else {
            throw .malformed("\(what) has \(place.count > longestName ? "more than \(longestName) bytes" : "no end")")
        }
        return String(decoding: place[..<end], as: UTF8.self)
    }

    /// The string that begins `offset` bytes into a table of strings.
    func string(at offset: UInt64, in table: Range<Int>, _ what: String) throws(ELFMistake) -> String {
        guard offset < UInt64(table.count) else { throw .malformed("\(what) is outside of its table") }
        return try string(in: table.lowerBound + Int(offset)..<table.upperBound, what)
    }

    private func number<Number: FixedWidthInteger>(_ place: Int) throws(ELFMistake) -> Number {
        guard place >= 0, place <= bytes.count - MemoryLayout<Number>.size else { throw .truncated("its tables") }
        let raw = bytes.loadUnaligned(fromByteOffset: place, as: Number.self)
        return order == .littleEndian ? Number(littleEndian: raw) : Number(bigEndian: raw)
    }
}

/// In bytes: above that of any name that a linker writes into a program.
private let longestName = 1024
