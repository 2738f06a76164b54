/// Packs what a snapshot names into one file; it decides what is carried, not how it is packed.
import Action
import Archive
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What a saved cache is of.
package struct CacheSubject: Sendable {
    /// The build key.
    package var key: String
    /// The build family of the repository's own builds.
    package var family: String
    /// The path of the repository's first module, or another name that is the same in every checkout.
    package var repository: String
    /// The build list, and what only its graph needs.
    package var modules: [ArchivedModule]

    package init(key: String, family: String, repository: String, modules: [ArchivedModule]) {
        self.key = key
        self.family = family
        self.repository = repository
        self.modules = modules
    }
}

package struct SaveReport: Sendable {
    package var file: String
    /// False when the file holds all of it already.
    package var isWritten: Bool
    /// Bytes of the file.
    package var size: Int
    /// Contents in it.
    package var objects: Int
    /// Named by a result or a record, and lost.
    package var missing = 0
    /// Older files of a folder that this one stands for, now removed.
    package var superseded: [String] = []
}

package enum SaveError: Error, Sendable {
    /// No run with this key is remembered.
    case nothingToSave
    case file(FileError)
}

/// The end of a saved cache's name, in a folder of them.
package let savedCacheExtension = ".pipelinecache"

extension Store {
    /// Saves into `folder`, under the key's name, and removes what that stands for: older caches of the same repository
    /// and family.
    package func save(_ subject: CacheSubject, inFolder folder: String) throws(SaveError) -> SaveReport {
        do throws(FileError) { try makeFolder(folder) } catch { throw .file(error) }
        let file = "\(folder)/\(subject.key)\(savedCacheExtension)"
        var report = try save(subject, to: file)
        for other in savedCaches(in: folder) where other.archive.path != file {
            guard other.about.repository == subject.repository, other.about.family == subject.family else { continue }
            if unlink(other.archive.path) == 0 { report.superseded.append(other.archive.path) }
        }
        return report
    }

    package func save(_ subject: CacheSubject, to file: String) throws(SaveError) -> SaveReport {
        guard let snapshot = snapshots.snapshot(subject.key) else { throw .nothingToSave }
        let cargo = Cargo(of: snapshot, subject, in: self)
        if let saved = try? SavedCache(at: file), saved.about.key == subject.key, cargo.isCarried(by: saved) {
            return SaveReport(file: file, isWritten: false, size: saved.archive.size, objects: saved.archive.count)
        }
        do throws(FileError) {
            let beside = "\(file).\(uniqueName())"
            defer { unlink(beside) }
            let written = try cargo.write(to: beside, subject, snapshot, store: self)
            guard rename(beside, file) == 0 else { throw FileError(operation: "rename to", path: file) }
            return SaveReport(
                file: file, isWritten: true, size: written.size, objects: written.count, missing: written.missing.count)
        } catch {
            throw .file(error)
        }
    }
}

/// Those in a folder that can be read, the newest first.
func savedCaches(in folder: String) -> [SavedCache] {
    (names(in: folder) ?? []).filter { $0.hasSuffix(savedCacheExtension) }
        .compactMap { try? SavedCache(at: "\(folder)/\($0)") }
        .sorted { ($0.about.time, $0.archive.identity) > ($1.about.time, $1.archive.identity) }
}

/// All that a snapshot leads to.
private struct Cargo {
    var results: [String: [UInt8]] = [:]
    var facts: [String: [UInt8]] = [:]
    /// Without what only this machine knows: uses and signatures.
    var records: [String: [BuildID: BuildRecord]] = [:]
    /// By place in `cache/download`.
    var modules: [String: ModuleFile] = [:]
    var blobs: Set<Digest> = []

