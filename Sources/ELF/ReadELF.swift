/// Reads an ELF file's tables from bytes that may be anyone's: each place is checked before it is read, and work and
/// memory stay in proportion to the file. It opens no file.
///
/// Source of the format: System V Application Binary Interface, chapter 4 (file header, sections) and 5 (segments,
/// dynamic section).

package func readELF(_ bytes: [UInt8]) throws(ELFMistake) -> ELFFile {
    try bytes.withUnsafeBytes { bytes in Result { () throws(ELFMistake) in try readELF(bytes) } }.get()
}

package func readELF(_ bytes: UnsafeRawBufferPointer) throws(ELFMistake) -> ELFFile {
    guard bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) else { throw .notELF }
    guard bytes.count >= 16 else { throw .truncated("its file header") }
    guard let width = ELFFile.Width(rawValue: bytes[4]) else { throw .malformed("its class is \(bytes[4])") }
    guard let order = ELFFile.ByteOrder(rawValue: bytes[5]) else { throw .malformed("its byte order is \(bytes[5])") }
    return try ELFReader(numbers: ELFNumbers(bytes: bytes, width: width, order: order)).file()
}

private struct ELFReader {
    let numbers: ELFNumbers

    /// One entry of the program header table.
    struct Segment {
        var type: UInt32
        var offset: UInt64
        var address: UInt64
        var fileSize: UInt64
    }

    /// One entry of the section header table.
    struct Header {
        var name: UInt32
        var type: UInt32
        var flags: UInt64
        var address: UInt64
        var offset: UInt64
        var size: UInt64
        var link: UInt32
        var count: UInt32
    }

    func file() throws(ELFMistake) -> ELFFile {
        let words = numbers.width == .bits64
        _ = try numbers.range(0, words ? 64 : 52, "its file header")
        let type = try numbers.u16(16)
        let machine = try numbers.u16(18)
        let segmentTable = try numbers.word(words ? 32 : 28)
        let sectionTable = try numbers.word(words ? 40 : 32)
        let sizes = words ? 54 : 42
        let segmentSize = try numbers.u16(sizes)
        let sectionSize = try numbers.u16(sizes + 4)

        // Counts that are too large for their fields stand in the first section's header.
        var (segmentCount, sectionCount) = (UInt64(try numbers.u16(sizes + 2)), UInt64(try numbers.u16(sizes + 6)))
        var names = UInt64(try numbers.u16(sizes + 8))
        if sectionTable != 0, sectionCount == 0 || segmentCount == 0xffff || names == 0xffff {
            let first = try headers(sectionTable, count: 1, each: sectionSize)[0]
            if sectionCount == 0 { sectionCount = first.size }
            if segmentCount == 0xffff { segmentCount = UInt64(first.count) }
            if names == 0xffff { names = UInt64(first.link) }
        }
        let segments = try segments(segmentTable, count: segmentCount, each: segmentSize)
        let headers = sectionTable == 0 ? [] : try headers(sectionTable, count: sectionCount, each: sectionSize)
        return ELFFile(
            width: numbers.width, byteOrder: numbers.order, type: ELFType(rawValue: type),
            machine: ELFMachine(rawValue: machine), interpreter: try interpreter(segments),
            neededLibraries: try neededLibraries(segments), sections: try sections(headers, names: names))
    }

    // MARK: - Segments

    private func segments(_ table: UInt64, count: UInt64, each size: UInt16) throws(ELFMistake) -> [Segment] {
        guard count > 0 else { return [] }
        let words = numbers.width == .bits64
        let start = try tableStart(table, count, size, least: words ? 56 : 32, "its program header table")
        var segments: [Segment] = []
        for index in 0..<Int(count) {
            let place = start + index * Int(size)
            segments.append(
                Segment(
                    type: try numbers.u32(place), offset: try numbers.word(place + (words ? 8 : 4)),
                    address: try numbers.word(place + (words ? 16 : 8)),
                    fileSize: try numbers.word(place + (words ? 32 : 16))))
        }
        return segments
    }

    private func interpreter(_ segments: [Segment]) throws(ELFMistake) -> String? {
        guard let segment = segments.first(where: { $0.type == 3 }) else { return nil }
        let range = try numbers.range(segment.offset, segment.fileSize, "the name of its loader")
        return try numbers.string(in: range, "the name of its loader")
    }

