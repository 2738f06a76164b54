/// What is wrong with a table of the go command's actions: records that are not what was written, or whose output is
/// not there. It changes nothing.
import Action
import Files

struct TableCheck {
    /// The newest of each action, with its output in the store.
    var records: [BuildRecord] = []
    var dangling: [BuildRecord] = []
    /// What is no record: of a write that was cut off, or damaged since.
    var damage: [UInt8] = []

    var isClean: Bool { dangling.isEmpty && damage.isEmpty }
}

extension Store {
    func check(table family: String) -> TableCheck {
        var check = TableCheck()
        var newest: [BuildID: BuildRecord] = [:]
        var rest: [UInt8] = []
        try? readPieces(of: "\(buildTables)/\(family)") { piece in
            rest += piece
            let whole = rest.count / BuildRecord.size * BuildRecord.size
            rest.withUnsafeBytes { bytes in
                for offset in stride(from: 0, to: whole, by: BuildRecord.size) {
                    let slot = UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + BuildRecord.size)])
                    if let record = BuildRecord(slot) {
                        newest[record.action] = record
                    } else {
                        check.damage += slot
                    }
                }
            }
            rest.removeFirst(whole)
        }
        check.damage += rest
        for record in newest.values {
            if blobs.isReachable(record.digest) { check.records.append(record) } else { check.dangling.append(record) }
        }
        return check
    }
}
