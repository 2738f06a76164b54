/// Contents that were deflated, unpacked at once; the only file that knows zlib.
import CZlib

/// Nil when it is no deflated content of this size. Source of the format: RFC 1951.
func inflated(_ stored: UnsafeRawBufferPointer, size: Int) -> [UInt8]? {
    var stream = z_stream()
    // Negative: a bare stream, as zips have it, without a header.
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    guard let source = UInt32(exactly: stored.count), let room = UInt32(exactly: size + 1) else { return nil }
    var isWhole = false
    // One byte more than there should be, so that more of them are noticed.
    let content = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
        stream.next_in = UnsafeMutablePointer(mutating: stored.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = source
        stream.next_out = buffer.baseAddress
        stream.avail_out = room
        isWhole = inflate(&stream, Z_FINISH) == Z_STREAM_END && Int(stream.total_out) == size
        count = isWhole ? size : 0
    }
    return isWhole ? content : nil
}
