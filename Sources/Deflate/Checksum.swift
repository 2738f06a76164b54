/// The checksum of gzip; it knows bytes only.
///
/// Source of the format: RFC 1952, section 8.

/// CRC-32, reflected polynomial EDB88320.
func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    tables.withUnsafeBufferPointer { tables in
        var value = ~UInt32(0)
        var position = 0
        while position + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)) ^ UInt64(value)
            value = 0
            for byte in 0..<8 { value ^= tables[(7 - byte) * 256 + Int(word >> UInt64(8 * byte) & 255)] }
            position += 8
        }
        while position < bytes.count {
            value = value >> 8 ^ tables[Int((value ^ UInt32(bytes[position])) & 255)]
            position += 1
        }
        return ~value
    }
}

/// What a byte does to the checksum when 0 to 7 others follow it, 256 entries each.
private let tables: [UInt32] = {
    var tables: [UInt32] = []
    for byte: UInt32 in 0..<256 {
        var value = byte
        for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        tables.append(value)
    }
    for index in 256..<2048 {
        let before = tables[index - 256]
        tables.append(before >> 8 ^ tables[Int(before & 255)])
    }
    return tables
}()
