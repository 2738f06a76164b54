/// Decompresses DEFLATE streams that may be anyone's: memory stays below a limit, and what is damaged is nil.
///
/// Source of the formats: RFC 1950 (zlib), RFC 1951 (DEFLATE), RFC 1952 (gzip).

/// All members of a gzip file, one after the other; nil when it is damaged or has more than `limit` bytes in it.
package func gunzip(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
    var output: [UInt8] = []
    var position = 0
    repeat {
        guard let start = gzipHeaderEnd(bytes, from: position) else { return nil }
        let before = output.count
        guard let end = inflate(bytes, from: start, into: &output, limit: limit), end + 8 <= bytes.count else { return nil }
        let size = UInt32(truncatingIfNeeded: output.count - before)
        let sum = output[before...].withUnsafeBytes { checksum($0) }
        guard littleEndian(bytes, end) == sum, littleEndian(bytes, end + 4) == size else { return nil }
        position = end + 8
    } while position < bytes.count
    return output
}

/// A zlib stream; nil when it is damaged or has more than `limit` bytes in it. Its checksum is not looked at.
package func decompressZlib(_ bytes: some Collection<UInt8>, limit: Int) -> [UInt8]? {
    let bytes = Array(bytes)
    guard bytes.count > 2, bytes[0] & 15 == 8, bytes[1] & 32 == 0 else { return nil }
    var output: [UInt8] = []
    return inflate(bytes, from: 2, into: &output, limit: limit) == nil ? nil : output
}

private func littleEndian(_ bytes: [UInt8], _ place: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
}

private func gzipHeaderEnd(_ bytes: [UInt8], from start: Int) -> Int? {
    guard start + 18 <= bytes.count, bytes[start] == 0x1F, bytes[start + 1] == 0x8B, bytes[start + 2] == 8 else { return nil }
    let flags = bytes[start + 3]
    var position = start + 10
    if flags & 4 != 0 {
        guard position + 2 <= bytes.count else { return nil }
        position += 2 + Int(bytes[position]) + Int(bytes[position + 1]) << 8
    }
    // A name, and a comment.
    for flag: UInt8 in [8, 16] where flags & flag != 0 {
        guard position < bytes.count, let end = bytes[position...].firstIndex(of: 0) else { return nil }
        position = end + 1
    }
    if flags & 2 != 0 { position += 2 }
    return position < bytes.count ? position : nil
}

/// Where the stream ends that begins at `start`; nil when it is damaged or makes `output` longer than `limit`.
private func inflate(_ bytes: [UInt8], from start: Int, into output: inout [UInt8], limit: Int) -> Int? {
    bytes.withUnsafeBufferPointer { buffer in
        var reader = BitReader(bytes: buffer, position: start)
        let floor = output.count
        var isLast = false
        while !isLast {
            guard let last = reader.bits(1), let kind = reader.bits(2) else { return nil }
            isLast = last == 1
            let isRight: Bool
            switch kind {
            case 0: isRight = reader.copyStored(into: &output, limit)
            case 1: isRight = reader.inflateBlock(fixedLengths, fixedDistances, into: &output, floor, limit)
            case 2:
                guard let (lengths, distances) = reader.codes() else { return nil }
                isRight = reader.inflateBlock(lengths, distances, into: &output, floor, limit)
            default: isRight = false
            }
            guard isRight else { return nil }
        }
        return reader.position
    }
}

/// A canonical code, as RFC 1951 3.2.2 has it: how many words there are of each length, and what they stand for.
private struct PrefixCode {
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [UInt16] = []

    init(lengths: some Collection<UInt8>) {
        for length in lengths { counts[Int(length)] += 1 }
        counts[0] = 0
        var places = [Int](repeating: 0, count: 17)
        for length in 1..<16 { places[length + 1] = places[length] + counts[length] }
        symbols = [UInt16](repeating: 0, count: places[16])
        for (symbol, length) in lengths.enumerated() where length != 0 {
            symbols[places[Int(length)]] = UInt16(symbol)
            places[Int(length)] += 1
        }
    }
}

private let fixedLengths = PrefixCode(
    lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 } as [UInt8])
private let fixedDistances = PrefixCode(lengths: [UInt8](repeating: 5, count: 30))

