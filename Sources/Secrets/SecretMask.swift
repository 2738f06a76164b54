/// Puts `***` in the place of secrets, in texts and in streams, and says whether a content has one: the only place that does.

package struct SecretMask: Sendable {
    private let names: [String]
    fileprivate let automaton: FormAutomaton?

    /// Masks nothing.
    package static let none = SecretMask([])

    /// Values shorter than `shortestSecret` are not looked for.
    package init(_ secrets: [(name: String, value: [UInt8])]) {
        names = secrets.map(\.name)
        var forms: [(form: SecretForm, owner: Int)] = []
        for (index, secret) in secrets.enumerated() {
            let value = trimmed(secret.value)
            if value.count >= shortestSecret { forms += secretForms(of: value).map { ($0, index) } }
        }
        automaton = forms.isEmpty ? nil : FormAutomaton(forms)
    }

    package var isEmpty: Bool { automaton == nil }

    package func masked(_ text: String) -> String {
        guard automaton != nil else { return text }
        var stream = MaskedStream(self)
        let bytes = stream.add(Array(text.utf8)) + stream.finish()
        return stream.hasMasked ? String(decoding: bytes, as: UTF8.self) : text
    }

    /// The name of the first secret in a content that comes piece by piece.
    package func search() -> SecretSearch { SecretSearch(names: names, scanner: automaton.map(SecretScanner.init)) }

    package func secret(in bytes: [UInt8]) -> String? {
        var search = search()
        bytes.withUnsafeBytes { search.add($0) }
        return search.found
    }
}

/// A stream with its secrets masked. What may be the beginning of a secret is held back until that is known.
package struct MaskedStream: Sendable {
    private var scanner: SecretScanner?
    private var held: [UInt8] = []
    /// The offset of the first byte held.
    private var offset = 0
    private var isInSecret = false
    private(set) var hasMasked = false

    package init(_ mask: SecretMask) { scanner = mask.automaton.map(SecretScanner.init) }

    package mutating func add(_ bytes: [UInt8]) -> [UInt8] {
        guard scanner != nil else { return bytes }
        bytes.withUnsafeBytes { scanner!.add($0) }
        held += bytes
        return release(before: scanner!.settled)
    }

    /// What was held back: nothing more comes.
    package mutating func finish() -> [UInt8] { scanner == nil ? [] : release(before: offset + held.count) }

    private mutating func release(before end: Int) -> [UInt8] {
        guard end > offset else { return [] }
        var released: [UInt8] = []
        released.reserveCapacity(end - offset)
        var place = offset
        for mark in scanner!.marks where mark.upperBound > offset && mark.lowerBound < end {
            let start = max(mark.lowerBound, offset)
            if start > place {
                released += held[(place - offset)..<(start - offset)]
                isInSecret = false
            }
            place = min(mark.upperBound, end)
            for byte in held[(start - offset)..<(place - offset)] {
                // Lines stay lines.
                if byte.isLineBreak {
                    released.append(byte)
                    isInSecret = false
                } else if !isInSecret {
                    released += [UInt8](repeating: UInt8(ascii: "*"), count: 3)
                    isInSecret = true
                }
            }
            hasMasked = true
        }
        if end > place {
            released += held[(place - offset)..<(end - offset)]
            isInSecret = false
        }
        held.removeFirst(end - offset)
        offset = end
        scanner!.forgetMarks(before: end)
        return released
    }
}

package struct SecretSearch {
    fileprivate let names: [String]
    fileprivate var scanner: SecretScanner?

    package mutating func add(_ piece: UnsafeRawBufferPointer) {
        guard scanner != nil else { return }
        scanner!.add(piece)
        scanner!.forgetMarks(before: scanner!.settled)
    }

    package var found: String? { scanner?.owner.map { names[$0] } }
}

/// What steps are given, by name: the value, or the path of the file that has it; and what hides them all.
package struct GivenSecrets: Sendable {
    package var texts: [String: String]
    /// The secrets whose text is a path.
    package var files: Set<String>
    package var mask: SecretMask

    package init(texts: [String: String] = [:], files: Set<String> = [], mask: SecretMask = .none) {
        self.texts = texts
        self.files = files
        self.mask = mask
    }
}

/// Without line breaks around it: a file ends with one, and what prints it may not.
private func trimmed(_ value: [UInt8]) -> [UInt8] {
    Array(value.drop(while: \.isLineBreak).reversed().drop(while: \.isLineBreak).reversed())
}
