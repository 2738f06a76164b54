/// What tells that a file is still the one that was looked at, without reading it.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Size, times and inode of the file behind `path`, links followed.
func fileIdentity(_ path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "absent" }
    #if canImport(Glibc)
    let modified = status.st_mtim
    #else
    let modified = status.st_mtimespec
    #endif
    return "\(status.st_size) \(modified.tv_sec).\(modified.tv_nsec) \(status.st_ino) \(status.st_dev)"
}
