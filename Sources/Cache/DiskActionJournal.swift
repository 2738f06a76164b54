/// Histories of actions on disk, a file an action of one checkout; what cannot be read is forgotten.
import Action
import Files
import FoundationEssentials

/// `manifests/REPOSITORY/ACTION` holds a line of JSON, then the newest manifest as it was spelt for its key.
/// `manifests/REPOSITORY/newest` holds the keys of the newest of all, so that a run of hits reads one file and writes none.
package struct DiskActionJournal: ActionJournal {
    let store: Store
    /// The checkout: two of them have the same actions and different pasts.
    let repository: String

    private struct Header: Codable {
        var action: String
        var entries: [ManifestHistory.Entry]
        var differences: [ManifestDifference]
    }

    package func history(of action: ActionID) -> ManifestHistory? {
        guard let bytes = store.sealedBytes(at: place(action)), let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
            let header = try? JSONDecoder().decode(Header.self, from: Data(bytes[..<end])), header.action == action.text,
            let manifest = Manifest(spelling: bytes[(end + 1)...])
        else { return nil }
        return ManifestHistory(header.entries, manifest, header.differences)
    }

    package func note(_ notes: [ActionNote]) throws(FileError) {
        var newest = newestKeys()
        var changed = false
        for note in notes {
            let isNewest = newest[note.action.text] == note.entry.key.text
            if isNewest, note.entry.deed == .hit { continue }
            var history: ManifestHistory
            if let known = self.history(of: note.action) {
                history = known
                history.note(note.entry, note.manifest)
            } else {
                history = ManifestHistory(note.entry, note.manifest)
            }
            try write(history, of: note.action)
            if !isNewest {
                newest[note.action.text] = note.entry.key.text
                changed = true
            }
        }
        if changed { try write(newest) }
    }

    private func write(_ history: ManifestHistory, of action: ActionID) throws(FileError) {
        let header = Header(action: action.text, entries: history.entries, differences: history.differences)
        guard let line = try? JSONEncoder().encode(header) else { preconditionFailure("a history has no JSON form") }
        try store.writeSealed(Array(line) + [UInt8(ascii: "\n")] + history.manifest.spelling, to: place(action))
    }

    // MARK: - The newest keys

    /// Lines of `KEY ACTION`. Two runs at the same time may each forget what the other wrote; the next run notes it again.
    private func newestKeys() -> [String: String] {
        let lines = (store.sealedBytes(at: newestPlace) ?? []).split(separator: UInt8(ascii: "\n"))
        return Dictionary(
            lines.lazy.filter { $0.count > 65 }.map { line in
                (String(decoding: line.dropFirst(65), as: UTF8.self), String(decoding: line.prefix(64), as: UTF8.self))
            }
        ) { $1 }
    }

    private func write(_ newest: [String: String]) throws(FileError) {
        var bytes: [UInt8] = []
        for (action, key) in newest.sorted(by: { $0.key < $1.key }) { bytes += "\(key) \(action)\n".utf8 }
        try store.writeSealed(bytes, to: newestPlace)
    }

    private var folder: String { "\(store.path)/manifests/\(repository)" }
    private var newestPlace: String { "\(folder)/newest" }
    private func place(_ action: ActionID) -> String { "\(folder)/\(Digest(of: Array(action.text.utf8)).sha256)" }
}

extension Store {
    /// What runs did with the actions of one checkout.
    package func journal(_ repository: String) -> DiskActionJournal {
        DiskActionJournal(store: self, repository: repository)
    }
}
