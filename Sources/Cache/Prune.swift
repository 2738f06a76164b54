/// Removes what an eviction says can go, while runs are at work; it decides only whether that still holds.
import Action
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What a prune has removed, or would remove.
package struct PruneReport: Hashable, Sendable {
    package var removed: [StoreKind: StoreAmount] = [:]
    /// Of the whole store, in bytes.
    package var before = 0
    package var after = 0
    /// Runs that were at work: what they may use was left alone.
    package var liveRuns: [LiveRun] = []

    package var total: StoreAmount { removed.values.reduce(into: StoreAmount()) { $0 += $1 } }
}

extension Store {
    /// Runs may go on meanwhile: they wait for moments at most, and what they put, use or may use is not removed.
    /// `isStopped` is asked now and then; a prune that is stopped leaves a whole store. `now` is in seconds since 1970.
    package func prune(
        _ bounds: StoreBounds, dryRun: Bool = false, now: Int64 = Int64(time(nil)), isStopped: () -> Bool = { false }
    ) throws(FileError) -> PruneReport {
        let runs = dryRun ? liveRuns : try liveRunsAlone()
        return try prune(bounds, StoreContents(of: self), runs, dryRun: dryRun, now: now, isStopped: isStopped)
    }

    /// At most once a day, and only when the bounds do not hold. Nil when there was nothing to do. On other days it costs
    /// one look at one file.
    @discardableResult
    package func pruneIfDue(
        _ bounds: StoreBounds, now: Int64 = Int64(time(nil)), isStopped: () -> Bool = { false }
    ) throws(FileError) -> PruneReport? {
        let stamp = "\(path)/\(Store.pruneStamp)"
        if let last = entry(at: stamp)?.modified, last <= now, now - last < 24 * 3600 { return nil }
        // Another run that ends now has done its part by this.
        try write([], to: stamp, mode: 0o644)
        let contents = StoreContents(of: self)
        guard contents.exceeds(bounds, now: now) else { return nil }
        return try prune(bounds, contents, try liveRunsAlone(), dryRun: false, now: now, isStopped: isStopped)
    }

    /// Without what dead ones have left.
    private func liveRunsAlone() throws(FileError) -> [LiveRun] {
        let lock = try lock(.exclusive)
        defer { lock.release() }
        removeDeadLeases()
        return liveRuns
    }

    func prune(
        _ bounds: StoreBounds, _ contents: StoreContents, _ runs: [LiveRun], dryRun: Bool, now: Int64,
        isStopped: () -> Bool = { false }
    ) throws(FileError) -> PruneReport {
        let heldSince = heldSince(runs, now: now)
        let references = StoreReferences(of: self, contents)
        let eviction = Eviction(
            of: contents, references, within: bounds, now: now, heldSince: heldSince, isRunLive: !runs.isEmpty)
        var pruning = Pruning(store: self, contents: contents, references: references, heldSince: heldSince)
        if dryRun {
            pruning.report.removed = eviction.amounts
        } else {
            try pruning.carryOut(eviction, isStopped)
        }
        pruning.report.before = contents.bytes
        pruning.report.after = contents.bytes - pruning.report.total.bytes
        pruning.report.liveRuns = runs
        return pruning.report
    }
}

extension StoreContents {
    /// Told by sizes and times alone.
    fileprivate func exceeds(_ bounds: StoreBounds, now: Int64) -> Bool {
        let oldest = now - bounds.maxAge
        return bytes > bounds.maxSize || items.values.contains { $0.contains { $0.used < oldest } }
            || families.contains { $0.records.contains { $0.used < oldest } }
    }
}

extension Eviction {
    /// Of what is to go.
    fileprivate var amounts: [StoreKind: StoreAmount] {
        var amounts = items.mapValues { StoreAmount(count: $0.count, bytes: $0.reduce(0) { $0 + $1.bytes }) }
        amounts[.blobs] = StoreAmount(count: blobs.count, bytes: blobs.values.reduce(0) { $0 + $1.bytes })
        amounts[.files] = StoreAmount(count: copies.count, bytes: copies.reduce(0) { $0 + $1.bytes })
        let records = records.values.reduce(0) { $0 + $1.count }
        amounts[.buildRecords] = StoreAmount(count: records, bytes: records * BuildRecord.size)
        return amounts.filter { $0.value.count > 0 }
    }
}

