/// Runs one line with the real /bin/sh; it knows nothing of what the line is about.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

func shell(_ line: String) -> (output: String, status: Int32) {
    let pipe = popen(line, "r")!
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer[..<count] }
    return (String(decoding: bytes, as: UTF8.self), pclose(pipe))
}
