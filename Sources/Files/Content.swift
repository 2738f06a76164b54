/// Whole contents in and out of files, by the kernel's own calls; it knows paths, not what is in them.
#if canImport(Glibc)
import Glibc
private let readSome = Glibc.read
private let writeSome = Glibc.write
#else
import Darwin
private let readSome = Darwin.read
private let writeSome = Darwin.write
#endif

/// The whole content of a file; a symbolic link is followed.
package func readFile(_ path: String) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    try readPieces(of: path) { bytes += $0 }
    return bytes
}

/// Hands over a file's content in pieces of up to 256 KiB, in order.
package func readPieces(of path: String, _ body: (UnsafeRawBufferPointer) throws(FileError) -> Void) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(operation: "open", path: path) }
    defer { close(descriptor) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    while true {
        let count = readSome(descriptor, buffer.baseAddress!, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw FileError(operation: "read", path: path) }
        if count == 0 { return }
        try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
}

/// Makes a new file with exactly this mode; one that is there already is an error.
package func createFile(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(FileError) {
    try create(path, mode: mode) { (descriptor) throws(FileError) in
        try bytes.withUnsafeBytesTyped { (buffer) throws(FileError) in try writeAll(buffer, to: descriptor, path: path) }
    }
}

/// The same with the time at which it was modified (nanoseconds since 1970); says how it was found in the end.
package func createFile(_ path: String, _ bytes: [UInt8], mode: mode_t, modified: Int64) throws(FileError) -> FileSignature {
    var status = stat()
    try create(path, mode: mode) { (descriptor) throws(FileError) in
        try bytes.withUnsafeBytesTyped { (buffer) throws(FileError) in try writeAll(buffer, to: descriptor, path: path) }
        guard futimens(descriptor, fileTimes(modified)) == 0 else { throw FileError(operation: "set the time of", path: path) }
        guard fstat(descriptor, &status) == 0 else { throw FileError(operation: "look at", path: path) }
    }
    return FileSignature(status)
}

/// Makes a new file of the pieces that `fill` hands over. When that fails, what is there so far stays.
package func createFile(
    _ path: String, mode: mode_t,
    _ fill: ((UnsafeRawBufferPointer) throws(FileError) -> Void) throws(FileError) -> Void
) throws(FileError) {
    try create(path, mode: mode) { (descriptor) throws(FileError) in
        try fill { (piece) throws(FileError) in try writeAll(piece, to: descriptor, path: path) }
    }
}

/// Copies content to a new file, not times or owners.
package func copyFile(_ source: String, to target: String, mode: mode_t) throws(FileError) {
    try create(target, mode: mode) { (descriptor) throws(FileError) in
        try readPieces(of: source) { (piece) throws(FileError) in try writeAll(piece, to: descriptor, path: target) }
    }
}

/// Copies content to a new file that shares the other's blocks where the file system can do that.
package func cloneFile(_ source: String, to target: String, mode: mode_t) throws(FileError) {
    #if canImport(Glibc)
    let descriptor = open(source, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(operation: "open", path: source) }
    defer { close(descriptor) }
    var isShared = false
    try create(target, mode: mode) { copy in isShared = ioctl(copy, fileClone, descriptor) == 0 }
    if isShared { return }
    unlink(target)
    #endif
    try copyFile(source, to: target, mode: mode)
}

#if canImport(Glibc)
/// FICLONE of linux/fs.h, a macro that Swift does not see.
private let fileClone: UInt = 0x4004_9409
#endif

private func create(
    _ path: String, mode: mode_t, _ fill: (Int32) throws(FileError) -> Void
) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw FileError(operation: "create", path: path) }
    defer { close(descriptor) }
    // The mode above was cut by the umask.
    guard fchmod(descriptor, mode) == 0 else { throw FileError(operation: "change mode of", path: path) }
    try fill(descriptor)
}

private func writeAll(_ buffer: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws(FileError) {
    var rest = buffer[...]
    while !rest.isEmpty {
        let count = writeSome(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress!, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw FileError(operation: "write", path: path) }
        rest = rest.dropFirst(count)
    }
}

extension [UInt8] {
    fileprivate func withUnsafeBytesTyped(
        _ body: (UnsafeRawBufferPointer) throws(FileError) -> Void
    ) throws(FileError) {
        var failure: FileError?
        withUnsafeBytes { buffer in
            do throws(FileError) { try body(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
