/// How a block of DEFLATE says which codes it uses: the codes' lengths, run by run, in a code of their own.
///
/// Source of the format: RFC 1951, section 3.2.7.

struct CodeHeader {
    /// A symbol of the code of lengths, and the repetitions beside it.
    private struct Run {
        var symbol: Int
        var extra: UInt32 = 0
        var extraBits = 0
    }

    private let literalCount: Int
    private let distanceCount: Int
    private let runs: [Run]
    private let lengths: [UInt8]
    private let writtenLengths: Int
    /// What `write` will write.
    let bitCount: Int

    private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    init(_ literals: [UInt8], _ distances: [UInt8]) {
        literalCount = max(257, (literals.lastIndex { $0 > 0 } ?? 0) + 1)
        distanceCount = max(1, (distances.lastIndex { $0 > 0 } ?? 0) + 1)
        let all = Array(literals[..<literalCount] + distances[..<distanceCount])
        var runs: [Run] = []
        var position = 0
        while position < all.count {
            let value = all[position]
            var count = 1
            while position + count < all.count, all[position + count] == value { count += 1 }
            position += count
            if value == 0 {
                runs += Self.zeros(count)
            } else {
                runs += Self.same(Int(value), count)
            }
        }
        self.runs = runs
        var counts = [UInt32](repeating: 0, count: 19)
        for run in runs { counts[run.symbol] += 1 }
        let lengths = codeLengths(counts, limit: 7)
        self.lengths = lengths
        writtenLengths = max(4, (Self.order.lastIndex { lengths[$0] > 0 } ?? 0) + 1)
        bitCount = 14 + 3 * writtenLengths + runs.reduce(0) { $0 + Int(lengths[$1.symbol]) + $1.extraBits }
    }

    private static func zeros(_ count: Int) -> [Run] {
        var runs: [Run] = []
        var rest = count
        while rest >= 11 {
            let some = min(rest, 138)
            runs.append(Run(symbol: 18, extra: UInt32(some - 11), extraBits: 7))
            rest -= some
        }
        if rest >= 3 {
            runs.append(Run(symbol: 17, extra: UInt32(rest - 3), extraBits: 3))
            rest = 0
        }
        return runs + [Run](repeating: Run(symbol: 0), count: rest)
    }

    private static func same(_ value: Int, _ count: Int) -> [Run] {
        var runs = [Run(symbol: value)]
        var rest = count - 1
        while rest >= 3 {
            let some = min(rest, 6)
            runs.append(Run(symbol: 16, extra: UInt32(some - 3), extraBits: 2))
            rest -= some
        }
        return runs + [Run](repeating: Run(symbol: value), count: rest)
    }

    func write(to bits: inout BitWriter) {
        bits.write(UInt32(literalCount - 257), 5)
        bits.write(UInt32(distanceCount - 1), 5)
        bits.write(UInt32(writtenLengths - 4), 4)
        for symbol in Self.order[..<writtenLengths] { bits.write(UInt32(lengths[symbol]), 3) }
        let codes = canonicalCodes(lengths)
        for run in runs {
            bits.write(codes[run.symbol] & 0xFFFF, Int(codes[run.symbol] >> 16))
            if run.extraBits > 0 { bits.write(run.extra, run.extraBits) }
        }
    }
}
