/// Names and texts of folders that tests read; it knows no Go.

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

func folderNames(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        names.append(
            withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
}

func makeLink(_ path: String, to target: String) {
    precondition(symlink(target, path) == 0, "cannot link \(path)")
}

/// Files below a folder, relative to it.
func filesBelow(_ path: String) -> [String] {
    folderNames(path).flatMap { name in
        var status = stat()
        guard lstat("\(path)/\(name)", &status) == 0 else { return [String]() }
        return status.st_mode & S_IFMT == S_IFDIR ? filesBelow("\(path)/\(name)").map { "\(name)/\($0)" } : [name]
    }
}
