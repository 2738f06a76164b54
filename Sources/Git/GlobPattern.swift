/// Matches a path against one of git's glob patterns; knows bytes only, neither files nor ignore rules.

/// Whether the whole of `text` matches. `*`, `?` and `[…]` never match a slash; `**` between slashes, or at
/// either end, matches any number of folders. Source of the format: gitignore(5), glob(7).
///
/// Linear in memory and at worst quadratic in time: only the last `*` and the last `**` are ever tried again,
/// since what an earlier one could yet match, a later one can match as well.
func globMatches(
    _ pattern: UnsafeBufferPointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>, ignoringCase: Bool = false
) -> Bool {
    let slash = UInt8(ascii: "/")
    var (i, j) = (0, 0)
    var star: (pattern: Int, text: Int)?
    var folders: (pattern: Int, text: Int)?
    while true {
        if i < pattern.count {
            switch pattern[i] {
            case UInt8(ascii: "*"):
                var end = i + 1
                while end < pattern.count, pattern[end] == UInt8(ascii: "*") { end += 1 }
                let standsAlone = (i == 0 || pattern[i - 1] == slash) && (end == pattern.count || pattern[end] == slash)
                if end - i > 1, standsAlone {
                    if end == pattern.count { return true }
                    i = end + 1
                    (folders, star) = ((i, j), nil)
                } else {
                    i = end
                    star = (i, j)
                }
                continue
            case UInt8(ascii: "?"):
                if j < text.count, text[j] != slash {
                    (i, j) = (i + 1, j + 1)
                    continue
                }
            case UInt8(ascii: "["):
                if j < text.count, text[j] != slash, let end = matchClass(pattern, i, text[j], ignoringCase) {
                    (i, j) = (end, j + 1)
                    continue
                }
            case UInt8(ascii: "\\"):
                if j < text.count, i + 1 < pattern.count, equal(pattern[i + 1], text[j], ignoringCase) {
                    (i, j) = (i + 2, j + 1)
                    continue
                }
            default:
                if j < text.count, equal(pattern[i], text[j], ignoringCase) {
                    (i, j) = (i + 1, j + 1)
                    continue
                }
            }
        } else if j == text.count {
            return true
        }
        if let last = star, last.text < text.count, text[last.text] != slash {
            star = (last.pattern, last.text + 1)
            (i, j) = (last.pattern, last.text + 1)
        } else if let last = folders, let next = text[last.text...].firstIndex(of: slash) {
            folders = (last.pattern, next + 1)
            (i, j, star) = (last.pattern, next + 1, nil)
        } else {
            return false
        }
    }
}

/// The index after the class that begins at `start`, if the class takes `byte`; nil if not, or if it never ends.
private func matchClass(
    _ pattern: UnsafeBufferPointer<UInt8>, _ start: Int, _ byte: UInt8, _ ignoringCase: Bool
) -> Int? {
    var i = start + 1
    var isNegated = false
    if i < pattern.count, pattern[i] == UInt8(ascii: "!") || pattern[i] == UInt8(ascii: "^") {
        isNegated = true
        i += 1
    }
    var isMatch = false
    var isFirst = true
    while i < pattern.count {
        var low = pattern[i]
        if low == UInt8(ascii: "]"), !isFirst { return isMatch != isNegated ? i + 1 : nil }
        isFirst = false
        if low == UInt8(ascii: "["), i + 1 < pattern.count, pattern[i + 1] == UInt8(ascii: ":"),
            let close = pattern[(i + 2)...].firstIndex(of: UInt8(ascii: "]")), close > i + 2,
            pattern[close - 1] == UInt8(ascii: ":")
        {
            let name = String(decoding: pattern[(i + 2)..<(close - 1)], as: UTF8.self)
            guard let takes = characterClass(name, byte, ignoringCase) else { return nil }
            isMatch = isMatch || takes
            i = close + 1
            continue
        }
        if low == UInt8(ascii: "\\") {
            i += 1
            guard i < pattern.count else { return nil }
            low = pattern[i]
        }
        var high = low
        if i + 2 < pattern.count, pattern[i + 1] == UInt8(ascii: "-"), pattern[i + 2] != UInt8(ascii: "]") {
            i += 2
            if pattern[i] == UInt8(ascii: "\\") {
                i += 1
                guard i < pattern.count else { return nil }
            }
            high = pattern[i]
        }
        // A range that runs backwards still takes its first byte.
        let range = low...max(low, high)
        isMatch = isMatch || range.contains(byte) || (ignoringCase && range.contains(swappingCase(byte)))
        i += 1
    }
    return nil
}

/// Nil for a name that is none of POSIX's classes.
private func characterClass(_ name: String, _ byte: UInt8, _ ignoringCase: Bool) -> Bool? {
    let isLower = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    let isPrinted = (0x21...0x7e).contains(byte)
    switch name {
    case "alnum": return isLower || isUpper || isDigit
    case "alpha": return isLower || isUpper
    case "blank": return byte == 0x20 || byte == 0x09
    case "cntrl": return byte < 0x20 || byte == 0x7f
    case "digit": return isDigit
    case "graph": return isPrinted
    case "lower": return isLower || (ignoringCase && isUpper)
    case "print": return isPrinted || byte == 0x20
    case "punct": return isPrinted && !isLower && !isUpper && !isDigit
    case "space": return byte == 0x20 || (0x09...0x0d).contains(byte)
    case "upper": return isUpper || (ignoringCase && isLower)
    case "xdigit": return isDigit || (0x61...0x66).contains(byte | 0x20)
    default: return nil
    }
}

/// Letters beyond ASCII have one case here, as they have for git.
func equal(_ a: UInt8, _ b: UInt8, _ ignoringCase: Bool) -> Bool {
    a == b || (ignoringCase && swappingCase(a) == b)
}

private func swappingCase(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) ? byte ^ 0x20 : byte
}
