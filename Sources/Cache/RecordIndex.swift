/// Where the newest record of an id stands in a log; it knows the first word of an id and a number, no record.

/// Open addressing. Ids are hashes, so a part of one serves as the hash of its whole: 40 bits of an id and the 24 bits
/// of a record's number make a slot. Two ids that agree in these 40 bits hide each other, which makes a miss of the
/// older; whoever reads the record compares the whole id.
struct RecordIndex {
    /// Records beyond this number are not found.
    static let limit = 1 << 24 - 1

    private var slots = [UInt64](repeating: 0, count: 1024)
    private var count = 0

    /// The number last given for an id that begins with `word`.
    subscript(word: UInt64) -> Int? {
        let tag = word >> 24
        var position = Int(truncatingIfNeeded: tag) & (slots.count - 1)
        while slots[position] != 0 {
            if slots[position] >> 24 == tag { return Int(slots[position] & 0xff_ffff) - 1 }
            position = (position + 1) & (slots.count - 1)
        }
        return nil
    }

    mutating func insert(_ word: UInt64, _ number: Int) {
        guard number < RecordIndex.limit else { return }
        if (count + 1) * 2 > slots.count { grow(to: slots.count * 2) }
        place((word >> 24) << 24 | UInt64(number + 1))
    }

    /// Makes room for so many more.
    mutating func reserve(_ more: Int) {
        var size = slots.count
        while (count + more) * 2 > size { size *= 2 }
        if size > slots.count { grow(to: size) }
    }

    private mutating func place(_ slot: UInt64) {
        let tag = slot >> 24
        slots.withUnsafeMutableBufferPointer { slots in
            let mask = slots.count - 1
            var position = Int(truncatingIfNeeded: tag) & mask
            while slots[position] != 0, slots[position] >> 24 != tag { position = (position + 1) & mask }
            if slots[position] == 0 { count += 1 }
            slots[position] = slot
        }
    }

    private mutating func grow(to size: Int) {
        let old = slots
        slots = [UInt64](repeating: 0, count: size)
        count = 0
        for slot in old where slot != 0 { place(slot) }
    }
}