/// One prune. Each batch looks again, under the lock, at what it removes: whoever uses a thing renews it under the same
/// lock.
private struct Pruning {
    let store: Store
    let contents: StoreContents
    let references: StoreReferences
    /// Seconds since 1970.
    let heldSince: Int64
    var report = PruneReport()
    /// Contents that are named by what was to go and was used again before it went.
    private var spared: Set<BuildID> = []

    init(store: Store, contents: StoreContents, references: StoreReferences, heldSince: Int64) {
        self.store = store
        self.contents = contents
        self.references = references
        self.heldSince = heldSince
    }

    mutating func carryOut(_ eviction: Eviction, _ isStopped: () -> Bool) throws(FileError) {
        // What names contents goes before the contents: a killed prune leaves nothing that names what is gone.
        for kind in StoreKind.allCases {
            guard let items = eviction.items[kind], !isStopped() else { continue }
            switch kind {
            case .modules, .trees, .buildCaches: for item in items { try removeAside(kind, item) }
            default: try removeFiles(kind, items, isStopped)
            }
        }
        // A table is written anew, for which a full disk has no room before the contents are gone that nothing names.
        let unwritten = try thin(contents.families, eviction, isLastTry: false, isStopped)
        try sweep(eviction, isStopped)
        if !unwritten.isEmpty {
            _ = try thin(unwritten, eviction, isLastTry: true, isStopped)
            try sweep(eviction, isStopped)
        }
        // Some of what is still named was in an archive alone.
        if report.removed[.archives] != nil { _ = ((try? Store(root: store.root)) ?? store).dropDangling() }
    }

    private mutating func count(_ kind: StoreKind, _ amount: StoreAmount) {
        if amount.count > 0 { report.removed[kind, default: StoreAmount()] += amount }
    }

    /// Does `body` with each, under the lock in batches; what it moves aside is removed between them.
    private func inBatches<Item>(
        _ items: [Item], _ isStopped: () -> Bool, _ body: (ArraySlice<Item>, inout [String]) -> Void
    ) throws(FileError) {
        var rest = items[...]
        while !rest.isEmpty, !isStopped() {
            var aside: [String] = []
            let lock = try store.lock(.exclusive)
            body(rest.prefix(256), &aside)
            lock.release()
            aside.forEach(removeTree)
            rest = rest.dropFirst(256)
        }
    }

    /// Results, facts and the like: a use shows in the file's time.
    private mutating func removeFiles(
        _ kind: StoreKind, _ items: [StoreContents.Item], _ isStopped: () -> Bool
    ) throws(FileError) {
        var removed = StoreAmount()
        var kept = Set(items.lazy.map(\.place))
        try inBatches(items, isStopped) { batch, aside in
            for item in batch {
                let place = "\(store.path)/\(item.place)"
                if let now = entry(at: place) {
                    let used = kind == .temporary || kind == .quarantine ? now.changed : now.modified
                    guard used < heldSince, store.discard(place, now, &aside) else { continue }
                    removed += StoreAmount(count: 1, bytes: item.bytes)
                }
                kept.remove(item.place)
            }
        }
        for place in kept { spared.formUnion(references.contents[place] ?? []) }
        count(kind, removed)
    }

    /// Folders that go at once for all who look, and then from the disk. Uses of modules and trees do not show, so they
    /// go only while no run lives; of a build cache the go command notes them hourly.
    private mutating func removeAside(_ kind: StoreKind, _ item: StoreContents.Item) throws(FileError) {
        var aside: [String] = []
        let lock = try store.lock(.exclusive)
        if kind == .buildCaches || store.liveRuns.isEmpty {
            for place in contents.modulePlaces[item.place] ?? [item.place] {
                if let moved = store.moveAside("\(store.path)/\(place)") { aside.append(moved) }
            }
            if kind == .modules { unlink(store.useStamp(ofModule: item.place)) }
        }
        lock.release()
        guard !aside.isEmpty else { return }
        aside.forEach(removeTree)
        count(kind, StoreAmount(count: 1, bytes: item.bytes))
    }

