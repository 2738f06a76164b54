/// Text as a shell gets it, after all that its file's format does to it, with the origin of every byte in the file.

struct ScriptText: Sendable {
    /// A stretch of bytes up to the next piece: those of the file from `source` on, or, if fixed, all from one place.
    private struct Piece: Sendable {
        var start: Int
        var source: Range<Int>
        var isFixed: Bool
    }

    private(set) var bytes: [UInt8] = []
    private var pieces: [Piece] = []
    /// Expansions that someone else makes before the shell reads the text: `${{ … }}`, `$(MAKE)`. Rising, apart from each
    /// other. They stand as they are written.
    private(set) var holes: [Range<Int>] = []

    init() {}

    /// A stretch of a file as it stands.
    init(_ source: SourceBytes, _ range: Range<Int>) {
        append(source.bytes[range], at: range.lowerBound)
    }

    /// Bytes that stand one after the other in the file from `source` on.
    init(_ bytes: some Collection<UInt8>, at source: Int) {
        append(bytes, at: source)
    }

    var isLiteral: Bool { holes.isEmpty }
    var string: String { String(decoding: bytes, as: UTF8.self) }

    mutating func append(_ byte: UInt8, at source: Int) {
        append(CollectionOfOne(byte), at: source)
    }

    mutating func append(_ more: some Collection<UInt8>, at source: Int) {
        guard !more.isEmpty else { return }
        let continues = pieces.last.map { !$0.isFixed && $0.source.lowerBound + bytes.count - $0.start == source } ?? false
        if !continues { pieces.append(Piece(start: bytes.count, source: source..<source, isFixed: false)) }
        bytes.append(contentsOf: more)
    }

    /// Bytes that all come from one place.
    mutating func append(_ more: some Collection<UInt8>, from source: Range<Int>, isHole: Bool = false) {
        guard !more.isEmpty else { return }
        let start = bytes.count
        pieces.append(Piece(start: start, source: source, isFixed: true))
        bytes.append(contentsOf: more)
        if isHole { addHole(start..<bytes.count) }
    }

    mutating func append(_ other: ScriptText, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let start = bytes.count
        var index = other.piece(at: range.lowerBound)
        while index < other.pieces.count, other.pieces[index].start < range.upperBound {
            let piece = other.pieces[index]
            let end = index + 1 < other.pieces.count ? other.pieces[index + 1].start : other.bytes.count
            let part = max(piece.start, range.lowerBound)..<min(end, range.upperBound)
            if piece.isFixed {
                append(other.bytes[part], from: piece.source)
            } else {
                append(other.bytes[part], at: piece.source.lowerBound + part.lowerBound - piece.start)
            }
            index += 1
        }
        var hole = other.hole(notBefore: range.lowerBound)
        while hole < other.holes.count, other.holes[hole].lowerBound < range.upperBound {
            let part = other.holes[hole].clamped(to: range)
            addHole(part.lowerBound - range.lowerBound + start..<part.upperBound - range.lowerBound + start)
            hole += 1
        }
    }

    mutating func append(_ other: ScriptText) { append(other, other.bytes.indices) }

    /// The place in the file that a stretch comes from; of an empty one, where it would be.
    func origin(_ range: Range<Int>) -> Range<Int> {
        guard !pieces.isEmpty else { return 0..<0 }
        let first = origin(ofByte: min(range.lowerBound, bytes.count - 1))
        if range.lowerBound >= bytes.count { return first.upperBound..<first.upperBound }
        guard !range.isEmpty else { return first.lowerBound..<first.lowerBound }
        return first.lowerBound..<max(first.lowerBound, origin(ofByte: range.upperBound - 1).upperBound)
    }

    func slice(_ range: Range<Int>) -> ScriptText {
        var slice = ScriptText()
        slice.append(self, range)
        return slice
    }

    /// The index of the first hole that ends after `offset`.
    func hole(notBefore offset: Int) -> Int {
        var (low, high) = (0, holes.count)
        while low < high {
            let middle = (low + high) / 2
            if holes[middle].upperBound <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Says that a stretch of what is there is an expansion; stretches come in order.
    mutating func addHole(_ range: Range<Int>) {
        var whole = range
        while let last = holes.last, last.upperBound > whole.lowerBound {
            whole = min(last.lowerBound, whole.lowerBound)..<max(last.upperBound, whole.upperBound)
            holes.removeLast()
        }
        if !whole.isEmpty { holes.append(whole) }
    }

    private func origin(ofByte offset: Int) -> Range<Int> {
        let piece = pieces[piece(at: offset)]
        if piece.isFixed { return piece.source }
        let start = piece.source.lowerBound + offset - piece.start
        return start..<start + 1
    }

    private func piece(at offset: Int) -> Int {
        var (low, high) = (0, pieces.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if pieces[middle].start <= offset { low = middle } else { high = middle - 1 }
        }
        return max(0, low)
    }
}