    init(of snapshot: Snapshot, _ subject: CacheSubject, in store: Store) {
        var lists: [String: Set<Digest>] = [:]
        for use in snapshot.actions.values {
            var buildUses = [use.buildUses]
            if let key = use.key, let bytes = store.sealedBytes(at: store.place("results", key)),
                let result = ActionResult(stored: bytes)
            {
                results[key] = bytes
                blobs.formUnion(result.outputs.map(\.digest) + [result.log])
                buildUses.append(result.buildUses)
            }
            for (family, list) in buildUses.joined() { lists[family, default: []].insert(list) }
        }
        for (family, lists) in lists {
            blobs.formUnion(lists)
            let table = store.buildTable(family)
            for action in Set(lists.flatMap(store.actions(inList:))) {
                guard var record = table[action], store.blobs.isReachable(record.digest) else { continue }
                (record.used, record.signature) = (0, .none)
                records[family, default: [:]][action] = record
                blobs.insert(record.digest)
            }
        }
        for name in snapshot.facts {
            if let bytes = store.sealedBytes(at: store.place("facts", name)) { facts[name] = bytes }
        }
        let archived = store.archives.all.map(\.modules)
        for module in subject.modules {
            let noted = (try? readFile("\(store.moduleDownloads)/\(module.zipHash)")).map { String(decoding: $0, as: UTF8.self) }
            for place in module.places {
                let isZip = place == module.zip
                let hash = isZip ? module.hash : nil
                if !isZip || noted == hash, let digest = try? Digest(ofFile: "\(store.moduleDownloads)/\(place)") {
                    modules[place] = ModuleFile(digest: digest, hash: hash)
                } else {
                    // Not wanted here since it was restored.
                    modules[place] = archived.lazy.compactMap { $0[place] }.first { $0.hash == hash }
                }
            }
        }
    }

    /// Whether all of it is in `saved`, whatever else is.
    func isCarried(by saved: SavedCache) -> Bool {
        func carries(_ section: String, _ list: [String: [UInt8]]) -> Bool {
            guard let carried = saved.list(section) else { return false }
            return list.allSatisfy { carried[$0.key] == $0.value }
        }
        guard carries(SavedCache.Section.results, results), carries(SavedCache.Section.facts, facts),
            blobs.allSatisfy(saved.archive.contains), modules.values.allSatisfy({ saved.archive.contains($0.digest) })
        else { return false }
        let (carriedModules, carriedRecords) = (saved.modules, saved.records)
        return modules.allSatisfy { carriedModules[$0.key] == $0.value }
            && records.allSatisfy { family, records in
                let carried = Set((carriedRecords[family] ?? []).map { [$0.action, $0.output] })
                return records.values.allSatisfy { carried.contains([$0.action, $0.output]) }
            }
    }

    func write(
        to path: String, _ subject: CacheSubject, _ snapshot: Snapshot, store: Store
    ) throws(FileError) -> WrittenArchive {
        let archives = store.archives.all.map { ArchiveContent.Source.archive($0.archive) }
        var contents: [ArchiveContent] = []
        for blob in blobs { contents.append(ArchiveContent(blob, archives + [.file(store.blobs.place(blob))])) }
        for (place, module) in modules {
            let file = ArchiveContent.Source.file("\(store.moduleDownloads)/\(place)")
            contents.append(ArchiveContent(module.digest, archives + [file], isCompressible: !place.hasSuffix(".zip")))
        }
        var names: [String: Digest] = [:]
        func add(_ name: String, _ bytes: [UInt8]) {
            let digest = Digest(of: bytes)
            names[name] = digest
            contents.append(ArchiveContent(digest, [.bytes(bytes)]))
        }
        let about = SavedCache.About(
            key: subject.key, family: subject.family, repository: subject.repository, time: currentTime())
        add(SavedCache.Section.about, about.bytes)
        add(SavedCache.Section.snapshot, snapshot.bytes)
        add(SavedCache.Section.results, encodedList(results))
        add(SavedCache.Section.facts, encodedList(facts))
        add(SavedCache.Section.modules, encodedList(modules.mapValues(\.bytes)))
        for (family, records) in records {
            let sorted = records.values.sorted { $0.action.bytes.lexicographicallyPrecedes($1.action.bytes) }
            add(SavedCache.Section.builds(family), sorted.flatMap(\.bytes))
        }
        return try writeArchive(to: path, contents, names: names)
    }
}
