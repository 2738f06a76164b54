/// Requests and bodies as they come down a pipe, cut anywhere; it knows lines and strings, not what to do.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

final class RequestReader {
    /// No request is as long as this, in bytes.
    private static let longestLine = 1 << 20
    /// Of a body in memory, in bytes.
    private static let bodyRoom = 1 << 16

    private let descriptor: Int32
    private let beforeWaiting: () -> Void
    private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    /// What was read and is not used yet: `start` up to `end`.
    private var start = 0
    private var end = 0

    /// `beforeWaiting` is called whenever there is no more to go on with.
    init(from descriptor: Int32, beforeWaiting: @escaping () -> Void) {
        self.descriptor = descriptor
        self.beforeWaiting = beforeWaiting
    }

    deinit { buffer.deallocate() }

    /// The next request; nil at the end of the input. Lines that are no request are skipped.
    func next() -> Request? {
        var searched = 0
        var isTooLong = false
        while true {
            if let length = distance(to: UInt8(ascii: "\n"), after: searched) {
                let line = UnsafeRawBufferPointer(rebasing: buffer[start..<(start + length)])
                start += length + 1
                searched = 0
                if !isTooLong, !line.isEmpty, let request = Request(line) { return request }
                isTooLong = false
            } else {
                searched = end - start
                if searched >= RequestReader.longestLine {
                    isTooLong = true
                    (start, searched) = (end, 0)
                }
                guard fill() else { return nil }
            }
        }
    }

    /// Hands over the body that follows a request, in pieces. False when it is no string in base64, or ends early; then
    /// the pieces are worth nothing.
    func body(_ take: (UnsafeRawBufferPointer) -> Void) -> Bool {
        guard opensString() else { return false }
        let piece = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Base64Decoder.capacity(for: RequestReader.bodyRoom), alignment: 16)
        defer { piece.deallocate() }
        let bytes = piece.baseAddress!.assumingMemoryBound(to: UInt8.self)
        var decoder = Base64Decoder()
        var filled = 0
        while true {
            let closing = distance(to: UInt8(ascii: "\""), after: 0)
            // As much as there is room for.
            let count = min(closing ?? end - start, (piece.count - filled) / 3 * 4 - 4)
            filled += decoder.decode(UnsafeRawBufferPointer(rebasing: buffer[start..<(start + count)]), into: bytes + filled)
            start += count
            let isAtQuote = count == closing
            if isAtQuote || (piece.count - filled) < piece.count / 4 {
                take(UnsafeRawBufferPointer(rebasing: piece[..<filled]))
                filled = 0
            }
            if isAtQuote {
                start += 1
                return decoder.isWhole
            }
            if start == end, !fill() { return false }
        }
    }

    // MARK: -

    /// Steps over the quote that a body begins with. Anything else is left where it is.
    private func opensString() -> Bool {
        while true {
            while start < end {
                switch buffer[start] {
                case 0x20, 0x09, 0x0d, 0x0a: start += 1
                case UInt8(ascii: "\""):
                    start += 1
                    return true
                default: return false
                }
            }
            guard fill() else { return false }
        }
    }

    /// From `start` to the next such byte.
    private func distance(to byte: UInt8, after searched: Int) -> Int? {
        guard start + searched < end else { return nil }
        let base = buffer.baseAddress! + start
        guard let found = memchr(base + searched, Int32(byte), end - start - searched) else { return nil }
        return UnsafeMutableRawPointer(found) - base
    }

    /// Reads more; false at the end of the input.
    private func fill() -> Bool {
        if start > 0 {
            if start < end { memmove(buffer.baseAddress!, buffer.baseAddress! + start, end - start) }
            (start, end) = (0, end - start)
        }
        if end == buffer.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2, alignment: 16)
            larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
            buffer.deallocate()
            buffer = larger
        }
        beforeWaiting()
        while true {
            let count = read(descriptor, buffer.baseAddress! + end, buffer.count - end)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            end += count
            return true
        }
    }
}
