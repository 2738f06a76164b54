/// Base64 with padding (RFC 4648, section 4), in pieces cut anywhere; it knows characters and bytes.
import Cache

/// Four tables of 256: what each of four characters adds to 24 bits. A character that is none sets a bit above.
nonisolated(unsafe) private let tables: UnsafePointer<UInt32> = {
    let tables = UnsafeMutablePointer<UInt32>.allocate(capacity: 4 * 256)
    tables.initialize(repeating: 1 << 24, count: 4 * 256)
    for (value, character) in alphabet.enumerated() {
        for place in 0..<4 { tables[place * 256 + Int(character)] = UInt32(value) << (18 - place * 6) }
    }
    return UnsafePointer(tables)
}()

private let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
private let padding = UInt8(ascii: "=")

struct Base64Decoder {
    /// The first characters of a group of four whose rest is still to come.
    private var group: [UInt8] = []
    private var isPadded = false
    private(set) var isBroken = false

    init() { group.reserveCapacity(4) }

    /// Whether what came so far is a whole text.
    var isWhole: Bool { !isBroken && group.isEmpty }

    /// At most so many bytes come of `count` characters and those left over before.
    static func capacity(for count: Int) -> Int { (count + 3) / 4 * 3 }

    /// Appends the bytes of `text` at `target`, which has room for them, and says how many they are.
    mutating func decode(_ text: UnsafeRawBufferPointer, into target: UnsafeMutablePointer<UInt8>) -> Int {
        guard let characters = text.baseAddress?.assumingMemoryBound(to: UInt8.self), !isBroken else { return 0 }
        var (read, written) = (0, 0)
        while !group.isEmpty, read < text.count {
            group.append(characters[read])
            read += 1
            if group.count == 4 {
                written += last(group, target)
                group.removeAll(keepingCapacity: true)
            }
        }
        let tables = tables
        while read + 4 <= text.count {
            let bits =
                tables[Int(characters[read])] | tables[256 + Int(characters[read + 1])]
                | tables[512 + Int(characters[read + 2])] | tables[768 + Int(characters[read + 3])]
            if bits >= 1 << 24 || isPadded {
                written += last((0..<4).map { characters[read + $0] }, target + written)
                if isBroken { return written }
            } else {
                target[written] = UInt8(truncatingIfNeeded: bits >> 16)
                target[written + 1] = UInt8(truncatingIfNeeded: bits >> 8)
                target[written + 2] = UInt8(truncatingIfNeeded: bits)
                written += 3
            }
            read += 4
        }
        while read < text.count {
            group.append(characters[read])
            read += 1
        }
        return written
    }

    /// A group that may be the padded one at the end.
    private mutating func last(_ group: [UInt8], _ target: UnsafeMutablePointer<UInt8>) -> Int {
        let count = group[3] != padding ? 3 : group[2] != padding ? 2 : 1
        var bits: UInt32 = 0
        for place in 0...count { bits |= tables[place * 256 + Int(group[place])] }
        guard bits < 1 << 24, !isPadded else {
            isBroken = true
            return 0
        }
        isPadded = count < 3
        for place in 0..<count { target[place] = UInt8(truncatingIfNeeded: bits >> (16 - place * 8)) }
        return count
    }
}

extension BuildID {
    init?(base64 text: String) {
        var decoder = Base64Decoder()
        var text = text
        let bytes = text.withUTF8 { text in
            [UInt8](unsafeUninitializedCapacity: Base64Decoder.capacity(for: text.count)) { bytes, count in
                count = bytes.baseAddress.map { decoder.decode(UnsafeRawBufferPointer(text), into: $0) } ?? 0
            }
        }
        guard decoder.isWhole else { return nil }
        self.init(bytes)
    }
}

func base64(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let count = min(3, bytes.count - start)
        var bits: UInt32 = 0
        for place in 0..<count { bits |= UInt32(bytes[start + place]) << (16 - place * 8) }
        for place in 0..<4 { text.append(place <= count ? alphabet[Int(bits >> (18 - place * 6) & 63)] : padding) }
    }
    return text
}
