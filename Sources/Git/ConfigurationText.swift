/// Reads the text of one git configuration file; knows the syntax, not what any key means.

/// `[section "subsection"] key = value`.
struct ConfigurationEntry: Hashable, Sendable {
    /// In small letters.
    var section: String
    var subsection: String?
    /// In small letters.
    var key: String
    /// Nil for a key without `=`, which means true.
    var value: String?
}

/// The entries in their order; nil when it is not such a file. Source of the format: git-config(1), "Syntax".
func parseConfiguration(_ text: [UInt8]) -> [ConfigurationEntry]? {
    var reader = ConfigurationReader(text: text.starts(with: [0xef, 0xbb, 0xbf]) ? text[3...] : text[...])
    return reader.entries()
}

private struct ConfigurationReader {
    var text: ArraySlice<UInt8>

    mutating func entries() -> [ConfigurationEntry]? {
        var entries: [ConfigurationEntry] = []
        var section = ""
        var subsection: String?
        while let byte = text.first {
            if isSpace(byte) {
                text = text.dropFirst()
            } else if isComment(byte) {
                skipLine()
            } else if byte == UInt8(ascii: "[") {
                guard let header = header() else { return nil }
                (section, subsection) = header
            } else {
                guard isLetter(byte) else { return nil }
                let key = word()
                skipBlanks()
                var value: String?
                if text.first == UInt8(ascii: "=") {
                    text = text.dropFirst()
                    guard let read = self.value() else { return nil }
                    value = read
                }
                entries.append(ConfigurationEntry(section: section, subsection: subsection, key: key, value: value))
            }
        }
        return entries
    }

    private mutating func header() -> (String, String?)? {
        text = text.dropFirst()
        var name = word()
        var subsection: String?
        skipBlanks()
        if text.first == UInt8(ascii: "\"") {
            text = text.dropFirst()
            var bytes: [UInt8] = []
            while let byte = text.popFirst(), byte != UInt8(ascii: "\"") {
                guard byte != UInt8(ascii: "\n") else { return nil }
                if byte == UInt8(ascii: "\\"), let escaped = text.popFirst() {
                    bytes.append(escaped)
                } else {
                    bytes.append(byte)
                }
            }
            subsection = String(decoding: bytes, as: UTF8.self)
        } else if let dot = name.firstIndex(of: ".") {
            // The older spelling, [section.subsection].
            subsection = String(name[name.index(after: dot)...])
            name = String(name[..<dot])
        }
        guard text.popFirst() == UInt8(ascii: "]") else { return nil }
        return (name, subsection)
    }

    private mutating func value() -> String? {
        skipBlanks()
        var bytes: [UInt8] = []
        var isQuoted = false
        // Blanks outside quotes count only when something follows them.
        var length = 0
        while let byte = text.popFirst(), byte != UInt8(ascii: "\n") {
            switch byte {
            case UInt8(ascii: "\""):
                isQuoted.toggle()
                length = bytes.count
            case UInt8(ascii: "\\"):
                if text.first == UInt8(ascii: "\r") { text = text.dropFirst() }
                switch text.popFirst() {
                case UInt8(ascii: "\n"): continue
                case UInt8(ascii: "n"): bytes.append(0x0a)
                case UInt8(ascii: "t"): bytes.append(0x09)
                case UInt8(ascii: "b"): bytes.append(0x08)
                case let escaped? where escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\"):
                    bytes.append(escaped)
                default: return nil
                }
                length = bytes.count
            case _ where isComment(byte) && !isQuoted:
                skipLine()
                return String(decoding: bytes[..<length], as: UTF8.self)
            default:
                bytes.append(byte)
                if isQuoted || !isSpace(byte) { length = bytes.count }
            }
        }
        return isQuoted ? nil : String(decoding: bytes[..<length], as: UTF8.self)
    }

    /// A section's or a key's name, in small letters.
    private mutating func word() -> String {
        let name = text.prefix { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e }
        text = text[name.endIndex...]
        return String(decoding: name, as: UTF8.self).lowercased()
    }

    private mutating func skipBlanks() { text = text.drop { $0 == 0x20 || $0 == 0x09 } }
    private mutating func skipLine() { text = text.drop { $0 != 0x0a } }
}

private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
private func isComment(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";") }
private func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }

/// What a .gitmodules file calls its submodules, by their paths. Source of the format: gitmodules(5).
package func namesOfSubmodules(_ text: [UInt8]) -> [String: String] {
    var names: [String: String] = [:]
    for entry in parseConfiguration(text) ?? [] where entry.section == "submodule" && entry.key == "path" {
        if let name = entry.subsection, let path = entry.value { names[path] = name }
    }
    return names
}
