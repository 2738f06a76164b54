/// Compresses to gzip by itself, as an image's digest follows from its layers' bytes: they are the same on every machine,
/// whatever its zlib or its number of processors. It knows no file.
///
/// Source of the formats: RFC 1951 (DEFLATE), RFC 1952 (gzip).
import Dispatch

/// One member without a name or a time.
package func gzip(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    // No flags, no time, no hint of the effort, unknown file system.
    var result: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    for piece in deflatedPieces(bytes) { result += piece }
    for value in [checksum(bytes), UInt32(truncatingIfNeeded: bytes.count)] {
        for byte in 0..<4 { result.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * byte))) }
    }
    return result
}

package func gzip(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { gzip($0) } }

/// Bytes that are compressed by one processor. They see the 32 KiB before them; part of the result's identity.
private let pieceSize = 2 << 20

/// Positions that are looked at for a match; a match so long that no other is looked for; one so long that the next
/// position is not tried. Part of the result's identity.
private let tries = 12
private let enough = 96
private let decisive = 24

private func deflatedPieces(_ bytes: UnsafeRawBufferPointer) -> [[UInt8]] {
    guard let base = bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count > 0 else {
        // The end of a block in the fixed code, and nothing before it.
        return [[0x03, 0x00]]
    }
    let size = bytes.count
    let count = (size + pieceSize - 1) / pieceSize
    var pieces = [[UInt8]](repeating: [], count: count)
    pieces.withUnsafeMutableBufferPointer { buffer in
        nonisolated(unsafe) let pieces = buffer
        nonisolated(unsafe) let base = base
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let start = index * pieceSize
            pieces[index] = deflated(
                base, from: start, to: min(start + pieceSize, size), isLast: index == count - 1)
        }
    }
    return pieces
}

/// The bytes `start..<end` as a part of a stream that ends with a byte.
private func deflated(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int, isLast: Bool) -> [UInt8] {
    let before = min(start, MatchFinder.window)
    let bytes = base + (start - before)
    let count = end - start
    return [UInt8](unsafeUninitializedCapacity: BlockWriter.bound(count)) { buffer, written in
        let finder = MatchFinder(bytes, end: before + count)
        for position in 0..<before { finder.insert(position) }
        var writer = BlockWriter(into: UnsafeMutableRawPointer(buffer.baseAddress!))
        compress(bytes, from: before, to: before + count, finder, &writer, isLast: isLast)
        writer.close(isLast: isLast)
        written = writer.count
        writer.deallocate()
    }
}

/// A match is taken only when none at the next position is longer.
private func compress(
    _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, _ finder: MatchFinder, _ writer: inout BlockWriter,
    isLast: Bool
) {
    var position = start
    /// Of the position before, which is not written yet.
    var held: (length: Int, distance: Int)?
    while position < end {
        if writer.isFull { writer.finishBlock(endingAt: bytes + (position - (held == nil ? 0 : 1)), isLast: false) }
        let length = held?.length ?? 0
        let next: (length: Int, distance: Int)? =
            length >= decisive
            ? nil : finder.longest(at: position, over: length, tries: length >= 8 ? tries / 4 : tries, enough: enough)
        if let match = held, match.length > 0, next == nil || next!.length <= match.length {
            writer.add(length: match.length, distance: match.distance)
            // The position before is inserted, and this one if it was searched.
            let after = position - 1 + match.length
            for skipped in (next == nil ? position : position + 1)..<after { finder.insert(skipped) }
            position = after
            held = nil
            continue
        }
        if held != nil { writer.add(literal: bytes[position - 1]) }
        held = next
        position += 1
    }
    if held != nil { writer.add(literal: bytes[end - 1]) }
    writer.finishBlock(endingAt: bytes + end, isLast: isLast)
}
