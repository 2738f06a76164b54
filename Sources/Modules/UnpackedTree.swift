/// What an unpacked module looks like from outside: one walk by stat, no file is read.
import Action
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct UnpackedTree: Sendable {
    /// Over path, mode, size, times and inode of every file and folder: another one means that something was touched.
    var state: String
    /// When anything in it last changed, in nanoseconds since 1970.
    var newest: Int64
    /// Regular files, relative to the module's folder. Empty unless asked for.
    var files: [String] = []
    /// What no module has: links, sockets, names that are no text. The go command follows such a link.
    var strangers: [String] = []

    /// Nil when there is no folder at `root`; a link to one is none.
    init?(at root: String, listingFiles: Bool) throws(FileError) {
        var status = stat()
        guard lstat(root, &status) == 0 else { return nil }
        var walk = Walk(listingFiles: listingFiles)
        guard status.st_mode & S_IFMT == S_IFDIR else {
            state = ""
            newest = .max
            strangers = ["."]
            return
        }
        walk.add(status, named: [])
        try walk.folder(open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC), root, below: "")
        state = Digest(of: walk.record).sha256
        newest = walk.newest
        files = walk.files
        strangers = walk.strangers
    }
}

private struct Walk {
    let listingFiles: Bool
    var record: [UInt8] = []
    var newest: Int64 = .min
    var files: [String] = []
    var strangers: [String] = []

    init(listingFiles: Bool) { self.listingFiles = listingFiles }

    mutating func add(_ status: stat, named name: UnsafeRawBufferPointer) {
        let signature = FileSignature(status)
        record.append(contentsOf: name)
        record.append(0)
        let words = [
            UInt64(status.st_mode), UInt64(bitPattern: Int64(status.st_size)), signature.inode,
            UInt64(bitPattern: signature.modified), UInt64(bitPattern: signature.changed),
        ]
        words.withUnsafeBytes { record.append(contentsOf: $0) }
        newest = max(newest, signature.modified, signature.changed)
    }

    mutating func add(_ status: stat, named name: [UInt8]) {
        name.withUnsafeBytes { add(status, named: $0) }
    }

    /// Takes over `descriptor`. In the folder's own order, which only changes when the folder does.
    mutating func folder(_ descriptor: Int32, _ place: String, below path: String) throws(FileError) {
        guard descriptor >= 0, let folder = fdopendir(descriptor) else {
            let failure = FileError(operation: "read folder", path: place)
            if descriptor >= 0 { close(descriptor) }
            throw failure
        }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = UnsafeRawPointer(entry) + nameOffset
            let length = strlen(name.assumingMemoryBound(to: CChar.self))
            let bytes = UnsafeRawBufferPointer(start: name, count: length)
            if length <= 2, bytes.allSatisfy({ $0 == UInt8(ascii: ".") }) { continue }
            var status = stat()
            guard fstatat(descriptor, name.assumingMemoryBound(to: CChar.self), &status, AT_SYMLINK_NOFOLLOW) == 0
            else { throw FileError(operation: "look at", path: "\(place)/\(String(decoding: bytes, as: UTF8.self))") }
            add(status, named: bytes)
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                let text = String(decoding: bytes, as: UTF8.self)
                let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
                let inner = openat(descriptor, name.assumingMemoryBound(to: CChar.self), flags)
                try self.folder(inner, "\(place)/\(text)", below: "\(path)\(text)/")
                record.append(UInt8(ascii: "/"))  // The end of the folder.
            case S_IFREG:
                guard listingFiles else { continue }
                if let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(UInt8(ascii: "\n")) {
                    files.append(path + text)
                } else {
                    strangers.append(path + String(decoding: bytes, as: UTF8.self))
                }
            default: strangers.append(path + String(decoding: bytes, as: UTF8.self))
            }
        }
    }
}

private let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name)!