    private func neededLibraries(_ segments: [Segment]) throws(ELFMistake) -> [String] {
        guard let dynamic = segments.first(where: { $0.type == 2 }) else { return [] }
        let range = try numbers.range(dynamic.offset, dynamic.fileSize, "its dynamic section")
        let word = numbers.width == .bits64 ? 8 : 4
        var (names, table, size): ([UInt64], UInt64?, UInt64?) = ([], nil, nil)
        for place in stride(from: range.lowerBound, through: range.upperBound - 2 * word, by: 2 * word) {
            let (tag, value) = (try numbers.word(place), try numbers.word(place + word))
            if tag == 0 { break }
            switch tag {
            case 1: names.append(value)
            case 5: table = value
            case 10: size = value
            default: break
            }
        }
        guard !names.isEmpty else { return [] }
        // Names may overlap, so that a small file could ask for much memory.
        guard names.count <= 1000 else { throw .malformed("it needs \(names.count) libraries") }
        guard let table, let size else { throw .malformed("it needs libraries, and does not name them") }
        guard let load = segments.first(where: { $0.type == 1 && table >= $0.address && table - $0.address < $0.fileSize }) else {
            throw .malformed("the names of the libraries it needs are in no segment")
        }
        let (offset, isTooLarge) = load.offset.addingReportingOverflow(table - load.address)
        guard !isTooLarge else { throw .truncated("the names of the libraries it needs") }
        let strings = try numbers.range(offset, size, "the names of the libraries it needs")
        var libraries: [String] = []
        for name in names {
            libraries.append(try numbers.string(at: name, in: strings, "the name of a library it needs"))
        }
        return libraries
    }

    // MARK: - Sections

    private func headers(_ table: UInt64, count: UInt64, each size: UInt16) throws(ELFMistake) -> [Header] {
        guard count > 0 else { return [] }
        // Beyond what linkers write for programs, and a bound for overlapping names.
        guard count <= 0xffff else { throw .malformed("it has \(count) sections") }
        let words = numbers.width == .bits64
        let start = try tableStart(table, count, size, least: words ? 64 : 40, "its section header table")
        var headers: [Header] = []
        for index in 0..<Int(count) {
            let place = start + index * Int(size)
            headers.append(
                Header(
                    name: try numbers.u32(place), type: try numbers.u32(place + 4), flags: try numbers.word(place + 8),
                    address: try numbers.word(place + (words ? 16 : 12)), offset: try numbers.word(place + (words ? 24 : 16)),
                    size: try numbers.word(place + (words ? 32 : 20)), link: try numbers.u32(place + (words ? 40 : 24)),
                    count: try numbers.u32(place + (words ? 44 : 28))))
        }
        return headers
    }

    private func sections(_ headers: [Header], names: UInt64) throws(ELFMistake) -> [ELFSection] {
        guard headers.count > 1 else { return [] }
        guard names < UInt64(headers.count) else { throw .malformed("its section names are in section \(names), which it has not") }
        let table = headers[Int(names)]
        let strings = try numbers.range(table.offset, table.size, "its section names")
        var sections: [ELFSection] = []
        for header in headers.dropFirst() {
            let name = try numbers.string(at: UInt64(header.name), in: strings, "the name of a section")
            // SHT_NULL has no meaning, SHT_NOBITS no bytes.
            let isEmpty = header.type == 0 || header.type == 8
            sections.append(
                ELFSection(
                    name: name, type: header.type, address: header.address, size: header.size,
                    range: isEmpty ? 0..<0 : try numbers.range(header.offset, header.size, "the section \(name)"),
                    flags: header.flags, link: header.link))
        }
        return sections
    }

    private func tableStart(
        _ offset: UInt64, _ count: UInt64, _ size: UInt16, least: UInt16, _ what: String
    ) throws(ELFMistake) -> Int {
        guard size >= least else { throw .malformed("an entry of \(what) has \(size) bytes") }
        let (bytes, isTooLarge) = count.multipliedReportingOverflow(by: UInt64(size))
        guard !isTooLarge else { throw .truncated(what) }
        return try numbers.range(offset, bytes, what).lowerBound
    }
}