    /// Writes tables anew without the actions that are to go. Those that could not be written are handed back, or with
    /// `isLastTry` thrown.
    private mutating func thin(
        _ families: [StoreContents.Family], _ eviction: Eviction, isLastTry: Bool, _ isStopped: () -> Bool
    ) throws(FileError) -> [StoreContents.Family] {
        var unwritten: [StoreContents.Family] = []
        for family in families where !isStopped() {
            let actions = eviction.records[family.name] ?? []
            guard !actions.isEmpty || eviction.compactions.contains(family.name) else { continue }
            do throws(FileError) {
                try thin(family, actions)
            } catch {
                if isLastTry || error.code != ENOSPC && error.code != EDQUOT { throw error }
                unwritten.append(family)
            }
        }
        return unwritten
    }

    /// What somebody has used since stays.
    private mutating func thin(_ family: StoreContents.Family, _ actions: Set<BuildID>) throws(FileError) {
        let lock = try store.lock(.exclusive)
        defer { lock.release() }
        let table = store.buildTable(family.name)
        let size = table.logSize
        let records = table.records
        let kept = records.filter { !actions.contains($0.action) || $0.used >= heldSince }
        try table.replaceLocked(with: kept)
        let bytes = size - kept.count * BuildRecord.size
        guard bytes > 0 else { return }
        report.removed[.buildRecords, default: StoreAmount()] += StoreAmount(
            count: records.count - kept.count, bytes: bytes)
    }

    // MARK: - Contents

    private mutating func sweep(_ eviction: Eviction, _ isStopped: () -> Bool) throws(FileError) {
        var renewed = RenewedOutputs(store)
        var removed = StoreAmount()
        try inBatches(Array(eviction.blobs.filter { !spared.contains($0.key) }), isStopped) { batch, aside in
            renewed.look()
            for (id, blob) in batch where !renewed.contains(id) {
                let place = store.place("blobs", hexadecimal(id.bytes))
                guard let now = entry(at: place), now.changed < heldSince, store.discard(place, now, &aside) else { continue }
                removed += StoreAmount(count: 1, bytes: blob.bytes)
            }
        }
        count(.blobs, removed)
        removed = StoreAmount()
        try inBatches(eviction.copies.filter { !spared.contains($0.content) }, isStopped) { batch, aside in
            for copy in batch {
                let place = "\(store.path)/\(copy.place)"
                guard let now = entry(at: place), now.changed < heldSince, store.discard(place, now, &aside) else { continue }
                rmdir(parentFolder(of: place))
                removed += StoreAmount(count: 1, bytes: copy.bytes)
            }
        }
        count(.files, removed)
    }
}

/// Contents that a go command has come back to since the store was looked at: their record was dropped, and it renewed
/// it from what it had read before.
private struct RenewedOutputs {
    private let store: Store
    private var seen: [String: FileSignature] = [:]
    private var outputs: Set<BuildID> = []

    init(_ store: Store) { self.store = store }

    /// Under the lock, so that nothing is added unseen. Tables that nobody wrote to are not read again.
    mutating func look() {
        for table in entries(in: store.buildTables) where table.isFile && seen[table.name] != table.signature {
            seen[table.name] = table.signature
            for record in store.buildTable(table.name).records { outputs.insert(record.output) }
        }
    }

    func contains(_ id: BuildID) -> Bool { outputs.contains(id) }
}

extension Store {
    /// A file goes at once, a folder is moved aside. False when it cannot be done.
    fileprivate func discard(_ place: String, _ entry: WalkedEntry, _ aside: inout [String]) -> Bool {
        guard entry.kind == .folder else { return unlink(place) == 0 }
        guard let moved = moveAside(place) else { return false }
        aside.append(moved)
        return true
    }

    /// Moves a file or folder to `temporary`, where nobody looks for it; nil when it cannot be, or is not there.
    func moveAside(_ place: String) -> String? {
        // A read-only folder cannot be moved to another one.
        if fileStatus(place)?.kind == .folder { chmod(place, 0o755) }
        let aside = "\(temporary)/\(uniqueName())"
        return rename(place, aside) == 0 ? aside : nil
    }
}
