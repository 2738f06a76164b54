/// One of two binaries that should be the same, with what is known of its making; it reads no file.
import Deflate
import ELF
import Image

package struct ComparedBinary: Sendable {
    /// What it is called when the two are told apart: `here`, `the second build`, a file's name.
    package var name: String
    package var bytes: [UInt8]
    /// Folders that it was made in: the repository's, the store's. Their paths have no business in it.
    package var folders: [String]
    /// What the linker was told to put into variables (`-X`), as far as that is known.
    package var values: [LinkerValue]

    package let elf: ELFFile?
    package let build: GoBuildInfo?

    package init(name: String, bytes: [UInt8], folders: [String] = [], values: [LinkerValue] = []) {
        self.name = name
        self.bytes = bytes
        self.folders = folders
        self.values = values
        elf = try? readELF(bytes)
        build = GoBuildInfo(program: bytes)
    }
}

/// `-X VARIABLE=VALUE` of the linker's flags.
package struct LinkerValue: Hashable, Sendable {
    package var variable: String
    package var value: String

    package init(variable: String, value: String) {
        self.variable = variable
        self.value = value
    }
}

/// The `-X` values of a text of linker flags, split as the go command splits it: at blanks, unless in quotes.
package func linkerValues(in flags: String) -> [LinkerValue] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    for character in flags {
        switch character {
        case _ where character == quote: quote = nil
        case "'" where quote == nil, "\"" where quote == nil: quote = character
        case " " where quote == nil, "\t" where quote == nil, "\n" where quote == nil:
            if !word.isEmpty { words.append(word) }
            word = ""
        default: word.append(character)
        }
    }
    if !word.isEmpty { words.append(word) }
    var values: [LinkerValue] = []
    for (index, word) in words.enumerated() {
        var setting: Substring?
        for flag in ["-X=", "--X="] where word.hasPrefix(flag) { setting = word.dropFirst(flag.count) }
        if index > 0, ["-X", "--X"].contains(words[index - 1]) { setting = word[...] }
        guard let setting, let sign = setting.firstIndex(of: "=") else { continue }
        values.append(
            LinkerValue(variable: String(setting[..<sign]), value: String(setting[setting.index(after: sign)...])))
    }
    return values
}

extension ComparedBinary {
    /// What the linker put into variables: it calls the text `VARIABLE.str`. Nil without a table of symbols.
    func linkedTexts() -> [String: String]? {
        guard let elf, elf.section(".symtab") != nil else { return nil }
        var texts: [String: String] = [:]
        for symbol in elf.symbols(in: bytes) where symbol.name.hasSuffix(".str") && symbol.size < 1 << 16 {
            let variable = String(symbol.name.dropLast(".str".utf8.count))
            // Those of the run-time are the linker's own: the build information says the same.
            guard !variable.hasPrefix("runtime."), !variable.hasPrefix("internal/"), let place = elf.place(of: symbol.address, size: symbol.size) else { continue }
            texts[variable] = String(decoding: bytes[place], as: UTF8.self)
        }
        return texts
    }

    /// A section's bytes, decompressed; nil when there is none of this name in the file.
    func content(of name: String) -> [UInt8]? {
        guard let elf, let section = elf.section(name), !section.range.isEmpty else { return nil }
        guard section.isCompressed else { return Array(bytes[section.range]) }
        let header = elf.width == .bits64 ? 24 : 12
        return decompressZlib(bytes[section.range].dropFirst(header), limit: 1 << 30) ?? Array(bytes[section.range])
    }

    /// Sections that hold `text`; of a file that is no ELF file one without a name.
    func sections(holding text: String) -> [String] {
        let wanted = Array(text.utf8)
        guard let elf else { return bytes.firstPlace(of: wanted) == nil ? [] : [""] }
        return elf.sections.map(\.name).filter { content(of: $0)?.firstPlace(of: wanted) != nil }
    }

    func holds(_ text: String) -> Bool { bytes.firstPlace(of: Array(text.utf8)) != nil }
}

extension [UInt8] {
    /// Where `wanted` first stands.
    func firstPlace(of wanted: [UInt8]) -> Int? {
        guard let head = wanted.first, wanted.count <= count else { return nil }
        return withUnsafeBufferPointer { bytes in
            wanted.withUnsafeBufferPointer { wanted in
                var position = 0
                let end = bytes.count - wanted.count
                while position <= end {
                    if bytes[position] == head {
                        var length = 1
                        while length < wanted.count, bytes[position + length] == wanted[length] { length += 1 }
                        if length == wanted.count { return position }
                    }
                    position += 1
                }
                return nil
            }
        }
    }
}
