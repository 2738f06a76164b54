/// Finds where bytes occurred before, not more than 32 KiB back; it knows neither tokens nor codes.

/// Chains of positions with the same hash of their first four bytes.
final class MatchFinder {
    static let window = 1 << 15
    static let shortest = 4
    static let longest = 258

    /// What is searched: positions count from here.
    private let bytes: UnsafePointer<UInt8>
    private let end: Int
    private let heads: UnsafeMutablePointer<Int32>
    private let previous: UnsafeMutablePointer<Int32>
    private static let hashBits = 16

    /// `bytes` are `end` bytes that stay where they are while this lives; fewer than 2 GiB.
    init(_ bytes: UnsafePointer<UInt8>, end: Int) {
        self.bytes = bytes
        self.end = end
        heads = .allocate(capacity: 1 << Self.hashBits)
        heads.initialize(repeating: -1, count: 1 << Self.hashBits)
        previous = .allocate(capacity: Self.window)
        previous.initialize(repeating: -1, count: Self.window)
    }

    deinit {
        heads.deallocate()
        previous.deallocate()
    }

    @inline(__always)
    private func word(_ position: Int) -> UInt32 {
        UInt32(littleEndian: UnsafeRawPointer(bytes + position).loadUnaligned(as: UInt32.self))
    }

    @inline(__always)
    private func slot(_ word: UInt32) -> Int { Int((word &* 0x9E37_79B1) >> UInt32(32 - Self.hashBits)) }

    /// Makes `position` one that can be found. Every position is to be inserted once, in order.
    @inline(__always)
    func insert(_ position: Int) {
        guard position &+ 4 <= end else { return }
        let slot = slot(word(position))
        previous[position & (Self.window - 1)] = heads[slot]
        heads[slot] = Int32(truncatingIfNeeded: position)
    }

    /// The longest of up to `tries` earlier occurrences of what stands at `position`, if it is longer than `least`, else
    /// a length of 0. One of `enough` bytes or more ends the search. The nearest among equals. Inserts the position.
    @inline(__always)
    func longest(at position: Int, over least: Int, tries: Int, enough: Int) -> (length: Int, distance: Int) {
        let room = min(end &- position, Self.longest)
        guard room >= Self.shortest else { return (0, 0) }
        let first = word(position)
        let slot = slot(first)
        var candidate = Int(heads[slot])
        previous[position & (Self.window - 1)] = heads[slot]
        heads[slot] = Int32(truncatingIfNeeded: position)

        var best = max(least, Self.shortest - 1)
        guard best < room else { return (0, 0) }
        var distance = 0
        var tries = tries
        let oldest = max(0, position &- Self.window &+ 1)
        while candidate >= oldest {
            if bytes[candidate &+ best] == bytes[position &+ best], word(candidate) == first {
                let length = common(candidate, position, room)
                if length > best {
                    best = length
                    distance = position &- candidate
                    if length >= enough || length == room { break }
                }
            }
            tries &-= 1
            if tries == 0 { break }
            let next = Int(previous[candidate & (Self.window - 1)])
            // Slots of positions that left the window belong to later ones.
            if next >= candidate { break }
            candidate = next
        }
        return distance == 0 ? (0, 0) : (best, distance)
    }

    /// How many bytes are the same at both, at most `room`; the first four are.
    @inline(__always)
    private func common(_ a: Int, _ b: Int, _ room: Int) -> Int {
        let (left, right) = (UnsafeRawPointer(bytes + a), UnsafeRawPointer(bytes + b))
        var length = 4
        while length &+ 8 <= room {
            let x = UInt64(littleEndian: left.loadUnaligned(fromByteOffset: length, as: UInt64.self))
            let y = UInt64(littleEndian: right.loadUnaligned(fromByteOffset: length, as: UInt64.self))
            if x != y { return length &+ (x ^ y).trailingZeroBitCount / 8 }
            length &+= 8
        }
        while length < room, bytes[a &+ length] == bytes[b &+ length] { length &+= 1 }
        return length
    }
}
