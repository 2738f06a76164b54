/// Decompresses what may be anyone's: memory stays below a limit, and what is damaged is nil. The only file that knows
/// zlib; it knows no file.
///
/// Source of the formats: RFC 1950 (zlib), RFC 1951 (DEFLATE), RFC 1952 (gzip).
import CZlib

/// All members of a gzip file, one after the other; nil when it is damaged or has more than `limit` bytes in it.
package func gunzip(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
    bytes.withUnsafeBytes { inflated($0, .gzip, limit: limit) }
}

/// A zlib stream; nil when it is damaged or has more than `limit` bytes in it.
package func decompressZlib(_ bytes: ArraySlice<UInt8>, limit: Int) -> [UInt8]? {
    bytes.withUnsafeBytes { inflated($0, .zlib, limit: limit) }
}

/// A bare stream, as zips have it; nil when it is damaged or has not `size` bytes in it.
package func inflated(_ bytes: UnsafeRawBufferPointer, size: Int) -> [UInt8]? {
    guard let content = inflated(bytes, .bare, limit: size, piece: size + 1), content.count == size else { return nil }
    return content
}

/// CRC-32 as in gzip and zip; `sum` is that of the bytes before.
package func checksum(_ bytes: UnsafeRawBufferPointer, after sum: UInt32 = 0) -> UInt32 {
    guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return sum }
    return UInt32(truncatingIfNeeded: crc32_z(uLong(sum), start, bytes.count))
}

/// What stands around the stream: the `windowBits` of zlib's `inflateInit2`.
private enum Wrapping: Int32 {
    case bare = -15
    case zlib = 15
    case gzip = 31
}

/// `piece`: bytes that are decompressed at once.
private func inflated(
    _ bytes: UnsafeRawBufferPointer, _ wrapping: Wrapping, limit: Int, piece: Int = 1 << 18
) -> [UInt8]? {
    var stream = z_stream()
    guard inflateInit2_(&stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var rest = UnsafeMutableBufferPointer(mutating: bytes.bindMemory(to: UInt8.self))[...]
    var output: [UInt8] = []
    while true {
        var status = Z_OK
        // Room for one byte more than there may be, so that more of them are noticed.
        let part = [UInt8](unsafeUninitializedCapacity: min(piece, limit - output.count + 1)) { buffer, count in
            let (input, room) = (UInt32(clamping: rest.count), UInt32(clamping: buffer.count))
            (stream.next_in, stream.avail_in) = (UnsafeMutableBufferPointer(rebasing: rest).baseAddress, input)
            (stream.next_out, stream.avail_out) = (buffer.baseAddress, room)
            status = inflate(&stream, Z_FINISH)
            rest = rest.dropFirst(Int(input - stream.avail_in))
            count = Int(room - stream.avail_out)
        }
        if output.isEmpty { output = part } else { output += part }
        guard output.count <= limit else { return nil }
        switch status {
        case Z_STREAM_END:
            if wrapping != .gzip || rest.isEmpty { return output }
            // Another member.
            guard inflateReset(&stream) == Z_OK else { return nil }
        case Z_BUF_ERROR where stream.avail_out == 0 || !rest.isEmpty: break
        default: return nil
        }
    }
}
