/// What programs in a sandbox see, place by place; it knows paths, not why they are to be seen.

package struct SandboxView: Sendable {
    package enum Part: Hashable, Sendable {
        case folder
        /// A symbolic link with this text.
        case link(String)
        /// This file or folder of the outside, which cannot be written to.
        case readOnly(String)
        /// This file or folder of the outside.
        case writable(String)
        /// A folder that is empty at first and lives as long as the sandbox.
        case memory
        /// A folder that holds the places below it and nothing else.
        case sealed
        /// The sandbox's own processes.
        case processes
        /// Pseudo-terminals of its own.
        case terminals
    }

    struct Entry: Sendable {
        var target: String
        var part: Part
        var isFolder: Bool
    }

    private var entries: [String: Entry] = [:]

    package init() {}

    /// `path` is absolute, without links on the way. What is said later of the same place holds.
    package mutating func put(_ path: String, _ part: Part, isFolder: Bool = true) {
        entries[path] = Entry(target: path, part: part, isFolder: isFolder)
    }

    /// Whether something that is at `path` outside is there inside, too.
    package func shows(_ path: String) -> Bool {
        if entries[path] != nil { return true }
        var place = path[...]
        nearest: while let slash = place.lastIndex(of: "/"), slash > place.startIndex {
            place = place[..<slash]
            guard let entry = entries[String(place)] else { continue }
            switch entry.part {
            case .readOnly, .link, .processes, .terminals, .memory: return true
            case .writable(let real) where real == entry.target: return true
            case .writable, .folder, .sealed: break nearest
            }
        }
        // On the way to something that is.
        return entries.keys.contains { $0.hasPrefix("\(path)/") }
    }

    /// Parents before what is below them, with all folders on the way.
    var ordered: [Entry] {
        var all = entries
        for path in entries.keys {
            var end = path.lastIndex(of: "/")
            while let slash = end, slash > path.startIndex {
                let folder = String(path[..<slash])
                if all[folder] != nil { break }
                all[folder] = Entry(target: folder, part: .folder, isFolder: true)
                end = folder.lastIndex(of: "/")
            }
        }
        return all.values.sorted { $0.target < $1.target }
    }
}
