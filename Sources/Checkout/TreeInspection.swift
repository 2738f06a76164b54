/// Walks a tree that is to hold certain files: finds those that are as they were written, removes what does not belong.
import Action
import Files
import Git

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct TreeInspection {
    private let root: String
    private let wanted: [WantedFile]
    /// For each wanted file what was written of the very same content, if anything.
    private let remembered: [CheckoutEntry?]
    /// Names in each folder (empty for the root, else with a slash at the end): the place in `wanted`, or `isFolder`.
    private let children: [String: [String: Int]]
    private let start: Int64

    /// By the place in `wanted`.
    private(set) var kept: [Int: CheckoutEntry] = [:]
    /// Folders whose time or mode is not as it should be; with a slash at the end.
    private(set) var untimely: Set<String> = []
    private(set) var removed = 0
    /// More is known of some file than before.
    private(set) var isNews = false

    init(root: String, wanted: [WantedFile], remembered: [CheckoutEntry]) throws(CheckoutError) {
        self.root = root
        self.wanted = wanted
        start = now()
        self.remembered = TreeInspection.paired(wanted, remembered)
        children = try TreeInspection.children(of: wanted)
    }

    /// Both are in byte order.
    private static func paired(_ wanted: [WantedFile], _ remembered: [CheckoutEntry]) -> [CheckoutEntry?] {
        var place = 0
        return wanted.map { file in
            while place < remembered.count, comesBefore(remembered[place].path, file.path) { place += 1 }
            return place < remembered.count && remembered[place].isOf(file) ? remembered[place] : nil
        }
    }

    private static func children(of wanted: [WantedFile]) throws(CheckoutError) -> [String: [String: Int]] {
        var children: [String: [String: Int]] = ["": [:]]
        // Files of one folder mostly follow each other.
        var (folder, names) = ("", [String: Int]())
        for (index, file) in wanted.enumerated() {
            let slash = file.path.utf8.lastIndex(of: UInt8(ascii: "/"))
            let own = slash.map { String(file.path[...$0]) } ?? ""
            if own != folder {
                children[folder] = names
                try register(own, in: &children)
                (folder, names) = (own, children[own] ?? [:])
            }
            let name = slash.map { String(file.path[file.path.index(after: $0)...]) } ?? file.path
            guard names.updateValue(index, forKey: name) == nil else { throw .collision(file.path) }
        }
        children[folder] = names
        return children
    }

    private static func register(_ folder: String, in children: inout [String: [String: Int]]) throws(CheckoutError) {
        guard !folder.isEmpty, children[folder] == nil else { return }
        children[folder] = [:]
        let path = folder.dropLast()
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let above = slash.map { String(path[...$0]) } ?? ""
        try register(above, in: &children)
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? String(path)
        let known = children[above, default: [:]].updateValue(isFolder, forKey: name)
        guard known == nil || known == isFolder else { throw .collision(String(path)) }
    }

    mutating func run() throws(CheckoutError) {
        let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(FileError(operation: "open", path: root)) }
        try visit("", descriptor)
    }

    /// Closes the open folder.
    private mutating func visit(_ folder: String, _ descriptor: Int32) throws(CheckoutError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .file(FileError(operation: "look at", path: root + "/" + folder)) }
        if FileSignature(status).modified != firstTime || status.st_mode & 0o7777 != 0o755 { untimely.insert(folder) }
        guard let listing = fdopendir(descriptor) else {
            close(descriptor)
            throw .file(FileError(operation: "read folder", path: root + "/" + folder))
        }
        defer { closedir(listing) }
        let known = children[folder] ?? [:]
        var foreign: [String] = []
        var folders: [String] = []
        while let entry = readdir(listing) {
            let name = name(of: entry, descriptor)
            if name == "." || name == ".." || (name == ".git" && folder.isEmpty) { continue }
            guard let place = known[name] else {
                foreign.append(name)
                continue
            }
            if place == isFolder {
                folders.append(name)
            } else if fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !keep(place, status) {
                foreign.append(name)
            }
        }
        for name in folders {
            let inner = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            if inner >= 0 { try visit("\(folder)\(name)/", inner) } else { foreign.append(name) }
        }
        for name in foreign { try remove(folder + name) }
        if !foreign.isEmpty { untimely.insert(folder) }
    }

    /// One that is no text is renamed, so that it can be spoken of.
    private func name(of entry: UnsafeMutablePointer<dirent>, _ folder: Int32) -> String {
        withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
                if let name = String(validatingCString: $0) { return name }
                let name = uniqueName()
                return renameat(folder, $0, folder, name) == 0 ? name : String(cString: $0)
            }
        }
    }

    /// Whether the file is the very one that was written.
    private mutating func keep(_ place: Int, _ status: stat) -> Bool {
        guard var entry = remembered[place], !entry.isPointer, UInt32(status.st_mode) == entry.kind.mode,
            Int64(status.st_size) == entry.size, FileSignature(status) == entry.signature
        else { return false }
        if !entry.isSettled {
            // It may have been changed in the moment after it was written. Its time says what its content was.
            guard contentIsAsWritten(entry) else { return false }
            entry.isSettled = entry.signature.isSettled(at: start)
            isNews = true
        }
        kept[place] = entry
        return true
    }

    private func contentIsAsWritten(_ entry: CheckoutEntry) -> Bool {
        let path = "\(root)/\(entry.path)"
        let digest = entry.kind == .link ? readLink(path).map { Digest(of: Array($0.utf8)) } : try? Digest(ofFile: path)
        return digest.flatMap { contentTime(sha256: $0.sha256, isExecutable: entry.kind == .program) } == entry.signature.modified
    }

    /// A file that is to be written anew goes as well: nothing is ever written into one that is there.
    private mutating func remove(_ path: String) throws(CheckoutError) {
        let place = "\(root)/\(path)"
        removeTree(place)
        guard fileStatus(place) == nil else { throw .file(FileError(operation: "remove", path: place, code: EACCES)) }
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { String(path[...$0]) } ?? ""
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        if children[folder]?[name] == nil { removed += 1 }
    }
}

/// Stands in `children` for a folder.
private let isFolder = -1