/// Bits of a byte from the lowest on. `position` is behind every byte of which a bit was taken.
private struct BitReader {
    let bytes: UnsafeBufferPointer<UInt8>
    var position: Int
    private var held: UInt32 = 0
    private var count = 0

    init(bytes: UnsafeBufferPointer<UInt8>, position: Int) {
        self.bytes = bytes
        self.position = position
    }

    mutating func bits(_ wanted: Int) -> Int? {
        while count < wanted {
            guard position < bytes.count else { return nil }
            held |= UInt32(bytes[position]) << UInt32(count)
            position += 1
            count += 8
        }
        let value = held & (1 << UInt32(wanted) - 1)
        held >>= UInt32(wanted)
        count -= wanted
        return Int(value)
    }

    private mutating func symbol(_ code: PrefixCode) -> Int? {
        var (word, first, place) = (0, 0, 0)
        for length in 1..<16 {
            guard let bit = bits(1) else { return nil }
            word |= bit
            let number = code.counts[length]
            // Below zero where the lengths promise more words than there are bits for.
            guard word >= first else { return nil }
            if word - first < number { return Int(code.symbols[place + word - first]) }
            place += number
            first = (first + number) << 1
            word <<= 1
        }
        return nil
    }

    mutating func copyStored(into output: inout [UInt8], _ limit: Int) -> Bool {
        (held, count) = (0, 0)
        guard position + 4 <= bytes.count else { return false }
        let size = Int(bytes[position]) | Int(bytes[position + 1]) << 8
        let complement = Int(bytes[position + 2]) | Int(bytes[position + 3]) << 8
        position += 4
        guard size == complement ^ 0xFFFF, position + size <= bytes.count, output.count + size <= limit else { return false }
        output += bytes[position..<(position + size)]
        position += size
        return true
    }

    /// What a block of its own codes says first.
    mutating func codes() -> (PrefixCode, PrefixCode)? {
        guard let literals = bits(5).map({ $0 + 257 }), let distances = bits(5).map({ $0 + 1 }), let few = bits(4),
            literals <= 286, distances <= 30
        else { return nil }
        var lengths = [UInt8](repeating: 0, count: 19)
        for place in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(few + 4) {
            guard let length = bits(3) else { return nil }
            lengths[place] = UInt8(length)
        }
        let code = PrefixCode(lengths: lengths)
        var all: [UInt8] = []
        while all.count < literals + distances {
            guard let symbol = self.symbol(code) else { return nil }
            var (value, times): (UInt8, Int?) = (0, nil)
            switch symbol {
            case 16:
                guard let last = all.last else { return nil }
                (value, times) = (last, bits(2).map { $0 + 3 })
            case 17: times = bits(3).map { $0 + 3 }
            case 18: times = bits(7).map { $0 + 11 }
            default: (value, times) = (UInt8(symbol), 1)
            }
            guard let times, all.count + times <= literals + distances else { return nil }
            all += repeatElement(value, count: times)
        }
        return (PrefixCode(lengths: all[..<literals]), PrefixCode(lengths: all[literals...]))
    }

    /// `floor`: where in `output` the stream begins, before which nothing can be copied from.
    mutating func inflateBlock(
        _ lengths: PrefixCode, _ distances: PrefixCode, into output: inout [UInt8], _ floor: Int, _ limit: Int
    ) -> Bool {
        while let symbol = self.symbol(lengths) {
            if symbol == 256 { return true }
            if symbol < 256 {
                guard output.count < limit else { return false }
                output.append(UInt8(symbol))
                continue
            }
            guard symbol < 286, let more = bits(Int(lengthBits[symbol - 257])),
                let far = self.symbol(distances), far < 30, let farther = bits(Int(distanceBits[far]))
            else { return false }
            let length = Int(lengthBases[symbol - 257]) + more
            let distance = Int(distanceBases[far]) + farther
            guard distance <= output.count - floor, output.count + length <= limit else { return false }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
        return false
    }
}

/// RFC 1951 3.2.5.
private let lengthBases: [UInt16] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]
private let lengthBits: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
private let distanceBases: [UInt16] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193,
    12289, 16385, 24577,
]
private let distanceBits: [UInt8] = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
]
