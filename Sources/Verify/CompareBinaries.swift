/// Finds out what two binaries differ in, from what they say of themselves and from their bytes; it runs nothing.
import ELF
import Image

/// What is known of the second build besides its binary.
package struct BuildEvidence: Sendable {
    /// Files that go into the binary and differ.
    package var sources: [SourceDifference]
    /// Files that ask for the time.
    package var clocks: [ClockSource]

    package init(sources: [SourceDifference] = [], clocks: [ClockSource] = []) {
        self.sources = sources
        self.clocks = clocks
    }
}

/// Causes before consequences, the nearest to what a user has written first. Empty when the binaries are equal.
package func compareBinaries(
    _ first: ComparedBinary, _ second: ComparedBinary, _ evidence: BuildEvidence = BuildEvidence()
) -> [Difference] {
    guard first.bytes != second.bytes else { return [] }
    var causes = buildDifferences(first.build, second.build)
    // Another compiler makes another binary: nothing else can be told apart from that.
    if causes.contains(where: { if case .goVersion = $0 { true } else { false } }) { return causes }
    causes += evidence.sources.map(Difference.source)
    let values = valueDifferences(first, second)
    causes += values
    causes += folderDifferences(first, second, explained: values, evidence.sources)
    let parts = partDifferences(first, second)
    causes += compileTimes(first, second, parts, evidence.clocks)
    causes += stripping(first, second)
    if !causes.isEmpty { return causes }
    let contents = parts.filter { !isDerived($0.section) }
    if contents.isEmpty, let (a, b) = buildIDs(first, second), a != b { return [.buildID(a, b)] }
    return (contents.isEmpty ? parts : contents).prefix(3).map(Difference.content)
}

// MARK: - What they say of themselves

private func buildDifferences(_ first: GoBuildInfo?, _ second: GoBuildInfo?) -> [Difference] {
    guard let first, let second else {
        if first == nil, second == nil { return [] }
        return [.goVersion(first?.goVersion ?? "", second?.goVersion ?? "")]
    }
    var found: [Difference] = []
    if first.goVersion != second.goVersion { found.append(.goVersion(first.goVersion, second.goVersion)) }
    var stamps: [StampDifference] = []
    for name in Set(first.settings.keys).union(second.settings.keys).sorted() where first.settings[name] != second.settings[name] {
        let (a, b) = (first.settings[name], second.settings[name])
        if name == "vcs" || name.hasPrefix("vcs.") {
            stamps.append(StampDifference(name: name, first: a, second: b))
        } else if name != "DefaultGODEBUG" || first.goVersion == second.goVersion {
            found.append(.setting(name: name, a, b))
        }
    }
    if !stamps.isEmpty { found.append(.stamp(stamps)) }
    func modules(_ build: GoBuildInfo) -> [String: String] {
        // The main module's version is the stamp's, if it is any.
        let own = stamps.isEmpty ? build.main.map { [$0] } ?? [] : []
        return (own + build.dependencies).reduce(into: [:]) { $0[$1.path] = $1.version + ($1.sum.isEmpty ? "" : " \($1.sum)") }
    }
    let (a, b) = (modules(first), modules(second))
    for path in Set(a.keys).union(b.keys).sorted() where a[path] != b[path] {
        found.append(.module(path: path, a[path], b[path]))
    }
    return found
}

private func valueDifferences(_ first: ComparedBinary, _ second: ComparedBinary) -> [Difference] {
    var found: [Difference] = []
    if let a = first.linkedTexts(), let b = second.linkedTexts() {
        for variable in Set(a.keys).union(b.keys).sorted() where a[variable] != b[variable] {
            found.append(.linkerValue(variable: variable, a[variable] ?? "", b[variable] ?? ""))
        }
        return found
    }
    // Without symbols, by what the linker was told: what is here and not there has another value there.
    let told = Dictionary(second.values.map { ($0.variable, $0.value) }) { $1 }
    for one in first.values {
        if let other = told[one.variable], other != one.value {
            found.append(.linkerValue(variable: one.variable, one.value, other))
        } else if told[one.variable] == nil, one.value.utf8.count > 3, first.holds(one.value), !second.holds(one.value) {
            found.append(.linkerValue(variable: one.variable, one.value, nil))
        }
    }
    return found
}

private func folderDifferences(
    _ first: ComparedBinary, _ second: ComparedBinary, explained values: [Difference], _ sources: [SourceDifference]
) -> [Difference] {
    // One of the two is enough: where one has its folder, the other has its own.
    for (one, other) in [(first, second), (second, first)] {
        for folder in one.folders where folder.utf8.count > 3 && !other.holds(folder) {
            var sections = one.sections(holding: folder)
            // Where data is, a file or a value that is known to differ has brought it.
            let isKnown = !sources.isEmpty || values.contains { value in
                if case .linkerValue(_, let a, let b) = value { a.contains(folder) || b?.contains(folder) == true } else { false }
            }
            if isKnown { sections.removeAll { [".rodata", ".data", ".noptrdata", ""].contains($0) } }
            guard !sections.isEmpty else { continue }
            return [
                .folder(
                    path: folder, binary: one.name, sections: sections, isTrimmed: one.build?.settings["-trimpath"] == "true")
            ]
        }
    }
    return []
}

// MARK: - Their bytes

