/// Which things a store can do without: the oldest first, until the bounds hold. It touches no disk.

/// How much a store may keep, and for how long.
package struct StoreBounds: Hashable, Sendable {
    /// In bytes.
    package var maxSize: Int
    /// Since the last use, in seconds.
    package var maxAge: Int64

    package init(maxSize: Int = StoreBounds.standard.maxSize, maxAge: Int64 = StoreBounds.standard.maxAge) {
        self.maxSize = maxSize
        self.maxAge = maxAge
    }

    private init(bytes: Int, seconds: Int64) {
        maxSize = bytes
        maxAge = seconds
    }

    /// 20 GB and 30 days.
    package static let standard = StoreBounds(bytes: 20_000_000_000, seconds: 30 * 24 * 3600)
}

/// What is to go.
struct Eviction {
    /// By kind, the oldest first.
    var items: [StoreKind: [StoreContents.Item]] = [:]
    /// Actions of the go command, by family.
    var records: [String: Set<BuildID>] = [:]
    /// What nothing that stays refers to.
    var blobs: [BuildID: StoreContents.Blob] = [:]
    var copies: [StoreContents.Copy] = []
    /// Tables whose logs hold more old records than new ones.
    var compactions: Set<String> = []
    /// What stays, in bytes.
    var bytesLeft = 0
}

extension Eviction {
    /// Things that were of use at `heldSince` or later stay in any case. Of some kinds it is not known when they were
    /// last of use: they stay while a run lives.
    init(
        of contents: StoreContents, _ references: StoreReferences, within bounds: StoreBounds, now: Int64,
        heldSince: Int64, isRunLive: Bool
    ) {
        bytesLeft = contents.bytes
        var uses = UseCounts(contents, references)
        for id in Set(contents.blobs.keys).union(uses.copies.keys) where uses[id] == 0 {
            sweep(id, contents, uses, heldSince)
        }

        let oldest = now - bounds.maxAge
        for candidate in candidates(contents, references, heldSince, isRunLive) {
            let isOld = candidate.used < oldest
            guard isOld || candidate.isBoundBySize && bytesLeft > bounds.maxSize else { continue }
            bytesLeft -= candidate.bytes
            switch candidate.subject {
            case .item(let kind, let item):
                items[kind, default: []].append(item)
                for id in references.contents[item.place] ?? [] {
                    uses.remove(id)
                    if uses[id] == 0 { sweep(id, contents, uses, heldSince) }
                }
            case .record(let family, let record):
                records[family, default: []].insert(record.action)
                uses.remove(record.output)
                if uses[record.output] == 0 { sweep(record.output, contents, uses, heldSince) }
            }
        }
        for family in contents.families where family.logSize > 2 * family.records.count * BuildRecord.size {
            compactions.insert(family.name)
            if records[family.name] == nil { bytesLeft -= family.logSize - family.records.count * BuildRecord.size }
        }
    }

    private mutating func sweep(_ id: BuildID, _ contents: StoreContents, _ uses: UseCounts, _ heldSince: Int64) {
        if let blob = contents.blobs[id], blob.put < heldSince, blobs.updateValue(blob, forKey: id) == nil {
            bytesLeft -= blob.bytes
        }
        for index in uses.copies[id] ?? [] where contents.copies[index].made < heldSince {
            copies.append(contents.copies[index])
            bytesLeft -= contents.copies[index].bytes
        }
    }
}

/// How often each content is referred to, and where its copies are.
private struct UseCounts {
    private var counts: [BuildID: Int] = [:]
    let copies: [BuildID: [Int]]

    init(_ contents: StoreContents, _ references: StoreReferences) {
        copies = Dictionary(grouping: contents.copies.indices) { contents.copies[$0].content }
        for ids in references.contents.values { for id in ids { counts[id, default: 0] += 1 } }
        for family in contents.families { for record in family.records { counts[record.output, default: 0] += 1 } }
    }

    subscript(id: BuildID) -> Int { counts[id] ?? 0 }
    mutating func remove(_ id: BuildID) { counts[id, default: 1] -= 1 }
}

private struct Candidate {
    enum Subject {
        case item(StoreKind, StoreContents.Item)
        case record(family: String, BuildRecord)
    }

    var subject: Subject
    var used: Int64
    var bytes: Int

    /// What is small, or of use until it is old, goes by age alone.
    var isBoundBySize: Bool {
        switch subject {
        case .item(.repositories, _), .item(.quarantine, _), .item(.temporary, _): false
        case .item, .record: true
        }
    }

    /// Among equally old ones results go before the records that they name; otherwise the order is only to be the same
    /// each time.
    static func goesBefore(_ a: Candidate, _ b: Candidate) -> Bool {
        if a.used != b.used { return a.used < b.used }
        switch (a.subject, b.subject) {
        case (.item(let kindA, let itemA), .item(let kindB, let itemB)):
            return (kindA.rawValue, itemA.place) < (kindB.rawValue, itemB.place)
        case (.record(_, let recordA), .record(_, let recordB)):
            return recordA.action.words[0] < recordB.action.words[0]
        case (.item, .record): return true
        case (.record, .item): return false
        }
    }
}

/// The oldest first.
private func candidates(
    _ contents: StoreContents, _ references: StoreReferences, _ heldSince: Int64, _ isRunLive: Bool
) -> [Candidate] {
    var candidates: [Candidate] = []
    for (kind, items) in contents.items {
        switch kind {
        case .results, .facts, .snapshots, .archives, .repositories, .buildCaches, .quarantine, .temporary: break
        case .modules, .trees: if isRunLive { continue }
        case .blobs, .files, .buildRecords, .home, .other: continue
        }
        for item in items where item.used < heldSince {
            // Whoever is at work in a temporary file has made it since the oldest run began.
            let used = kind == .temporary ? .min : item.used
            candidates.append(Candidate(subject: .item(kind, item), used: used, bytes: item.bytes))
        }
    }
    for family in contents.families {
        let named = references.buildUses[family.name] ?? [:]
        for record in family.records {
            let used = max(record.used, named[record.action] ?? .min)
            guard used < heldSince else { continue }
            candidates.append(
                Candidate(subject: .record(family: family.name, record), used: used, bytes: BuildRecord.size))
        }
    }
    return candidates.sorted(by: Candidate.goesBefore)
}
