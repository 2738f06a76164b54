/// zstd frames, in and out, piece by piece; the only file that knows libzstd.
import CZstd

/// Not for two threads at a time.
final class Compressor {
    /// Level 3. Of the bodies of a build cache (Go 1.24, 1,691 of them, 242 MB) level 1 leaves 63.0 MB in 0.64 s of one
    /// processor, level 3 60.5 MB in 1.13, level 6 56.6 in 3.8. Frames that small bodies share gain 0.2 %.
    static let level: Int32 = 3

    private let context: OpaquePointer
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: ZSTD_CStreamOutSize(), alignment: 16)
    private(set) var frame: [UInt8] = []

    init() {
        context = ZSTD_createCCtx()!
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Compressor.level)
    }

    deinit {
        ZSTD_freeCCtx(context)
        buffer.deallocate()
    }

    /// `size`: of the content to come, in bytes.
    func begin(size: Int) {
        frame.removeAll(keepingCapacity: true)
        ZSTD_CCtx_reset(context, ZSTD_reset_session_only)
        ZSTD_CCtx_setPledgedSrcSize(context, UInt64(size))
    }

    /// False when the content is not as long as was said.
    func add(_ piece: UnsafeRawBufferPointer) -> Bool { push(piece, ZSTD_e_continue) }
    func end() -> Bool { push(UnsafeRawBufferPointer(start: nil, count: 0), ZSTD_e_end) }

    private func push(_ piece: UnsafeRawBufferPointer, _ directive: ZSTD_EndDirective) -> Bool {
        var input = ZSTD_inBuffer(src: piece.baseAddress, size: piece.count, pos: 0)
        while true {
            var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
            let left = ZSTD_compressStream2(context, &output, &input, directive)
            guard ZSTD_isError(left) == 0 else { return false }
            frame.append(contentsOf: buffer[..<output.pos])
            if directive == ZSTD_e_end ? left == 0 : input.pos == input.size { return true }
        }
    }
}

/// One frame. Not for two threads at a time.
final class Decompressor {
    private let context: OpaquePointer
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: ZSTD_DStreamOutSize(), alignment: 16)
    private var hasEnded = false

    init() { context = ZSTD_createDCtx()! }

    deinit {
        ZSTD_freeDCtx(context)
        buffer.deallocate()
    }

    /// Hands over what the piece unpacks to. False when it is no part of a frame.
    func add<Failure: Error>(
        _ piece: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        var input = ZSTD_inBuffer(src: piece.baseAddress, size: piece.count, pos: 0)
        while true {
            guard !hasEnded || input.pos == input.size else { return false }
            var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
            let left = ZSTD_decompressStream(context, &output, &input)
            guard ZSTD_isError(left) == 0 else { return false }
            hasEnded = left == 0
            if output.pos > 0 { try body(UnsafeRawBufferPointer(rebasing: buffer[..<output.pos])) }
            if input.pos == input.size, output.pos < output.size { return true }
        }
    }
}
