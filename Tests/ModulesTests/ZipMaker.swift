/// Packs a folder as a module zip, stored and not compressed; for tests that play the attacker.
import Deflate
import Files

struct ZipMaker {
    var bytes: [UInt8]?

    init(folder: String, prefix: String) {
        guard let files = try? filesBelow(folder) else { return }
        var local: [UInt8] = []
        var directory: [UInt8] = []
        for file in files.sorted() {
            guard let content = try? readFile("\(folder)/\(file)") else { return }
            let name = Array("\(prefix)/\(file)".utf8)
            // Version, flags, method, time, date; then checksum and both sizes.
            let common = little(20, 2) + little(0, 2) + little(0, 2) + little(0, 2) + little(33, 2)
                + little(Int(content.withUnsafeBytes { checksum($0) }), 4) + little(content.count, 4) + little(content.count, 4)
                + little(name.count, 2) + little(0, 2)
            directory += little(0x0201_4b50, 4) + little(20, 2) + common + little(0, 2) + little(0, 2) + little(0, 2)
                + little(0, 4) + little(local.count, 4) + name
            local += little(0x0403_4b50, 4) + common + name + content
        }
        let end = little(0x0605_4b50, 4) + little(0, 2) + little(0, 2) + little(files.count, 2) + little(files.count, 2)
            + little(directory.count, 4) + little(local.count, 4) + little(0, 2)
        bytes = local + directory + end
    }
}

private func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
