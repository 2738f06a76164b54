/// Tokens become blocks of DEFLATE: literals and matches counted, codes made for them, everything written down.
///
/// Source of the format: RFC 1951, section 3.2.

struct BlockWriter {
    private var bits: BitWriter
    /// A literal, or length << 16 | distance.
    private let tokens: UnsafeMutablePointer<UInt32>
    private var tokenCount = 0
    /// Occurrences by symbol: literals, the end of the block, lengths; and distances.
    private let counts: UnsafeMutablePointer<UInt32>
    private let distanceCounts: UnsafeMutablePointer<UInt32>
    /// Bytes that the tokens stand for.
    private var covered = 0

    /// A block is full at so many tokens: codes fit what is near.
    private static let capacity = 1 << 15
    private static let endOfBlock = 256
    private static let symbols = 286
    private static let distances = 30

    /// What a stream of `size` bytes may come to at worst, with everything stored.
    static func bound(_ size: Int) -> Int { size + 10 * (size / capacity + 2) + 64 }

    /// `memory` must hold `bound` bytes. To be ended with `deallocate`.
    init(into memory: UnsafeMutableRawPointer) {
        bits = BitWriter(memory)
        // One more: the last byte of all may come after the block is full.
        tokens = .allocate(capacity: Self.capacity + 1)
        counts = .allocate(capacity: Self.symbols)
        counts.initialize(repeating: 0, count: Self.symbols)
        distanceCounts = .allocate(capacity: Self.distances)
        distanceCounts.initialize(repeating: 0, count: Self.distances)
    }

    func deallocate() {
        tokens.deallocate()
        counts.deallocate()
        distanceCounts.deallocate()
    }

    /// Bytes that were written; right after `close` alone.
    var count: Int { bits.count }
    var isFull: Bool { tokenCount == Self.capacity }

    @inline(__always)
    mutating func add(literal: UInt8) {
        tokens[tokenCount] = UInt32(literal)
        tokenCount &+= 1
        counts[Int(literal)] &+= 1
        covered &+= 1
    }

    @inline(__always)
    mutating func add(length: Int, distance: Int) {
        tokens[tokenCount] = UInt32(truncatingIfNeeded: length) << 16 | UInt32(truncatingIfNeeded: distance)
        tokenCount &+= 1
        counts[lengthCode(length).symbol] &+= 1
        distanceCounts[distanceCode(distance).symbol] &+= 1
        covered &+= length
    }

    /// Writes what was added as a block. `end` is the address after the last byte that the tokens stand for.
    mutating func finishBlock(endingAt end: UnsafePointer<UInt8>, isLast: Bool) {
        counts[Self.endOfBlock] = 1
        let lengths = codeLengths(Array(UnsafeBufferPointer(start: counts, count: Self.symbols)), limit: 15)
        var distances = codeLengths(Array(UnsafeBufferPointer(start: distanceCounts, count: Self.distances)), limit: 15)
        // Without any distance there is one all the same: not every reader takes none.
        if !distances.contains(where: { $0 > 0 }) { distances[0] = 1 }
        let header = CodeHeader(lengths, distances)
        let size = 3 + header.bitCount + tokenBits(lengths, distances)
        let storedSize = (covered / 65535 + 1) * 40 + covered * 8
        if storedSize <= size {
            store(UnsafeRawBufferPointer(start: end - covered, count: covered), isLast: isLast)
        } else {
            bits.write((isLast ? 1 : 0) | 2 << 1, 3)
            header.write(to: &bits)
            writeTokens(canonicalCodes(lengths), canonicalCodes(distances))
        }
        counts.update(repeating: 0, count: Self.symbols)
        distanceCounts.update(repeating: 0, count: Self.distances)
        (tokenCount, covered) = (0, 0)
    }

    /// Ends the stream, or, before another stream is appended, the byte.
    mutating func close(isLast: Bool) {
        if !isLast { store(UnsafeRawBufferPointer(start: nil, count: 0), isLast: false) }
        bits.align()
    }

    private mutating func store(_ bytes: UnsafeRawBufferPointer, isLast: Bool) {
        var rest = bytes[...]
        repeat {
            let piece = rest.prefix(65535)
            rest = rest.dropFirst(piece.count)
            bits.write(isLast && rest.isEmpty ? 1 : 0, 3)
            bits.align()
            bits.write(UInt32(piece.count), 16)
            bits.write(~UInt32(piece.count) & 0xFFFF, 16)
            bits.align()
            bits.copy(UnsafeRawBufferPointer(rebasing: piece))
        } while !rest.isEmpty
    }

    private func tokenBits(_ lengths: [UInt8], _ distances: [UInt8]) -> Int {
        var sum = 0
        for symbol in 0..<Self.symbols { sum += Int(counts[symbol]) * (Int(lengths[symbol]) + lengthExtraBits(symbol)) }
        for symbol in 0..<Self.distances {
            sum += Int(distanceCounts[symbol]) * (Int(distances[symbol]) + distanceExtraBits(symbol))
        }
        return sum
    }

    private mutating func writeTokens(_ codes: [UInt32], _ distanceCodes: [UInt32]) {
        codes.withUnsafeBufferPointer { codes in
            distanceCodes.withUnsafeBufferPointer { distanceCodes in
                for index in 0..<tokenCount {
                    let token = tokens[index]
                    if token < 256 {
                        let code = codes[Int(token)]
                        bits.write(code & 0xFFFF, Int(code >> 16))
                        continue
                    }
                    let length = lengthCode(Int(token >> 16))
                    var code = codes[length.symbol]
                    bits.write(code & 0xFFFF | length.extra << (code >> 16), Int(code >> 16) &+ length.extraBits)
                    let distance = distanceCode(Int(token & 0xFFFF))
                    code = distanceCodes[distance.symbol]
                    bits.write(code & 0xFFFF | distance.extra << (code >> 16), Int(code >> 16) &+ distance.extraBits)
                }
            }
        }
        let end = codes[Self.endOfBlock]
        bits.write(end & 0xFFFF, Int(end >> 16))
    }
}

/// How a number is written: a symbol, and the rest of the number beside it.
private typealias NumberCode = (symbol: Int, extra: UInt32, extraBits: Int)

/// Of a match's length, 3 to 258.
@inline(__always)
private func lengthCode(_ length: Int) -> NumberCode {
    let value = length &- 3
    if value < 8 { return (257 &+ value, 0, 0) }
    if value == 255 { return (285, 0, 0) }
    let bits = 61 &- value.leadingZeroBitCount
    return (257 &+ 4 &* (bits &+ 1) &+ (value >> bits & 3), UInt32(truncatingIfNeeded: value & (1 << bits &- 1)), bits)
}

/// Of a match's distance, 1 to 32768.
@inline(__always)
private func distanceCode(_ distance: Int) -> NumberCode {
    let value = distance &- 1
    if value < 4 { return (value, 0, 0) }
    let bits = 62 &- value.leadingZeroBitCount
    return (2 &* (bits &+ 1) &+ (value >> bits & 1), UInt32(truncatingIfNeeded: value & (1 << bits &- 1)), bits)
}

private func lengthExtraBits(_ symbol: Int) -> Int { symbol < 265 || symbol == 285 ? 0 : (symbol - 261) / 4 }
private func distanceExtraBits(_ symbol: Int) -> Int { symbol < 4 ? 0 : symbol / 2 - 1 }
