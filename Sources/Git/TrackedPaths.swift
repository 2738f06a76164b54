/// Reads the list of tracked paths from a git index; knows its format and nothing of what the paths mean.

/// Source of the format: gitformat-index(5), versions 2 to 4. Read here and not by libgit2 because a run that has
/// nothing to do still asks it, and must not pay for starting the library.
struct TrackedPaths: Sendable {
    /// All paths one after the other, in byte order.
    private var bytes: [UInt8] = []
    /// Where each path ends.
    private var ends: [Int] = []
    /// Whether whole folders stand for what is in them (a sparse index): they end with a slash.
    private var hasFolders = false

    /// No file means that nothing is tracked.
    init(indexFile: String, hashLength: Int) throws(GitError) {
        guard FileStatus(at: indexFile) != nil else { return }
        guard let index = readFile(indexFile) else {
            throw GitError(operation: "read the index \(indexFile)", code: .unreadable, cause: systemMessage())
        }
        if let fault = decode(index, hashLength) {
            throw GitError(operation: "read the index \(indexFile)", code: .unsupported, cause: fault)
        }
    }

    /// What is wrong, or nil.
    private mutating func decode(_ index: [UInt8], _ hashLength: Int) -> String? {
        func number(_ at: Int, _ count: Int) -> Int { index[at..<(at + count)].reduce(0) { $0 << 8 | Int($1) } }
        let damaged = "it is damaged: remove it, and `git reset` writes it anew"
        let end = index.count - hashLength
        guard end >= 12, index.starts(with: Array("DIRC".utf8)) else { return damaged }
        let version = number(4, 4)
        guard (2...4).contains(version) else { return "version \(version) is not known" }
        var at = 12
        var path: [UInt8] = []
        for _ in 0..<number(8, 4) {
            // Ten numbers of four bytes, the hash, the flags.
            let start = at
            at += 40 + hashLength + 2
            guard at <= end else { return damaged }
            if version > 2, index[at - 2] & 0x40 != 0 { at += 2 }
            if version == 4 {
                // What it shares with the path before is not written again.
                guard let dropped = offset(index, &at, end), dropped <= path.count else { return damaged }
                path.removeLast(dropped)
            } else {
                path.removeAll(keepingCapacity: true)
            }
            guard at < end, let zero = index[at..<end].firstIndex(of: 0) else { return damaged }
            path += index[at..<zero]
            bytes += path
            ends.append(bytes.count)
            if path.last == UInt8(ascii: "/") { hasFolders = true }
            // Before version 4 one to eight zeros bring the entry to a multiple of eight.
            at = version == 4 ? zero + 1 : start + (zero - start) / 8 * 8 + 8
        }
        while at + 8 <= end {
            // A signature in small letters is one that a reader has to know.
            let signature = String(decoding: index[at..<(at + 4)], as: UTF8.self)
            if signature == "link" {
                return "it is split in two files: `git update-index --no-split-index` joins them"
            }
            if index[at] >= UInt8(ascii: "a"), signature != "sdir" { return "the extension \(signature) is not known" }
            at += 8 + number(at + 4, 4)
        }
        return at == end ? nil : damaged
    }

    func contains(_ path: String) -> Bool { Array(path.utf8).withUnsafeBufferPointer { contains($0) } }

    func contains(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
        if lists(path) { return true }
        guard hasFolders else { return false }
        return path.indices.contains { i in
            path[i] == UInt8(ascii: "/") && lists(UnsafeBufferPointer(rebasing: path[...i]))
        }
    }

    /// Whether something in this folder is tracked, or the folder itself is, as a submodule.
    func containsFolder(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
        if contains(path) { return true }
        let beneath = Array(path) + [UInt8(ascii: "/")]
        return beneath.withUnsafeBufferPointer { beneath in
            let found = lowerBound(beneath)
            return found < ends.count && self[found].starts(with: beneath)
        }
    }

    private func lists(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
        let found = lowerBound(path)
        return found < ends.count && self[found].elementsEqual(path)
    }

    private subscript(_ i: Int) -> ArraySlice<UInt8> { bytes[(i == 0 ? 0 : ends[i - 1])..<ends[i]] }

    private func lowerBound(_ path: UnsafeBufferPointer<UInt8>) -> Int {
        var (low, high) = (0, ends.count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].lexicographicallyPrecedes(path) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A number of version 4: seven bits a byte, each further byte counting from where the shorter numbers end.
private func offset(_ index: [UInt8], _ at: inout Int, _ end: Int) -> Int? {
    var value = 0
    while at < end {
        let byte = index[at]
        at += 1
        value = value << 7 | Int(byte & 0x7f)
        guard byte & 0x80 != 0 else { return value }
        value += 1
        guard value < 1 << 32 else { return nil }
    }
    return nil
}
