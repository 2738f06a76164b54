/// Lists one folder as raw names in byte order; knows the kernel's folder entries, nothing of git.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct FolderListing {
    enum Kind { case file, symlink, folder }

    struct Entry {
        var kind: Kind
        /// The name's place in `names`; a zero byte follows it.
        fileprivate var start: Int
        fileprivate var count: Int
    }

    /// In the order of their paths: a folder stands where its name with a slash would.
    private(set) var entries: [Entry] = []
    private var names: [UInt8] = []

    /// Of an open folder, whose descriptor it takes over and closes. Pipes, sockets and devices are left out.
    init?(descriptor: Int32) {
        guard let folder = fdopendir(descriptor) else {
            close(descriptor)
            return nil
        }
        defer { closedir(folder) }
        let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name)!
        errno = 0
        while let entry = readdir(folder) {
            let name = (UnsafeRawPointer(entry) + nameOffset).assumingMemoryBound(to: CChar.self)
            let count = strlen(name)
            if name[0] == 0x2e, count == 1 || (count == 2 && name[1] == 0x2e) { continue }
            if let kind = Self.kind(Int32(entry.pointee.d_type), dirfd(folder), name) {
                entries.append(Entry(kind: kind, start: names.count, count: count))
                names.append(contentsOf: UnsafeRawBufferPointer(start: name, count: count + 1))
            }
            errno = 0
        }
        guard errno == 0 else { return nil }
        sort()
    }

    private static func kind(_ type: Int32, _ folder: Int32, _ name: UnsafePointer<CChar>) -> Kind? {
        switch type {
        case Int32(DT_REG): return .file
        case Int32(DT_LNK): return .symlink
        case Int32(DT_DIR): return .folder
        case Int32(DT_UNKNOWN):
            // Some file systems do not say.
            var status = stat()
            guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
            let known = FileStatus(status)
            return known.isFile ? .file : known.isSymlink ? .symlink : known.isFolder ? .folder : nil
        default: return nil
        }
    }

    private mutating func sort() {
        names.withUnsafeBufferPointer { names in
            entries.sort { a, b in
                let common = min(a.count, b.count)
                let order = memcmp(names.baseAddress! + a.start, names.baseAddress! + b.start, common)
                if order != 0 { return order < 0 }
                func next(_ entry: Entry) -> UInt8 {
                    entry.count > common ? names[entry.start + common] : entry.kind == .folder ? UInt8(ascii: "/") : 0
                }
                return next(a) < next(b)
            }
        }
    }

    /// The name's bytes, a zero byte behind them but not counted.
    func withName<Result, Failure: Error>(
        _ entry: Entry, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try names.withUnsafeBufferPointer { names throws(Failure) in
            try body(UnsafeBufferPointer(rebasing: names[entry.start..<(entry.start + entry.count)]))
        }
    }

    func contains(_ name: StaticString) -> Bool {
        entries.contains { entry in isNamed(entry, name) }
    }

    func isNamed(_ entry: Entry, _ name: StaticString) -> Bool {
        entry.count == name.utf8CodeUnitCount
            && withName(entry) { memcmp($0.baseAddress!, name.utf8Start, entry.count) == 0 }
    }
}
