/// Reads .gitattributes files and says how each file of a tree is to be written; knows neither objects nor the disk.

/// The rules of one tree's own files alone: neither `core.autocrlf` nor the user's or the repository's private
/// attributes, so that the same commit gives the same bytes everywhere.
package struct GitAttributes: Sendable {
    private struct Rule {
        var pattern: [UInt8]
        /// The pattern is compared with the last name alone.
        var isName: Bool
        var values: [Value]
    }

    private enum Setting: Hashable {
        case set, unset
        case unspecified
        case text(String)
    }

    private struct Value {
        var name: String
        var setting: Setting
    }

    /// By the folder of their file: empty for the root, else with a slash at the end.
    private var rules: [String: [Rule]] = [:]
    private var macros: [String: [Value]] = [
        "binary": [
            Value(name: "diff", setting: .unset), Value(name: "merge", setting: .unset), Value(name: "text", setting: .unset),
        ]
    ]

    /// `files` are the .gitattributes of a tree, by path.
    package init(_ files: some Sequence<(path: String, content: [UInt8])>) {
        for file in files {
            let folder = String(file.path.dropLast(GitAttributes.fileName.utf8.count))
            let body = file.content.starts(with: [0xef, 0xbb, 0xbf]) ? file.content[3...] : file.content[...]
            for line in body.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
                add(line, in: folder)
            }
        }
    }

    package static let fileName = ".gitattributes"

    package var isEmpty: Bool { rules.isEmpty }

    /// Source of the format: gitattributes(5).
    private mutating func add(_ line: ArraySlice<UInt8>, in folder: String) {
        var rest = line.drop(while: isBlank)
        guard let first = rest.first, first != UInt8(ascii: "#") else { return }
        let macro = Array("[attr]".utf8)
        if rest.starts(with: macro) {
            rest = rest.dropFirst(macro.count)
            let name = rest.prefix { !isBlank($0) }
            if folder.isEmpty { macros[String(decoding: name, as: UTF8.self)] = values(rest.dropFirst(name.count)) }
            return
        }
        var pattern: [UInt8]
        if first == UInt8(ascii: "\"") {
            guard let quoted = unquoted(&rest) else { return }
            pattern = quoted
        } else {
            pattern = Array(rest.prefix { !isBlank($0) })
            rest = rest.dropFirst(pattern.count)
        }
        // Neither a negated pattern nor one of folders fits any file.
        guard !pattern.isEmpty, pattern.first != UInt8(ascii: "!"), pattern.last != UInt8(ascii: "/") else { return }
        let isName = !pattern.contains(UInt8(ascii: "/"))
        if pattern.first == UInt8(ascii: "/") { pattern.removeFirst() }
        rules[folder, default: []].append(Rule(pattern: pattern, isName: isName, values: values(rest)))
    }

    private func values(_ text: ArraySlice<UInt8>) -> [Value] {
        text.split(whereSeparator: isBlank).map { word in
            let word = String(decoding: word, as: UTF8.self)
            if word.hasPrefix("-") { return Value(name: String(word.dropFirst()), setting: .unset) }
            if word.hasPrefix("!") { return Value(name: String(word.dropFirst()), setting: .unspecified) }
            guard let sign = word.firstIndex(of: "=") else { return Value(name: word, setting: .set) }
            return Value(name: String(word[..<sign]), setting: .text(String(word[word.index(after: sign)...])))
        }
    }

    /// How the file at `path`, from the tree's root, is written.
    package func conversion(of path: String) -> ContentConversion {
        guard !rules.isEmpty else { return .none }
        var found: [String: Setting] = [:]
        let text = Array(path.utf8)
        text.withUnsafeBufferPointer { text in
            var end = text.count
            // The nearest folder's file first; in it, what is said last.
            while true {
                let slash = text[..<end].lastIndex(of: UInt8(ascii: "/"))
                let count = slash.map { $0 + 1 } ?? 0
                if let rules = rules[String(decoding: text[..<count], as: UTF8.self)] { collect(rules, text, count, &found) }
                guard let slash else { break }
                end = slash
            }
        }
        return found.isEmpty ? .none : conversion(found)
    }

    private func collect(
        _ rules: [Rule], _ path: UnsafeBufferPointer<UInt8>, _ base: Int, _ found: inout [String: Setting]
    ) {
        let name = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        for rule in rules.reversed() {
            let subject = UnsafeBufferPointer(rebasing: path[(rule.isName ? name : base)...])
            guard rule.pattern.withUnsafeBufferPointer({ globMatches($0, subject) }) else { continue }
            settle(rule.values, &found)
        }
    }

    /// What is settled already stays.
    private func settle(_ values: [Value], _ found: inout [String: Setting]) {
        for value in values.reversed() where found[value.name] == nil {
            found[value.name] = value.setting
            if value.setting == .set, let more = macros[value.name] { settle(more, &found) }
        }
    }

    private func conversion(_ found: [String: Setting]) -> ContentConversion {
        func text(_ name: String) -> String? {
            if case .text(let text)? = found[name] { text } else { nil }
        }
        var conversion = ContentConversion()
        conversion.lineEndings = lineEndings(found, text("eol"))
        conversion.hasIdent = found["ident"] == .set
        conversion.encoding = text("working-tree-encoding")
        conversion.filter = text("filter")
        return conversion
    }

    /// As `git checkout` does on a machine whose lines end with LF.
    private func lineEndings(_ found: [String: Setting], _ end: String?) -> ContentConversion.LineEndings {
        let setting = [found["text"], found["crlf"]].compactMap(\.self).first { $0 != .unspecified }
        guard setting != .unset, end == "crlf" else { return .kept }
        return setting == .text("auto") ? .carriageReturnsInText : .carriageReturns
    }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

/// A pattern between double quotes, with C's escapes; nil when it does not end.
private func unquoted(_ text: inout ArraySlice<UInt8>) -> [UInt8]? {
    var found: [UInt8] = []
    text = text.dropFirst()
    while let byte = text.popFirst() {
        switch byte {
        case UInt8(ascii: "\""): return found
        case UInt8(ascii: "\\"):
            guard let escaped = text.popFirst() else { return nil }
            switch escaped {
            case UInt8(ascii: "n"): found.append(0x0a)
            case UInt8(ascii: "t"): found.append(0x09)
            case UInt8(ascii: "r"): found.append(0x0d)
            case UInt8(ascii: "0")...UInt8(ascii: "3"):
                let digits = [escaped] + text.prefix(2)
                text = text.dropFirst(2)
                guard let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) else { return nil }
                found.append(value)
            default: found.append(escaped)
            }
        default: found.append(byte)
        }
    }
    return nil
}
