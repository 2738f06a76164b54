/// What a sandboxed step sees of the repository: its inputs, in as few pieces as they can be had in.
import Files
import Processes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct TreeView {
    private let root: String
    /// Folders that the step makes files in, with where they really are; relative to the root.
    private let made: [String: String]
    private let declared = Declared()

    /// Declared files by folder.
    private final class Declared {
        var files: Set<String> = []
        var folders: [String: Declared] = [:]
        /// What is really there: of folders, files and links the kind as readdir(3) has it.
        var kinds: [String: UInt8] = [:]
        /// It holds nothing that is not declared.
        var isWhole = true

        func file(_ path: Substring) {
            guard let slash = path.firstIndex(of: "/") else {
                files.insert(String(path))
                return
            }
            folder(path[..<slash]).file(path[path.index(after: slash)...])
        }

        func folder(_ name: Substring) -> Declared {
            if let known = folders[String(name)] { return known }
            let new = Declared()
            folders[String(name)] = new
            return new
        }
    }

    init(root: String, inputs: [String], made: [String: String]) {
        self.root = root
        self.made = made
        for input in inputs { declared.file(input[...]) }
        for folder in made.keys where folder != "." {
            var node = declared
            for name in folder.split(separator: "/") { node = node.folder(name) }
        }
        look(at: declared, ".")
    }

    /// Puts the tree into a view. A folder that holds declared files alone is seen as it is; of others, each file.
    func put(into view: inout SandboxView) {
        view.put(root, made["."].map { .writable($0) } ?? .sealed)
        put(declared, ".", root, &view)
    }

    private func look(at node: Declared, _ folder: String) {
        node.kinds = kinds(in: folder == "." ? root : "\(root)/\(folder)")
        for (name, child) in node.folders {
            look(at: child, folder == "." ? name : "\(folder)/\(name)")
            if !child.isWhole { node.isWhole = false }
        }
        if made[folder] != nil { node.isWhole = false }
        if node.isWhole {
            node.isWhole = node.kinds.keys.allSatisfy { node.files.contains($0) || node.folders[$0] != nil }
        }
    }

    private func put(_ node: Declared, _ folder: String, _ place: String, _ view: inout SandboxView) {
        for name in node.files {
            guard let kind = node.kinds[name] else { continue }
            let path = "\(place)/\(name)"
            if kind == UInt8(DT_LNK) {
                if let link = readLink(path) { view.put(path, .link(link), isFolder: false) }
            } else {
                view.put(path, .readOnly(path), isFolder: kind == UInt8(DT_DIR))
            }
        }
        for (name, child) in node.folders {
            let inner = folder == "." ? name : "\(folder)/\(name)"
            let path = "\(place)/\(name)"
            if let real = made[inner] {
                view.put(path, .writable(real))
            } else if child.isWhole {
                if node.kinds[name] == UInt8(DT_DIR) { view.put(path, .readOnly(path)) }
                continue
            } else {
                // One that is not there yet may be on the way to what the step makes.
                guard [nil, UInt8(DT_DIR)].contains(node.kinds[name]) else { continue }
                view.put(path, .folder)
            }
            put(child, inner, path, &view)
        }
    }
}

private func kinds(in folder: String) -> [String: UInt8] {
    guard let stream = opendir(folder) else { return [:] }
    defer { closedir(stream) }
    var kinds: [String: UInt8] = [:]
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard name != ".", name != ".." else { continue }
        var kind = UInt8(entry.pointee.d_type)
        if kind == UInt8(DT_UNKNOWN) {
            var status = stat()
            guard lstat("\(folder)/\(name)", &status) == 0 else { continue }
            kind = UInt8((status.st_mode & S_IFMT) >> 12)
        }
        kinds[name] = kind
    }
    return kinds
}
