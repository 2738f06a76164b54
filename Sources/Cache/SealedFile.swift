/// Files of the store that carry the digest of their content; it knows nothing of what the content means.
import Action
import Files

/// One of them, at a place of its own, replaced whole each time.
package struct SealedFile: Sendable {
    let store: Store
    let place: String

    /// Nil when there is none, or it is not what was written.
    package var bytes: [UInt8]? { store.sealedBytes(at: place) }

    package func write(_ bytes: [UInt8]) throws(FileError) { try store.writeSealed(bytes, to: place) }
}

extension Store {
    /// What was known of every file of a repository when it was last looked at.
    package func treeTable(_ repository: String) -> SealedFile {
        SealedFile(store: self, place: "\(path)/stat/\(repository)")
    }
}

/// What has no digest for a name carries it in front: a digit that went wrong on disk would still be JSON.
extension Store {
    func writeSealed(_ bytes: [UInt8], to place: String) throws(FileError) {
        try write(Array("\(Digest(of: bytes).sha256)\n".utf8) + bytes, to: place)
    }

    /// Nil when there is no file, or not the one that was written.
    func sealedBytes(at place: String) -> [UInt8]? {
        (try? readFile(place)).flatMap(unsealed)
    }
}

/// Nil when it is not what was written.
func unsealed(_ sealed: [UInt8]) -> [UInt8]? {
    guard sealed.count > 64, sealed[64] == UInt8(ascii: "\n") else { return nil }
    let bytes = Array(sealed[65...])
    return Array(Digest(of: bytes).sha256.utf8) == Array(sealed[..<64]) ? bytes : nil
}
