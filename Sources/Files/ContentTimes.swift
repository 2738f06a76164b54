/// Times that follow from contents, so that what goes by a file's time finds it unchanged in every checkout; it knows
/// files, not who looks at them.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Gives files and links the times of their contents, and all folders above them the one time. `files` are relative to
/// `root`, with their SHA-256 (a link's is that of its target). What cannot be changed is left alone. Says how many
/// files have their time now.
package func setContentTimes(root: String, files: some Sequence<(path: String, sha256: String, isExecutable: Bool)>) -> Int {
    var folders: Set<String> = [""]
    var count = 0
    for file in files {
        guard let time = contentTime(sha256: file.sha256, isExecutable: file.isExecutable) else { continue }
        if (try? setTime(time, of: "\(root)/\(file.path)")) != nil { count += 1 }
        var folder = file.path[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            guard folders.insert(String(folder)).inserted else { break }
        }
    }
    for folder in folders { try? setTime(firstTime, of: folder.isEmpty ? root : "\(root)/\(folder)") }
    return count
}

/// September 2001, in nanoseconds since 1970: far from today, when the go command would call a file too new.
package let firstTime: Int64 = 1_000_000_000 * 1_000_000_000

/// Some time in the eight years after, to the nanosecond: 28 bits of seconds and 29 of nanoseconds.
/// Nil where that is no digest.
package func contentTime(sha256: String, isExecutable: Bool) -> Int64? {
    guard let bits = UInt64(sha256.prefix(16), radix: 16) else { return nil }
    let seconds = Int64(bits >> 36), nanoseconds = Int64(bits & 0x1fff_ffff)
    return firstTime + seconds * 1_000_000_000 + nanoseconds + (isExecutable ? 1 : 0)
}

/// When it was last modified, a link's own time; when it was last read is left alone.
package func setTime(_ time: Int64, of path: String) throws(FileError) {
    var status = stat()
    if lstat(path, &status) == 0, FileSignature(status).modified == time { return }
    guard utimensat(AT_FDCWD, path, fileTimes(time), AT_SYMLINK_NOFOLLOW) == 0 else {
        throw FileError(operation: "set the time of", path: path)
    }
}

/// For `utimensat` and `futimens`: nothing of when it was last read, and this as when it was modified.
func fileTimes(_ modified: Int64) -> [timespec] {
    [
        timespec(tv_sec: 0, tv_nsec: omitted),
        timespec(tv_sec: Int(modified / 1_000_000_000), tv_nsec: Int(modified % 1_000_000_000)),
    ]
}

/// UTIME_OMIT, a macro that Swift does not see.
#if canImport(Glibc)
private let omitted = (1 << 30) - 2
#else
private let omitted = -2
#endif
