/// Finds secrets in bytes that come piece by piece: across pieces, across lines, and percent-encoded; it changes nothing.

struct SecretScanner {
    /// Where secrets stand, as offsets from the first byte; they do not touch each other and are in order.
    private(set) var marks: [Range<Int>] = []
    /// The first that was found.
    private(set) var owner: Int?

    private let automaton: FormAutomaton
    private var position = 0
    private var plain = Cursor()
    /// Of the text as it is after percent-decoding; nil while that is the same text.
    private var decoded: Cursor?
    private var escape: [UInt8] = []
    private var escapeStart = 0
    /// What may follow a form in base64: one character, then padding.
    private var tail = Tail.none
    /// Line breaks, one after the other.
    private var breaks = 0

    private enum Tail { case none, character, padding }

    init(_ automaton: FormAutomaton) { self.automaton = automaton }

    /// Nothing before this offset can become part of a secret any more.
    var settled: Int {
        var offset = position
        if let start = plain.begin { offset = min(offset, start) }
        if let start = decoded?.begin { offset = min(offset, start) }
        return escape.isEmpty ? offset : min(offset, escapeStart)
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var index = 0
        while index < bytes.count {
            if decoded == nil, plain.state == FormAutomaton.start, tail == .none {
                // Most of a text is not even the beginning of a secret.
                let from = index
                while index < bytes.count, !automaton.begins(with: bytes[index]), !bytes[index].beginsEscape { index += 1 }
                position += index - from
                if index == bytes.count { return }
            }
            add(bytes[index])
            index += 1
        }
    }

    /// Marks before this offset are of no use any more.
    mutating func forgetMarks(before offset: Int) { marks.removeAll { $0.upperBound <= offset } }

    private mutating func add(_ byte: UInt8) {
        defer { position += 1 }
        if byte.isLineBreak {
            breaks += 1
            // A secret may be broken into lines, not torn apart by empty ones.
            if breaks > 4 { reset() }
            return
        }
        breaks = 0
        follow(byte)
        if byte.beginsEscape, decoded == nil { decoded = plain }
        note(plain.advance(byte, from: position, in: automaton))
        if decoded != nil { decode(byte) }
    }

    private mutating func reset() {
        plain = Cursor()
        decoded = nil
        escape = []
        tail = .none
    }

    /// The byte after a form in base64.
    private mutating func follow(_ byte: UInt8) {
        switch tail {
        case .none: return
        case .character where byte.isBase64: tail = .padding
        case .character, .padding:
            guard byte == UInt8(ascii: "=") else { return tail = .none }
            tail = .padding
        }
        mark(position..<(position + 1))
    }

    private mutating func decode(_ byte: UInt8) {
        if !escape.isEmpty {
            escape.append(byte)
            if escape.count == 3, let high = escape[1].nibble, let low = byte.nibble {
                escape = []
                step(high << 4 | low, from: escapeStart)
            } else if escape.count == 3 || byte.nibble == nil {
                let spelt = escape
                escape = []
                // Line breaks between them are rare enough to be left out of the count.
                for (index, byte) in spelt.dropLast().enumerated() { step(byte, from: escapeStart + index) }
                decode(byte)
            }
        } else if byte == UInt8(ascii: "%") {
            escape = [byte]
            escapeStart = position
        } else {
            step(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte, from: position)
        }
        if escape.isEmpty, let other = decoded, other.state == plain.state, other.begin == plain.begin { decoded = nil }
    }

    private mutating func step(_ byte: UInt8, from start: Int) {
        if let match = decoded?.advance(byte, from: start, in: automaton) { note(match) }
    }

    private mutating func note(_ match: Cursor.Match?) {
        guard let match else { return }
        mark(match.start..<(position + 1))
        if owner == nil { owner = match.owner }
        if match.isBase64 { tail = .character }
    }

    private mutating func mark(_ range: Range<Int>) {
        var range = range
        while let last = marks.last, last.upperBound >= range.lowerBound {
            range = min(last.lowerBound, range.lowerBound)..<max(last.upperBound, range.upperBound)
            marks.removeLast()
        }
        marks.append(range)
    }
}

/// A state of the automaton, and where the bytes that led there begin.
fileprivate struct Cursor {
    struct Match {
        /// Where the form that ends here begins.
        var start: Int
        var owner: Int
        var isBase64: Bool
    }

    private(set) var state = FormAutomaton.start
    private var starts: [Int] = []
    private var head = 0

    /// Where what may become a secret begins.
    var begin: Int? { head < starts.count ? starts[head] : nil }

    /// `start` is where the byte begins, which is three long when it was percent-encoded.
    mutating func advance(_ byte: UInt8, from start: Int, in automaton: FormAutomaton) -> Match? {
        state = automaton.state(after: state, byte)
        add(start, keeping: automaton.depth(of: state))
        guard let end = automaton.end(in: state) else { return nil }
        return Match(start: starts[starts.count - end.length], owner: end.owner, isBase64: end.isBase64)
    }

    private mutating func add(_ start: Int, keeping count: Int) {
        guard count > 0 else {
            starts.removeAll(keepingCapacity: true)
            head = 0
            return
        }
        starts.append(start)
        head = starts.count - count
        if head > 256, head > count {
            starts.removeFirst(head)
            head = 0
        }
    }
}

extension UInt8 {
    /// In the query of an address a plus is a space.
    fileprivate var beginsEscape: Bool { self == UInt8(ascii: "%") || self == UInt8(ascii: "+") }
}
