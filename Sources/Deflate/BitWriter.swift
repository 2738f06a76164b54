/// Bits into bytes, the least significant first, as DEFLATE packs them; it knows no codes.

/// Writes into memory that must be large enough for all that is written, and eight bytes more.
struct BitWriter {
    private let memory: UnsafeMutableRawPointer
    /// Whole bytes that were written.
    private(set) var count = 0
    private var pending: UInt64 = 0
    private var pendingBits = 0

    init(_ memory: UnsafeMutableRawPointer) { self.memory = memory }

    /// The lowest `bits` of `value`, at most 32; the others must be zero.
    @inline(__always)
    mutating func write(_ value: UInt32, _ bits: Int) {
        pending |= UInt64(value) << UInt64(pendingBits)
        pendingBits += bits
        guard pendingBits >= 32 else { return }
        memory.storeBytes(of: UInt32(truncatingIfNeeded: pending).littleEndian, toByteOffset: count, as: UInt32.self)
        count += 4
        pending >>= 32
        pendingBits -= 32
    }

    /// Fills up the byte that was begun with zeros.
    mutating func align() {
        while pendingBits > 0 {
            memory.storeBytes(of: UInt8(truncatingIfNeeded: pending), toByteOffset: count, as: UInt8.self)
            count += 1
            pending >>= 8
            pendingBits = max(0, pendingBits - 8)
        }
    }

    /// Only after `align`.
    mutating func copy(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        (memory + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }
}
