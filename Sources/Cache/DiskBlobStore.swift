/// Content on disk by its digest; it knows no names but digests.
import Action
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package struct DiskBlobStore: BlobStore {
    let store: Store

    package func contains(_ digest: Digest) -> Bool {
        isThere(place(digest), size: digest.size) || bring(digest)
    }

    /// In the store, or in an attached archive, from which it is not taken yet.
    func isReachable(_ digest: Digest) -> Bool {
        isThere(place(digest), size: digest.size) || store.archives.contains(digest)
    }

    package func bytes(of digest: Digest) -> [UInt8]? {
        if let bytes = try? readFile(place(digest)), Digest(of: bytes) == digest { return bytes }
        guard bring(digest), let bytes = try? readFile(place(digest)), Digest(of: bytes) == digest else { return nil }
        return bytes
    }

    /// Takes a content that is missing here, or damaged, out of an attached archive. False when none has it whole.
    package func bring(_ digest: Digest) -> Bool {
        guard store.archives.contains(digest) else { return false }
        let temporary = "\(store.temporary)/\(uniqueName())"
        guard store.archives.extract(digest, to: temporary, mode: 0o444) else { return false }
        do throws(FileError) {
            let lock = try store.lock(.shared)
            defer { lock.release() }
            try store.move(temporary, to: place(digest))
            return true
        } catch {
            removeTree(temporary)
            return false
        }
    }

    package func put(_ bytes: [UInt8]) throws(FileError) -> Digest {
        let digest = Digest(of: bytes)
        try keep(digest) { (temporary) throws(FileError) in try createFile(temporary, bytes, mode: 0o444) }
        return digest
    }

    package func put(file path: String, executable: Bool) throws(FileError) -> Digest {
        let digest = try Digest(ofFile: path)
        try keep(digest) { (temporary) throws(FileError) in
            try copyFile(path, to: temporary, mode: executable ? 0o555 : 0o444)
        }
        return digest
    }

    /// What is there whole is put again by its time, which tells those who remove things that it is of use.
    private func keep(_ digest: Digest, _ make: (String) throws(FileError) -> Void) throws(FileError) {
        let place = place(digest)
        if isWhole(digest), store.renew(place) { return }
        let temporary = "\(store.temporary)/\(uniqueName())"
        do throws(FileError) {
            try make(temporary)
            let lock = try store.lock(.shared)
            defer { lock.release() }
            try store.move(temporary, to: place)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// The file is `files/DIGEST/NAME`, a copy apart from the blob: a step that writes to it in spite of its mode
    /// cannot harm the blob, from which it is made anew.
    package func file(_ digest: Digest, named name: String, executable: Bool, checked: Bool) throws(FileError)
        -> String?
    {
        let folder = store.place("files", digest.sha256 + (executable ? "-x" : ""))
        let place = "\(folder)/\(name)"
        if isThere(place, size: digest.size), !checked || (try? Digest(ofFile: place)) == digest { return place }
        guard (try? Digest(ofFile: self.place(digest))) == digest || bring(digest) else {
            // Damaged: out of the way, so that it is made anew instead of found again.
            removeTree(self.place(digest))
            return nil
        }
        try makeFolder(folder)
        try store.replace(place) { (temporary) throws(FileError) in
            try copyFile(self.place(digest), to: temporary, mode: executable ? 0o555 : 0o444)
        }
        return try Digest(ofFile: place) == digest ? place : nil
    }

    /// Reads the blob: whoever has the content at hand is the one who can heal it.
    private func isWhole(_ digest: Digest) -> Bool {
        isThere(place(digest), size: digest.size) && (try? Digest(ofFile: place(digest))) == digest
    }

    func place(_ digest: Digest) -> String { store.place("blobs", digest.sha256) }
}

private func isThere(_ path: String, size: Int) -> Bool {
    guard let status = fileStatus(path), case .file = status.kind else { return false }
    return status.size == size
}
