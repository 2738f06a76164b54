/// Every implementation of the store's seams, made for one test, with a hand that can damage it.
import Action
import Cache
import Files
import TestSupport

enum StoreKind: String, CaseIterable, Sendable {
    case memory, disk
}

enum Damage: String, CaseIterable, Sendable {
    case truncated, flipped, longer, deleted, folder
}

struct StoreUnderTest: Sendable {
    let cache: any ActionCache
    let blobs: any BlobStore
    let damage: @Sendable (Digest, Damage) -> Void

    /// The folder is the caller's, who keeps it as long as the test runs.
    init(_ kind: StoreKind, in folder: TemporaryFolder) throws {
        switch kind {
        case .memory:
            let blobs = MemoryBlobStore()
            (cache, self.blobs) = (MemoryActionCache(), blobs)
            damage = { digest, damage in
                blobs.damage(digest, blobs.bytes(of: digest).flatMap { damaged($0, damage) })
            }
        case .disk:
            let store = try Store(root: "\(folder.path)/store")
            (cache, blobs) = (store.actionCache, store.blobs)
            damage = { digest, damage in
                damageFile("\(store.path)/blobs/\(digest.sha256.prefix(2))/\(digest.sha256)", damage)
            }
        }
    }
}

/// Nil when there is nothing left.
func damaged(_ bytes: [UInt8], _ damage: Damage) -> [UInt8]? {
    var bytes = bytes
    switch damage {
    case .truncated: bytes.removeLast()
    case .flipped: bytes[bytes.count / 2] ^= 1
    case .longer: bytes.append(0)
    case .deleted, .folder: return nil
    }
    return bytes
}

/// The file has to be there: a test that damages nothing proves nothing.
func damageFile(_ path: String, _ damage: Damage) {
    let bytes = try! readFile(path)
    removeTree(path)
    if let left = damaged(bytes, damage) { try! createFile(path, left, mode: 0o444) }
    if damage == .folder {
        try! makeFolder(path)
        try! createFile("\(path)/inner", bytes, mode: 0o444)
    }
}
