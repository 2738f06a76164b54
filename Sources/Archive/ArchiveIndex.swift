/// What is where in an archive, searched as it stands in the file; it reads no file.
import Action

struct ArchiveIndex: Sendable {
    private let bytes: [UInt8]
    let count: Int
    let names: [String: Digest]

    private static let head = 16

    /// Nil when the bytes make no index of an archive whose frames end at `end`.
    init?(_ bytes: [UInt8], end: Int) {
        self.bytes = bytes
        guard bytes.count >= ArchiveIndex.head else { return nil }
        let (entries, named) = bytes.withUnsafeBytes { ($0.number(at: 0), $0.number(at: 8)) }
        guard entries <= (bytes.count - ArchiveIndex.head) / ArchiveFormat.entrySize else { return nil }
        count = Int(entries)
        var offset = ArchiveIndex.head + count * ArchiveFormat.entrySize
        var names: [String: Digest] = [:]
        for _ in 0..<min(named, UInt64(bytes.count)) {
            guard bytes.count - offset >= 42 else { return nil }
            let length = Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
            guard bytes.count - offset - 42 >= length else { return nil }
            let name = String(decoding: bytes[(offset + 2)..<(offset + 2 + length)], as: UTF8.self)
            offset += 2 + length
            let (id, size) = bytes.withUnsafeBytes { (ContentID($0, at: offset), $0.number(at: offset + 32)) }
            guard size <= UInt64(Int.max) else { return nil }
            names[name] = Digest(sha256: id.sha256, size: Int(size))
            offset += 40
        }
        self.names = names
        guard offset == bytes.count, names.count == Int(truncatingIfNeeded: named) else { return nil }
        for index in 0..<count {
            guard let entry = entry(index), entry.storedSize <= end, entry.offset <= end - entry.storedSize else { return nil }
        }
    }

    init(of entries: [ArchiveEntry], names: [String: Digest]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(ArchiveIndex.head + entries.count * ArchiveFormat.entrySize + names.count * 64)
        bytes.append(UInt64(entries.count))
        bytes.append(UInt64(names.count))
        for entry in entries.sorted(by: { $0.id < $1.id }) { bytes.append(entry) }
        for (name, digest) in names.sorted(by: { $0.key < $1.key }) {
            let text = Array(name.utf8)
            precondition(text.count <= Int(UInt16.max), "a name in an archive has at most 65,535 bytes")
            bytes += [UInt8(text.count & 255), UInt8(text.count >> 8)] + text + ContentID(digest.sha256)!.bytes
            bytes.append(UInt64(digest.size))
        }
        self.bytes = bytes
        self.names = names
        count = entries.count
    }

    /// As they are written.
    var encoded: [UInt8] { bytes }

    /// Nil when its numbers make no sense.
    func entry(_ index: Int) -> ArchiveEntry? {
        bytes.withUnsafeBytes { bytes in
            let start = ArchiveIndex.head + index * ArchiveFormat.entrySize
            let numbers = (bytes.number(at: start + 32), bytes.number(at: start + 40), bytes.number(at: start + 48))
            let largest = UInt64(Int.max)
            guard numbers.0 <= largest, numbers.1 <= largest, numbers.2 <= numbers.0 else { return nil }
            return ArchiveEntry(
                id: ContentID(bytes, at: start), size: Int(numbers.0), offset: Int(numbers.1), storedSize: Int(numbers.2),
                check: bytes.number(at: start + 56))
        }
    }

    /// Nil when there is no such content, or one of another size.
    func entry(of digest: Digest) -> ArchiveEntry? {
        guard let wanted = ContentID(digest.sha256) else { return nil }
        var range = 0..<count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let id = bytes.withUnsafeBytes {
                ContentID($0, at: ArchiveIndex.head + middle * ArchiveFormat.entrySize)
            }
            if id == wanted { return entry(middle).flatMap { $0.size == digest.size ? $0 : nil } }
            range = id < wanted ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}
