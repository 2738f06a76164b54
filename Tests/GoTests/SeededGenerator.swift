/// Numbers that look random and are the same in every run.

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// `text` with up to four bytes removed, doubled, replaced or moved; bytes, so that it may stop being UTF-8.
    mutating func mutate(_ text: String, using alphabet: String) -> String {
        var bytes = Array(text.utf8)
        let letters = Array(alphabet.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
            let place = bytes.indices.randomElement(using: &self)!
            switch Int.random(in: 0..<5, using: &self) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(bytes[place], at: place)
            case 2: bytes[place] = letters.randomElement(using: &self)!
            case 3: bytes.insert(letters.randomElement(using: &self)!, at: place)
            default: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...12, using: &self)))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
