/// Contents of many sizes and kinds, the same for the same seed.
import Action
import Archive
import Files
import TestSupport

struct Sample {
    var bodies: [[UInt8]] = [[]]

    init(seed: UInt64, bodies count: Int = 24, largest: Int = 100_000) {
        var numbers = SeededNumbers(seed: seed)
        for index in 0..<count {
            let size = Int.random(in: 1...(index % 4 == 0 ? largest : min(largest, 2000)), using: &numbers)
            let letters: ClosedRange<UInt8> = index.isMultiple(of: 2) ? 97...101 : 0...255
            bodies.append((0..<size).map { _ in UInt8.random(in: letters, using: &numbers) })
        }
        // Given twice, kept once.
        bodies.append(bodies[1])
    }

    var contents: [ArchiveContent] { bodies.map { ArchiveContent(Digest(of: $0), [.bytes($0)]) } }

    func write(to path: String) throws -> Archive {
        _ = try writeArchive(to: path, contents, names: ["first": Digest(of: bodies[0])])
        return try Archive(at: path)
    }
}

func flip(_ path: String, at offset: Int) {
    var bytes = try! readFile(path)
    bytes[offset] ^= 1
    removeTree(path)
    try! createFile(path, bytes, mode: 0o644)
}
