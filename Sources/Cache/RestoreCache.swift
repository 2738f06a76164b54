/// Takes a saved cache into a store: its small parts now, its contents when they are asked for.
import Action
import Archive
import Files

package struct RestoreReport: Sendable {
    package enum Match: String, Sendable {
        /// Of this very key.
        case exact
        /// Of another key of the same repository, toolchain, platform and settings.
        case family
        /// Of another toolchain or platform: nothing but its modules is of use.
        case modules
    }

    package var file: String
    package var match: Match
    /// Bytes of the file.
    package var size: Int
    /// Contents in it.
    package var objects: Int
    /// What the store did not have before.
    package var results = 0
    package var facts = 0
    package var records = 0
    /// Archives that the store no longer looks into.
    package var detached = 0
}

package enum RestoreError: Error, Sendable {
    /// The folder has no saved cache of this repository.
    case noneInFolder(String)
    /// The file was saved from another repository.
    case otherSubject(path: String, repository: String)
    case archive(ArchiveError)
    case file(FileError)
}

extension Store {
    /// The nearest of the folder: of the same key; else the newest of the same family; else the newest of the
    /// repository, for its modules.
    package func restore(_ subject: CacheSubject, inFolder folder: String) throws(RestoreError) -> RestoreReport {
        let saved = savedCaches(in: folder).filter { $0.about.repository == subject.repository }
        let nearest =
            saved.first { $0.about.match(subject) == .exact } ?? saved.first { $0.about.match(subject) == .family }
            ?? saved.first
        guard let nearest else { throw .noneInFolder(folder) }
        return try restore(nearest, subject)
    }

    package func restore(_ subject: CacheSubject, from file: String) throws(RestoreError) -> RestoreReport {
        let saved: SavedCache
        do throws(ArchiveError) { saved = try SavedCache(at: file) } catch { throw .archive(error) }
        guard saved.about.repository == subject.repository else {
            throw .otherSubject(path: file, repository: saved.about.repository)
        }
        return try restore(saved, subject)
    }

    private func restore(_ saved: SavedCache, _ subject: CacheSubject) throws(RestoreError) -> RestoreReport {
        let match = saved.about.match(subject)
        var report = RestoreReport(
            file: saved.archive.path, match: match, size: saved.archive.size, objects: saved.archive.count)
        do throws(FileError) {
            report.detached = try archives.attach(saved, to: self)
            if match != .modules { try take(saved, &report) }
        } catch {
            throw .file(error)
        }
        return report
    }

    /// What is damaged is left out: it is made anew when it is missed.
    private func take(_ saved: SavedCache, _ report: inout RestoreReport) throws(FileError) {
        for (family, carried) in saved.records {
            let table = buildTable(family)
            let now = currentTime() / 1_000_000_000
            let new = carried.filter { table[$0.action]?.output != $0.output }.map { record in
                var record = record
                record.used = now
                return record
            }
            try table.append(new)
            report.records += new.count
        }
        let lock = try lock(.shared)
        defer { lock.release() }
        report.results = try take(saved.list(SavedCache.Section.results) ?? [:], into: "results")
        report.facts = try take(saved.list(SavedCache.Section.facts) ?? [:], into: "facts")
        guard var snapshot = saved.snapshot else { return }
        // What this store has used with the key itself is newer.
        if let own = snapshots.snapshot(saved.about.key) { snapshot.merge(own) }
        try snapshots.keepLocked(snapshot, saved.about.key)
    }

    private func take(_ list: [String: [UInt8]], into folder: String) throws(FileError) -> Int {
        var count = 0
        for (name, bytes) in list where BuildID(hexadecimal: name) != nil {
            let place = place(folder, name)
            guard sealedBytes(at: place) == nil else { continue }
            try writeSealed(bytes, to: place)
            count += 1
        }
        return count
    }
}

extension SavedCache.About {
    fileprivate func match(_ subject: CacheSubject) -> RestoreReport.Match {
        key == subject.key ? .exact : family == subject.family ? .family : .modules
    }
}