private func stripping(_ first: ComparedBinary, _ second: ComparedBinary) -> [Difference] {
    guard let a = first.elf, let b = second.elf else { return [] }
    func extra(_ elf: ELFFile) -> Set<String> {
        Set(elf.sections.map(\.name).filter { $0 == ".symtab" || $0.hasPrefix(".debug_") })
    }
    let (inFirst, inSecond) = (extra(a), extra(b))
    let (lost, gained) = (inFirst.subtracting(inSecond), inSecond.subtracting(inFirst))
    if !lost.isEmpty { return [.stripped(binary: second.name, sections: lost.sorted())] }
    return gained.isEmpty ? [] : [.stripped(binary: first.name, sections: gained.sorted())]
}

/// Sections that follow from others: identifications, checksums, and what is said of places.
private func isDerived(_ section: String) -> Bool {
    [".note.go.buildid", ".note.gnu.build-id", ".go.buildinfo", ".go.fipsinfo", ".symtab", ".strtab", ".shstrtab"].contains(section)
        || section.hasPrefix(".debug_")
}

/// What is read as instructions or data comes before what else there is.
private func rank(_ section: String) -> Int {
    [".rodata", ".data", ".noptrdata", ".text"].firstIndex(of: section) ?? (isDerived(section) ? 9 : 5)
}

/// Every section that differs, those of data first.
private func partDifferences(_ first: ComparedBinary, _ second: ComparedBinary) -> [ContentDifference] {
    guard let elf = first.elf, let other = second.elf else {
        let ids = (goBuildID(first.bytes)?.range, goBuildID(second.bytes)?.range)
        return [difference(first.bytes, second.bytes, section: "", passing: ids.0 == ids.1 ? ids.0 : nil)].compactMap(\.self)
    }
    var names = elf.sections.map(\.name)
    names += other.sections.map(\.name).filter { !names.contains($0) }
    var symbols: [ELFSymbol]?
    return names.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.compactMap { _, name in
        guard var found = difference(first.content(of: name) ?? [], second.content(of: name) ?? [], section: name) else { return nil }
        if let section = elf.section(name), section.address != 0, !isDerived(name) {
            let table = symbols ?? elf.symbols(in: first.bytes)
            symbols = table
            let address = section.address + UInt64(found.offset)
            found.symbol = table.last { $0.address <= address && address - $0.address < max($0.size, 1) }?.name
        }
        return found
    }
}

private func difference(
    _ a: [UInt8], _ b: [UInt8], section: String, passing: Range<Int>? = nil
) -> ContentDifference? {
    let shared = min(a.count, b.count)
    var place = 0
    while place < shared, a[place] == b[place] || passing?.contains(place) == true { place += 1 }
    guard place < shared || a.count != b.count else { return nil }
    return ContentDifference(
        section: section, offset: place, symbol: nil, texts: readable(a, b, around: place), sizes: (a.count, b.count))
}

/// What both have around a place, up to the first byte that is no sign; nil where that is less than four signs.
private func readable(_ a: [UInt8], _ b: [UInt8], around place: Int) -> (first: String, second: String)? {
    func text(_ bytes: [UInt8]) -> String? {
        guard place < bytes.count, (32...126) ~= bytes[place] else { return nil }
        var (start, end) = (place, place)
        while start > 0, place - start < 24, (32...126) ~= bytes[start - 1] { start -= 1 }
        while end < bytes.count, end - place < 40, (32...126) ~= bytes[end] { end += 1 }
        return end - start < 4 ? nil : String(decoding: bytes[start..<end], as: UTF8.self)
    }
    guard let first = text(a), let second = text(b) else { return nil }
    return (first, second)
}

/// Where data that both have at the same place reads as a time, and a file asks the compiler for one.
private func compileTimes(
    _ first: ComparedBinary, _ second: ComparedBinary, _ parts: [ContentDifference], _ clocks: [ClockSource]
) -> [Difference] {
    guard !clocks.isEmpty else { return [] }
    for part in parts where !isDerived(part.section) {
        guard let (a, b) = part.texts, isTime(a), isTime(b) else { continue }
        return [.compileTime(a, b, sources: clocks)]
    }
    return []
}

/// It has a time of day, or a date as C's compiler writes it, or a date as everybody does.
package func isTime(_ text: String) -> Bool {
    text.firstMatch(of: /\d\d:\d\d:\d\d/) != nil || text.firstMatch(of: /[A-Z][a-z][a-z] [ \d]\d \d{4}/) != nil
        || text.firstMatch(of: /\d{4}-\d\d-\d\d/) != nil || text.firstMatch(of: /\b1\d{9}\b/) != nil
}

// MARK: - Build IDs

private func buildIDs(_ first: ComparedBinary, _ second: ComparedBinary) -> (String, String)? {
    guard let a = goBuildID(first.bytes), let b = goBuildID(second.bytes) else { return nil }
    return (a.text, b.text)
}

/// The linker's identification: in a note of ELF files, else in a text before the code.
///
/// Source of the format: Go's cmd/internal/buildid.
private func goBuildID(_ bytes: [UInt8]) -> (text: String, range: Range<Int>)? {
    if let elf = try? readELF(bytes), let note = elf.section(".note.go.buildid"), note.range.count > 16 {
        let range = (note.range.lowerBound + 16)..<note.range.upperBound
        return (String(decoding: bytes[range].filter { $0 != 0 }, as: UTF8.self), range)
    }
    let mark = [0xFF] + Array(" Go build ID: \"".utf8)
    guard let start = bytes.firstPlace(of: mark).map({ $0 + mark.count }),
        let end = bytes[start...].prefix(512).firstIndex(of: UInt8(ascii: "\""))
    else { return nil }
    return (String(decoding: bytes[start..<end], as: UTF8.self), start..<end)
}
