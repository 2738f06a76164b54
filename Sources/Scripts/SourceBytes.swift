/// A file's bytes, and the line and column of each; it knows no format.
import Diagnostics

struct SourceBytes: Sendable {
    let bytes: [UInt8]
    private let lineStarts: [Int]
    /// How many scalars begin before each block of `blockSize` bytes; empty when every byte is one.
    private let scalarsBefore: [Int]

    private static let blockSize = 64

    init(_ text: String) {
        bytes = Array(text.utf8)
        var starts = [0]
        var isASCII = true
        for (offset, byte) in bytes.enumerated() {
            if byte == .newline { starts.append(offset + 1) }
            if byte >= 0x80 { isASCII = false }
        }
        lineStarts = starts
        var counts: [Int] = []
        if !isASCII {
            var count = 0
            for (offset, byte) in bytes.enumerated() {
                if offset % Self.blockSize == 0 { counts.append(count) }
                if byte & 0xC0 != 0x80 { count += 1 }
            }
            counts.append(count)
        }
        scalarsBefore = counts
    }

    func position(_ offset: Int) -> SourcePosition {
        let line = last(lineStarts, notAbove: offset)
        return SourcePosition(line: line + 1, column: scalars(before: offset) - scalars(before: lineStarts[line]) + 1)
    }

    func range(_ offsets: Range<Int>) -> SourceRange {
        SourceRange(position(offsets.lowerBound), position(offsets.upperBound))
    }

    func offset(_ position: SourcePosition) -> Int {
        guard position.line <= lineStarts.count else { return bytes.count }
        let start = lineStarts[position.line - 1]
        guard !scalarsBefore.isEmpty else { return min(start + position.column - 1, bytes.count) }
        let wanted = scalars(before: start) + position.column - 1
        let block = last(scalarsBefore, notAbove: wanted)
        var (offset, count) = (block * Self.blockSize, scalarsBefore[block])
        while offset < bytes.count, count < wanted || bytes[offset] & 0xC0 == 0x80 {
            if bytes[offset] & 0xC0 != 0x80 { count += 1 }
            offset += 1
        }
        return min(max(offset, start), bytes.count)
    }

    func offsets(_ range: SourceRange) -> Range<Int> {
        let start = offset(range.start)
        return start..<max(start, offset(range.end))
    }

    /// Where the line that a place is in ends, without its line feed.
    func lineEnd(_ offset: Int) -> Int {
        var end = offset
        while end < bytes.count, bytes[end] != .newline { end += 1 }
        return end
    }

    private func scalars(before offset: Int) -> Int {
        guard !scalarsBefore.isEmpty else { return offset }
        let block = min(offset / Self.blockSize, scalarsBefore.count - 1)
        var count = scalarsBefore[block]
        for byte in bytes[min(block * Self.blockSize, bytes.count)..<min(offset, bytes.count)] where byte & 0xC0 != 0x80 {
            count += 1
        }
        return count
    }

    /// The last of these rising numbers that is at most `value`; the first of them is.
    private func last(_ numbers: [Int], notAbove value: Int) -> Int {
        var (low, high) = (0, numbers.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if numbers[middle] <= value { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

extension UInt8 {
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let tab = UInt8(ascii: "\t")
    static let space = UInt8(ascii: " ")
    static let backslash = UInt8(ascii: "\\")
    static let dollar = UInt8(ascii: "$")
    static let hash = UInt8(ascii: "#")
    static let singleQuote = UInt8(ascii: "'")
    static let doubleQuote = UInt8(ascii: "\"")
    static let backquote = UInt8(ascii: "`")

    var isBlank: Bool { self == .space || self == .tab || self == .carriageReturn }
    var isDigit: Bool { self >= 48 && self <= 57 }
    var isNameStart: Bool { self == 95 || (self | 0x20 >= 97 && self | 0x20 <= 122) }
    /// A letter, a digit or `_`.
    var isNamePart: Bool { isNameStart || isDigit }
}

extension Collection<UInt8> {
    /// A shell variable's name.
    var isName: Bool { first?.isNameStart == true && allSatisfy(\.isNamePart) }
}
